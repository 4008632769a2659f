//! メールアドレスの設定: the OTP address and the address for results (MAIL-5, MAIL-6).

use axum::http::StatusCode;
use axum::response::Response;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::request_address;
use warifu_domain::address::{AddressPurpose, hold_until};
use warifu_domain::policy::FreeMail;
use warifu_domain::refusal::Refusal;

use super::address_fields::AddressFields;
use super::cx::{Cx, LoggedOn};
use super::failure::Answer;
use super::posted::{Fields, Posted};
use crate::views::message::Errors;
use crate::views::settings::{AddressForm, AddressPage, AddressState};

const NOTICE: AddressFields = AddressFields {
    purpose: AddressPurpose::Notice,
    address: "notice_address",
    again: "notice_address_again",
    pin: Some("notice_confirmation_pin"),
};

/// The first address needs no PIN: the logon proves it, as right after logon.
fn otp_fields(current: &Current) -> AddressFields {
    let registered = current.person.otp_mail.is_some();
    AddressFields {
        purpose: AddressPurpose::Otp,
        address: "otp_address",
        again: "otp_address_again",
        pin: registered.then_some("otp_confirmation_pin"),
    }
}

/// `GET /settings/address`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn) -> Response {
    let page = page(&cx, &current, Errors::default());
    cx.render(StatusCode::OK, &page)
}

/// `POST /settings/address/otp`.
pub(crate) async fn change_otp(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let fields = otp_fields(&current);
    change(&cx, &current, &form, &fields).await
}

/// `POST /settings/address/notice`.
pub(crate) async fn change_notice(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    change(&cx, &current, &form, &NOTICE).await
}

async fn change(cx: &Cx, current: &Current, form: &Fields, fields: &AddressFields) -> Answer {
    let mut errors = fields.left_empty(form)?;
    let mut advised = false;
    if errors.is_empty() {
        let command = fields.command(form)?;
        match request_address::run(&cx.web.app, current, command, &cx.origin).await? {
            Ok(sent) => return Ok(cx.redirect(&format!("/settings/address/{}", sent.change_id))),
            Err(refusal) => {
                advised = refusal == Refusal::FreeMail;
                errors = fields.errors(cx, &refusal);
            }
        }
    }
    let mut page = page(cx, current, errors);
    let typed = AddressForm {
        address: form.get(fields.address)?.to_owned(),
        address_again: form.get(fields.again)?.to_owned(),
    };
    match fields.purpose {
        AddressPurpose::Otp => page.otp_form = typed,
        AddressPurpose::Notice => page.notice_form = typed,
    }
    page.confirm_free_mail = advised && cx.web.app.profile().mail_otp.free_mail == FreeMail::Warn;
    Ok(cx.render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn page(cx: &Cx, current: &Current, errors: Errors) -> AddressPage {
    let (person, profile) = (&current.person, cx.web.app.profile());
    let hold_until = hold_until(&profile.mail_otp, person).filter(|until| current.now < *until);
    AddressPage {
        shell: cx.shell_at("/settings/address"),
        errors,
        otp: AddressState {
            address: person.otp_mail.clone(),
            changed_at: person.otp_mail_changed_at,
        },
        hold_until,
        notice: AddressState {
            address: person.notice_mail.clone(),
            changed_at: None,
        },
        otp_form: AddressForm::default(),
        confirm_free_mail: false,
        notice_form: AddressForm::default(),
        sender_name: profile.mail.sender_name.clone(),
        sender_address: profile.mail.sender_address.clone(),
    }
}
