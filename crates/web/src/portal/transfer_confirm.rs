//! 振込（確認・取引認証）: opening the authorization, the mailed code, the answers (MAIL-1).

use axum::extract::Path;
use axum::http::StatusCode;
use jiff::Timestamp;
use warifu_app::use_cases::answer_authorization::Typed;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::passkey_challenges::PasskeyReply;
use warifu_app::use_cases::passkey_proof;
use warifu_app::use_cases::prepare_confirmation::{self, Confirmation, PORTAL};
use warifu_app::use_cases::{
    cancel_instruction, confirm_instruction, confirmation_qr, deliver_mail, issue_mail_otp,
    register_transfer,
};
use warifu_domain::account::masked_mail;
use warifu_domain::authorization::{self, MailCode};
use warifu_domain::factor::Factor;
use warifu_domain::ids::{InstructionId, MailId};
use warifu_domain::person::Counted;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::Token;

use super::cx::{Cx, LoggedOn, with_cookie};
use super::failure::{Answer, Failure};
use super::posted::Posted;
use super::qr::qr;
use super::{shown, token_shown, transfer_entry};
use crate::cookies;
use crate::views::message::{Errors, MessageId};
use crate::views::token::Qr;
use crate::views::transfer_confirm::{
    Advice, Approval, IssuedCode, MailOtp, Needed, PasskeyAsked, Proof, TokenCode,
    TransferConfirmPage,
};

/// Longer than any code lives.
const MAIL_COOKIE_SECS: u32 = 3600;

/// `POST /transfers/{id}/confirm`.
pub(crate) async fn open(
    LoggedOn(cx, current): LoggedOn,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    open_for(&cx, &current, &InstructionId::from_stored(id)).await
}

/// Opens the authorization; where it is refused, the list says why.
pub(super) async fn open_for(cx: &Cx, current: &Current, id: &InstructionId) -> Answer {
    let app = &cx.web.app;
    match prepare_confirmation::run(app, current, id, &cx.origin).await? {
        Ok(_) => Ok(cx.redirect(&format!("/transfers/{id}/confirm"))),
        Err(Refusal::WrongState) => Ok(cx.redirect(&format!("/transfers/{id}"))),
        Err(refusal @ (Refusal::NotFound | Refusal::NotLoggedOn)) => Err(cx.refuse(&refusal)),
        Err(refusal) => {
            let message = match &refusal {
                Refusal::RateLimited { .. } => MessageId::ApprovalsFull.into(),
                refusal => cx.message(refusal),
            };
            let instruction = register_transfer::own(app, current, id).await?;
            let instruction = instruction.map_err(|refusal| cx.refuse(&refusal))?;
            let errors = Errors::page(message);
            transfer_entry::list(cx, current, &instruction, errors).await
        }
    }
}

/// `GET /transfers/{id}/confirm`. Without an open authorization it leads to what can be done.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn, Path(id): Path<String>) -> Answer {
    let id = InstructionId::from_stored(id);
    let errors = match mail_of(&cx, &id) {
        Some(mail) if deliver_mail::has_failed(&cx.web.app, &mail).await? => {
            Errors::page(MessageId::MailUndelivered)
        }
        _ => Errors::default(),
    };
    page(&cx, &current, &id, errors, StatusCode::OK).await
}

/// `POST /transfers/{id}/mail-otp`.
pub(crate) async fn mail_otp(
    LoggedOn(cx, current): LoggedOn,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let id = InstructionId::from_stored(id);
    let app = &cx.web.app;
    let confirmation = prepare_confirmation::view(app, &current, &id).await?;
    let Ok(Some(confirmation)) = confirmation else {
        return page(&cx, &current, &id, Errors::default(), StatusCode::OK).await;
    };
    let authorization = &confirmation.authorization.id;
    match issue_mail_otp::run(app, authorization, PORTAL, &cx.origin).await? {
        Ok(issued) => {
            let to = format!("/transfers/{id}/confirm");
            let value = format!("{id}.{}", issued.mail_id);
            let cookie = cx
                .cookies
                .set(cookies::MAIL, &value, Some(MAIL_COOKIE_SECS));
            Ok(with_cookie(
                cx.redirect_with(&to, MessageId::CodeIssued),
                cookie,
            ))
        }
        Err(refusal) => {
            let errors = Errors::page(cx.message(&refusal));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&cx, &current, &id, errors, status).await
        }
    }
}

