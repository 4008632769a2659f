//! ログオン, second step: the code that the token shows (LOG-2, S4 figure 1).

use axum::http::StatusCode;
use axum::response::Response;
use warifu_app::use_cases::answer_logon::{self, LogonAnswer};
use warifu_domain::factor::Factor;
use warifu_domain::ids::LogonId;
use warifu_domain::refusal::Refusal;

use super::cx::{Cx, with_cookie};
use super::failure::Answer;
use super::logon::{go_on, refuse_flood};
use super::logon_grid::under_way;
use super::posted::Posted;
use super::token_shown;
use crate::cookies;
use crate::views::logon::LogonTokenPage;
use crate::views::message::{Errors, MessageId};

/// `GET /logon/token`.
pub(crate) async fn show(cx: Cx) -> Answer {
    let Some(id) = under_way(&cx) else {
        return Ok(cx.redirect_with("/logon", MessageId::NotLoggedOn));
    };
    page(&cx, &id, Errors::default(), StatusCode::OK).await
}

/// `POST /logon/token`.
pub(crate) async fn submit(cx: Cx, Posted(form): Posted) -> Answer {
    refuse_flood(&cx)?;
    let Some(id) = under_way(&cx) else {
        return Ok(cx.redirect_with("/logon", MessageId::NotLoggedOn));
    };
    let mut errors = form.left_empty(&["token_code"])?;
    if errors.is_empty() {
        let answer = LogonAnswer {
            factor: Factor::TokenOtp,
            typed: form.get("token_code")?,
        };
        match answer_logon::run(&cx.web.app, &id, answer, &cx.origin).await? {
            Ok(progress) => return go_on(&cx, progress).await,
            Err(Refusal::WrongAnswer) => {
                errors = Errors::default().field("token_code", MessageId::TokenWrong);
            }
            Err(refusal @ Refusal::CodeUsed) => {
                errors = Errors::default().field("token_code", cx.message(&refusal));
            }
            Err(refusal @ Refusal::ClockBehind) => errors = Errors::page(cx.message(&refusal)),
            Err(refusal) => return Ok(over(&cx, &refusal)),
        }
    }
    page(&cx, &id, errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn page(cx: &Cx, id: &LogonId, errors: Errors, status: StatusCode) -> Answer {
    let challenge = match answer_logon::challenge(&cx.web.app, id).await? {
        Ok(challenge) => challenge,
        Err(refusal) => return Ok(over(cx, &refusal)),
    };
    match (challenge.remaining.first(), challenge.token) {
        (Some(Factor::TokenOtp), Some(token)) => {
            let page = LogonTokenPage {
                shell: cx.shell_at("/logon/token"),
                errors,
                kind: token_shown::kind(token.kind),
                serial: token_shown::masked(&token.serial),
                digits: token.totp.digits().count(),
                period_secs: token.totp.period_secs(),
            };
            Ok(cx.render(status, &page))
        }
        (Some(Factor::TokenOtp), None) => Ok(over(cx, &Refusal::NoToken)),
        _ => Ok(cx.redirect("/logon/grid")),
    }
}

/// The logon is over, and why: the PIN was right.
fn over(cx: &Cx, refusal: &Refusal) -> Response {
    let notice = match refusal {
        Refusal::Suspended => MessageId::TokenSuspended,
        Refusal::TokenExpired => MessageId::TokenExpired,
        Refusal::TokenLocked => MessageId::TokenLocked,
        Refusal::NoToken => MessageId::TokenNeeded,
        _ => MessageId::LogonExpired,
    };
    let response = cx.redirect_with("/logon", notice);
    with_cookie(response, cx.cookies.forget(cookies::LOGON))
}
