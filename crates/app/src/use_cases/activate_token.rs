//! S4 step C, TOK-7: the token app asks for its secret. It leaves once, for the right link with the
//! right service ID, user ID and start password; whatever is wrong looks the same outside.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::ids::{ContractId, PersonId, UserId};
use warifu_domain::person::Person;
use warifu_domain::pin::fold_pin;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{self, Activation, Issue, IssueStep};
use warifu_otp::OtpKey;
use warifu_store::Commit;
use warifu_store::tables::{contracts, persons, token_issues, tokens};
use zeroize::Zeroizing;

use super::held_tokens::Held;
use super::session_opening::token_hash;
use crate::app_signature::is_public_key;
use crate::audit;
use crate::context::{App, INSTITUTION_CHAIN, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{Asked, SoftwareNotice, software_notice};
use crate::pin_hash::PepperedPin;

/// What the app sends.
pub struct ActivateToken<'a> {
    /// The secret of the activation link.
    pub link: &'a str,
    /// サービスID: the contract's number.
    pub service_id: &'a str,
    /// ユーザID; empty for the administrator.
    pub user_id: &'a str,
    /// 利用開始パスワード.
    pub start_password: &'a str,
    /// The key the app will sign with: P-256, uncompressed point of 65 bytes.
    pub public_key: &'a [u8],
}

/// What the app keeps and shows. No `Debug`: it holds the secret.
pub struct Activated {
    /// The token's serial.
    pub serial: String,
    /// The secret, for the only time.
    pub secret: Zeroizing<Vec<u8>>,
    /// How codes are made from it.
    pub totp: token::Totp,
    /// Until when they count.
    pub expires_at: Option<Timestamp>,
    /// Name of the institution.
    pub institution: String,
    /// サービスID.
    pub service_id: String,
    /// ユーザID; empty for the administrator.
    pub user_id: String,
    /// Name of the contract.
    pub contract_name: String,
    /// Name of the person.
    pub person_name: String,
}

/// Runs the use case.
///
/// # Errors
/// [`Refusal::WrongAnswer`], whatever was wrong, used, spoilt or over; the record says which.
pub async fn run(app: &App, command: ActivateToken<'_>, origin: &Origin) -> Outcome<Activated> {
    let now = app.now()?;
    if !is_public_key(command.public_key) {
        return Ok(Err(Refusal::WrongAnswer));
    }
    let link_hash = token_hash(command.link);
    let found = token_issues::find_by_link(&app.db, &link_hash).await?;
    let right = judge(app, &command, found.as_ref()).await?;
    if found.is_none() {
        record_unknown(app, origin, now).await?;
        return Ok(Err(Refusal::WrongAnswer));
    }
    for _ in 0..MAX_TRIES {
        let Some(records) = read(app, &link_hash).await? else {
            return Ok(Err(Refusal::WrongAnswer));
        };
        match attempt(app, records, (right, command.public_key), origin, now).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token activation conflicts"))
}

/// Whether IDs and start password are those of the link. An unknown link takes as long.
async fn judge(
    app: &App,
    command: &ActivateToken<'_>,
    found: Option<&(Issue, Option<String>)>,
) -> Result<bool, AppError> {
    let nobody = PersonId::from_stored(INSTITUTION_CHAIN.to_owned());
    let (person_id, stored) = match found {
        Some((issue, hash)) => (&issue.person_id, hash.clone().unwrap_or_default()),
        None => (&nobody, String::new()),
    };
    let typed = fold_pin(command.start_password);
    let peppered = PepperedPin::start_password(app.vault.pepper(), person_id, &typed);
    let right = app.pins.verify(command.service_id, peppered, stored);
    Ok(right.await? && named_person(command).as_ref() == Some(person_id))
}

fn named_person(command: &ActivateToken<'_>) -> Option<PersonId> {
    let contract = ContractId::parse(command.service_id).ok()?;
    if command.user_id.trim().is_empty() {
        return Some(PersonId::new(&contract, None));
    }
    let user = UserId::parse(command.user_id).ok()?;
    Some(PersonId::new(&contract, Some(&user)))
}

struct Records {
    issue: Issue,
    person: Person,
    contract: Contract,
    /// Absent once the issue is spoilt or given up.
    held: Option<Held>,
}

async fn read(app: &App, link_hash: &str) -> Result<Option<Records>, AppError> {
    let Some((issue, _)) = token_issues::find_by_link(&app.db, link_hash).await? else {
        return Ok(None);
    };
    let (person, contract) = tokio::try_join!(
        persons::find(&app.db, &issue.person_id),
        contracts::find(&app.db, &issue.contract_id)
    )?;
    let (Some(person), Some(contract)) = (person, contract) else {
        return Err(AppError::Inconsistent("a token issue without a person"));
    };
    let held = app.token(&issue.token_id).await?;
    Ok(Some(Records {
        issue,
        person,
        contract,
        held,
    }))
}

async fn attempt(
    app: &App,
    records: Records,
    (right, public_key): (bool, &[u8]),
    origin: &Origin,
    now: Timestamp,
) -> Result<Result<Activated, Refusal>, Again> {
    let decided = decide(&records, (right, public_key), now);
    let person = &records.person;
    let event = |kind, reason: Option<&str>| {
        let data =
            json!({ "act": "activate", "issue": records.issue.id.as_str(), "reason": reason });
        audit::of_person(person, kind, &data, origin, now)
    };
    let refused = |reason| Commit::audited(event(EventKind::TokenRefused, Some(reason)));
    match decided {
        Err(refusal) => app.commit(refused(refusal.code())).await?,
        Ok(Err(issue)) => {
            let mut commit = refused(Refusal::WrongAnswer.code());
            token_issues::update(&mut commit, &issue);
            if let Some(held) = records.held.filter(|_| issue.step == IssueStep::Cancelled) {
                tokens::erase(&mut commit, &held.token);
            }
            app.commit(commit).await?;
        }
        Ok(Ok((activation, key))) => {
            let mut commit = Commit::audited(event(EventKind::TokenActivated, None));
            token_issues::update(&mut commit, &activation.issue);
            tokens::update(&mut commit, &activation.token);
            notice(app, &mut commit, &records, &activation, now)
                .await
                .map_err(Again::Fault)?;
            let activated = activated(app, &records, activation, key);
            app.commit(commit).await?;
            app.outbox_wake.notify_one();
            return Ok(Ok(activated));
        }
    }
    Ok(Err(Refusal::WrongAnswer))
}

type Decided<'a> = Result<(Activation, &'a OtpKey), Issue>;

