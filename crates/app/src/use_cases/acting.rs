//! Who manages tokens: an administrator or master user of the contract (S3, S4), with their own
//! ご契約先確認暗証番号. Wrong ones count and suspend (LCK-1).
//!
//! Every commit here, a refusal too, is guarded by the actor's record: of any number of PINs tried at
//! once no more are judged than the counter allows.

use jiff::Timestamp;
use serde_json::{Value, json};
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::ids::PersonId;
use warifu_domain::person::{Counted, Person, Role};
use warifu_domain::policy::TokenPolicy;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::Token;
use warifu_store::Commit;
use warifu_store::tables::{contracts, persons, tokens};

use super::current_session::Current;
use super::request_address::verify_confirmation_pin;
use crate::audit;
use crate::context::{App, Origin};
use crate::error::{Again, AppError};

/// One act under way, over all its tries.
pub(super) struct Acting<'a> {
    pub(super) app: &'a App,
    pub(super) current: &'a Current,
    pub(super) origin: &'a Origin,
    confirmation_pin: &'a str,
    /// The PIN as judged for one state of the actor: hashing is slow, so a conflict doesn't repeat it
    /// unless the PIN may have changed.
    judged: Option<(Timestamp, bool)>,
}

/// The records as one try read them; the actor has proven who they are.
pub(super) struct Scene {
    /// With the count of wrong confirmation PINs at zero.
    pub(super) actor: Person,
    pub(super) contract: Contract,
    /// All persons of the contract, the actor too.
    pub(super) all: Vec<Person>,
    pub(super) policy: TokenPolicy,
}

/// Whether this person manages the tokens of their contract.
///
/// # Errors
/// [`Refusal::NotPermitted`] for 一般ユーザ and where the institution has no tokens.
pub(super) fn refuse_unless_manager(app: &App, person: &Person) -> Result<TokenPolicy, Refusal> {
    match (&app.profile.token, person.role) {
        (Some(policy), Role::Master | Role::Administrator) => Ok(policy.clone()),
        _ => Err(Refusal::NotPermitted),
    }
}

