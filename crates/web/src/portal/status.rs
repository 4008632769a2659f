//! ステータス: what a person sees after logon (LOG-5, LOG-6).

use axum::http::StatusCode;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::own_token::{self, OwnToken};
use warifu_app::use_cases::status::{self, StatusView, Use};
use warifu_domain::audit::EventKind;
use warifu_domain::instruction::Instruction;
use warifu_domain::operation::{Operation, Stage};

use super::cx::{Cx, LoggedOn};
use super::failure::Answer;
use super::shown;
use crate::views::format;
use crate::views::message::{Message, MessageId};
use crate::views::status::{LastUse, NoticeAction, StatusNotice, StatusPage, UseKind, Waiting};

/// `GET /status`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn) -> Answer {
    let view = status::run(&cx.web.app, &current).await?;
    let permissions = &current.person.permissions;
    // Refused where the institution has no tokens.
    let token = own_token::run(&cx.web.app, &current).await?.ok();
    let mut notices = notices(&cx, &current, &view);
    notices.extend(
        token
            .as_ref()
            .and_then(|own| token_notice(&cx, &current, own)),
    );
    let page = StatusPage {
        shell: cx.shell(),
        logged_on_at: current.session.created_at,
        notices,
        waiting: view.waiting.iter().map(waiting).collect(),
        accounts: shown::accounts(&cx, &view.accounts),
        token_expires_at: token.and_then(|own| own.token?.expires_at),
        last_uses: view.last_uses.iter().filter_map(last_use).collect(),
        may_transfer: permissions.allow(Operation::Transfer, Stage::Register),
    };
    Ok(cx.render(StatusCode::OK, &page))
}

fn notices(cx: &Cx, current: &Current, view: &StatusView) -> Vec<StatusNotice> {
    let mut notices = Vec::new();
    let mut tell = |message: Message, action| notices.push(StatusNotice { message, action });
    if current.session.took_over {
        tell(MessageId::TookOver.into(), None);
    }
    let person = &current.person;
    let old = [
        (view.logon_pin_old, person.logon_pin_changed_at),
        (
            view.confirmation_pin_old,
            person.confirmation_pin_changed_at,
        ),
    ];
    let oldest = old.iter().filter(|(old, _)| *old).map(|(_, at)| *at).min();
    if let Some(since) = oldest {
        let since = format::time(cx.locale, since);
        let message = Message::new(MessageId::PinOld).with("since", since);
        tell(message, Some(NoticeAction::ChangePin));
    }
    if let Some(until) = view.hold_until {
        let until = format::time(cx.locale, until);
        let message = Message::new(MessageId::AddressHoldUntil).with("until", until);
        tell(message, None);
    }
    if view.address_missing {
        tell(
            address_missing(cx, current, view),
            Some(NoticeAction::RegisterAddress),
        );
    }
    notices
}

/// What a person should do about their token (LOG-5, TOK-8).
fn token_notice(cx: &Cx, current: &Current, own: &OwnToken) -> Option<StatusNotice> {
    let (message, action): (Message, _) = match (&own.issue, &own.token) {
        (Some(_), _) => (MessageId::TokenIssueOpen.into(), NoticeAction::ConfirmToken),
        (None, None) if own.issuable.is_empty() => return None,
        (None, None) => (MessageId::TokenAdvised.into(), NoticeAction::SeeToken),
        (None, Some(token)) => match token.expires_at.filter(|_| own.renewal_due) {
            None => return None,
            Some(at) if current.now >= at => {
                (MessageId::TokenExpired.into(), NoticeAction::SeeToken)
            }
            Some(at) => {
                let until = format::time(cx.locale, at);
                let message = Message::new(MessageId::TokenExpiresSoon).with("until", until);
                (message, NoticeAction::SeeToken)
            }
        },
    };
    Some(StatusNotice {
        message,
        action: Some(action),
    })
}

fn address_missing(cx: &Cx, current: &Current, view: &StatusView) -> Message {
    match view.mandatory_from {
        None => MessageId::AddressAdvisedUndated.into(),
        Some(from) if current.now < from => {
            let date = format::date(cx.locale, cx.web.app.today(from));
            Message::new(MessageId::AddressAdvised).with("date", date)
        }
        Some(_) => MessageId::AddressMissing.into(),
    }
}

fn waiting(instruction: &Instruction) -> Waiting {
    let (payee_name, count, total_yen) = shown::summary(instruction);
    Waiting {
        transfer_id: instruction.id.to_string(),
        payee_name,
        count,
        total_yen,
        entered_at: instruction.created_at,
    }
}

fn last_use(used: &Use) -> Option<LastUse> {
    let of = |kinds: &[EventKind]| kinds.iter().any(|kind| kind.name() == used.kind);
    let kind = if of(&[EventKind::LogonCompleted, EventKind::LogonRefused]) {
        UseKind::Logon
    } else if of(&[EventKind::Authorized, EventKind::AuthorizationRefused]) {
        UseKind::Transfer
    } else if of(&[EventKind::PinChanged]) {
        UseKind::PinChange
    } else if of(&[EventKind::AddressChanged]) {
        UseKind::AddressChange
    } else {
        return None;
    };
    Some(LastUse {
        at: used.at,
        kind,
        done: used.succeeded,
        from: used.address.clone(),
    })
}