fn decide<'a>(
    records: &'a Records,
    (right, public_key): (bool, &[u8]),
    now: Timestamp,
) -> Result<Decided<'a>, Refusal> {
    if records.contract.stopped {
        return Err(Refusal::Suspended);
    }
    records.person.refuse_if_suspended()?;
    let held = records.held.as_ref().ok_or(Refusal::CodeVoid)?;
    let key = public_key.to_vec();
    let decided = token::activate(&records.issue, &held.token, right, key, now)?;
    Ok(decided.map(|activation| (activation, &held.key)))
}

async fn notice(
    app: &App,
    commit: &mut Commit,
    records: &Records,
    activation: &Activation,
    now: Timestamp,
) -> Result<(), AppError> {
    let person = &records.person;
    let asked = Asked {
        contract_name: &records.contract.name,
        person_name: &person.name,
        at: now,
    };
    let notice = SoftwareNotice::Activated;
    let text = software_notice(&app.profile, notice, &activation.token.serial, &asked);
    app.tell_person_and_administrator(commit, person, (notice.kind(), &text), now)
        .await
}

fn activated(app: &App, records: &Records, activation: Activation, key: &OtpKey) -> Activated {
    let person = &records.person;
    Activated {
        serial: activation.token.serial,
        secret: Zeroizing::new(key.expose().to_vec()),
        totp: activation.token.totp,
        expires_at: activation.token.expires_at,
        institution: app.profile.institution.name.clone(),
        service_id: records.contract.id.to_string(),
        user_id: person
            .user_id
            .as_ref()
            .map_or_else(String::new, |id| id.as_str().to_owned()),
        contract_name: records.contract.name.clone(),
        person_name: person.name.clone(),
    }
}

async fn record_unknown(app: &App, origin: &Origin, now: Timestamp) -> Result<(), AppError> {
    let data = json!({ "act": "activate", "reason": "unknown-link" });
    let line = audit::origin_line(origin);
    let event = audit::of_institution(EventKind::TokenRefused, &data, &line, now);
    app.record(Commit::audited(event)).await
}
