//! Tokens whose phones are to be told. Bounded and in memory: a push that is lost does no harm, since
//! the app asks by itself; a request that had to wait for a push service would.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use warifu_domain::ids::TokenId;

const ROOM: usize = 1_024;

/// Tokens whose phones are to be told.
#[derive(Default)]
pub(crate) struct Queue {
    tokens: Mutex<VecDeque<TokenId>>,
    wake: Notify,
}

impl Queue {
    /// Puts a token in, if there is room.
    pub(crate) fn put(&self, token: TokenId) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() < ROOM {
            tokens.push_back(token);
            self.wake.notify_one();
        } else {
            metrics::counter!("warifu_pushes_total", "outcome" => "dropped").increment(1);
        }
    }

    /// Takes up to `count`, the oldest first.
    pub(crate) fn take(&self, count: usize) -> Vec<TokenId> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let count = count.min(tokens.len());
        tokens.drain(..count).collect()
    }

    /// Waits until there may be one.
    pub(crate) async fn filled(&self) {
        self.wake.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(n: usize) -> TokenId {
        TokenId::from_stored(format!("tk_{n}"))
    }

    #[test]
    fn it_is_bounded_and_gives_the_oldest_first() {
        let queue = Queue::default();
        for n in 0..=ROOM {
            queue.put(token(n));
        }
        assert_eq!(queue.take(2), [token(0), token(1)]);
        let rest = queue.take(ROOM);
        assert_eq!(rest.len(), ROOM - 2);
        assert_eq!(rest.last(), Some(&token(ROOM - 1)));
        assert!(queue.take(1).is_empty());
    }
}
