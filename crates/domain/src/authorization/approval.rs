//! APP-1, APP-2: what the token app says about an authorization. Whether its signature is right was
//! judged before; here is what it means.

use jiff::Timestamp;

use super::{Approval, Authorization, Facts, State, Void};
use crate::factor::Factor;
use crate::ids::TokenId;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::token::TokenStatus;

/// What the app sent, its signature found right by the key of the token `token_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppAnswer {
    /// Approved or rejected.
    pub approves: bool,
    /// Whose key signed.
    pub token_id: TokenId,
    /// The signature, kept as evidence.
    pub signature: Vec<u8>,
}

/// What an app's answer changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalDecision {
    /// To be written, guarded by its version and the person's.
    pub authorization: Authorization,
    /// Whether the person approved.
    pub approved: bool,
}

/// The bytes the app signs: its decision, the authorization, and exactly what was shown (BIND-1).
#[must_use]
pub fn approval_message(approves: bool, id: &str, canonical: &str) -> String {
    let decision = if approves { "approve" } else { "reject" };
    format!("warifu/approval/v1\n{decision}\n{id}\n{canonical}")
}

/// Decides an app's answer. Only a waiting one can be answered, and only once.
///
/// # Errors
/// What closed the authorization; [`Refusal::WrongState`] if the app was not asked or has answered;
/// [`Refusal::NoToken`] if the token is not this person's in service.
pub fn decide_approval(
    authorization: &Authorization,
    person: &Person,
    facts: Facts<'_>,
    answer: AppAnswer,
    now: Timestamp,
) -> Result<ApprovalDecision, Refusal> {
    authorization.refuse_others(person, facts)?;
    authorization.refuse_if_closed(now)?;
    facts.refuse_stopped(person, now)?;
    let held = facts.token.ok_or(Refusal::NoToken)?;
    let own = person
        .token
        .as_ref()
        .is_some_and(|t| t.id == answer.token_id);
    if !own || held.token.id != answer.token_id || held.token.status != TokenStatus::InUse {
        return Err(Refusal::NoToken);
    }
    if held.token.expires_at.is_some_and(|expiry| now >= expiry) {
        return Err(Refusal::TokenExpired);
    }
    if authorization.approval != Approval::Waiting {
        return Err(Refusal::WrongState);
    }
    let mut authorization = authorization.clone();
    if answer.approves {
        authorization.approval = Approval::Approved {
            at: now,
            token_id: answer.token_id,
            signature: answer.signature,
        };
    } else {
        authorization.void(Void::Rejected);
    }
    Ok(ApprovalDecision {
        authorization,
        approved: answer.approves,
    })
}

impl Authorization {
    /// Asks the app, where policy needs it (APP-1). `waiting` counts this person's others that wait:
    /// repeated requests can't be used to tire somebody into approving.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`] when too many wait already.
    pub(super) fn ask_app(
        &mut self,
        needs: &[Factor],
        facts: Facts<'_>,
        waiting: u32,
    ) -> Result<(), Refusal> {
        let Some(policy) = facts.profile.token.as_ref() else {
            return Ok(());
        };
        if !needs.contains(&Factor::AppApproval) {
            return Ok(());
        }
        if waiting >= policy.waiting_approvals_max {
            let retry_at = self.expires_at;
            return Err(Refusal::RateLimited { retry_at });
        }
        self.approval = Approval::Waiting;
        Ok(())
    }

    /// Whether the app was asked if `needs` has it asked. A token that came into service after this was
    /// opened was not; another has to be opened then.
    #[must_use]
    pub fn suits_app(&self, person: &Person, needs: &[Factor]) -> bool {
        !needs.contains(&Factor::AppApproval)
            || self.approval == Approval::Waiting
            || self.is_approved_by(person)
    }

    /// Whether the phone of this person's present token approved.
    pub(super) fn is_approved_by(&self, person: &Person) -> bool {
        match &self.approval {
            Approval::Approved { token_id, .. } => {
                self.state == State::Pending
                    && person.token.as_ref().is_some_and(|t| t.id == *token_id)
            }
            Approval::NotAsked | Approval::Waiting => false,
        }
    }
}
