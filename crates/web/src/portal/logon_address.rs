//! Right after logon: the first OTP address, which can wait until the mandatory date (MAIL-4).

use axum::http::StatusCode;
use jiff::Timestamp;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::request_address;
use warifu_app::use_cases::status::{address_wanted, skip_address};
use warifu_domain::address::AddressPurpose;
use warifu_domain::policy::FreeMail;
use warifu_domain::refusal::Refusal;

use super::address_fields::AddressFields;
use super::cx::{Cx, LoggedOn};
use super::failure::Answer;
use super::posted::{Fields, Posted};
use crate::views::logon::{LogonAddressPage, Skip};
use crate::views::message::Errors;

const FIELDS: AddressFields = AddressFields {
    purpose: AddressPurpose::Otp,
    address: "otp_address",
    again: "otp_address_again",
    pin: None,
};

/// `GET /logon/address`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn) -> Answer {
    if !address_wanted(&cx.web.app, &current).0 {
        return Ok(cx.redirect("/status"));
    }
    let page = page(&cx, &current, None, Errors::default());
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /logon/address`.
pub(crate) async fn submit(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let mut errors = FIELDS.left_empty(&form)?;
    let mut advised = false;
    if errors.is_empty() {
        let command = FIELDS.command(&form)?;
        match request_address::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(sent) => return Ok(cx.redirect(&format!("/logon/address/{}", sent.change_id))),
            Err(refusal) => {
                advised = refusal == Refusal::FreeMail;
                errors = FIELDS.errors(&cx, &refusal);
            }
        }
    }
    let mut page = page(&cx, &current, Some(&form), errors);
    page.confirm_free_mail = advised && cx.web.app.profile().mail_otp.free_mail == FreeMail::Warn;
    Ok(cx.render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// `POST /logon/address/skip`.
pub(crate) async fn skip(LoggedOn(cx, current): LoggedOn, Posted(_): Posted) -> Answer {
    match skip_address(&cx.web.app, &current) {
        Ok(()) => Ok(cx.redirect("/status")),
        Err(refusal) => {
            let page = page(&cx, &current, None, Errors::page(cx.message(&refusal)));
            Ok(cx.render(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

fn page(cx: &Cx, current: &Current, form: Option<&Fields>, errors: Errors) -> LogonAddressPage {
    let typed = |name| {
        let value = form.and_then(|form| form.maybe(name));
        value.unwrap_or_default().to_owned()
    };
    let sender = &cx.web.app.profile().mail;
    LogonAddressPage {
        shell: cx.shell_at("/logon/address"),
        errors,
        otp_address: typed(FIELDS.address),
        otp_address_again: typed(FIELDS.again),
        confirm_free_mail: false,
        skip: may_wait(cx, current.now, address_wanted(&cx.web.app, current).1),
        sender_name: sender.sender_name.clone(),
        sender_address: sender.sender_address.clone(),
    }
}

fn may_wait(cx: &Cx, now: Timestamp, mandatory_from: Option<Timestamp>) -> Skip {
    match mandatory_from {
        None => Skip::Undated,
        Some(from) if now < from => Skip::Before(cx.web.app.today(from)),
        Some(_) => Skip::Closed,
    }
}
