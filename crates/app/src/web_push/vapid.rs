//! VAPID (RFC 8292): a push service learns that messages come from the server that the browser
//! subscribed to, by a short-lived signature.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde_json::json;

use crate::error::AppError;

/// How long a signature counts; at most 24 hours are allowed (RFC 8292 §2).
const VALID_SECS: i64 = 12 * 3600;

/// The institution's key pair for push services.
pub(crate) struct VapidKey(EcdsaKeyPair);

impl VapidKey {
    /// From a private key of 32 bytes, big-endian; `None` for what is not one.
    pub(crate) fn new(private: &[u8]) -> Option<Self> {
        let public = PrivateKey::from_private_key(&ECDH_P256, private).ok()?;
        let public = public.compute_public_key().ok()?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, private, public.as_ref())
            .ok()
            .map(Self)
    }

    /// As browsers take it (`applicationServerKey`): an uncompressed point.
    pub(crate) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// The `Authorization` header for a push service at `origin` (RFC 8292 §3).
    pub(crate) fn authorization(
        &self,
        origin: &str,
        contact: &str,
        now: Timestamp,
    ) -> Result<String, AppError> {
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let expires = now.as_second().saturating_add(VALID_SECS);
        let claims = json!({ "aud": origin, "exp": expires, "sub": contact });
        let encoded =
            |part: &serde_json::Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
        let signed = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = self
            .0
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| AppError::Inconsistent("the push key can't sign"))?;
        let signature = BASE64URL_NOPAD.encode(signature.as_ref());
        let key = BASE64URL_NOPAD.encode(self.public());
        Ok(format!("vapid t={signed}.{signature}, k={key}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::app_signature::is_signed_by;

    fn part(text: &str) -> Value {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn the_token_is_signed_by_the_key_it_names_and_says_for_whom_and_until_when() {
        let key = VapidKey::new(&[7; 32]).unwrap();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let contact = "mailto:push@bank.example";
        let header = key.authorization("https://push.example", contact, now);
        let header = header.unwrap();
        let (token, public) = header
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .unwrap();
        let public = BASE64URL_NOPAD.decode(public.as_bytes()).unwrap();
        assert_eq!(public, key.public());
        assert_eq!((public.len(), public[0]), (65, 4));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        assert!(is_signed_by(&public, signed.as_bytes(), &signature));
        let other = VapidKey::new(&[8; 32]).unwrap();
        assert!(!is_signed_by(other.public(), signed.as_bytes(), &signature));
        let (header, claims) = signed.split_once('.').unwrap();
        assert_eq!(part(header), json!({ "typ": "JWT", "alg": "ES256" }));
        let said = json!({ "aud": "https://push.example", "exp": 1_800_043_200, "sub": contact });
        assert_eq!(part(claims), said);
    }

    #[test]
    fn what_is_not_a_private_key_is_refused() {
        assert!(VapidKey::new(&[7; 32]).is_some());
        for wrong in [&[0; 32][..], &[0xff; 32], &[7; 31]] {
            assert!(VapidKey::new(wrong).is_none());
        }
    }
}
