//! APP-1: tells phones that something waits, beside the requests and best effort. A push that is late,
//! lost or refused changes nothing: the app asks by itself while it is open.

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use warifu_domain::authorization::{Approval, Authorization};
use warifu_domain::ids::TokenId;
use warifu_domain::person::Person;
use warifu_store::Commit;
use warifu_store::tables::push_subscriptions;
use zeroize::Zeroizing;

use crate::context::App;
use crate::error::{Again, AppError};
use crate::ports::PushOutcome;
use crate::web_push::{EphemeralKey, Pushing, Subscription, waiting_message};

/// A phone is told at most this often, by all servers together.
const ONE_PER_SECS: i64 = 10;
/// Messages on their way at once: a slow push service must not hold up the others for long.
const AT_ONCE: usize = 16;

/// Tells the phones that are to be told, as many as go at once. Returns how many were taken up.
pub async fn run(app: &App) -> usize {
    let Some(pushing) = &app.pushing else {
        return 0;
    };
    let tokens = pushing.queue.take(AT_ONCE);
    let taken = tokens.len();
    let mut under_way = JoinSet::new();
    for token in tokens {
        let app = app.clone();
        under_way.spawn(async move {
            if let Err(fault) = tell(&app, &token).await {
                tracing::error!(%token, %fault, "a phone was not told");
            }
        });
    }
    while under_way.join_next().await.is_some() {}
    taken
}

/// Waits until a phone is to be told; for ever where the server doesn't push.
pub async fn queued(app: &App) {
    match &app.pushing {
        Some(pushing) => pushing.queue.filled().await,
        None => std::future::pending().await,
    }
}

impl App {
    /// Has the phone told, soon, of an authorization that was just committed, if it waits for the app.
    pub(super) fn tell_phone(&self, person: &Person, opened: &Authorization) {
        let (Some(pushing), Some(token)) = (&self.pushing, &person.token) else {
            return;
        };
        if opened.approval == Approval::Waiting {
            pushing.queue.put(token.id.clone());
        }
    }
}

async fn tell(app: &App, token: &TokenId) -> Result<(), AppError> {
    let Some(pushing) = &app.pushing else {
        return Ok(());
    };
    let Some(found) = push_subscriptions::find(&app.db, token).await? else {
        return Ok(());
    };
    let now = app.now()?;
    if !claimed(app, token, now).await? {
        return Ok(());
    }
    let table = push_subscriptions::TABLE;
    let plain = app.vault.open(table, token.as_str(), &found.sealed)?;
    let subscription: Subscription = serde_json::from_slice(&plain)
        .map_err(|_| AppError::Inconsistent("a sealed push subscription is damaged"))?;
    let outcome = if subscription.is_good(&pushing.push.hosts) {
        send(app, pushing, &subscription, now).await?
    } else {
        // The list of push services became shorter.
        PushOutcome::Gone
    };
    count(&outcome);
    match outcome {
        PushOutcome::Sent => {}
        PushOutcome::Failed(reason) => tracing::warn!(%token, %reason, "push failed"),
        PushOutcome::Gone => {
            let mut commit = Commit::housekeeping();
            push_subscriptions::delete_this(&mut commit, token, found.created_at);
            app.record(commit).await?;
        }
    }
    Ok(())
}

/// Whether the phone was left in peace for long enough; another server may be telling it just now.
async fn claimed(app: &App, token: &TokenId, now: Timestamp) -> Result<bool, AppError> {
    let pause = SignedDuration::from_secs(ONE_PER_SECS);
    let before = now.saturating_sub(pause).unwrap_or(now);
    let mut commit = Commit::housekeeping();
    push_subscriptions::claim(&mut commit, token, now, before);
    match app.commit(commit).await {
        Ok(()) => Ok(true),
        Err(Again::Conflict) => Ok(false),
        Err(Again::Fault(fault)) => Err(fault),
    }
}

async fn send(
    app: &App,
    pushing: &Pushing,
    to: &Subscription,
    now: Timestamp,
) -> Result<PushOutcome, AppError> {
    let private = Zeroizing::new(app.random());
    let Some(ephemeral) = EphemeralKey::new(app.random(), &private) else {
        return Ok(PushOutcome::Failed("an unlucky key".to_owned()));
    };
    let key = app.push_key(pushing).await?;
    let message = waiting_message(&pushing.push, (key, &ephemeral), to, now)?;
    Ok(pushing.push.sender.send(&message).await)
}

fn count(outcome: &PushOutcome) {
    let outcome = match outcome {
        PushOutcome::Sent => "sent",
        PushOutcome::Gone => "gone",
        PushOutcome::Failed(_) => "failed",
    };
    metrics::counter!("warifu_pushes_total", "outcome" => outcome).increment(1);
}
