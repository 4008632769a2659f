//! ワンタイムパスワードの管理: the list, revocation and release of several users, and giving up issues (S4).

use axum::http::StatusCode;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::token_overview::{self, Overview, PersonRow};
use warifu_app::use_cases::{cancel_token_issue, release_persons, revoke_tokens};
use warifu_domain::ids::PersonId;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{OtpState, TokenKind};

use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::{Fields, Posted};
use super::token_shown;
use crate::views::admin_tokens::{
    Act, AdminTokenChoosePage, AdminTokenResultPage, AdminTokensPage, ResultRow, UserRow,
};
use crate::views::message::{Errors, Message, MessageId};

/// What came of each person, in the order chosen.
type Results = Vec<(String, Result<(), Refusal>)>;

const LIST: &str = "/admin/tokens";

/// The list; no such page for anybody but administrators and masters.
pub(super) async fn overview(cx: &Cx, current: &Current) -> Result<Overview, Failure> {
    let found = token_overview::run(&cx.web.app, current).await?;
    found.map_err(|refusal| cx.refuse(&refusal))
}

/// `GET /admin/tokens`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn) -> Answer {
    let overview = overview(&cx, &current).await?;
    let hardware = overview.kinds.contains(&TokenKind::Hardware);
    let users = overview.persons.iter();
    let lent = overview.tokens.iter();
    let page = AdminTokensPage {
        shell: cx.shell_at(LIST),
        users: users.map(|row| token_shown::user(row, None)).collect(),
        mode: hardware.then(|| token_shown::mode(overview.mode)),
        lent: lent.map(|t| token_shown::lent(&overview, t)).collect(),
    };
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /admin/tokens/initialise`.
pub(crate) async fn initialise(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let overview = overview(&cx, &current).await?;
    let chosen = token_shown::chosen(&overview, &form);
    let [person] = chosen.as_slice() else {
        return Err(Failure::unreadable());
    };
    match cancel_token_issue::run(&cx.web.app, &current, Some(person), &cx.origin).await? {
        Ok(()) => Ok(cx.redirect_with(LIST, MessageId::IssueCancelled)),
        // Done or given up meanwhile: the list shows it.
        Err(Refusal::WrongState) => Ok(cx.redirect(LIST)),
        Err(refusal) => Err(cx.refuse(&refusal)),
    }
}

/// `GET /admin/tokens/revoke` and `/admin/tokens/release`.
pub(crate) async fn choose(LoggedOn(cx, current): LoggedOn, act: Act) -> Answer {
    let overview = overview(&cx, &current).await?;
    let page = choose_view(&cx, &overview, act, (None, Errors::default()));
    Ok(cx.render(StatusCode::OK, &page))
}

/// `POST /admin/tokens/revoke` and `/admin/tokens/release`.
pub(crate) async fn submit(
    LoggedOn(cx, current): LoggedOn,
    Posted(form): Posted,
    act: Act,
) -> Answer {
    let overview = overview(&cx, &current).await?;
    let chosen = token_shown::chosen(&overview, &form);
    let errors = match left_out(&chosen, &form)? {
        errors if errors.is_empty() => match run(&cx, &current, &chosen, &form, act).await? {
            Ok(results) => return result(&cx, &current, (&chosen, results), act).await,
            Err(refusal) => not_done(&cx, &refusal)?,
        },
        errors => errors,
    };
    let page = choose_view(&cx, &overview, act, (Some(&form), errors));
    Ok(cx.render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Nobody chosen, or no PIN.
fn left_out(chosen: &[PersonId], form: &Fields) -> Result<Errors, Failure> {
    let mut errors = Errors::default();
    if chosen.is_empty() {
        errors = errors.field("users", MessageId::NobodyChosen);
    }
    let empty = form.left_empty(&["confirmation_pin"])?;
    errors.fields.extend(empty.fields);
    Ok(errors)
}

async fn run(
    cx: &Cx,
    current: &Current,
    chosen: &[PersonId],
    form: &Fields,
    act: Act,
) -> Result<Result<Results, Refusal>, Failure> {
    let (app, origin) = (&cx.web.app, &cx.origin);
    let pin = form.get("confirmation_pin")?;
    Ok(match act {
        Act::Revoke => revoke_tokens::run(app, current, chosen, pin, origin).await?,
        Act::Release => release_persons::run(app, current, chosen, pin, origin).await?,
    })
}

/// A refusal of the whole form.
pub(super) fn not_done(cx: &Cx, refusal: &Refusal) -> Result<Errors, Failure> {
    match refusal {
        Refusal::WrongAnswer => {
            let wrong = MessageId::ConfirmationPinWrong;
            Ok(Errors::default().field("confirmation_pin", wrong))
        }
        Refusal::MissingAnswer => Ok(Errors::default().field("users", MessageId::NobodyChosen)),
        // The logon page says why the session ended.
        Refusal::Suspended => Err(Failure::NotLoggedOn),
        Refusal::NotPermitted | Refusal::NotLoggedOn => Err(cx.refuse(refusal)),
        refusal => Ok(Errors::page(cx.message(refusal))),
    }
}

fn choose_view(
    cx: &Cx,
    overview: &Overview,
    act: Act,
    (form, errors): (Option<&Fields>, Errors),
) -> AdminTokenChoosePage {
    let fits = |row: &&PersonRow| match act {
        Act::Revoke => row.person.token.is_some(),
        Act::Release => row.state == OtpState::Suspended,
    };
    let rows = overview.persons.iter().filter(fits);
    AdminTokenChoosePage {
        shell: cx.shell_at(path(act)),
        errors,
        act,
        users: rows.map(|row| token_shown::user(row, form)).collect(),
        hold_minutes: hold_minutes(cx),
    }
}

async fn result(
    cx: &Cx,
    current: &Current,
    (chosen, results): (&[PersonId], Results),
    act: Act,
) -> Answer {
    // An administrator who revoked their own token is logged off by it, and still sees what they did.
    let overview = overview(cx, current).await?;
    let row = |(id, (_, done)): (&PersonId, (String, Result<(), Refusal>))| {
        let row = overview.persons.iter().find(|row| row.person.id == *id)?;
        Some(ResultRow {
            user: token_shown::user(row, None),
            refused: done.err().map(|refusal| why(cx, act, &refusal)),
        })
    };
    let page = AdminTokenResultPage {
        shell: cx.shell_at(path(act)),
        act,
        rows: chosen.iter().zip(results).filter_map(row).collect(),
        hold_minutes: hold_minutes(cx),
    };
    Ok(cx.render(StatusCode::OK, &page))
}

fn why(cx: &Cx, act: Act, refusal: &Refusal) -> Message {
    match (act, refusal) {
        (Act::Release, Refusal::NotPermitted) => MessageId::ReleaseNotAllowed.into(),
        (Act::Release, Refusal::WrongState) => MessageId::NothingToRelease.into(),
        (Act::Revoke, Refusal::NoToken) => MessageId::NothingToRevoke.into(),
        _ => cx.message(refusal),
    }
}

fn path(act: Act) -> &'static str {
    match act {
        Act::Revoke => "/admin/tokens/revoke",
        Act::Release => "/admin/tokens/release",
    }
}

fn hold_minutes(cx: &Cx) -> i64 {
    let policy = cx.web.app.profile().token.as_ref();
    policy.map_or(0, |policy| policy.revocation_hold_secs / 60)
}

/// The rows of those whom a token may be registered for, or who use one.
pub(super) fn rows<'a>(
    overview: &'a Overview,
    form: Option<&Fields>,
    fits: impl Fn(&PersonRow) -> bool + 'a,
) -> Vec<UserRow> {
    let rows = overview.persons.iter().filter(|row| fits(row));
    rows.map(|row| token_shown::user(row, form)).collect()
}
