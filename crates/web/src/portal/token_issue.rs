//! ワンタイムパスワードトークン発行 and ワンタイムパスワード認証確認: S4 steps A, B, D and E (TOK-6, TOK-13).

use axum::http::StatusCode;
use warifu_app::use_cases::confirm_token;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::issue_token::{self, IssueToken, IssuedToken, OpenIssue};
use warifu_domain::pin::PinFault;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{IssueStep, TokenKind};

use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::Posted;
use super::qr::qr;
use super::token::own;
use super::token_shown;
use crate::views::message::{Errors, MessageId};
use crate::views::token::{IssueForm, NewSecret, TokenConfirmPage, TokenIssuePage};

const APP_FIELDS: [&str; 5] = [
    "token_mail",
    "token_mail_again",
    "start_password",
    "start_password_again",
    "confirmation_pin",
];
const AUTHENTICATOR_PIN: &str = "authenticator_confirmation_pin";

/// `GET /tokens/issue`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn) -> Answer {
    let form = IssueForm::default();
    page(&cx, &current, (form, Errors::default()), StatusCode::OK).await
}

/// `POST /tokens/issue/app`.
pub(crate) async fn app(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let mut errors = form.left_empty(&APP_FIELDS)?;
    if errors.is_empty() {
        let command = IssueToken {
            kind: TokenKind::App,
            mail: form.get("token_mail")?,
            mail_again: form.get("token_mail_again")?,
            start_password: form.get("start_password")?,
            start_password_again: form.get("start_password_again")?,
            confirmation_pin: form.get("confirmation_pin")?,
        };
        match issue_token::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(_) => return Ok(cx.redirect("/tokens/confirm")),
            Err(refusal) => errors = refused(&cx, &refusal, "confirmation_pin"),
        }
    }
    let typed = IssueForm {
        mail: form.get("token_mail")?.to_owned(),
        mail_again: form.get("token_mail_again")?.to_owned(),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page(&cx, &current, (typed, errors), status).await
}

