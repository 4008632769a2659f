//! The demo's own routes: mailbox and clock, as pages for people and as JSON for programs.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, FromRequest, Path, Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use warifu_app::ports::Clock;
use warifu_app::use_cases::{deliver_mail, housekeeping};
use warifu_domain::text::fold;
use warifu_web::Web;
use warifu_web::portal::{Cx, Failure, Posted};
use warifu_web::views::demo::{DemoClockPage, DemoMail, DemoMailPage, DemoMailboxPage};
use warifu_web::views::message::Errors;

use super::clock::{ADVANCE_SECS_MAX, DemoClock};
use super::mailbox::{DemoMailbox, ShownMail};

/// How often the mailbox looks whether mails under way have arrived: two seconds.
const ROUNDS_MAX: u32 = 100;

#[derive(Clone)]
struct Demo {
    web: Web,
    mailbox: DemoMailbox,
    clock: Arc<DemoClock>,
}

impl FromRef<Demo> for Web {
    fn from_ref(demo: &Demo) -> Self {
        Self::clone(&demo.web)
    }
}

/// The routes, to be merged with the portal's.
pub fn router(web: &Web, mailbox: DemoMailbox, clock: Arc<DemoClock>) -> Router {
    let demo = Demo {
        web: Web::clone(web),
        mailbox,
        clock,
    };
    Router::new()
        .route("/demo/mail", get(mail_list))
        .route("/demo/mail.json", get(mail_json))
        .route("/demo/mail/{id}", get(mail))
        .route("/demo/clock", get(clock_now).post(clock_moved))
        .with_state(demo)
}

impl Demo {
    /// What arrived, once nothing is under way any more: a program that asks right after a code was
    /// issued finds it.
    async fn mails(&self) -> Result<Vec<ShownMail>, Response> {
        let fault = |error: String| {
            tracing::error!(%error, "the demo's mailbox");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        };
        for _ in 0..ROUNDS_MAX {
            if let Err(error) = deliver_mail::run(&self.web.app).await {
                tracing::warn!(%error, "mail round failed");
            }
            match deliver_mail::waiting(&self.web.app).await {
                Ok(0) | Err(_) => break,
                // The worker has it in its hands.
                Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        self.mailbox
            .newest_first()
            .await
            .map_err(|e| fault(e.to_string()))
    }

    /// Moves the clock and writes down how late it is, so that a restart goes on from there.
    async fn advance(&self, secs: i64) {
        self.clock.advance_secs(secs);
        if let Err(fault) = housekeeping::run(&self.web.app).await {
            tracing::warn!(%fault, "the moved clock was not written down");
        }
    }

    fn now_json(&self) -> Response {
        Json(json!({ "now": self.clock.now().to_string() })).into_response()
    }
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

async fn mail_list(State(demo): State<Demo>, headers: HeaderMap, cx: Cx) -> Response {
    if !wants_page(&headers) {
        return mail_json(State(demo)).await;
    }
    match demo.mails().await {
        Ok(mails) => {
            let mails = mails.into_iter().map(view).collect();
            cx.render(
                StatusCode::OK,
                &DemoMailboxPage {
                    shell: cx.shell(),
                    mails,
                },
            )
        }
        Err(response) => response,
    }
}

async fn mail_json(State(demo): State<Demo>) -> Response {
    match demo.mails().await {
        Ok(mut mails) => {
            mails.reverse();
            Json(mails).into_response()
        }
        Err(response) => response,
    }
}

async fn mail(State(demo): State<Demo>, Path(id): Path<String>, cx: Cx) -> Response {
    let mails = match demo.mails().await {
        Ok(mails) => mails,
        Err(response) => return response,
    };
    match mails.into_iter().find(|mail| mail.id == id) {
        Some(mail) => cx.render(
            StatusCode::OK,
            &DemoMailPage {
                shell: cx.shell(),
                mail: view(mail),
            },
        ),
        None => Failure::not_found().into_response(),
    }
}

async fn clock_now(State(demo): State<Demo>, headers: HeaderMap, cx: Cx) -> Response {
    if !wants_page(&headers) {
        return demo.now_json();
    }
    let now = demo.clock.now();
    cx.render(
        StatusCode::OK,
        &DemoClockPage {
            shell: cx.shell(),
            errors: Errors::default(),
            now,
        },
    )
}

/// By how much.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_secs: i64,
}

async fn clock_moved(State(demo): State<Demo>, request: Request) -> Response {
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|t| t.starts_with("application/json")) {
        return match Json::<Advance>::from_request(request, &()).await {
            Ok(Json(Advance { advance_secs })) if advance_secs.abs() <= ADVANCE_SECS_MAX => {
                demo.advance(advance_secs).await;
                demo.now_json()
            }
            Ok(_) => {
                let detail = format!("advance_secs: at most {ADVANCE_SECS_MAX} either way");
                let problem = json!({ "code": "invalid_request", "detail": detail });
                (StatusCode::UNPROCESSABLE_ENTITY, Json(problem)).into_response()
            }
            Err(rejection) => rejection.into_response(),
        };
    }
    match Posted::from_request(request, &demo).await {
        Ok(Posted(fields)) => {
            let minutes = fields.maybe("advance_minutes").map(fold);
            let Some(minutes) = minutes.and_then(|typed| typed.parse::<i64>().ok()) else {
                return Failure::unreadable().into_response();
            };
            demo.advance(minutes.saturating_mul(60).clamp(0, ADVANCE_SECS_MAX))
                .await;
            Redirect::to("/demo/clock").into_response()
        }
        Err(rejection) => rejection.into_response(),
    }
}

fn view(mail: ShownMail) -> DemoMail {
    DemoMail {
        id: mail.id,
        at: mail.at,
        from: mail.from,
        to: mail.to,
        subject: mail.subject,
        body: mail.text,
    }
}
