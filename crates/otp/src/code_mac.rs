//! The keyed MAC under which a mail code is stored.
//!
//! The code itself is never kept: a stolen database without the key tells nothing about it, and a
//! MAC moved to another authorization, another issue or another epoch no longer matches.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::numeric_code::NumericCode;

/// Sets these MACs apart from any other use of the same key.
const DOMAIN: &[u8] = b"warifu/mail-otp/v1";

/// HMAC-SHA256 works on a key filled up with zeros to this many bytes (RFC 2104 §2).
const BLOCK_BYTES: usize = 64;

/// The key of [`mac`] and [`verify`]. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CodeKey([u8; 32]);

impl CodeKey {
    /// Takes 32 bytes that must come from a cryptographic source or a key derivation.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// HMAC-SHA256 over what a code is good for and the code.
///
/// `issue` counts the codes sent for one authorization. `epoch` is the caller's generation number
/// under which codes live; raising it makes every older MAC worthless. Every part goes in with its
/// length before it, so that no two different inputs share an encoding.
#[must_use]
pub fn mac(
    key: &CodeKey,
    authorization_id: &str,
    issue: u32,
    epoch: u64,
    code: &NumericCode,
) -> [u8; 32] {
    let mut block = Zeroizing::new([0_u8; BLOCK_BYTES]);
    for (place, byte) in block.iter_mut().zip(key.0) {
        *place = byte;
    }
    let mut hmac = Hmac::<Sha256>::new((&*block).into());
    let parts: [&[u8]; 5] = [
        DOMAIN,
        authorization_id.as_bytes(),
        &issue.to_be_bytes(),
        &epoch.to_be_bytes(),
        code.expose().as_bytes(),
    ];
    for part in parts {
        hmac.update(&(part.len() as u64).to_be_bytes());
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

/// Whether `expected` is the MAC of these values. The comparison takes the same time wherever they
/// differ.
#[must_use]
pub fn verify(
    key: &CodeKey,
    authorization_id: &str,
    issue: u32,
    epoch: u64,
    code: &NumericCode,
    expected: &[u8; 32],
) -> bool {
    mac(key, authorization_id, issue, epoch, code)
        .ct_eq(expected)
        .into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::numeric_code::{Digits, parse_code};

    fn key(byte: u8) -> CodeKey {
        CodeKey::new([byte; 32])
    }

    fn code(digits: &str) -> NumericCode {
        parse_code(digits, Digits::from_count(digits.len()).unwrap()).unwrap()
    }

    #[test]
    fn matches_an_independent_computation() {
        // Python: hmac.new(b"\x01" * 32, encoding, "sha256"), encoding as documented on `mac`.
        let expected = "c8b33c883393c24702900763bc8794edf5699b06217a4721c1e1abbc0c12425b";
        let actual = mac(&key(1), "auth-1", 2, 3, &code("123456"));
        let hex: String = actual.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }

    #[test]
    fn every_part_is_bound() {
        let stored = mac(&key(1), "auth-1", 2, 3, &code("123456"));
        assert!(verify(&key(1), "auth-1", 2, 3, &code("123456"), &stored));
        assert!(!verify(&key(2), "auth-1", 2, 3, &code("123456"), &stored));
        assert!(!verify(&key(1), "auth-2", 2, 3, &code("123456"), &stored));
        assert!(!verify(&key(1), "auth-1", 3, 3, &code("123456"), &stored));
        assert!(!verify(&key(1), "auth-1", 2, 4, &code("123456"), &stored));
        assert!(!verify(&key(1), "auth-1", 2, 3, &code("123457"), &stored));
    }

    proptest! {
        #[test]
        fn another_code_is_refused(right in 0_u32..1_000_000, wrong in 0_u32..1_000_000) {
            let stored = mac(&key(7), "a", 1, 0, &code(&format!("{right:06}")));
            let typed = code(&format!("{wrong:06}"));
            prop_assert_eq!(verify(&key(7), "a", 1, 0, &typed, &stored), right == wrong);
        }

        #[test]
        fn a_changed_bit_is_refused(place in 0_usize..32, bit in 0_u8..8) {
            let mut stored = mac(&key(7), "a", 1, 0, &code("000000"));
            stored[place] ^= 1 << bit;
            prop_assert!(!verify(&key(7), "a", 1, 0, &code("000000"), &stored));
        }
    }
}
