//! Passkeys: the WebAuthn ceremonies behind a few words of our own (W3C WebAuthn Level 3, ASVS 6.3.3). User
//! verification is always required (LOG-8).
//!
//! What travels to and from the browser, and what is kept between the two steps, is JSON text. Challenges are
//! random and say nothing: what one is good for is written beside it, in our table.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use webauthn_rs::prelude::{
    CreationChallengeResponse, CredentialID, DiscoverableAuthentication, Passkey,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The institution as the party that passkeys are made for.
pub(crate) struct Passkeys(Webauthn);

/// The two halves of a ceremony's first step.
pub(crate) struct Started {
    /// For the browser.
    pub options: String,
    /// For us, until the reply.
    pub state: String,
}

/// What is kept of a passkey.
pub(crate) struct Registered {
    /// Base64url.
    pub credential_id: String,
    /// Public key and counters.
    pub public: String,
}

/// Whose passkey it will be.
pub(crate) struct Owner<'a> {
    /// Names the person towards the authenticator, and nobody else (WebAuthn §14.6.1).
    pub handle: [u8; 16],
    /// Shown by the authenticator.
    pub name: &'a str,
    /// Credential IDs there already.
    pub existing: &'a [String],
}

impl Passkeys {
    /// For a public origin with a host name. On a loopback address the name `localhost` is taken: browsers
    /// make no passkeys for addresses. `None` for other addresses.
    pub fn new(public_origin: &str, institution: &str) -> Option<Self> {
        let mut origin = Url::parse(public_origin).ok()?;
        if origin.domain().is_none() {
            let loopback = matches!(origin.host_str(), Some("127.0.0.1" | "[::1]"));
            origin.set_host(loopback.then_some("localhost")).ok()?;
        }
        let id = origin.domain()?.to_owned();
        let builder = WebauthnBuilder::new(&id, &origin).ok()?;
        builder.rp_name(institution).build().ok().map(Self)
    }

    pub fn start_registration(&self, owner: &Owner<'_>) -> Option<Started> {
        let existing = owner.existing.iter().filter_map(|id| {
            let bytes = BASE64URL_NOPAD.decode(id.as_bytes()).ok()?;
            Some(CredentialID::from(bytes))
        });
        let handle = Uuid::from_bytes(owner.handle);
        let (options, state) = self
            .0
            .start_passkey_registration(handle, owner.name, owner.name, Some(existing.collect()))
            .ok()?;
        Some(Started {
            options: discoverable(&options)?,
            state: serde_json::to_string(&state).ok()?,
        })
    }

    pub fn finish_registration(&self, state: &str, reply: &str) -> Option<Registered> {
        let state: PasskeyRegistration = serde_json::from_str(state).ok()?;
        let reply: RegisterPublicKeyCredential = serde_json::from_str(reply).ok()?;
        let passkey = self.0.finish_passkey_registration(&reply, &state).ok()?;
        Some(Registered {
            credential_id: BASE64URL_NOPAD.encode(passkey.cred_id().as_slice()),
            public: serde_json::to_string(&passkey).ok()?,
        })
    }

    /// Any passkey of anybody: the reply names the credential.
    pub fn start_authentication(&self) -> Option<Started> {
        let (mut options, state) = self.0.start_discoverable_authentication().ok()?;
        // A button is pressed for it; nothing waits in the background.
        options.mediation = None;
        Some(Started {
            options: serde_json::to_string(&options).ok()?,
            state: serde_json::to_string(&state).ok()?,
        })
    }

    /// Whether the reply is by this passkey; its public part, with the counter moved up.
    pub fn finish_authentication(&self, state: &str, reply: &str, public: &str) -> Option<String> {
        let state: DiscoverableAuthentication = serde_json::from_str(state).ok()?;
        let reply: PublicKeyCredential = serde_json::from_str(reply).ok()?;
        let mut passkey: Passkey = serde_json::from_str(public).ok()?;
        let result = self
            .0
            .finish_discoverable_authentication_v2(&reply, state, &passkey)
            .ok()?;
        if !result.user_verified() {
            return None;
        }
        passkey.update_credential(&result)?;
        serde_json::to_string(&passkey).ok()
    }
}

/// The credential a reply names, base64url.
pub(crate) fn credential_of(reply: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "rawId")]
        raw_id: String,
    }
    let named: Named = serde_json::from_str(reply).ok()?;
    let bytes = BASE64URL_NOPAD.decode(named.raw_id.as_bytes()).ok()?;
    Some(BASE64URL_NOPAD.encode(&bytes))
}

/// Logon without an ID needs a passkey that the authenticator finds by itself; the library asks for that only
/// where attestation is checked too.
fn discoverable(options: &CreationChallengeResponse) -> Option<String> {
    let mut options = serde_json::to_value(options).ok()?;
    let selection = options
        .get_mut("publicKey")?
        .get_mut("authenticatorSelection")?
        .as_object_mut()?;
    selection.insert("residentKey".to_owned(), "required".into());
    selection.insert("requireResidentKey".to_owned(), true.into());
    serde_json::to_string(&options).ok()
}
