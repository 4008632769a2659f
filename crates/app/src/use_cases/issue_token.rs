//! S4 steps A and B, TOK-6, TOK-13: a person asks for a software token. The confirmation PIN proves it;
//! the app's activation link is mailed, an authenticator's URI shown once.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::account::masked_mail;
use warifu_domain::address::parse_address;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::count_issue;
use warifu_domain::ids::{TokenId, TokenIssueId, UserId};
use warifu_domain::person::{Counted, Person};
use warifu_domain::pin::{PinFault, check_new_pin, fold_pin};
use warifu_domain::policy::TokenPolicy;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{
    self, Algorithm, Digits, Issue, IssueStep, Token, TokenClock, TokenKind, TokenStatus, Totp,
    UsageMode,
};
use warifu_otp::otpauth::OtpAuth;
use warifu_otp::{NumericCode, OtpKey};
use warifu_store::Commit;
use warifu_store::tables::{persons, token_issues, tokens};
use zeroize::Zeroizing;

use super::current_session::Current;
use super::request_address::{refuse_over_rate, verify_confirmation_pin};
use super::session_opening::token_hash;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{Asked, SoftwareNotice, software_notice, token_activation};
use crate::outbox::Letter;
use crate::pin_hash::PepperedPin;

/// What was typed.
pub struct IssueToken<'a> {
    /// [`TokenKind::App`] or [`TokenKind::Authenticator`].
    pub kind: TokenKind,
    /// The phone's address. Not looked at for an authenticator app.
    pub mail: &'a str,
    /// The same again.
    pub mail_again: &'a str,
    /// 利用開始パスワード, by the rules of PINs. Not looked at for an authenticator app.
    pub start_password: &'a str,
    /// The same again.
    pub start_password_again: &'a str,
    /// The person's own 確認暗証番号.
    pub confirmation_pin: &'a str,
}

/// A token waits for its app. No `Debug`: it may hold a secret.
pub struct IssuedToken {
    /// The issue as it can be shown again.
    pub issue: OpenIssue,
    /// For an authenticator app: what its QR code says, secret included. Shown once.
    pub otpauth_uri: Option<Zeroizing<String>>,
}

/// An issue under way, as the screen ワンタイムパスワード認証確認 shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIssue {
    /// What is being issued.
    pub kind: TokenKind,
    /// The token's serial.
    pub serial: String,
    /// How far it is.
    pub step: IssueStep,
    /// サービスID: the contract's number.
    pub service_id: String,
    /// ユーザID; empty for the administrator.
    pub user_id: String,
    /// Where the activation mail went, masked.
    pub mail_to: Option<String>,
    /// Until when link and first code count.
    pub expires_at: Timestamp,
}

/// The issue of this person that is open now.
///
/// # Errors
/// When the system failed.
pub async fn open(app: &App, current: &Current) -> Result<Option<OpenIssue>, AppError> {
    let Some(issue) = token_issues::open_of(&app.db, &current.person.id).await? else {
        return Ok(None);
    };
    let Some(sealed) = tokens::find(&app.db, &issue.token_id).await? else {
        return Ok(None);
    };
    let open = issue.is_open(current.now);
    Ok(open.then(|| shown(&current.person, &issue, &sealed.token)))
}