impl<'a> Acting<'a> {
    pub(super) fn new(
        app: &'a App,
        current: &'a Current,
        confirmation_pin: &'a str,
        origin: &'a Origin,
    ) -> Self {
        Self {
            app,
            current,
            origin,
            confirmation_pin,
            judged: None,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.current.now
    }

    /// Reads the contract and its people, and judges the actor's PIN. A wrong one is counted here.
    pub(super) async fn scene(&mut self) -> Result<Result<Scene, Refusal>, Again> {
        let app = self.app;
        let id = &self.current.person.contract_id;
        let contract = contracts::find(&app.db, id).await?;
        let contract = contract.ok_or(AppError::Inconsistent("a person without a contract"))?;
        let all = persons::of_contract(&app.db, id).await?;
        let Some(actor) = all.iter().find(|p| p.id == self.current.person.id) else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        let mut actor = actor.clone();
        let policy = actor
            .refuse_if_suspended()
            .and_then(|()| refuse_unless_manager(app, &actor));
        let policy = match policy {
            Ok(policy) => policy,
            Err(refusal) => {
                let event = self.refused(&actor, &refusal, &Value::Null);
                app.commit(event).await?;
                return Ok(Err(refusal));
            }
        };
        if !self.pin_is_right(&actor).await? {
            let refusal = self
                .count_wrong(&contract, actor, Counted::ConfirmationPin, None)
                .await?;
            return Ok(Err(refusal));
        }
        actor.reset_failures(Counted::ConfirmationPin);
        Ok(Ok(Scene {
            actor,
            contract,
            all,
            policy,
        }))
    }

    async fn pin_is_right(&mut self, actor: &Person) -> Result<bool, AppError> {
        let changed_at = actor.confirmation_pin_changed_at;
        if let Some((judged_for, right)) = self.judged
            && judged_for == changed_at
        {
            return Ok(right);
        }
        let right = verify_confirmation_pin(self.app, actor, self.confirmation_pin).await?;
        self.judged = Some((changed_at, right));
        Ok(right)
    }

    /// Counts a wrong PIN or code toward the actor's suspension, and a wrong code toward the token's
    /// too (LCK-2).
    pub(super) async fn count_wrong(
        &self,
        contract: &Contract,
        mut actor: Person,
        what: Counted,
        token: Option<&Token>,
    ) -> Result<Refusal, Again> {
        let refusal = Refusal::WrongAnswer;
        let suspends = actor.count_failure(what, &self.app.profile.suspension, self.now());
        let data = json!({
            "wrong": what.name(),
            "serial": token.map(|t| t.serial.as_str()),
        });
        let mut commit = self.refused(&actor, &refusal, &data);
        persons::update(&mut commit, &actor);
        if let Some(token) = token {
            tokens::update(&mut commit, token);
        }
        if suspends {
            self.app
                .follow_suspension(&mut commit, &actor, contract, self.origin, self.now())?;
        }
        self.app.commit(commit).await?;
        Ok(refusal)
    }

    /// Records a refusal after a right PIN.
    pub(super) async fn refuse<T>(
        &self,
        scene: &Scene,
        refusal: Refusal,
        data: Value,
    ) -> Result<Result<T, Refusal>, Again> {
        let mut commit = self.refused(&scene.actor, &refusal, &data);
        persons::update(&mut commit, &scene.actor);
        self.app.commit(commit).await?;
        Ok(Err(refusal))
    }

    /// The event of a refusal, in a commit of its own.
    pub(super) fn refused(&self, actor: &Person, refusal: &Refusal, data: &Value) -> Commit {
        let data = json!({ "reason": refusal.code(), "about": data });
        let kind = EventKind::TokenRefused;
        Commit::audited(audit::of_person(
            actor,
            kind,
            &data,
            self.origin,
            self.now(),
        ))
    }

    /// The event of what the actor did.
    pub(super) fn done(&self, kind: EventKind, data: &Value) -> Commit {
        let actor = &self.current.person;
        Commit::audited(audit::of_person(actor, kind, data, self.origin, self.now()))
    }
}

impl Scene {
    /// The persons of these IDs.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if one of them is not of this contract.
    pub(super) fn chosen(&self, ids: &[PersonId]) -> Result<Vec<Person>, Refusal> {
        let mut chosen: Vec<Person> = Vec::new();
        for id in ids {
            let person = self.all.iter().find(|p| p.id == *id);
            let person = person.ok_or(Refusal::NotFound)?;
            if chosen.iter().all(|c| c.id != *id) {
                chosen.push(person.clone());
            }
        }
        Ok(chosen)
    }

    /// Writes those who changed, and the actor, who may be one of them, once.
    pub(super) fn write_persons(&self, commit: &mut Commit, changed: &[Person]) {
        for person in changed.iter().filter(|p| p.id != self.actor.id) {
            persons::update(commit, person);
        }
        let own = changed.iter().find(|p| p.id == self.actor.id);
        let mut actor = own.unwrap_or(&self.actor).clone();
        actor.reset_failures(Counted::ConfirmationPin);
        persons::update(commit, &actor);
    }

    /// Those who use `token` before or after a change: they are told of it (NOT-3).
    pub(super) fn users(&self, token: &Token, changed: &[Person]) -> Vec<Person> {
        let uses = |p: &&Person| p.token.as_ref().is_some_and(|t| t.id == token.id);
        let after = |p: &&Person| changed.iter().filter(uses).any(|c| c.id == p.id);
        let users = self.all.iter().filter(|p| uses(p) || after(p));
        users.cloned().collect()
    }

    /// The names of these persons.
    pub(super) fn names(persons: &[Person]) -> Vec<String> {
        persons.iter().map(|p| p.name.clone()).collect()
    }
}