/// `POST /tokens/issue/authenticator`. The secret is shown in this answer and never again.
pub(crate) async fn authenticator(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let mut errors = form.left_empty(&[AUTHENTICATOR_PIN])?;
    if errors.is_empty() {
        let command = IssueToken {
            kind: TokenKind::Authenticator,
            mail: "",
            mail_again: "",
            start_password: "",
            start_password_again: "",
            confirmation_pin: form.get(AUTHENTICATOR_PIN)?,
        };
        match issue_token::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(issued) => {
                let mut page = confirm_view(&cx, &issued.issue, Errors::default());
                page.secret = new_secret(&issued);
                return Ok(cx.render(StatusCode::OK, &page));
            }
            Err(refusal) => errors = refused(&cx, &refusal, AUTHENTICATOR_PIN),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page(&cx, &current, (IssueForm::default(), errors), status).await
}

fn refused(cx: &Cx, refusal: &Refusal, pin: &'static str) -> Errors {
    let at = |field, message: MessageId| Errors::default().field(field, message);
    match refusal {
        Refusal::WrongAnswer => at(pin, MessageId::ConfirmationPinWrong),
        Refusal::AddressMalformed => at("token_mail", MessageId::AddressMalformed),
        Refusal::AddressMismatch => at("token_mail_again", MessageId::AddressMismatch),
        Refusal::PinRule(PinFault::Mismatch) => {
            at("start_password_again", MessageId::StartPasswordMismatch)
        }
        Refusal::PinRule(_) => at("start_password", MessageId::StartPasswordUnfit),
        Refusal::WrongState => Errors::page(MessageId::TokenInUse),
        refusal => Errors::page(cx.message(refusal)),
    }
}

async fn page(
    cx: &Cx,
    current: &Current,
    (form, errors): (IssueForm, Errors),
    status: StatusCode,
) -> Answer {
    let own = own(cx, current).await?;
    if own.issuable.is_empty() && errors.is_empty() {
        return Ok(cx.redirect("/tokens"));
    }
    let profile = cx.web.app.profile();
    let page = TokenIssuePage {
        shell: cx.shell_at("/tokens/issue"),
        errors,
        app: own.issuable.contains(&TokenKind::App),
        authenticator: own.issuable.contains(&TokenKind::Authenticator),
        form,
        min_length: u32::from(profile.pin.min_len),
        max_length: u32::from(profile.pin.max_len),
        sender_name: profile.mail.sender_name.clone(),
        sender_address: profile.mail.sender_address.clone(),
    };
    Ok(cx.render(status, &page))
}

/// `GET /tokens/confirm`.
pub(crate) async fn confirm(LoggedOn(cx, current): LoggedOn) -> Answer {
    match issue_token::open(&cx.web.app, &current).await? {
        Some(issue) => {
            let page = confirm_view(&cx, &issue, Errors::default());
            Ok(cx.render(StatusCode::OK, &page))
        }
        None => Ok(cx.redirect("/tokens")),
    }
}

/// `POST /tokens/confirm`.
pub(crate) async fn submit_confirm(
    LoggedOn(cx, current): LoggedOn,
    Posted(form): Posted,
) -> Answer {
    let Some(issue) = issue_token::open(&cx.web.app, &current).await? else {
        return Ok(cx.redirect_with("/tokens", MessageId::IssueExpired));
    };
    let mut errors = form.left_empty(&["first_code"])?;
    if errors.is_empty() {
        let code = form.get("first_code")?;
        match confirm_token::run(&cx.web.app, &current, code, &cx.origin).await? {
            Ok(()) => return Ok(cx.redirect_with("/status", MessageId::TokenInService)),
            Err(refusal) => errors = unconfirmed(&cx, &issue, &refusal)?,
        }
    }
    let page = confirm_view(&cx, &issue, errors);
    Ok(cx.render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn unconfirmed(cx: &Cx, issue: &OpenIssue, refusal: &Refusal) -> Result<Errors, Failure> {
    let at_code = |message: MessageId| Errors::default().field("first_code", message);
    Ok(match refusal {
        Refusal::WrongAnswer => at_code(MessageId::TokenWrong),
        Refusal::CodeUsed => at_code(MessageId::TokenCodeUsed),
        Refusal::WrongState if issue.step == IssueStep::Mailed => {
            Errors::page(MessageId::AppNotSetUp)
        }
        Refusal::Expired | Refusal::WrongState => Errors::page(MessageId::IssueExpired),
        Refusal::NotLoggedOn | Refusal::Suspended => return Err(Failure::NotLoggedOn),
        refusal => Errors::page(cx.message(refusal)),
    })
}

fn confirm_view(cx: &Cx, issue: &OpenIssue, errors: Errors) -> TokenConfirmPage {
    TokenConfirmPage {
        shell: cx.shell_at("/tokens/confirm"),
        errors,
        kind: token_shown::kind(issue.kind),
        service_id: issue.service_id.clone(),
        user_id: issue.user_id.clone(),
        mail_to: issue.mail_to.clone(),
        set_up: issue.step != IssueStep::Mailed,
        expires_at: issue.expires_at,
        secret: None,
    }
}

/// The secret as the `otpauth` URI holds it: base32, in groups that are easier to type.
fn new_secret(issued: &IssuedToken) -> Option<NewSecret> {
    const GROUP: usize = 4;
    let uri = issued.otpauth_uri.as_ref()?;
    let (_, rest) = uri.split_once("secret=")?;
    let secret = rest.split('&').next()?;
    let groups: Vec<_> = secret.as_bytes().chunks(GROUP).collect();
    let groups = groups.iter().map(|g| String::from_utf8_lossy(g));
    Some(NewSecret {
        qr: qr(uri)?,
        typed: groups.collect::<Vec<_>>().join(" "),
    })
}