/// `POST /transfers/{id}/execute`.
pub(crate) async fn execute(
    LoggedOn(cx, current): LoggedOn,
    Path(id): Path<String>,
    Posted(form): Posted,
) -> Answer {
    let id = InstructionId::from_stored(id);
    let asked = ["mail_otp", "token_otp", "confirmation_pin"];
    let asked = asked.iter().filter(|name| form.maybe(name).is_some());
    let mut errors = form.left_empty(&asked.copied().collect::<Vec<_>>())?;
    if errors.is_empty() {
        let typed = Typed {
            confirmation_pin: form.maybe("confirmation_pin"),
            mail_otp: form.maybe("mail_otp"),
            token_otp: form.maybe("token_otp"),
            // Left empty by whoever approved in the app.
            approval_code: form
                .maybe("approval_code")
                .filter(|code| !code.trim().is_empty()),
            passkey: form.maybe("reply").and_then(|reply| {
                let challenge = form.maybe("challenge")?;
                Some(PasskeyReply { challenge, reply })
            }),
        };
        let answers = (form.get("shown")?, typed);
        let app = &cx.web.app;
        match confirm_instruction::run(app, &current, &id, answers, &cx.origin).await? {
            // Done, or done before: the result is at the same place.
            Ok(_) | Err(Refusal::AlreadyUsed) => {
                return Ok(cx.redirect(&format!("/transfers/{id}")));
            }
            Err(refusal @ (Refusal::NotFound | Refusal::NotLoggedOn)) => {
                return Err(cx.refuse(&refusal));
            }
            Err(refusal @ Refusal::CodeUsed) => {
                errors = Errors::default().field("token_otp", cx.message(&refusal));
            }
            Err(refusal) => errors = Errors::page(cx.message(&refusal)),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page(&cx, &current, &id, errors, status).await
}

/// `POST /transfers/{id}/cancel`.
pub(crate) async fn cancel(
    LoggedOn(cx, current): LoggedOn,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let id = InstructionId::from_stored(id);
    match cancel_instruction::run(&cx.web.app, &current, &id, &cx.origin).await? {
        Ok(()) => Ok(cx.redirect_with("/status", MessageId::TransferCancelled)),
        Err(refusal) => Err(cx.refuse(&refusal)),
    }
}

async fn page(
    cx: &Cx,
    current: &Current,
    id: &InstructionId,
    errors: Errors,
    status: StatusCode,
) -> Answer {
    let confirmation = match prepare_confirmation::view(&cx.web.app, current, id).await? {
        Ok(Some(confirmation)) => confirmation,
        Ok(None) => return Ok(back_to_list(cx, id, &errors)),
        Err(Refusal::WrongState) => return Ok(cx.redirect(&format!("/transfers/{id}"))),
        Err(Refusal::Rejected) => {
            let to = format!("/history/{id}");
            return Ok(cx.redirect_with(&to, MessageId::Rejected));
        }
        Err(refusal) => return Err(cx.refuse(&refusal)),
    };
    // The last wrong answer ended the session; the logon page says so.
    if confirmation.obstacle == Some(Refusal::Suspended) {
        return match confirmation.person.suspended.map(|s| s.because) {
            Some(Counted::TokenOtp) => Ok(cx.redirect_with("/logon", MessageId::TokenSuspended)),
            _ => Err(Failure::NotLoggedOn),
        };
    }
    let wrong = MessageId::AnswerWrong.into();
    let errors = if errors.page == Some(wrong) && confirmation.authorization.mail.is_void() {
        Errors::page(MessageId::CodeVoid)
    } else {
        errors
    };
    let offline = match confirmation.authorization.approval {
        authorization::Approval::Waiting => {
            let link = confirmation_qr::run(&cx.web.app, current, id).await?;
            link.ok().and_then(|link| qr(&link))
        }
        _ => None,
    };
    let passkey = if confirmation.needs.contains(&Factor::Passkey) {
        passkey(cx, &confirmation).await?
    } else {
        None
    };
    let asks_passkey = passkey.is_some();
    let instruction = &confirmation.instruction;
    let page = TransferConfirmPage {
        shell: cx.shell_at(&format!("/transfers/{id}/confirm")),
        errors,
        transfer_id: id.to_string(),
        digest: confirmation.authorization.digest.clone(),
        debit_account: shown::account(cx, &instruction.from_account, None),
        lines: shown::confirm_lines(instruction),
        proof: proof(cx, current, &confirmation, (offline, passkey)),
    };
    Ok(if asks_passkey {
        cx.render_with_passkey(status, &page)
    } else {
        cx.render(status, &page)
    })
}

/// The authorization is over: the list leads to a new one, and says why.
fn back_to_list(cx: &Cx, id: &InstructionId, errors: &Errors) -> axum::response::Response {
    let path = format!("/transfers/{id}/edit");
    match &errors.page {
        Some(message) => cx.redirect_with(&path, message.id),
        None => cx.redirect(&path),
    }
}

async fn passkey(cx: &Cx, confirmation: &Confirmation) -> Result<Option<PasskeyAsked>, Failure> {
    let asked = passkey_proof::start(&cx.web.app, &confirmation.authorization).await?;
    Ok(asked.ok().map(|challenge| PasskeyAsked {
        challenge: challenge.id,
        options: challenge.options,
    }))
}

fn proof(
    cx: &Cx,
    current: &Current,
    confirmation: &Confirmation,
    (offline, passkey): (Option<Qr>, Option<PasskeyAsked>),
) -> Proof {
    match &confirmation.obstacle {
        // A code that was issued before is still good.
        None | Some(Refusal::RateLimited { .. }) => {}
        Some(obstacle) => return Proof::Blocked(cx.message(obstacle)),
    }
    let asks = |factor| confirmation.needs.contains(&factor);
    let mail = &confirmation.authorization.mail;
    let token = confirmation.token.as_ref();
    let now = current.now;
    Proof::Needed(Needed {
        mail_otp: asks(Factor::MailOtp).then(|| code(mail, now)),
        token_otp: token.filter(|_| asks(Factor::TokenOtp)).map(token_code),
        approval: asks(Factor::AppApproval)
            .then(|| approval(&confirmation.authorization.approval, offline)),
        passkey,
        confirmation_pin: asks(Factor::ConfirmationPin),
        advice: advice(cx, current, confirmation),
    })
}

fn token_code(token: &Token) -> TokenCode {
    TokenCode {
        serial: token_shown::masked(&token.serial),
        digits: token.totp.digits().count(),
        period_secs: token.totp.period_secs(),
    }
}

fn approval(answer: &authorization::Approval, offline: Option<Qr>) -> Approval {
    match answer {
        authorization::Approval::Approved { at, .. } => Approval::Approved(*at),
        authorization::Approval::Waiting | authorization::Approval::NotAsked => {
            Approval::Waiting(offline)
        }
    }
}

/// What the PIN alone protects is better protected by what this person lacks (MAIL-4, S4).
fn advice(cx: &Cx, current: &Current, confirmation: &Confirmation) -> Option<Advice> {
    let operation = confirmation.authorization.operation;
    let profile = cx.web.app.profile();
    if confirmation.needs != [Factor::ConfirmationPin] {
        None
    } else if profile.uses_mail_otp(operation, current.now) {
        Some(Advice::Address)
    } else {
        profile.token.as_ref().map(|_| Advice::Token)
    }
}

fn code(mail: &MailCode, now: Timestamp) -> MailOtp {
    match (&mail.sent_to, mail.expires_at) {
        _ if mail.is_void() => MailOtp::Void,
        (Some(_), Some(expires_at)) if now > expires_at => MailOtp::Expired,
        (Some(sent_to), Some(expires_at)) => MailOtp::Issued(IssuedCode {
            sent_to: masked_mail(sent_to),
            expires_at,
            issue: mail.issue,
        }),
        _ => MailOtp::NotIssued,
    }
}

/// The mail with the last code for this instruction, if this browser asked for it.
fn mail_of(cx: &Cx, id: &InstructionId) -> Option<MailId> {
    let (instruction, mail) = cx.cookies.get(cookies::MAIL)?.split_once('.')?;
    (instruction == id.as_str()).then(|| MailId::from_stored(mail.to_owned()))
}
