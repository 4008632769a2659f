//! The cryptography of a container: AES-CBC, HMAC, PBKDF2 and Base64.

use aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Iso10126;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use data_encoding::BASE64;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::hotp::Algorithm;
use crate::keyed_hash;

/// AES has blocks, and CBC an initialisation vector, of this many bytes.
const BLOCK_BYTES: usize = 16;

/// AES in CBC mode as named by XML Encryption (RFC 6030 §6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    /// `aes128-cbc`.
    Aes128,
    /// `aes192-cbc`.
    Aes192,
    /// `aes256-cbc`.
    Aes256,
}

impl Cipher {
    /// `None` for any other cipher: Triple DES, key wrap, RSA.
    pub(super) fn parse(uri: &str) -> Option<Self> {
        match uri {
            "http://www.w3.org/2001/04/xmlenc#aes128-cbc" => Some(Self::Aes128),
            "http://www.w3.org/2001/04/xmlenc#aes192-cbc" => Some(Self::Aes192),
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc" => Some(Self::Aes256),
            _ => None,
        }
    }

    /// The length of its key in bytes.
    pub(super) fn key_bytes(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// Decrypts an initialisation vector followed by the blocks. `None` when there are no whole
    /// blocks, the padding is broken or the key has another length.
    ///
    /// Of the padding only the last byte counts (XML Encryption §5.2), so that what other makers
    /// write there is read; RFC 6030's own figures use PKCS #7.
    pub(super) fn decrypt(self, key: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Aes128 => decrypt::<Decryptor<Aes128>>(key, data),
            Self::Aes192 => decrypt::<Decryptor<Aes192>>(key, data),
            Self::Aes256 => decrypt::<Decryptor<Aes256>>(key, data),
        }
    }
}

fn decrypt<D: BlockModeDecrypt + KeyIvInit>(key: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (iv, blocks) = data.split_at_checked(BLOCK_BYTES)?;
    let mut buffer = Zeroizing::new(blocks.to_vec());
    let decryptor = D::new_from_slices(key, iv).ok()?;
    let plain = decryptor.decrypt_padded::<Iso10126>(&mut buffer).ok()?;
    Some(Zeroizing::new(plain.to_vec()))
}

/// The hash of an HMAC named by XML Signature or RFC 4051; `None` for any other.
pub(super) fn hmac_of(uri: &str) -> Option<Algorithm> {
    match uri {
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1" => Some(Algorithm::Sha1),
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256" => Some(Algorithm::Sha256),
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

/// Whether `expected` is the HMAC of `data`, compared in constant time.
pub(super) fn is_mac(algorithm: Algorithm, key: &[u8], data: &[u8], expected: &[u8]) -> bool {
    let actual = keyed_hash::hmac(algorithm, key, &[data]);
    actual.as_slice().ct_eq(expected).into()
}

/// PBKDF2 (RFC 8018 §5.2).
pub(super) fn derive(
    algorithm: Algorithm,
    passphrase: &str,
    salt: &[u8],
    iterations: u32,
    key_bytes: usize,
) -> Zeroizing<Vec<u8>> {
    let derive = match algorithm {
        Algorithm::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>,
        Algorithm::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
        Algorithm::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
    };
    let mut key = Zeroizing::new(vec![0; key_bytes]);
    derive(passphrase.as_bytes(), salt, iterations, &mut key);
    key
}

/// Base64 with white space anywhere in it; `None` for other text.
pub(super) fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let room = BASE64.decode_len(digits.len()).ok()?;
    let mut bytes = Zeroizing::new(vec![0; room]);
    let length = BASE64.decode_mut(&digits, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}
