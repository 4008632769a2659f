//! The audit chain: how events are linked, and how a whole log is verified.
//!
//! Each chain (a contract, or the institution) is numbered from 1. An event's hash covers the hash
//! before it, so a changed, inserted or missing event shows. The head of a chain carries a MAC under
//! a key that is not in the database in clear, so that whoever can only write the database can
//! neither cut the tail nor begin anew. What it can't show: a chain removed whole, or a chain and
//! its head both put back to an earlier copy; for that, keep a copy of the heads elsewhere.
//!
//! Linking is pure and lives here; the drivers read heads and write events inside the commit.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::commit::AuditEvent;
use crate::error::StoreError;
use crate::value::Value;

mod verify;

pub(crate) use verify::verify;
pub use verify::{AuditFault, AuditReport};

/// A SHA-256 digest or an HMAC-SHA-256.
pub(crate) type Digest32 = [u8; 32];

/// The key of the heads' MACs.
pub(crate) struct AuditKey(Zeroizing<[u8; 32]>);

impl AuditKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*key))
    }

    /// The MAC of a head. HMAC takes keys of any length, so the error can't occur.
    pub(crate) fn mac(&self, chain: &str, head: &Head) -> Result<Digest32, StoreError> {
        Ok(self.hmac(chain, head)?.finalize().into_bytes().into())
    }

    /// Whether `mac` belongs to this head, compared in constant time.
    pub(crate) fn fits(&self, chain: &str, head: &Head, mac: &[u8]) -> Result<bool, StoreError> {
        Ok(self.hmac(chain, head)?.verify_slice(mac).is_ok())
    }

    fn hmac(&self, chain: &str, head: &Head) -> Result<Hmac<Sha256>, StoreError> {
        let mut hmac = Hmac::<Sha256>::new_from_slice(self.0.as_slice())
            .map_err(|_| StoreError::Config("audit key of a wrong length".to_owned()))?;
        hmac.update(b"warifu/audit-head/v1");
        hmac.update(&length(chain));
        hmac.update(chain.as_bytes());
        hmac.update(&head.seq.to_be_bytes());
        hmac.update(&head.hash);
        Ok(hmac)
    }
}

/// The end of a chain: the number and hash of its last event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub seq: i64,
    pub hash: Digest32,
}

impl Head {
    /// The head of a chain that has no event yet.
    pub(crate) fn genesis(chain: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(b"warifu/audit/v1")
            .chain_update(chain.as_bytes())
            .finalize()
            .into();
        Self { seq: 0, hash }
    }

    /// The head after one more event.
    pub(crate) fn after(&self, event: &Fields<'_>) -> Self {
        let seq = self.seq.saturating_add(1);
        Self {
            seq,
            hash: link(&self.hash, seq, event),
        }
    }
}

/// What the hash of an event covers, besides its number and the hash before it.
pub(crate) struct Fields<'a> {
    pub chain: &'a str,
    pub at_micros: i64,
    pub kind: &'a str,
    pub person_id: Option<&'a str>,
    pub origin: &'a str,
    pub data: &'a str,
}

impl<'a> From<&'a AuditEvent> for Fields<'a> {
    fn from(event: &'a AuditEvent) -> Self {
        Self {
            chain: &event.chain,
            at_micros: event.at_micros,
            kind: event.kind,
            person_id: event.person_id.as_deref(),
            origin: &event.origin,
            data: &event.data,
        }
    }
}

/// SHA-256 over the fields, each text preceded by its length, so that no two events encode alike.
fn link(previous: &Digest32, seq: i64, event: &Fields<'_>) -> Digest32 {
    let mut sha = Sha256::new();
    sha.update(previous);
    sha.update(seq.to_be_bytes());
    sha.update(event.at_micros.to_be_bytes());
    for text in [event.chain, event.kind, event.origin, event.data] {
        sha.update(length(text));
        sha.update(text.as_bytes());
    }
    match event.person_id {
        None => sha.update([0]),
        Some(id) => {
            sha.update([1]);
            sha.update(length(id));
            sha.update(id.as_bytes());
        }
    }
    sha.finalize().into()
}

fn length(text: &str) -> [u8; 8] {
    // A usize fits 64 bits on every platform Rust has.
    u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes()
}

/// A head as the database keeps it.
pub(crate) struct StoredHead<'a> {
    pub seq: i64,
    pub hash: &'a [u8],
    pub mac: &'a [u8],
}

/// Checks a head before it is built upon: appending to a forged one would sign the forgery.
pub(crate) fn trusted(
    key: &AuditKey,
    chain: &str,
    stored: &StoredHead<'_>,
) -> Result<Head, StoreError> {
    let forged = || StoreError::AuditForged {
        chain: chain.to_owned(),
    };
    let head = Head {
        seq: stored.seq,
        hash: stored.hash.try_into().map_err(|_| forged())?,
    };
    if key.fits(chain, &head, stored.mac)? {
        Ok(head)
    } else {
        Err(forged())
    }
}

/// The heads of the chains a batch touches, as they were and as they will be.
#[derive(Default)]
pub(crate) struct Heads {
    heads: HashMap<String, Moved>,
}

/// A head before and after a batch.
pub(crate) struct Moved {
    pub before: Head,
    pub now: Head,
}

impl Heads {
    /// Takes in a head that was read, or [`Head::genesis`].
    pub(crate) fn know(&mut self, chain: &str, head: Head) {
        let moved = Moved {
            before: head,
            now: head,
        };
        self.heads.insert(chain.to_owned(), moved);
    }

    pub(crate) fn knows(&self, chain: &str) -> bool {
        self.heads.contains_key(chain)
    }

    /// Links `event` and gives its number and hash; `None` if its chain was never made known.
    pub(crate) fn append(&mut self, event: &AuditEvent) -> Option<Head> {
        let moved = self.heads.get_mut(&event.chain)?;
        moved.now = moved.now.after(&Fields::from(event));
        Some(moved.now)
    }

    /// The heads that moved, by chain.
    pub(crate) fn moved(&self) -> impl Iterator<Item = (&str, &Moved)> {
        self.heads
            .iter()
            .filter(|(_, moved)| moved.now.seq != moved.before.seq)
            .map(|(chain, moved)| (chain.as_str(), moved))
    }
}

/// The columns of `audit_events`, in order.
pub(crate) fn event_params(event: &AuditEvent, head: &Head) -> Vec<Value> {
    vec![
        event.chain.as_str().into(),
        head.seq.into(),
        event.at_micros.into(),
        event.kind.into(),
        event.person_id.clone().into(),
        event.origin.as_str().into(),
        event.data.as_str().into(),
        head.hash.to_vec().into(),
    ]
}

/// The columns of `audit_heads`, in order.
pub(crate) fn head_params(chain: &str, head: &Head, mac: &Digest32) -> Vec<Value> {
    vec![
        chain.into(),
        head.seq.into(),
        head.hash.to_vec().into(),
        mac.to_vec().into(),
    ]
}

#[cfg(test)]
mod tests;
