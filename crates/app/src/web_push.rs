//! Web Push: tells a phone that something waits, without saying what. Messages are encrypted for the
//! phone (RFC 8291) and signed for the push service (VAPID, RFC 8292), which sees neither text nor name.
//!
//! Who is told and when is `use_cases::deliver_push`; carrying a message is [`PushSender`]'s.

mod encryption;
mod endpoint;
mod queue;
mod vapid;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::app_signature::is_public_key;
use crate::error::AppError;
use crate::ports::{PushMessage, PushSender};
pub(crate) use encryption::{EphemeralKey, encrypt};
pub(crate) use endpoint::Endpoint;
pub use endpoint::is_host_name;
pub(crate) use queue::Queue;
pub(crate) use vapid::VapidKey;

/// All that a push says. Nothing of the transaction: it passes a third party's servers.
const WAITING: &[u8] = br#"{"kind":"waiting"}"#;
/// How long a push service keeps it for a phone without network. Later it would tell of what is over.
const TTL_SECS: u32 = 120;

/// Length of the secret that browser and server share.
const AUTH_SECRET_BYTES: usize = 16;

/// How an institution pushes.
pub struct Push {
    /// Carries messages.
    pub sender: Arc<dyn PushSender>,
    /// Whom a push service may write to about this server: `mailto:` or `https:` (RFC 8292 §2.1).
    pub contact: String,
    /// Push services by host; hosts below them count too. Nothing is ever sent to any other.
    pub hosts: Vec<String>,
}

/// The same with what all clones of an application share.
pub(crate) struct Pushing {
    pub(crate) push: Push,
    pub(crate) key: OnceCell<VapidKey>,
    pub(crate) queue: Queue,
}

impl Pushing {
    pub(crate) fn new(push: Push) -> Self {
        Self {
            push,
            key: OnceCell::new(),
            queue: Queue::default(),
        }
    }
}

/// A browser's subscription as it lies sealed. No `Debug`: whoever knows it can push.
#[derive(Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) endpoint: String,
    pub(crate) p256dh: Vec<u8>,
    pub(crate) auth: Vec<u8>,
}

impl Subscription {
    /// Whether a message can be made for it and may be sent to it.
    pub(crate) fn is_good(&self, hosts: &[String]) -> bool {
        Endpoint::parse(&self.endpoint, hosts).is_some()
            && is_public_key(&self.p256dh)
            && self.auth.len() == AUTH_SECRET_BYTES
    }
}

/// What tells one phone that something waits.
pub(crate) fn waiting_message(
    push: &Push,
    (key, ephemeral): (&VapidKey, &EphemeralKey),
    subscription: &Subscription,
    now: Timestamp,
) -> Result<PushMessage, AppError> {
    let endpoint = Endpoint::parse(&subscription.endpoint, &push.hosts)
        .ok_or(AppError::Inconsistent("a push endpoint is not permitted"))?;
    let body = encrypt(WAITING, subscription, ephemeral)
        .ok_or(AppError::Inconsistent("a push subscription is damaged"))?;
    let authorization = key.authorization(&endpoint.origin(), &push.contact, now)?;
    Ok(PushMessage {
        endpoint: subscription.endpoint.clone(),
        headers: vec![
            ("authorization", authorization),
            ("content-encoding", "aes128gcm".to_owned()),
            ("content-type", "application/octet-stream".to_owned()),
            ("ttl", TTL_SECS.to_string()),
            // A newer one takes the place of one not delivered yet (RFC 8030 §5.4).
            ("topic", "waiting".to_owned()),
            ("urgency", "high".to_owned()),
        ],
        body,
    })
}
