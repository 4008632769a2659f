//! Hardware tokens of a contract: 利用形態設定, トークンの登録, 交換, 利用登録解除, repair of their clocks (S3).

use axum::extract::RawQuery;
use axum::http::StatusCode;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::deregister_token::{self, DeregisterToken};
use warifu_app::use_cases::exchange_token::{self, ExchangeToken};
use warifu_app::use_cases::register_token::{self, RegisterToken, Registered};
use warifu_app::use_cases::repair_token::{self, RepairToken};
use warifu_app::use_cases::set_token_mode;
use warifu_app::use_cases::token_overview::Overview;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{Token, TokenKind, UsageMode};

use super::admin_tokens::{not_done, overview, rows};
use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::{Fields, Posted};
use super::token::unrepaired;
use super::token_shown;
use crate::views::admin_tokens::{
    AdminTokenDeregisterPage, AdminTokenDonePage, AdminTokenExchangePage, AdminTokenModePage,
    AdminTokenRegisterPage, TokenDeed,
};
use crate::views::message::{Errors, MessageId};
use crate::views::token::TokenRepairPage;

const UNFIT: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// The list, where the institution has hardware tokens.
async fn hardware(cx: &Cx, current: &Current) -> Result<Overview, Failure> {
    let overview = overview(cx, current).await?;
    if overview.kinds.contains(&TokenKind::Hardware) {
        Ok(overview)
    } else {
        Err(Failure::not_found())
    }
}

fn token<'a>(overview: &'a Overview, serial: &str) -> Result<&'a Token, Failure> {
    let found = overview.tokens.iter().find(|t| t.serial == serial);
    found.ok_or_else(Failure::not_found)
}

fn asked(query: Option<String>) -> Result<Fields, Failure> {
    Fields::parse(query.unwrap_or_default().as_bytes())
}

fn done(cx: &Cx, deed: TokenDeed, registered: Registered) -> Answer {
    let page = AdminTokenDonePage {
        shell: cx.shell_at("/admin/tokens"),
        deed,
        serial: registered.serial,
        names: registered.names,
    };
    Ok(cx.render(StatusCode::OK, &page))
}

/// A refusal of a form with serial and code: a wrong PIN and a wrong code are not told apart.
fn refused(cx: &Cx, refusal: &Refusal, serial: &'static str) -> Result<Errors, Failure> {
    let at = |field, message: MessageId| Ok(Errors::default().field(field, message));
    match refusal {
        Refusal::WrongAnswer => Ok(Errors::page(MessageId::AnswerWrong)),
        Refusal::TokenUnavailable => at(serial, MessageId::TokenUnavailable),
        Refusal::CodeUsed => at("token_code", MessageId::TokenCodeUsed),
        refusal => not_done(cx, refusal),
    }
}

/// `GET /admin/tokens/mode`.
pub(crate) async fn mode(LoggedOn(cx, current): LoggedOn) -> Answer {
    let mode = hardware(&cx, &current).await?.mode;
    let page = mode_view(&cx, mode, Errors::default());
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /admin/tokens/mode`.
pub(crate) async fn set_mode(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    hardware(&cx, &current).await?;
    let mode = UsageMode::parse(form.get("token_mode")?).ok_or_else(Failure::unreadable)?;
    let mut errors = form.left_empty(&["confirmation_pin"])?;
    if errors.is_empty() {
        let pin = form.get("confirmation_pin")?;
        match set_token_mode::run(&cx.web.app, &current, mode, pin, &cx.origin).await? {
            Ok(()) => return Ok(cx.redirect_with("/admin/tokens", MessageId::UsageModeSet)),
            Err(refusal) => errors = not_done(&cx, &refusal)?,
        }
    }
    Ok(cx.render(UNFIT, &mode_view(&cx, mode, errors)))
}

fn mode_view(cx: &Cx, mode: UsageMode, errors: Errors) -> AdminTokenModePage {
    AdminTokenModePage {
        shell: cx.shell_at("/admin/tokens/mode"),
        errors,
        mode: token_shown::mode(mode),
    }
}

/// `GET /admin/tokens/register`.
pub(crate) async fn register(LoggedOn(cx, current): LoggedOn, RawQuery(query): RawQuery) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let query = asked(query)?;
    let serial = query.maybe("serial").unwrap_or_default();
    let page = register_view(&cx, &overview, (None, serial), Errors::default());
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /admin/tokens/register`.
pub(crate) async fn submit_register(
    LoggedOn(cx, current): LoggedOn,
    Posted(form): Posted,
) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let chosen = token_shown::chosen(&overview, &form);
    let mut errors = Errors::default();
    if chosen.is_empty() && overview.mode != UsageMode::OneForAll {
        errors = errors.field("users", MessageId::NobodyChosen);
    }
    let empty = form.left_empty(&["register_serial", "token_code", "confirmation_pin"])?;
    errors.fields.extend(empty.fields);
    let serial = form.get("register_serial")?;
    if errors.is_empty() {
        let command = RegisterToken {
            serial,
            code: form.get("token_code")?,
            persons: &chosen,
            confirmation_pin: form.get("confirmation_pin")?,
        };
        match register_token::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(registered) => return done(&cx, TokenDeed::Registered, registered),
            Err(refusal) => errors = refused(&cx, &refusal, "register_serial")?,
        }
    }
    let page = register_view(&cx, &overview, (Some(&form), serial), errors);
    Ok(cx.render(UNFIT, &page))
}

