//! ログオン, first step: who, and the PIN (LOG-1, LCK-4).

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use std::net::{IpAddr, Ipv4Addr};
use warifu_app::use_cases::answer_logon::Progress;
use warifu_app::use_cases::current_session;
use warifu_app::use_cases::own_passkeys;
use warifu_app::use_cases::start_logon::{self, StartLogon};
use warifu_app::use_cases::status::address_wanted;
use warifu_domain::factor::Factor;
use warifu_domain::person::Role;
use warifu_domain::refusal::Refusal;
use warifu_domain::session::SessionEnd;

use super::cx::{Cx, with_cookie};
use super::failure::{Answer, Failure};
use super::posted::Posted;
use crate::cookies;
use crate::views::logon::{Follows, LogonPage};
use crate::views::message::{Errors, Message, MessageId};

/// `GET /`.
pub(crate) async fn root(cx: Cx) -> Response {
    cx.redirect("/logon")
}

/// `GET /logon`. Says why the last session ended, if it did.
pub(crate) async fn show(cx: Cx) -> Answer {
    let mut page = page(&cx, "", "", Errors::default());
    if let Some(token) = cx.cookies.get(cookies::SESSION) {
        match current_session::run(&cx.web.app, token, &cx.origin).await? {
            Ok(_) => return Ok(cx.redirect("/status")),
            // What was said on the way here is more exact.
            Err(Some(end)) => {
                let notice = page.shell.notice.take();
                page.shell.notice = notice.or(ended(end).map(Message::from));
            }
            Err(None) => {}
        }
    }
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /logon`.
pub(crate) async fn submit(cx: Cx, Posted(form): Posted) -> Answer {
    refuse_flood(&cx)?;
    let (contract_id, user_id) = (form.get("contract_id")?, form.get("user_id")?);
    let errors = form.left_empty(&["contract_id", "logon_pin"])?;
    if !errors.is_empty() {
        return Ok(refused(&cx, &page(&cx, contract_id, user_id, errors)));
    }
    let command = StartLogon {
        contract_id,
        user_id,
        pin: form.get("logon_pin")?,
        channel: cx.origin.channel,
    };
    let started = match start_logon::run(&cx.web.app, command, &cx.origin).await? {
        Ok(started) => started,
        Err(refusal) => {
            let errors = Errors::page(first_refusal(&cx, &refusal));
            return Ok(refused(&cx, &page(&cx, contract_id, user_id, errors)));
        }
    };
    let cookie = cx
        .cookies
        .set(cookies::LOGON, started.logon_id.as_str(), None);
    let progress = Progress {
        remaining: started.remaining,
        session: started.session,
    };
    Ok(with_cookie(go_on(&cx, progress).await?, cookie))
}

/// What is said to somebody whose PIN was right; to all others one text (LCK-4).
pub(super) fn first_refusal(cx: &Cx, refusal: &Refusal) -> Message {
    match refusal {
        Refusal::RevocationHold { .. } => cx.message(refusal),
        Refusal::NoToken => MessageId::TokenNeeded.into(),
        _ => MessageId::LogonRefused.into(),
    }
}

/// Where a logon goes on after a right answer.
pub(super) async fn go_on(cx: &Cx, progress: Progress) -> Answer {
    match (progress.session, progress.remaining.first()) {
        (Some(session), _) => enter(cx, &session.token).await,
        (None, Some(Factor::TokenOtp)) => Ok(cx.redirect("/logon/token")),
        (None, _) => Ok(cx.redirect("/logon/grid")),
    }
}

/// Too many logon attempts from one address.
pub(super) fn refuse_flood(cx: &Cx) -> Result<(), Failure> {
    let address = cx.origin.address.parse();
    let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if cx.web.limiters.logon_allowed(address) {
        Ok(())
    } else {
        Err(Failure::too_many())
    }
}

/// A completed logon: the new session's cookie, and the first page (MAIL-4).
pub(super) async fn enter(cx: &Cx, token: &str) -> Answer {
    let app = &cx.web.app;
    let entered = current_session::run(app, token, &cx.origin).await?;
    let wanted = entered.is_ok_and(|current| address_wanted(app, &current).0);
    let to = if wanted { "/logon/address" } else { "/status" };
    let session: HeaderValue = cx.cookies.set(cookies::SESSION, token, None);
    let response = with_cookie(cx.redirect(to), session);
    Ok(with_cookie(response, cx.cookies.forget(cookies::LOGON)))
}

fn refused(cx: &Cx, page: &LogonPage) -> Response {
    cx.render(StatusCode::UNPROCESSABLE_ENTITY, page)
}

fn page(cx: &Cx, contract_id: &str, user_id: &str, errors: Errors) -> LogonPage {
    let sender = &cx.web.app.profile().mail;
    LogonPage {
        shell: cx.shell(),
        errors,
        contract_id: contract_id.to_owned(),
        user_id: user_id.to_owned(),
        follows: follows(cx),
        passkeys: own_passkeys::offered(&cx.web.app),
        sender_name: sender.sender_name.clone(),
        sender_address: sender.sender_address.clone(),
    }
}

/// What anybody's logon may ask next, by this channel: nobody has said yet who they are.
fn follows(cx: &Cx) -> Follows {
    let app = &cx.web.app;
    let (profile, channel) = (app.profile(), cx.origin.channel);
    let Ok(now) = app.now() else {
        return Follows {
            grid: false,
            token: false,
        };
    };
    let proofs = Role::ALL.map(|role| profile.logon_needs(role, channel, now));
    let asks = |factor: Factor| {
        let mut proofs = proofs.iter().flatten();
        proofs.any(|proof| proof.for_person(|_| true).contains(&factor))
    };
    Follows {
        grid: asks(Factor::Grid),
        token: asks(Factor::TokenOtp),
    }
}

fn ended(end: SessionEnd) -> Option<MessageId> {
    match end {
        SessionEnd::Logoff => None,
        SessionEnd::TakenOver => Some(MessageId::SessionTakenOver),
        SessionEnd::Suspended => Some(MessageId::Suspended),
        // Until when is said at the next logon.
        SessionEnd::TokenRevoked => Some(MessageId::SessionTokenRevoked),
        SessionEnd::TimedOut => Some(MessageId::SessionTimedOut),
    }
}
