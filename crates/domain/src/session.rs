//! LOG-9: sessions and when they end.

use jiff::{SignedDuration, Timestamp};

use crate::ids::PersonId;
use crate::person::Channel;
use crate::policy::SessionPolicy;

/// One live or ended session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the bearer's token, hex. The token itself is never stored.
    pub token_hash: String,
    /// Whose.
    pub person_id: PersonId,
    /// Where from.
    pub channel: Channel,
    /// Since when.
    pub created_at: Timestamp,
    /// Last request, to about a minute.
    pub seen_at: Timestamp,
    /// When and why it ended.
    pub ended: Option<(Timestamp, SessionEnd)>,
    /// This logon ended another session of the same person.
    pub took_over: bool,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// ログオフ.
    Logoff,
    /// The same person logged on elsewhere.
    TakenOver,
    /// The person was suspended.
    Suspended,
    /// The person's token was revoked (TOK-10).
    TokenRevoked,
    /// Too long without a request, or too long at all.
    TimedOut,
}

impl SessionEnd {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Logoff => "logoff",
            Self::TakenOver => "taken-over",
            Self::Suspended => "suspended",
            Self::TokenRevoked => "token-revoked",
            Self::TimedOut => "timed-out",
        }
    }

    /// Finds a reason by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Logoff,
            Self::TakenOver,
            Self::Suspended,
            Self::TokenRevoked,
            Self::TimedOut,
        ]
        .into_iter()
        .find(|e| e.name() == name)
    }
}

/// Whether the session counts now.
///
/// # Errors
/// Why it does not.
pub fn check_session(
    policy: &SessionPolicy,
    session: &Session,
    now: Timestamp,
) -> Result<(), SessionEnd> {
    if let Some((_, end)) = session.ended {
        return Err(end);
    }
    let idle = SignedDuration::from_secs(policy.idle_secs);
    let absolute = SignedDuration::from_secs(policy.absolute_secs);
    let timed_out = now.duration_since(session.seen_at) > idle
        || now.duration_since(session.created_at) > absolute;
    if timed_out {
        Err(SessionEnd::TimedOut)
    } else {
        Ok(())
    }
}

/// Whether `seen_at` should be written again: once a minute is enough to find idle sessions.
#[must_use]
pub fn needs_touch(session: &Session, now: Timestamp) -> bool {
    now.duration_since(session.seen_at) >= SignedDuration::from_secs(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            token_hash: String::new(),
            person_id: PersonId::from_stored("1/".into()),
            channel: Channel::Pc,
            created_at: Timestamp::UNIX_EPOCH,
            seen_at: Timestamp::UNIX_EPOCH,
            ended: None,
            took_over: false,
        }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(secs).unwrap()
    }

    #[test]
    fn idle_and_absolute_limits_end_a_session() {
        let policy = SessionPolicy {
            logon_ttl_secs: 600,
            idle_secs: 900,
            absolute_secs: 28_800,
        };
        let mut s = session();
        assert_eq!(check_session(&policy, &s, at(900)), Ok(()));
        assert_eq!(
            check_session(&policy, &s, at(901)),
            Err(SessionEnd::TimedOut)
        );
        s.seen_at = at(28_700);
        assert_eq!(check_session(&policy, &s, at(28_800)), Ok(()));
        assert_eq!(
            check_session(&policy, &s, at(28_801)),
            Err(SessionEnd::TimedOut)
        );
        s.ended = Some((at(5), SessionEnd::TakenOver));
        assert_eq!(
            check_session(&policy, &s, at(6)),
            Err(SessionEnd::TakenOver)
        );
    }
}