fn register_view(
    cx: &Cx,
    overview: &Overview,
    (form, serial): (Option<&Fields>, &str),
    errors: Errors,
) -> AdminTokenRegisterPage {
    AdminTokenRegisterPage {
        shell: cx.shell_at("/admin/tokens/register"),
        errors,
        mode: token_shown::mode(overview.mode),
        users: match overview.mode {
            UsageMode::OneForAll => Vec::new(),
            _ => rows(overview, form, |row| row.person.token.is_none()),
        },
        serial: serial.to_owned(),
    }
}

/// `GET /admin/tokens/exchange?serial=…`.
pub(crate) async fn exchange(LoggedOn(cx, current): LoggedOn, RawQuery(query): RawQuery) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let query = asked(query)?;
    let old = token(&overview, query.get("serial")?)?;
    let page = exchange_view(&cx, (&overview, old), "", Errors::default());
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /admin/tokens/exchange`.
pub(crate) async fn submit_exchange(
    LoggedOn(cx, current): LoggedOn,
    Posted(form): Posted,
) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let old = token(&overview, form.get("serial")?)?;
    let new_serial = form.get("new_serial")?;
    let mut errors = form.left_empty(&["new_serial", "token_code", "confirmation_pin"])?;
    if errors.is_empty() {
        let command = ExchangeToken {
            old_serial: &old.serial,
            new_serial,
            code: form.get("token_code")?,
            confirmation_pin: form.get("confirmation_pin")?,
        };
        match exchange_token::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(exchanged) => return done(&cx, TokenDeed::Exchanged, exchanged),
            Err(refusal) => errors = refused(&cx, &refusal, "new_serial")?,
        }
    }
    let page = exchange_view(&cx, (&overview, old), new_serial, errors);
    Ok(cx.render(UNFIT, &page))
}

fn exchange_view(
    cx: &Cx,
    (overview, old): (&Overview, &Token),
    new_serial: &str,
    errors: Errors,
) -> AdminTokenExchangePage {
    AdminTokenExchangePage {
        shell: cx.shell_at(&path_of("exchange", old)),
        errors,
        old: token_shown::lent(overview, old),
        new_serial: new_serial.to_owned(),
    }
}

/// `GET /admin/tokens/deregister?serial=…`.
pub(crate) async fn deregister(
    LoggedOn(cx, current): LoggedOn,
    RawQuery(query): RawQuery,
) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let query = asked(query)?;
    let token = token(&overview, query.get("serial")?)?;
    let page = deregister_view(&cx, (&overview, token), None, Errors::default());
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /admin/tokens/deregister`.
pub(crate) async fn submit_deregister(
    LoggedOn(cx, current): LoggedOn,
    Posted(form): Posted,
) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let token = token(&overview, form.get("serial")?)?;
    let chosen = token_shown::chosen(&overview, &form);
    let mut errors = Errors::default();
    if chosen.is_empty() {
        errors = errors.field("users", MessageId::NobodyChosen);
    }
    let empty = form.left_empty(&["confirmation_pin"])?;
    errors.fields.extend(empty.fields);
    if errors.is_empty() {
        let command = DeregisterToken {
            serial: &token.serial,
            persons: &chosen,
            confirmation_pin: form.get("confirmation_pin")?,
        };
        match deregister_token::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(registered) => return done(&cx, TokenDeed::Deregistered, registered),
            Err(refusal) => errors = not_done(&cx, &refusal)?,
        }
    }
    let page = deregister_view(&cx, (&overview, token), Some(&form), errors);
    Ok(cx.render(UNFIT, &page))
}

fn deregister_view(
    cx: &Cx,
    (overview, token): (&Overview, &Token),
    form: Option<&Fields>,
    errors: Errors,
) -> AdminTokenDeregisterPage {
    AdminTokenDeregisterPage {
        shell: cx.shell_at(&path_of("deregister", token)),
        errors,
        token: token_shown::lent(overview, token),
        users: rows(overview, form, |row| token_shown::uses(row, token)),
    }
}

/// `GET /admin/tokens/repair?serial=…`.
pub(crate) async fn repair(LoggedOn(cx, current): LoggedOn, RawQuery(query): RawQuery) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let query = asked(query)?;
    let token = token(&overview, query.get("serial")?)?;
    let page = repair_view(&cx, token, Errors::default());
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /admin/tokens/repair`.
pub(crate) async fn submit_repair(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let overview = hardware(&cx, &current).await?;
    let token = token(&overview, form.get("serial")?)?;
    let mut errors = form.left_empty(&["repair_first", "repair_second", "confirmation_pin"])?;
    if errors.is_empty() {
        let command = RepairToken {
            serial: Some(&token.serial),
            first: form.get("repair_first")?,
            second: form.get("repair_second")?,
            confirmation_pin: form.maybe("confirmation_pin"),
        };
        match repair_token::run(&cx.web.app, &current, command, &cx.origin).await? {
            Ok(()) => return Ok(cx.redirect_with("/admin/tokens", MessageId::DriftRepaired)),
            Err(Refusal::WrongAnswer) => errors = Errors::page(MessageId::AnswerWrong),
            Err(Refusal::Suspended) => return Err(Failure::NotLoggedOn),
            Err(refusal) => errors = Errors::page(unrepaired(&cx, &refusal)),
        }
    }
    Ok(cx.render(UNFIT, &repair_view(&cx, token, errors)))
}

fn repair_view(cx: &Cx, token: &Token, errors: Errors) -> TokenRepairPage {
    TokenRepairPage {
        shell: cx.shell_at(&path_of("repair", token)),
        errors,
        serial: token.serial.clone(),
        by_manager: true,
    }
}

/// Serials are letters, digits and `-`.
fn path_of(act: &str, token: &Token) -> String {
    format!("/admin/tokens/{act}?serial={}", token.serial)
}