/// Runs the use case. An issue that is open already is given up for the new one.
///
/// # Errors
/// Refused while a token is in service or after a revocation, by a rule of addresses or passwords, by
/// rate, or because the confirmation PIN is wrong, which counts (LCK-1).
pub async fn run(
    app: &App,
    current: &Current,
    command: IssueToken<'_>,
    origin: &Origin,
) -> Outcome<IssuedToken> {
    let mut start_password_hash = None;
    for _ in 0..MAX_TRIES {
        let Some(person) = persons::find(&app.db, &current.person.id).await? else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        let held = app.token_of(&person).await?.map(|held| held.token);
        let (mail_to, expires_at) = match check(app, current, (&person, held), &command) {
            Ok(checked) => checked,
            Err(refusal) => {
                app.record(Commit::audited(refused(&person, &refusal, current, origin)))
                    .await?;
                return Ok(Err(refusal));
            }
        };
        let right = verify_confirmation_pin(app, &person, command.confirmation_pin).await?;
        let outcome = if right {
            if mail_to.is_some() && start_password_hash.is_none() {
                start_password_hash = Some(hash(app, &person, command.start_password).await?);
            }
            let wanted = Wanted {
                kind: command.kind,
                mail_to,
                start_password_hash: start_password_hash.clone(),
                expires_at,
            };
            issue(app, current, &person, wanted, origin).await
        } else {
            count_wrong_pin(app, current, &person, origin).await
        };
        match outcome {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token issue conflicts"))
}

struct Wanted {
    kind: TokenKind,
    mail_to: Option<String>,
    start_password_hash: Option<String>,
    expires_at: Timestamp,
}

/// Where the mail goes, and until when the issue counts.
fn check(
    app: &App,
    current: &Current,
    (person, held): (&Person, Option<Token>),
    command: &IssueToken<'_>,
) -> Result<(Option<String>, Timestamp), Refusal> {
    let policy = app.profile.token.as_ref().ok_or(Refusal::NotPermitted)?;
    if command.kind == TokenKind::Hardware || !policy.kinds.contains(&command.kind) {
        return Err(Refusal::NotPermitted);
    }
    if current.contract.token_mode == UsageMode::OneForAll {
        return Err(Refusal::TokenMode);
    }
    let expires_at = token::new_issue(person, held.as_ref(), policy, current.now)?;
    refuse_over_rate(app, person, current.now)?;
    if command.kind == TokenKind::Authenticator {
        return Ok((None, expires_at));
    }
    let mail = parse_address(command.mail)?;
    if parse_address(command.mail_again).as_ref() != Ok(&mail) {
        return Err(Refusal::AddressMismatch);
    }
    let password = fold_pin(command.start_password);
    if password != fold_pin(command.start_password_again) {
        return Err(Refusal::PinRule(PinFault::Mismatch));
    }
    let user = person.user_id.as_ref().map_or("", UserId::as_str);
    check_new_pin(
        &app.profile.pin,
        &password,
        &[person.contract_id.as_str(), user],
    )
    .map_err(Refusal::PinRule)?;
    Ok((Some(mail), expires_at))
}

async fn hash(app: &App, person: &Person, typed: &str) -> Result<String, AppError> {
    let typed = fold_pin(typed);
    let peppered = PepperedPin::start_password(app.vault.pepper(), &person.id, &typed);
    let contract = person.contract_id.as_str();
    app.pins.hash(contract, peppered, app.random()).await
}

async fn count_wrong_pin<T>(
    app: &App,
    current: &Current,
    person: &Person,
    origin: &Origin,
) -> Result<Result<T, Refusal>, Again> {
    let mut after = person.clone();
    let (policy, now) = (&app.profile.suspension, current.now);
    let suspends = after.count_failure(Counted::ConfirmationPin, policy, now);
    let mut commit = Commit::audited(refused(person, &Refusal::WrongAnswer, current, origin));
    persons::update(&mut commit, &after);
    if suspends {
        app.follow_suspension(&mut commit, &after, &current.contract, origin, now)
            .map_err(Again::Fault)?;
    }
    app.commit(commit).await?;
    Ok(Err(Refusal::WrongAnswer))
}

async fn issue(
    app: &App,
    current: &Current,
    person: &Person,
    wanted: Wanted,
    origin: &Origin,
) -> Result<Result<IssuedToken, Refusal>, Again> {
    let now = current.now;
    let key = OtpKey::from_bytes(Zeroizing::new(app.random::<20>()).as_slice())
        .map_err(|_| Again::Fault(AppError::Inconsistent("a secret of 20 bytes is too short")))?;
    let token = new_token(app, person, wanted.kind, now).map_err(Again::Fault)?;
    let link = wanted.mail_to.is_some().then(|| app.new_token());
    let issue = Issue {
        id: TokenIssueId::from_entropy(app.random()),
        contract_id: person.contract_id.clone(),
        person_id: person.id.clone(),
        token_id: token.id.clone(),
        link_hash: link.as_deref().map(token_hash),
        step: match link {
            Some(_) => IssueStep::Mailed,
            None => IssueStep::Activated,
        },
        mail_to: wanted.mail_to,
        tries: 0,
        expires_at: wanted.expires_at,
        version: 1,
    };
    let mut after = person.clone();
    count_issue(&mut after, app.profile.mail_otp.issue_window_secs, now);
    after.reset_failures(Counted::ConfirmationPin);
    let mut commit = Commit::audited(issued_event(person, &issue, &token, (origin, now)));
    persons::update(&mut commit, &after);
    app.give_up_open_issue(&mut commit, person)
        .await
        .map_err(Again::Fault)?;
    let sealed = app.seal_token(&token.id, &key).map_err(Again::Fault)?;
    tokens::insert(&mut commit, &token, sealed);
    token_issues::insert(&mut commit, &issue, wanted.start_password_hash);
    mail(app, &mut commit, current, (&issue, &token, link.as_deref()))
        .await
        .map_err(Again::Fault)?;
    let otpauth_uri = match link {
        Some(_) => None,
        None => Some(otpauth_uri(app, person, &token, key).map_err(Again::Fault)?),
    };
    app.commit(commit).await?;
    app.outbox_wake.notify_one();
    Ok(Ok(IssuedToken {
        issue: shown(person, &issue, &token),
        otpauth_uri,
    }))
}

fn new_token(
    app: &App,
    person: &Person,
    kind: TokenKind,
    now: Timestamp,
) -> Result<Token, AppError> {
    let policy = app.profile.token.as_ref();
    let policy = policy.ok_or(AppError::Inconsistent("a profile without tokens"))?;
    let half = || NumericCode::from_entropy(Digits::Six, &mut app.fill_random());
    let serial = format!("WA{}{}", half().expose(), half().expose());
    Ok(Token {
        id: TokenId::from_entropy(app.random()),
        serial,
        kind,
        contract_id: Some(person.contract_id.clone()),
        status: TokenStatus::Issuing,
        totp: totp(policy, kind)
            .ok_or(AppError::Inconsistent("impossible codes in the profile"))?,
        clock: TokenClock::default(),
        failures: 0,
        expires_at: policy.software_expiry(now),
        app_key: None,
        version: 1,
    })
}

/// Authenticator apps are free to ignore all parameters but these.
fn totp(policy: &TokenPolicy, kind: TokenKind) -> Option<Totp> {
    if kind == TokenKind::Authenticator {
        return Totp::new(Algorithm::Sha1, Digits::Six, 30);
    }
    let digits = Digits::from_count(usize::from(policy.software_digits))?;
    Totp::new(Algorithm::Sha1, digits, policy.software_period_secs)
}

fn otpauth_uri(
    app: &App,
    person: &Person,
    token: &Token,
    key: OtpKey,
) -> Result<Zeroizing<String>, AppError> {
    let account = person.id.as_str().trim_end_matches('/');
    let uri = OtpAuth::new(&app.profile.institution.name, account, token.totp, key);
    let uri = uri.map_err(|_| AppError::Inconsistent("a name that no app can show"))?;
    Ok(uri.to_uri())
}

/// The activation link to the phone, and a notice to the person and the administrator.
async fn mail(
    app: &App,
    commit: &mut Commit,
    current: &Current,
    (issue, token, link): (&Issue, &Token, Option<&str>),
) -> Result<(), AppError> {
    let (person, now) = (&current.person, current.now);
    let asked = Asked {
        contract_name: &current.contract.name,
        person_name: &person.name,
        at: now,
    };
    if let (Some(link), Some(recipient)) = (link, issue.mail_to.as_deref()) {
        let url = format!("{}/app/#a={link}", app.public_origin);
        let service_id = issue.contract_id.as_str();
        let text = token_activation(&app.profile, &url, service_id, &asked, issue.expires_at);
        let letter = Letter {
            person,
            recipient,
            kind: "token-activation",
            text: &text,
            drop_at: Some(issue.expires_at),
        };
        app.queue_mail(commit, &letter, now)?;
    }
    let notice = SoftwareNotice::Issued;
    let text = software_notice(&app.profile, notice, &token.serial, &asked);
    app.tell_person_and_administrator(commit, person, (notice.kind(), &text), now)
        .await
}

fn issued_event(
    person: &Person,
    issue: &Issue,
    token: &Token,
    (origin, now): (&Origin, Timestamp),
) -> warifu_store::AuditEvent {
    let data = json!({
        "issue": issue.id.as_str(),
        "serial": token.serial,
        "kind": token.kind.name(),
        "to": issue.mail_to.as_deref().map(masked_mail),
    });
    audit::of_person(person, EventKind::TokenIssued, &data, origin, now)
}

fn refused(
    person: &Person,
    refusal: &Refusal,
    current: &Current,
    origin: &Origin,
) -> warifu_store::AuditEvent {
    let data = json!({ "act": "issue", "reason": refusal.code() });
    audit::of_person(person, EventKind::TokenRefused, &data, origin, current.now)
}

fn shown(person: &Person, issue: &Issue, token: &Token) -> OpenIssue {
    OpenIssue {
        kind: token.kind,
        serial: token.serial.clone(),
        step: issue.step,
        service_id: person.contract_id.to_string(),
        user_id: person
            .user_id
            .as_ref()
            .map_or_else(String::new, |id| id.as_str().to_owned()),
        mail_to: issue.mail_to.as_deref().map(masked_mail),
        expires_at: issue.expires_at,
    }
}
