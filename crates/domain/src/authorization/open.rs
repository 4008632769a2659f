//! Opening an authorization.

use jiff::{SignedDuration, Timestamp};

use super::{Approval, Authorization, Facts, MailCode, State};
use crate::content::{Bound, Content};
use crate::ids::AuthorizationId;
use crate::operation::{Operation, Stage};
use crate::person::{Channel, Person};
use crate::refusal::Refusal;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// The new ID.
    pub id: AuthorizationId,
    /// What is protected.
    pub operation: Operation,
    /// Which stage.
    pub stage: Stage,
    /// Where the person is.
    pub channel: Channel,
    /// Who asks: `portal` or an API client.
    pub client: String,
    /// What is agreed to.
    pub content: &'a Content,
    /// Its canonical form.
    pub bound: Bound,
    /// How many of this person's authorizations wait for the app already.
    pub waiting: u32,
}

/// Opens an authorization, if the person may do this at all and the limits allow it (OPS-3, OPS-5).
///
/// # Errors
/// Why not.
pub fn open(
    opening: Opening<'_>,
    person: &Person,
    facts: Facts<'_>,
    now: Timestamp,
) -> Result<Authorization, Refusal> {
    if opening.bound != opening.content.bind(&person.contract_id, opening.operation) {
        return Err(Refusal::ContentChanged);
    }
    facts.refuse_stopped(person, now)?;
    let ttl = SignedDuration::from_secs(facts.profile.mail_otp.authorization_ttl_secs);
    let mut authorization = Authorization {
        id: opening.id,
        contract_id: person.contract_id.clone(),
        person_id: person.id.clone(),
        operation: opening.operation,
        stage: opening.stage,
        channel: opening.channel,
        client: opening.client,
        canonical: opening.bound.canonical,
        digest: opening.bound.digest,
        state: State::Pending,
        created_at: now,
        expires_at: now.saturating_add(ttl).unwrap_or(Timestamp::MAX),
        policy_version: facts.profile.version.clone(),
        mail: MailCode::default(),
        approval: Approval::NotAsked,
        last_request: None,
        version: 1,
    };
    authorization.refuse_others(person, facts)?;
    let needs = authorization.needs(facts.profile, person, now)?;
    authorization.ask_app(&needs, facts, opening.waiting)?;
    facts.limits(person).check(opening.content, facts.used)?;
    Ok(authorization)
}
