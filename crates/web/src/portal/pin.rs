//! 暗証番号変更.

use axum::http::StatusCode;
use axum::response::Response;
use warifu_app::use_cases::change_pin::{self, ChangePin};
use warifu_app::use_cases::own_passkeys;
use warifu_domain::pin::{PinFault, PinKind};
use warifu_domain::refusal::Refusal;

use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::Posted;
use crate::views;
use crate::views::message::{Errors, MessageId};
use crate::views::settings::PinChangePage;

/// `GET /settings/pin`.
pub(crate) async fn show(LoggedOn(cx, _): LoggedOn) -> Response {
    let page = page(&cx, PinKind::Logon, Errors::default());
    cx.render(StatusCode::OK, &page)
}

/// `POST /settings/pin`.
pub(crate) async fn submit(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let kind = match form.get("pin_kind")? {
        "logon" => PinKind::Logon,
        "confirmation" => PinKind::Confirmation,
        _ => return Err(Failure::unreadable()),
    };
    let mut errors = form.left_empty(&["current_pin", "new_pin", "new_pin_again"])?;
    if errors.is_empty() {
        let command = ChangePin {
            kind,
            current_pin: form.get("current_pin")?,
            new_pin: form.get("new_pin")?,
            repeated: form.get("new_pin_again")?,
        };
        errors = match change_pin::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(()) => return Ok(cx.redirect_with("/settings/pin", MessageId::PinChanged)),
            Err(refusal) => at_field(&cx, &refusal),
        };
    }
    let page = page(&cx, kind, errors);
    Ok(cx.render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn at_field(cx: &Cx, refusal: &Refusal) -> Errors {
    let message = cx.message(refusal);
    match refusal {
        Refusal::WrongAnswer => Errors::default().field("current_pin", MessageId::CurrentPinWrong),
        Refusal::PinRule(PinFault::Mismatch) => Errors::default().field("new_pin_again", message),
        Refusal::PinRule(_) => Errors::default().field("new_pin", message),
        _ => Errors::page(message),
    }
}

fn page(cx: &Cx, kind: PinKind, errors: Errors) -> PinChangePage {
    let policy = &cx.web.app.profile().pin;
    PinChangePage {
        shell: cx.shell(),
        errors,
        kind: match kind {
            PinKind::Logon => views::settings::PinKind::Logon,
            PinKind::Confirmation => views::settings::PinKind::Confirmation,
        },
        min_length: u32::from(policy.min_len),
        max_length: u32::from(policy.max_len),
        passkeys: own_passkeys::offered(&cx.web.app),
    }
}
