//! Challenges to passkeys: made for one purpose and one subject, answered once, within minutes.

use jiff::{SignedDuration, Timestamp};
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::passkeys::{self, Challenge, PersonPasskey};

use crate::context::App;
use crate::error::AppError;
use crate::passkey::{self, Started};

/// WebAuthn recommends 300 to 600 s.
const CHALLENGE_TTL_SECS: i64 = 300;
/// Longest reply read: an attestation with certificates is a few KiB.
pub const REPLY_BYTES_MAX: usize = 16 * 1024;

/// A challenge for the browser.
#[derive(Clone, Debug)]
pub struct PasskeyChallenge {
    /// Comes back with the reply.
    pub id: String,
    /// What `navigator.credentials` takes, JSON.
    pub options: String,
}

/// A reply of the browser.
#[derive(Clone, Copy)]
pub struct PasskeyReply<'a> {
    /// The challenge it answers.
    pub challenge: &'a str,
    /// What `navigator.credentials` gave, JSON.
    pub reply: &'a str,
}

/// A reply found right, with what its use changes.
pub(super) struct Proven {
    pub(super) challenge: Challenge,
    pub(super) passkey: PersonPasskey,
}

impl Proven {
    /// Uses the challenge up and moves the passkey's counter, in the commit that makes use of the proof.
    pub(super) fn write(&self, commit: &mut Commit) {
        passkeys::take_challenge(commit, &self.challenge);
        passkeys::update(commit, &self.passkey);
    }
}

impl App {
    pub(super) fn passkeys(&self) -> Result<&passkey::Passkeys, Refusal> {
        self.passkeys.as_ref().ok_or(Refusal::NotPermitted)
    }

    /// Keeps a ceremony's first half.
    pub(super) async fn keep_challenge(
        &self,
        (purpose, subject): (&str, &str),
        started: Started,
        now: Timestamp,
    ) -> Result<PasskeyChallenge, AppError> {
        let ttl = SignedDuration::from_secs(CHALLENGE_TTL_SECS);
        let challenge = Challenge {
            id: self.new_token(),
            purpose: purpose.to_owned(),
            subject: subject.to_owned(),
            state: started.state,
            expires_at: now.saturating_add(ttl).unwrap_or(now),
        };
        let mut commit = Commit::housekeeping();
        passkeys::insert_challenge(&mut commit, &challenge);
        self.record(commit).await?;
        Ok(PasskeyChallenge {
            id: challenge.id,
            options: started.options,
        })
    }

    /// The challenge a reply names, if it was made for this and its time is not over.
    pub(super) async fn challenge_for(
        &self,
        (purpose, subject): (&str, &str),
        reply: PasskeyReply<'_>,
        now: Timestamp,
    ) -> Result<Result<Challenge, Refusal>, AppError> {
        if reply.reply.len() > REPLY_BYTES_MAX {
            return Ok(Err(Refusal::WrongAnswer));
        }
        let found = passkeys::challenge(&self.db, reply.challenge).await?;
        Ok(match found {
            Some(c) if c.purpose != purpose || c.subject != subject => Err(Refusal::WrongAnswer),
            Some(c) if now > c.expires_at => Err(Refusal::Expired),
            Some(c) => Ok(c),
            None => Err(Refusal::AlreadyUsed),
        })
    }

    /// Judges a reply to a challenge of that purpose and subject, by whichever passkey it names.
    pub(super) async fn prove_passkey(
        &self,
        purpose: (&str, &str),
        reply: PasskeyReply<'_>,
        now: Timestamp,
    ) -> Result<Result<Proven, Refusal>, AppError> {
        let ceremonies = match self.passkeys() {
            Ok(ceremonies) => ceremonies,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let challenge = match self.challenge_for(purpose, reply, now).await? {
            Ok(challenge) => challenge,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(credential) = passkey::credential_of(reply.reply) else {
            return Ok(Err(Refusal::WrongAnswer));
        };
        let Some(mut passkey) = passkeys::by_credential(&self.db, &credential).await? else {
            return Ok(Err(Refusal::WrongAnswer));
        };
        let judged =
            ceremonies.finish_authentication(&challenge.state, reply.reply, &passkey.public);
        let Some(public) = judged else {
            return Ok(Err(Refusal::WrongAnswer));
        };
        passkey.public = public;
        passkey.used_at = Some(now);
        Ok(Ok(Proven { challenge, passkey }))
    }
}
