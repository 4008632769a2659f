//! APP-1: a phone is told that something waits: rarely, without a word about it, and only while it wants.

use warifu_app::domain::ids::TokenId;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::TokenStatus;
use warifu_app::ports::PushOutcome;
use warifu_app::use_cases::{deliver_push, push_subscription, revoke_tokens};
use warifu_store::tables::push_subscriptions;
use warifu_testkit::application::{START, origin};
use warifu_testkit::push_service::{TestSubscriber, push_all};
use warifu_testkit::tokens::SOFTWARE_PROFILE;
use warifu_testkit::transfers::entry;
use warifu_testkit::{TestApp, TestPhone};

/// The clerk at the PC, with a phone that is told.
struct Desk {
    t: TestApp,
    session: String,
    phone: TestPhone,
    browser: TestSubscriber,
}

impl Desk {
    async fn start(seed: &str) -> Self {
        let t = TestApp::sqlite_with(seed, SOFTWARE_PROFILE, START).await;
        Self::on(t).await
    }

    async fn on(t: TestApp) -> Self {
        let session = t.log_on(&t.clerk).await;
        let phone = t.phone_in_service(&session, &t.clerk).await;
        let browser = TestSubscriber::new("a");
        phone.subscribe(&t, Some(&browser)).await.unwrap();
        Self {
            t,
            session,
            phone,
            browser,
        }
    }

    /// Another transfer on the confirmation screen.
    async fn ask(&self) {
        let id = self.t.enter(&self.session, &entry("100,648")).await;
        self.t.prepare(&self.session, &id).await.unwrap();
    }

    /// The same, and all are told; how many pushes there were so far.
    async fn asked(&self) -> usize {
        self.ask().await;
        push_all(&self.t.app).await;
        self.t.pushes.all().len()
    }

    async fn token_id(&self) -> TokenId {
        let clerk = self.t.record(&self.t.clerk).await;
        clerk.token.unwrap().id
    }

    async fn is_subscribed(&self) -> bool {
        let token = self.token_id().await;
        let found = push_subscriptions::find(&self.t.db, &token).await;
        found.unwrap().is_some()
    }
}

