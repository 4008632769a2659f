//! S4 steps D and E, TOK-6: the first code, typed on the PC, brings a software token into service. The
//! code is used up by it.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::person::{Counted, Person};
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{self, Confirmed, Issue, Token, TokenStatus, UsageMode};
use warifu_store::Commit;
use warifu_store::tables::{persons, token_issues, tokens};

use super::current_session::Current;
use super::held_tokens::Held;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{Asked, SoftwareNotice, software_notice};

/// Runs the use case with what was typed.
///
/// # Errors
/// [`Refusal::WrongState`] if nothing is being issued, the app is not set up, or another token came into
/// service meanwhile; [`Refusal::Expired`], [`Refusal::WrongAnswer`], [`Refusal::TokenLocked`].
pub async fn run(app: &App, current: &Current, code: &str, origin: &Origin) -> Outcome<()> {
    for _ in 0..MAX_TRIES {
        let Some(records) = read(app, current).await? else {
            return Ok(Err(Refusal::WrongState));
        };
        let decided = decide(app, current, &records, code);
        match attempt(app, current, (&records, decided), origin).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token confirmation conflicts"))
}

struct Records {
    person: Person,
    issue: Issue,
    held: Held,
    /// The expired token that this one replaces.
    former: Option<Token>,
}

async fn read(app: &App, current: &Current) -> Result<Option<Records>, AppError> {
    let Some(person) = persons::find(&app.db, &current.person.id).await? else {
        return Ok(None);
    };
    let Some(issue) = token_issues::open_of(&app.db, &person.id).await? else {
        return Ok(None);
    };
    let Some(held) = app.token(&issue.token_id).await? else {
        return Ok(None);
    };
    let former = app.token_of(&person).await?.map(|held| held.token);
    Ok(Some(Records {
        person,
        issue,
        held,
        former,
    }))
}

fn decide(
    app: &App,
    current: &Current,
    records: &Records,
    code: &str,
) -> Result<Result<Confirmed, Token>, Refusal> {
    let policy = app.profile.token.as_ref().ok_or(Refusal::NotPermitted)?;
    if current.contract.token_mode == UsageMode::OneForAll {
        return Err(Refusal::TokenMode);
    }
    let (person, now) = (&records.person, current.now);
    // What was true when it was asked for must be true still.
    token::new_issue(person, records.former.as_ref(), policy, now)?;
    let issued = (&records.issue, &records.held.token);
    token::confirm_issue(issued, person, (&records.held.key, code), policy, now)
}

async fn attempt(
    app: &App,
    current: &Current,
    (records, decided): (&Records, Result<Result<Confirmed, Token>, Refusal>),
    origin: &Origin,
) -> Result<Result<(), Refusal>, Again> {
    let (person, now) = (&records.person, current.now);
    let serial = &records.held.token.serial;
    let refused = |reason| {
        let data = json!({ "act": "confirm", "serial": serial, "reason": reason });
        Commit::audited(audit::of_person(
            person,
            EventKind::TokenRefused,
            &data,
            origin,
            now,
        ))
    };
    match decided {
        Err(refusal) => {
            app.commit(refused(refusal.code())).await?;
            Ok(Err(refusal))
        }
        Ok(Err(token)) => {
            let mut commit = refused(Refusal::WrongAnswer.code());
            tokens::update(&mut commit, &token);
            let mut after = person.clone();
            let limits = &app.profile.suspension;
            let suspends = after.count_failure(Counted::TokenOtp, limits, now);
            persons::update(&mut commit, &after);
            if suspends {
                app.follow_suspension(&mut commit, &after, &current.contract, origin, now)?;
            }
            app.commit(commit).await?;
            Ok(Err(Refusal::WrongAnswer))
        }
        Ok(Ok(confirmed)) => {
            let data = json!({
                "serial": serial,
                "kind": confirmed.token.kind.name(),
                "step": confirmed.token.clock.last_step,
            });
            let kind = EventKind::TokenRegistered;
            let mut commit = Commit::audited(audit::of_person(person, kind, &data, origin, now));
            token_issues::update(&mut commit, &confirmed.issue);
            tokens::update(&mut commit, &confirmed.token);
            persons::update(&mut commit, &confirmed.person);
            if let Some(former) = &records.former {
                tokens::update(&mut commit, &revoked(former));
            }
            notice(app, &mut commit, current, (serial, now))
                .await
                .map_err(Again::Fault)?;
            app.commit(commit).await?;
            app.outbox_wake.notify_one();
            Ok(Ok(()))
        }
    }
}

fn revoked(former: &Token) -> Token {
    Token {
        status: TokenStatus::Revoked,
        ..former.clone()
    }
}

async fn notice(
    app: &App,
    commit: &mut Commit,
    current: &Current,
    (serial, now): (&str, Timestamp),
) -> Result<(), AppError> {
    let person = &current.person;
    let asked = Asked {
        contract_name: &current.contract.name,
        person_name: &person.name,
        at: now,
    };
    let notice = SoftwareNotice::Registered;
    let text = software_notice(&app.profile, notice, serial, &asked);
    app.tell_person_and_administrator(commit, person, (notice.kind(), &text), now)
        .await
}
