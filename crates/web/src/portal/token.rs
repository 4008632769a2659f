//! トークン: a person's own, and how its clock is repaired (TOK-5, TOK-8, TOK-12).

use axum::http::StatusCode;
use axum::response::Response;
use warifu_app::use_cases::cancel_token_issue;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::own_token::{self, OwnToken};
use warifu_app::use_cases::repair_token::{self, RepairToken};
use warifu_domain::refusal::Refusal;

use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::Posted;
use super::token_shown;
use crate::views::message::{Errors, MessageId};
use crate::views::token::{TokenPage, TokenRepairPage};

/// The person's token; no such page where the institution has none.
pub(super) async fn own(cx: &Cx, current: &Current) -> Result<OwnToken, Failure> {
    let own = own_token::run(&cx.web.app, current).await?;
    own.map_err(|refusal| cx.refuse(&refusal))
}

/// `GET /tokens`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn) -> Answer {
    let own = own(&cx, &current).await?;
    let page = TokenPage {
        shell: cx.shell(),
        state: token_shown::state(own.state),
        token: token_shown::facts(&own),
        issuing: own.issue.is_some(),
        may_issue: !own.issuable.is_empty(),
    };
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /tokens/cancel`.
pub(crate) async fn cancel(LoggedOn(cx, current): LoggedOn, Posted(_): Posted) -> Answer {
    match cancel_token_issue::run(&cx.web.app, &current, None, &cx.origin).await? {
        Ok(()) => Ok(cx.redirect_with("/tokens", MessageId::IssueCancelled)),
        Err(Refusal::WrongState) => Ok(cx.redirect("/tokens")),
        Err(refusal) => Err(cx.refuse(&refusal)),
    }
}

/// `GET /tokens/repair`.
pub(crate) async fn repair(LoggedOn(cx, current): LoggedOn) -> Answer {
    repair_page(&cx, &current, Errors::default(), StatusCode::OK).await
}

/// `POST /tokens/repair`.
pub(crate) async fn submit_repair(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let mut errors = form.left_empty(&["repair_first", "repair_second"])?;
    if errors.is_empty() {
        let command = RepairToken {
            serial: None,
            first: form.get("repair_first")?,
            second: form.get("repair_second")?,
            confirmation_pin: None,
        };
        match repair_token::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(()) => return Ok(cx.redirect_with("/tokens", MessageId::DriftRepaired)),
            Err(refusal) => errors = Errors::page(unrepaired(&cx, &refusal)),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    repair_page(&cx, &current, errors, status).await
}

pub(super) fn unrepaired(cx: &Cx, refusal: &Refusal) -> crate::views::message::Message {
    match refusal {
        Refusal::WrongAnswer => MessageId::DriftUnrepaired.into(),
        refusal => cx.message(refusal),
    }
}

async fn repair_page(cx: &Cx, current: &Current, errors: Errors, status: StatusCode) -> Answer {
    let own = own(cx, current).await?;
    Ok(match own.token {
        Some(token) => cx.render(status, &repair_view(cx, token.serial, errors)),
        None => no_token(cx),
    })
}

fn repair_view(cx: &Cx, serial: String, errors: Errors) -> TokenRepairPage {
    TokenRepairPage {
        shell: cx.shell_at("/tokens/repair"),
        errors,
        serial,
        by_manager: false,
    }
}

fn no_token(cx: &Cx) -> Response {
    cx.redirect("/tokens")
}
