//! A push service that keeps what it is handed, and browsers subscribed at it, which can read it.

use std::sync::Mutex;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::{aead, hkdf};
use warifu_app::domain::refusal::Refusal;
use warifu_app::ports::{Answer, PushMessage, PushOutcome, PushSender};
use warifu_app::use_cases::app_inbox::AppRequest;
use warifu_app::use_cases::push_subscription::{self, NewSubscription};
use warifu_app::{App, use_cases::deliver_push};

use crate::application::TestApp;
use crate::phone::TestPhone;

/// The only host that tests push to.
pub const HOST: &str = "push.example";
/// Whom the push service may write to.
pub const CONTACT: &str = "mailto:push@bank.example";

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// Where.
    pub endpoint: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// Encrypted.
    pub body: Vec<u8>,
}

/// Captured pushes.
#[derive(Default)]
pub struct PushService {
    received: Mutex<Vec<Pushed>>,
    outcome: Mutex<Option<PushOutcome>>,
}

/// A browser that subscribed.
pub struct TestSubscriber {
    /// Where it is told.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: Vec<u8>,
    /// Its secret.
    pub auth: [u8; 16],
    private: PrivateKey,
}

impl PushService {
    /// Everything so far, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Pushed> {
        self.received.lock().expect("not poisoned").clone()
    }

    /// From now on every push is answered like this; `None` heals it.
    pub fn answer_with(&self, outcome: Option<PushOutcome>) {
        *self.outcome.lock().expect("not poisoned") = outcome;
    }
}

impl PushSender for PushService {
    fn send<'a>(&'a self, message: &'a PushMessage) -> Answer<'a, PushOutcome> {
        Box::pin(async move {
            self.received.lock().expect("not poisoned").push(Pushed {
                endpoint: message.endpoint.clone(),
                headers: message.headers.clone(),
                body: message.body.clone(),
            });
            let outcome = self.outcome.lock().expect("not poisoned").clone();
            outcome.unwrap_or(PushOutcome::Sent)
        })
    }
}

impl Pushed {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }
}

impl TestSubscriber {
    /// A browser with a new key pair, at an endpoint of [`HOST`].
    #[must_use]
    pub fn new(name: &str) -> Self {
        let private = PrivateKey::generate(&ECDH_P256).expect("a key");
        let public = private.compute_public_key().expect("a public key");
        Self {
            endpoint: format!("https://{HOST}/wp/{name}"),
            p256dh: public.as_ref().to_vec(),
            auth: [5; 16],
            private,
        }
    }

    /// What a message says, read as a browser does it (RFC 8291 §3.4, RFC 8188 §2.1).
    #[must_use]
    pub fn read(&self, body: &[u8]) -> String {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(u32::from_be_bytes(size.try_into().expect("four bytes")) >= 18);
        let (their_key, sealed) = rest[1..].split_at(usize::from(rest[0]));
        let theirs = UnparsedPublicKey::new(&ECDH_P256, their_key);
        let info: [&[u8]; 3] = [b"WebPush: info\0", &self.p256dh, their_key];
        let input = agree(&self.private, theirs, (), |shared| {
            Ok(derive::<32>((&self.auth, shared), &info))
        });
        let keys = (salt, &input.expect("a point")[..]);
        let key = derive::<16>(keys, &[b"Content-Encoding: aes128gcm\0"]);
        let nonce = derive::<12>(keys, &[b"Content-Encoding: nonce\0"]);
        let key = aead::UnboundKey::new(&aead::AES_128_GCM, &key).expect("a key");
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let mut sealed = sealed.to_vec();
        let plain = aead::LessSafeKey::new(key)
            .open_in_place(nonce, aead::Aad::empty(), &mut sealed)
            .expect("it is for this browser");
        let (last, text) = plain.split_last().expect("a delimiter");
        assert_eq!(*last, 2, "the last record");
        String::from_utf8(text.to_vec()).expect("UTF-8")
    }
}

impl TestPhone {
    /// Has itself told of what waits, or not any more.
    pub async fn subscribe(
        &self,
        test: &TestApp,
        browser: Option<&TestSubscriber>,
    ) -> Result<(), Refusal> {
        let at_secs = test.secs();
        let request = AppRequest {
            serial: &self.serial,
            at_secs,
            signature: &self.signing.sign_request("push", &self.serial, at_secs),
        };
        let wanted = browser.map(|browser| NewSubscription {
            endpoint: &browser.endpoint,
            p256dh: &browser.p256dh,
            auth: &browser.auth,
        });
        let kept = push_subscription::run(&test.app, &request, wanted.as_ref()).await;
        kept.expect("works")
    }
}

/// Tells all phones that are to be told.
pub async fn push_all(app: &App) {
    while deliver_push::run(app).await > 0 {}
}

struct Bytes(usize);

impl hkdf::KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>((salt, input): (&[u8], &[u8]), info: &[&[u8]]) -> [u8; N] {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(input);
    let mut out = [0; N];
    extracted
        .expand(info, Bytes(N))
        .and_then(|key| key.fill(&mut out))
        .expect("a short key");
    out
}
