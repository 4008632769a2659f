//! LOG-8: a person adds a passkey, having proven the confirmation PIN again (ASVS 7.5.1).

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PasskeyId;
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::passkeys::{self, PersonPasskey};
use warifu_store::tables::{contracts, persons};

use super::current_session::Current;
use super::own_pin;
use super::passkey_challenges::{PasskeyChallenge, PasskeyReply};
use super::suspension::addresses_of;
use crate::audit;
use crate::context::{App, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{Asked, passkeys::passkey_changed};
use crate::outbox::Letter;
use crate::passkey::Owner;

const PURPOSE: &str = "register";
const REFUSED: EventKind = EventKind::PasskeyRefused;
/// Passkeys of one person.
const PASSKEYS_MAX: usize = 10;
/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 40;

/// Asks for a new passkey.
///
/// # Errors
/// [`Refusal::WrongAnswer`] for a wrong PIN, which is counted; [`Refusal::NotPermitted`] where the profile has no passkeys,
/// [`Refusal::WrongState`] when there are enough.
pub async fn start(
    app: &App,
    current: &Current,
    confirmation_pin: &str,
    origin: &Origin,
) -> Outcome<PasskeyChallenge> {
    let ceremonies = match app.passkeys() {
        Ok(ceremonies) if app.profile.offers_passkeys() => ceremonies,
        _ => return Ok(Err(Refusal::NotPermitted)),
    };
    if let Err(refusal) = own_pin::check(app, current, confirmation_pin, REFUSED, origin).await? {
        return Ok(Err(refusal));
    }
    let person = &current.person;
    let existing = passkeys::of_person(&app.db, &person.id).await?;
    if existing.len() >= PASSKEYS_MAX {
        return Ok(Err(Refusal::WrongState));
    }
    let existing: Vec<_> = existing.into_iter().map(|p| p.credential_id).collect();
    let owner = Owner {
        handle: app.passkey_handle(person.id.as_str()),
        name: &person.name,
        existing: &existing,
    };
    let started = ceremonies
        .start_registration(&owner)
        .ok_or(AppError::Inconsistent("a passkey can't be asked for"))?;
    let purpose = (PURPOSE, person.id.as_str());
    Ok(Ok(app
        .keep_challenge(purpose, started, current.now)
        .await?))
}

/// Takes the new passkey.
///
/// # Errors
/// [`Refusal::WrongAnswer`], [`Refusal::Expired`], [`Refusal::AlreadyUsed`]; [`Refusal::MissingAnswer`] without a name.
pub async fn finish(
    app: &App,
    current: &Current,
    reply: PasskeyReply<'_>,
    name: &str,
    origin: &Origin,
) -> Outcome<()> {
    let now = current.now;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Ok(Err(Refusal::MissingAnswer));
    }
    let ceremonies = match app.passkeys() {
        Ok(ceremonies) => ceremonies,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let purpose = (PURPOSE, current.person.id.as_str());
    let challenge = match app.challenge_for(purpose, reply, now).await? {
        Ok(challenge) => challenge,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(made) = ceremonies.finish_registration(&challenge.state, reply.reply) else {
        return Ok(Err(Refusal::WrongAnswer));
    };
    let passkey = PersonPasskey {
        id: PasskeyId::from_entropy(app.random()),
        person_id: current.person.id.clone(),
        credential_id: made.credential_id,
        name: name.to_owned(),
        public: made.public,
        created_at: now,
        used_at: None,
        version: 1,
    };
    let Some(mut person) = persons::find(&app.db, &current.person.id).await? else {
        return Ok(Err(Refusal::NotLoggedOn));
    };
    if person.passkeys as usize >= PASSKEYS_MAX {
        return Ok(Err(Refusal::WrongState));
    }
    person.passkeys += 1;
    let data = json!({ "passkey": passkey.id.as_str(), "name": passkey.name });
    let kind = EventKind::PasskeyRegistered;
    let mut commit = Commit::audited(audit::of_person(&person, kind, &data, origin, now));
    passkeys::take_challenge(&mut commit, &challenge);
    passkeys::insert(&mut commit, &passkey);
    persons::update(&mut commit, &person);
    app.tell_of_passkey(&mut commit, &person, true, now).await?;
    match app.commit(commit).await {
        Ok(()) => Ok(Ok(())),
        Err(Again::Conflict) => Ok(Err(Refusal::AlreadyUsed)),
        Err(Again::Fault(fault)) => Err(fault),
    }
}

impl App {
    /// Tells a person of a new or removed passkey, at all their addresses (ASVS 6.3.7).
    pub(super) async fn tell_of_passkey(
        &self,
        commit: &mut Commit,
        person: &Person,
        added: bool,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let contract = contracts::find(&self.db, &person.contract_id).await?;
        let asked = Asked {
            contract_name: contract.as_ref().map_or("", |c| &c.name),
            person_name: &person.name,
            at: now,
        };
        let text = passkey_changed(&self.profile, &asked, added);
        for recipient in addresses_of(person) {
            let letter = Letter {
                person,
                recipient,
                kind: "passkey-changed",
                text: &text,
                drop_at: None,
            };
            self.queue_mail(commit, &letter, now)?;
        }
        Ok(())
    }

    /// 16 bytes that name a person towards authenticators and tell nothing (WebAuthn §14.6.1).
    fn passkey_handle(&self, person: &str) -> [u8; 16] {
        let mac = self.recognise(&[b"passkey-handle", person.as_bytes()]);
        mac.first_chunk().copied().unwrap_or_default()
    }
}
