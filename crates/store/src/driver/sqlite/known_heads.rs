//! Heads of audit chains as this process last wrote them, so that an append need not read and check
//! one again. They are never believed: a head only moves by an update guarded with what is known
//! here, which fails if somebody else changed the row.

use std::collections::HashMap;

use crate::audit::{Digest32, Head};

/// Chains remembered at most; some 20 MB.
const MAX: usize = 1 << 17;

/// A head and its MAC as they are in the database.
#[derive(Clone, Copy)]
pub(super) struct KnownHead {
    pub head: Head,
    pub mac: Digest32,
}

#[derive(Default)]
pub(super) struct KnownHeads(HashMap<String, KnownHead>);

impl KnownHeads {
    pub(super) fn get(&self, chain: &str) -> Option<&KnownHead> {
        self.0.get(chain)
    }

    /// Remembers a head that is in the database: read from it, or committed.
    pub(super) fn remember(&mut self, chain: &str, known: KnownHead) {
        if let Some(place) = self.0.get_mut(chain) {
            *place = known;
            return;
        }
        self.0.insert(chain.to_owned(), known);
    }

    /// Keeps the memory bounded. Between transactions only: a chain under way must stay known.
    pub(super) fn make_room(&mut self) {
        if self.0.len() > MAX {
            self.0.clear();
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.0.clear();
    }
}
