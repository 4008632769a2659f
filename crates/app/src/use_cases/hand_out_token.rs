//! A token that is in somebody's hand from the start, as the branch arranges it when it sets up a customer:
//! lent to a contract, and in use if persons are named. Not for the portal: nothing proves possession here.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::{ContractId, PersonId, TokenId};
use warifu_domain::person::PersonToken;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{Token, TokenClock, TokenKind, TokenStatus, Totp, check_mode};
use warifu_otp::OtpKey;
use warifu_store::Commit;
use warifu_store::tables::{contracts, persons, tokens};

use crate::audit;
use crate::context::App;
use crate::error::{Again, AppError, Outcome};

/// The token as its maker delivered it. No `Debug`: it holds the secret.
pub struct NewToken<'a> {
    /// シリアル番号.
    pub serial: &'a str,
    /// What it is.
    pub kind: TokenKind,
    /// How its codes are made.
    pub totp: Totp,
    /// Its secret.
    pub key: &'a OtpKey,
}

/// Runs the use case.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown contract or person, [`Refusal::TokenMode`], [`Refusal::WrongState`] if the
/// serial exists already or a person changed at the same moment.
pub async fn run(
    app: &App,
    contract: &ContractId,
    new: NewToken<'_>,
    users: &[PersonId],
) -> Outcome<()> {
    let now = app.now()?;
    let Some(contract) = contracts::find(&app.db, contract).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    let id = TokenId::from_entropy(app.random());
    let mut all = persons::of_contract(&app.db, &contract.id).await?;
    let uses = |p: &PersonId| users.contains(p);
    if users.iter().any(|u| all.iter().all(|p| p.id != *u)) {
        return Ok(Err(Refusal::NotFound));
    }
    for person in all.iter_mut().filter(|p| uses(&p.id)) {
        person.token = Some(PersonToken {
            id: id.clone(),
            confirms_in_app: false,
        });
    }
    if let Err(refusal) = check_mode(contract.token_mode, &all) {
        return Ok(Err(refusal));
    }
    let software = || app.profile.token.as_ref()?.software_expiry(now);
    let token = Token {
        id,
        serial: new.serial.to_owned(),
        kind: new.kind,
        contract_id: Some(contract.id.clone()),
        status: if users.is_empty() {
            TokenStatus::Lent
        } else {
            TokenStatus::InUse
        },
        totp: new.totp,
        clock: TokenClock::default(),
        failures: 0,
        expires_at: match new.kind {
            TokenKind::Hardware => None,
            TokenKind::App | TokenKind::Authenticator => software(),
        },
        app_key: None,
        version: 1,
    };
    let named: Vec<_> = users.iter().map(PersonId::as_str).collect();
    let data = json!({ "token": token.serial, "kind": token.kind.name(), "persons": named });
    let mut event = audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
    event.chain = contract.id.to_string();
    let mut commit = Commit::audited(event);
    let sealed = app.seal_token(&token.id, new.key)?;
    tokens::insert(&mut commit, &token, sealed);
    for person in all.iter().filter(|p| uses(&p.id)) {
        persons::update(&mut commit, person);
    }
    match app.commit(commit).await {
        Ok(()) => Ok(Ok(())),
        Err(Again::Conflict) => Ok(Err(Refusal::WrongState)),
        Err(Again::Fault(fault)) => Err(fault),
    }
}

/// A fresh secret for a token: 160 bits (RFC 4226 §4, R6).
///
/// # Errors
/// Never in practice: 20 bytes are a key.
pub fn new_key(app: &App) -> Result<OtpKey, AppError> {
    OtpKey::from_bytes(&app.random::<20>())
        .map_err(|_| AppError::Inconsistent("20 random bytes are no key"))
}
