//! Signatures of the token app: ECDSA P-256 with SHA-256 as WebCrypto makes them, r and s of 32 bytes
//! each (FIPS 186-5; W3C Web Cryptography §23).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey, UnparsedPublicKey};

/// Length of a public key: an uncompressed point.
pub(crate) const PUBLIC_KEY_BYTES: usize = 65;

/// Whether `signature` over `message` is by the holder of `public_key`.
pub(crate) fn is_signed_by(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key)
        .verify(message, signature)
        .is_ok()
}

/// Whether the bytes are a point of the curve in uncompressed form.
pub(crate) fn is_public_key(bytes: &[u8]) -> bool {
    bytes.len() == PUBLIC_KEY_BYTES
        && bytes.first() == Some(&4)
        && ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).is_ok()
}
