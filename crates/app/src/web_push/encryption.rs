//! Message encryption for Web Push (RFC 8291), one record of `aes128gcm` (RFC 8188).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use zeroize::Zeroizing;

use super::Subscription;

/// Size of a record, as the header says it; a message here is always one that fits.
const RECORD_BYTES: u32 = 4096;
/// Ends the plaintext of the last record (RFC 8188 §2).
const LAST_RECORD: u8 = 2;

/// What is made anew for each message: a salt and a key pair.
pub(crate) struct EphemeralKey {
    salt: [u8; 16],
    private: PrivateKey,
    public: Vec<u8>,
}

impl EphemeralKey {
    /// From random bytes; `None` for the one in 2³² that is not a key.
    pub(crate) fn new(salt: [u8; 16], private: &Zeroizing<[u8; 32]>) -> Option<Self> {
        let private = PrivateKey::from_private_key(&ECDH_P256, private.as_slice()).ok()?;
        let public = private.compute_public_key().ok()?;
        Some(Self {
            salt,
            public: public.as_ref().to_vec(),
            private,
        })
    }
}

/// The body of the message to the push service; `None` if the subscription's key is not one.
pub(crate) fn encrypt(plain: &[u8], to: &Subscription, from: &EphemeralKey) -> Option<Vec<u8>> {
    let theirs = UnparsedPublicKey::new(&ECDH_P256, &to.p256dh);
    // RFC 8291 §3.4
    let input = agree(&from.private, theirs, (), |shared| {
        let info: [&[u8]; 3] = [b"WebPush: info\0", &to.p256dh, &from.public];
        expand::<32>(&Salt::new(HKDF_SHA256, &to.auth).extract(shared), &info).ok_or(())
    });
    let keys = Salt::new(HKDF_SHA256, &from.salt).extract(input.ok()?.as_slice());
    // RFC 8188 §2.2 and §2.3; the first record's nonce is not changed.
    let key = expand::<16>(&keys, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = expand::<12>(&keys, &[b"Content-Encoding: nonce\0"])?;
    let mut sealed = [plain, &[LAST_RECORD]].concat();
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key.as_slice()).ok()?)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(*nonce),
            Aad::empty(),
            &mut sealed,
        )
        .ok()?;
    let key_id_bytes = u8::try_from(from.public.len()).ok()?;
    let (salt, size) = (&from.salt[..], RECORD_BYTES.to_be_bytes());
    Some([salt, &size, &[key_id_bytes], &from.public, &sealed].concat())
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(from: &Prk, info: &[&[u8]]) -> Option<Zeroizing<[u8; N]>> {
    let mut out = Zeroizing::new([0; N]);
    from.expand(info, Bytes(N)).ok()?.fill(out.as_mut()).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
    }

    fn fixed<const N: usize>(text: &str) -> [u8; N] {
        bytes(text).try_into().unwrap()
    }

    fn subscription() -> Subscription {
        Subscription {
            endpoint: String::new(),
            p256dh: bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            ),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        }
    }

    fn ephemeral() -> EphemeralKey {
        let private = fixed("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        EphemeralKey::new(fixed("DGv6ra1nlYgDCS1FRnbzlw"), &Zeroizing::new(private)).unwrap()
    }

    #[test]
    fn the_example_of_rfc_8291_section_5_comes_out() {
        let plain = b"When I grow up, I want to be a watermelon";
        let body = encrypt(plain, &subscription(), &ephemeral()).unwrap();
        assert_eq!(
            BASE64URL_NOPAD.encode(&body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg\
             Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB\
             St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn what_is_no_point_gets_no_message() {
        for damaged in [0, 64] {
            let mut to = subscription();
            to.p256dh[damaged] ^= 1;
            assert!(encrypt(b"x", &to, &ephemeral()).is_none(), "byte {damaged}");
        }
        let mut short = subscription();
        short.p256dh.pop();
        assert!(encrypt(b"x", &short, &ephemeral()).is_none());
        assert!(EphemeralKey::new([0; 16], &Zeroizing::new([0; 32])).is_none());
        assert!(EphemeralKey::new([0; 16], &Zeroizing::new([0xff; 32])).is_none());
    }
}