#[tokio::test]
async fn something_waits_and_the_phone_is_told_once_and_not_of_what() {
    let d = Desk::start("push once").await;
    assert_eq!(d.asked().await, 1);
    push_all(&d.t.app).await;
    let pushes = d.t.pushes.all();
    let [push] = &pushes[..] else {
        panic!("{pushes:?}");
    };
    assert_eq!(push.endpoint, d.browser.endpoint);
    assert_eq!(d.browser.read(&push.body), r#"{"kind":"waiting"}"#);
    assert_eq!(push.header("content-encoding"), "aes128gcm");
    assert_eq!(
        (push.header("ttl"), push.header("urgency")),
        ("120", "high")
    );
    let key = push_subscription::public_key(&d.t.app).await.unwrap();
    let key = data_encoding::BASE64URL_NOPAD.encode(&key.unwrap());
    let signed = push.header("authorization");
    assert!(signed.starts_with("vapid t="), "{signed}");
    assert!(signed.ends_with(&format!(", k={key}")), "{signed}");
}

#[tokio::test]
async fn whoever_opens_it_the_phone_is_told() {
    let d = Desk::start("push api").await;
    d.t.open(&d.t.clerk, 1_000).await.unwrap();
    push_all(&d.t.app).await;
    assert_eq!(d.t.pushes.all().len(), 1);
}

#[tokio::test]
async fn the_confirmation_screen_shown_again_tells_nobody() {
    let d = Desk::start("push again").await;
    let id = d.t.enter(&d.session, &entry("100,648")).await;
    for _ in 0..2 {
        d.t.prepare(&d.session, &id).await.unwrap();
        push_all(&d.t.app).await;
        d.t.clock.advance_secs(10);
    }
    assert_eq!(d.t.pushes.all().len(), 1);
}

#[tokio::test]
async fn without_a_subscription_nothing_is_sent() {
    let d = Desk::start("push none").await;
    d.phone.subscribe(&d.t, None).await.unwrap();
    assert_eq!(d.asked().await, 0);
}

#[tokio::test]
async fn where_push_is_off_nothing_is_sent_and_nothing_kept() {
    let mut d = Desk::start("push off").await;
    d.t.app = d.t.without_push().await;
    assert_eq!(d.asked().await, 0);
    assert_eq!(deliver_push::run(&d.t.app).await, 0);
    let refused = d.phone.subscribe(&d.t, Some(&d.browser)).await;
    assert_eq!(refused, Err(Refusal::NotFound));
    let key = push_subscription::public_key(&d.t.app).await.unwrap();
    assert_eq!(key, Err(Refusal::NotFound));
}

#[tokio::test]
async fn a_phone_is_told_at_most_once_in_ten_seconds() {
    let d = Desk::start("push rate").await;
    assert_eq!(d.asked().await, 1);
    d.t.clock.advance_secs(9);
    // Subscribing anew is no way around it.
    let again = TestSubscriber::new("b");
    d.phone.subscribe(&d.t, Some(&again)).await.unwrap();
    assert_eq!(d.asked().await, 1);
    d.t.clock.advance_secs(1);
    assert_eq!(d.asked().await, 2);
    assert_eq!(d.t.pushes.all()[1].endpoint, again.endpoint);
}

#[tokio::test]
async fn a_subscription_that_is_gone_is_forgotten_and_a_failed_push_is_not_tried_again() {
    let d = Desk::start("push gone").await;
    let failed = PushOutcome::Failed("503".to_owned());
    d.t.pushes.answer_with(Some(failed));
    assert_eq!(d.asked().await, 1);
    push_all(&d.t.app).await;
    assert_eq!(d.t.pushes.all().len(), 1);
    assert!(d.is_subscribed().await);
    d.t.clock.advance_secs(10);
    d.t.pushes.answer_with(Some(PushOutcome::Gone));
    assert_eq!(d.asked().await, 2);
    assert!(!d.is_subscribed().await);
    d.t.clock.advance_secs(10);
    d.t.pushes.answer_with(None);
    d.ask().await;
    push_all(&d.t.app).await;
    assert_eq!(d.t.pushes.all().len(), 2);
}

#[tokio::test]
async fn a_revoked_tokens_phone_is_forgotten() {
    let d = Desk::start("push revoked").await;
    let token = d.token_id().await;
    assert!(d.is_subscribed().await);
    let admin = d.t.log_on(&d.t.admin).await;
    let current = d.t.current(&admin).await;
    let persons = [d.t.clerk.id()];
    let pin = d.t.admin.confirmation_pin.clone();
    let revoked = revoke_tokens::run(&d.t.app, &current, &persons, &pin, &origin()).await;
    assert!(
        revoked
            .unwrap()
            .unwrap()
            .iter()
            .all(|(_, done)| done.is_ok())
    );
    let kept = warifu_store::tables::tokens::find(&d.t.db, &token).await;
    assert_eq!(kept.unwrap().unwrap().token.status, TokenStatus::Revoked);
    let found = push_subscriptions::find(&d.t.db, &token).await.unwrap();
    assert!(found.is_none());
}

#[tokio::test]
async fn what_lies_in_the_database_names_no_endpoint() {
    let d = Desk::start("push sealed").await;
    let token = d.token_id().await;
    let kept = push_subscriptions::find(&d.t.db, &token).await;
    let sealed = kept.unwrap().unwrap().sealed;
    let host = b"push.example";
    assert!(!sealed.windows(host.len()).any(|bytes| bytes == host));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_one_key_and_one_pause() {
    let t = TestApp::postgres_with("push servers", SOFTWARE_PROFILE, START).await;
    let mut d = Desk::on(t).await;
    let other = d.t.another_server().await;
    let (mine, theirs) = tokio::join!(
        push_subscription::public_key(&d.t.app),
        push_subscription::public_key(&other),
    );
    assert_eq!(mine.unwrap().unwrap(), theirs.unwrap().unwrap());
    d.ask().await;
    let first = std::mem::replace(&mut d.t.app, other);
    d.ask().await;
    tokio::join!(push_all(&first), push_all(&d.t.app));
    assert_eq!(d.t.pushes.all().len(), 1);
}
