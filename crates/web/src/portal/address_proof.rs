//! The code mailed to a new address comes back (MAIL-5). The same page after logon and in the settings.

use axum::extract::Path;
use axum::http::StatusCode;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::prove_address::{self, Proven};
use warifu_domain::address::AddressPurpose;
use warifu_domain::ids::AddressChangeId;
use warifu_domain::refusal::Refusal;

use super::cx::{Cx, LoggedOn};
use super::failure::Answer;
use super::posted::Posted;
use crate::views::logon::AddressVerifyPage;
use crate::views::message::{Errors, MessageId};

/// Where the person came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Logon,
    Settings,
}

impl Place {
    fn path(self) -> &'static str {
        match self {
            Self::Logon => "/logon/address",
            Self::Settings => "/settings/address",
        }
    }

    /// Where the person goes with a proven address.
    fn after(self) -> &'static str {
        match self {
            Self::Logon => "/status",
            Self::Settings => "/settings/address",
        }
    }
}

/// `GET …/{change}`.
pub(crate) async fn show(
    LoggedOn(cx, current): LoggedOn,
    Path(change): Path<String>,
    place: Place,
) -> Answer {
    let id = AddressChangeId::from_stored(change);
    page(&cx, &current, &id, place, Errors::default()).await
}

/// `POST …/{change}/verify`.
pub(crate) async fn verify(
    LoggedOn(cx, current): LoggedOn,
    Path(change): Path<String>,
    Posted(form): Posted,
    place: Place,
) -> Answer {
    let id = AddressChangeId::from_stored(change);
    let errors = form.left_empty(&["address_code"])?;
    if !errors.is_empty() {
        return page(&cx, &current, &id, place, errors).await;
    }
    let code = form.get("address_code")?;
    let message = match prove_address::run(&cx.web.app, &current, &id, code, &cx.origin).await? {
        Ok(proven) => return Ok(cx.redirect_with(place.after(), notice(&proven))),
        Err(Refusal::WrongAnswer) => MessageId::VerifyWrong,
        Err(Refusal::Expired) => MessageId::VerifyExpired,
        Err(Refusal::CodeVoid) => MessageId::VerifyVoid,
        Err(refusal) => return Err(cx.refuse(&refusal)),
    };
    let errors = Errors::default().field("address_code", message);
    page(&cx, &current, &id, place, errors).await
}

/// `POST …/{change}/resend`.
pub(crate) async fn resend(
    LoggedOn(cx, current): LoggedOn,
    Path(change): Path<String>,
    Posted(_): Posted,
    place: Place,
) -> Answer {
    let id = AddressChangeId::from_stored(change);
    match prove_address::send_again(&cx.web.app, &current, &id, &cx.origin).await? {
        Ok(sent) => {
            let to = format!("{}/{}", place.path(), sent.change_id);
            Ok(cx.redirect_with(&to, MessageId::VerifySentAgain))
        }
        Err(refusal @ Refusal::RateLimited { .. }) => {
            let errors = Errors::page(cx.message(&refusal));
            page(&cx, &current, &id, place, errors).await
        }
        Err(refusal) => Err(cx.refuse(&refusal)),
    }
}

async fn page(
    cx: &Cx,
    current: &Current,
    id: &AddressChangeId,
    place: Place,
    errors: Errors,
) -> Answer {
    let pending = prove_address::pending(&cx.web.app, current, id).await?;
    let pending = pending.map_err(|refusal| cx.refuse(&refusal))?;
    let base_path = format!("{}/{id}", place.path());
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let sender = &cx.web.app.profile().mail;
    let page = AddressVerifyPage {
        shell: cx.shell_at(&base_path),
        errors,
        base_path,
        back_path: place.path(),
        sent_to: pending.sent_to,
        expires_at: pending.expires_at,
        sender_name: sender.sender_name.clone(),
        sender_address: sender.sender_address.clone(),
    };
    Ok(cx.render(status, &page))
}

fn notice(proven: &Proven) -> MessageId {
    match (proven.purpose, proven.hold_until) {
        (AddressPurpose::Notice, _) => MessageId::NoticeAddressChanged,
        (AddressPurpose::Otp, Some(_)) => MessageId::AddressChanged,
        (AddressPurpose::Otp, None) => MessageId::AddressRegistered,
    }
}
