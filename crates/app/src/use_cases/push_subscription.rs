//! APP-1: a phone says where it can be told that something waits, or that it is not to be told any more.

use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::push_subscriptions::{self, SealedSubscription};
use warifu_store::tables::settings;
use zeroize::Zeroizing;

use super::app_inbox::AppRequest;
use crate::context::{App, MAX_TRIES};
use crate::error::{Again, AppError, Outcome};
use crate::web_push::{Pushing, Subscription, VapidKey};

/// A browser's subscription.
pub struct NewSubscription<'a> {
    /// Where messages for it go.
    pub endpoint: &'a str,
    /// Its public key, an uncompressed P-256 point.
    pub p256dh: &'a [u8],
    /// Its secret, 16 bytes.
    pub auth: &'a [u8],
}

/// The key that browsers subscribe with: an uncompressed P-256 point. The same on all servers, for ever.
///
/// # Errors
/// [`Refusal::NotFound`] where the server doesn't push.
pub async fn public_key(app: &App) -> Outcome<Vec<u8>> {
    let Some(pushing) = &app.pushing else {
        return Ok(Err(Refusal::NotFound));
    };
    let key = app.push_key(pushing).await?;
    Ok(Ok(key.public().to_vec()))
}

/// Keeps the subscription of a token's phone, or forgets it.
///
/// # Errors
/// [`Refusal::NotFound`] where the server doesn't push, and for a token unknown, out of service, or not
/// signing rightly; [`Refusal::NotPermitted`] for a subscription at no known push service, or damaged.
pub async fn run(
    app: &App,
    request: &AppRequest<'_>,
    wanted: Option<&NewSubscription<'_>>,
) -> Outcome<()> {
    let now = app.now()?;
    let Some(pushing) = &app.pushing else {
        return Ok(Err(Refusal::NotFound));
    };
    let token = match app.signed_by_app("push", request, now).await? {
        Ok(held) => held.token,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut commit = Commit::housekeeping();
    match wanted {
        None => push_subscriptions::delete(&mut commit, &token.id),
        Some(wanted) => {
            let subscription = Subscription {
                endpoint: wanted.endpoint.to_owned(),
                p256dh: wanted.p256dh.to_vec(),
                auth: wanted.auth.to_vec(),
            };
            if !subscription.is_good(&pushing.push.hosts) {
                return Ok(Err(Refusal::NotPermitted));
            }
            let plain = serde_json::to_vec(&subscription)
                .map(Zeroizing::new)
                .map_err(|_| AppError::Inconsistent("a push subscription can't be written"))?;
            let sealed = app
                .vault
                .seal(push_subscriptions::TABLE, token.id.as_str(), &plain)?;
            let created_at = now;
            let kept = SealedSubscription { sealed, created_at };
            push_subscriptions::put(&mut commit, &token.id, kept);
        }
    }
    app.record(commit).await?;
    Ok(Ok(()))
}

impl App {
    /// The key pair for push services: made at the first need, sealed in the database.
    pub(super) async fn push_key<'a>(
        &self,
        pushing: &'a Pushing,
    ) -> Result<&'a VapidKey, AppError> {
        let read_or_make = || async {
            for _ in 0..MAX_TRIES {
                if let Some(key) = self.read_push_key().await? {
                    return Ok(key);
                }
                self.make_push_key().await?;
            }
            Err(AppError::Busy("push key"))
        };
        pushing.key.get_or_try_init(read_or_make).await
    }

    async fn read_push_key(&self) -> Result<Option<VapidKey>, AppError> {
        let Some(setting) = settings::find(&self.db, settings::PUSH_KEY).await? else {
            return Ok(None);
        };
        let damaged = AppError::Inconsistent("the push key is damaged");
        let Ok(sealed) = data_encoding::BASE64.decode(setting.value.as_bytes()) else {
            return Err(damaged);
        };
        let private = self
            .vault
            .open(settings::TABLE, settings::PUSH_KEY, &sealed)?;
        VapidKey::new(&private).map(Some).ok_or(damaged)
    }

    /// Another server may be faster; then its key counts.
    async fn make_push_key(&self) -> Result<(), AppError> {
        let private = Zeroizing::new(self.random::<32>());
        // Of 2³² numbers one is not a key; the next try brings another.
        if VapidKey::new(private.as_slice()).is_none() {
            return Ok(());
        }
        let sealed = self
            .vault
            .seal(settings::TABLE, settings::PUSH_KEY, private.as_slice())?;
        let value = data_encoding::BASE64.encode(&sealed);
        let mut commit = Commit::housekeeping();
        settings::put(&mut commit, settings::PUSH_KEY, None, value);
        match self.commit(commit).await {
            Ok(()) | Err(Again::Conflict) => Ok(()),
            Err(Again::Fault(fault)) => Err(fault),
        }
    }
}
