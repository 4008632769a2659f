//! Sealing of secrets at rest: the key file, sealed columns, and the institution's inner keys.
//!
//! Nothing here implements `Debug`; keys are erased when dropped. Loading and creating the inner
//! keys in the database is [`crate::Db::open_vault`].

use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::error::StoreError;

/// A source of randomness: fills the slice, unpredictably.
pub type Fill = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// First byte of every sealed value.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

struct SealKey {
    id: String,
    cipher: Aes256Gcm,
}

/// The keys of the key file. The first seals; all open.
pub struct KeyRing {
    active: SealKey,
    older: Vec<SealKey>,
    fill: Fill,
}

impl KeyRing {
    /// Reads a key file: one key a line as `key-id base64(32 bytes)`, the first is the active one;
    /// empty lines and lines that begin with `#` are skipped.
    ///
    /// # Errors
    /// [`StoreError::KeyFile`] names the line.
    pub fn from_key_file(text: &str, fill: Fill) -> Result<Self, StoreError> {
        let mut keys: Vec<SealKey> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |reason| StoreError::KeyFile {
                line: index + 1,
                reason,
            };
            let key = parse_key(line).map_err(wrong)?;
            if keys.iter().any(|known| known.id == key.id) {
                return Err(wrong("the key id appears twice"));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let active = keys.next().ok_or(StoreError::KeyFile {
            line: 0,
            reason: "there is no key in it",
        })?;
        Ok(Self {
            active,
            older: keys.collect(),
            fill,
        })
    }

    /// Seals `plaintext` for one row of one table (AES-256-GCM; version, key id and nonce in front).
    /// It opens only for the same table and row.
    ///
    /// # Errors
    /// [`StoreError::Unsealable`] for more than 64 GiB.
    pub fn seal(
        &self,
        table: &'static str,
        row_id: &str,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_BYTES];
        (self.fill)(&mut nonce);
        let aad = associated_data(table, row_id);
        let payload = Payload {
            msg: plaintext,
            aad: &aad,
        };
        let sealed = self
            .active
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| StoreError::Unsealable { table })?;
        let id = self.active.id.as_bytes();
        let mut value = Vec::with_capacity(2 + id.len() + NONCE_BYTES + sealed.len());
        value.push(VERSION);
        value.push(u8::try_from(id.len()).unwrap_or(u8::MAX));
        value.extend_from_slice(id);
        value.extend_from_slice(&nonce);
        value.extend_from_slice(&sealed);
        Ok(value)
    }

    /// Opens what [`seal`](Self::seal) made for the same table and row.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] if the key it names is not in the key file,
    /// [`StoreError::Unsealable`] if it was changed or belongs to another row.
    pub fn open(
        &self,
        table: &'static str,
        row_id: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let (id, nonce, body) = split(sealed).ok_or(StoreError::Unsealable { table })?;
        let key = std::iter::once(&self.active)
            .chain(&self.older)
            .find(|key| key.id == id)
            .ok_or_else(|| StoreError::WrongKey {
                key_id: id.to_owned(),
            })?;
        let aad = associated_data(table, row_id);
        let payload = Payload {
            msg: body,
            aad: &aad,
        };
        key.cipher
            .decrypt(&Nonce::from(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| StoreError::Unsealable { table })
    }

    /// The id of the key a sealed value names.
    pub(crate) fn key_id(sealed: &[u8]) -> Option<&str> {
        split(sealed).map(|(id, _, _)| id)
    }

    /// 32 fresh random bytes.
    pub(crate) fn fresh_key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        (self.fill)(key.as_mut_slice());
        key
    }
}

fn parse_key(line: &str) -> Result<SealKey, &'static str> {
    let (id, encoded) = line
        .split_once(char::is_whitespace)
        .ok_or("expected a key id, a space and the key")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if id.len() > 64 || !id.chars().all(plain) {
        return Err("a key id is at most 64 letters, digits, '-', '_' or '.'");
    }
    let bytes = BASE64
        .decode(encoded.trim().as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| "the key is not base64")?;
    let cipher = Aes256Gcm::new_from_slice(&bytes).map_err(|_| "the key is not 32 bytes long")?;
    Ok(SealKey {
        id: id.to_owned(),
        cipher,
    })
}

/// Table and row id, each preceded by its length.
fn associated_data(table: &str, row_id: &str) -> Vec<u8> {
    let mut aad = Vec::with_capacity(16 + table.len() + row_id.len());
    for part in [table, row_id] {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        aad.extend_from_slice(&length.to_be_bytes());
        aad.extend_from_slice(part.as_bytes());
    }
    aad
}

/// Key id, nonce and ciphertext of a sealed value.
fn split(sealed: &[u8]) -> Option<(&str, [u8; NONCE_BYTES], &[u8])> {
    let (&[version, id_bytes], rest) = sealed.split_first_chunk::<2>()?;
    if version != VERSION {
        return None;
    }
    let (id, rest) = rest.split_at_checked(usize::from(id_bytes))?;
    let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>()?;
    Some((std::str::from_utf8(id).ok()?, *nonce, body))
}

/// The institution's own keys, made at the first start and kept sealed in the database.
pub(crate) struct InnerKeys {
    pub pepper: Zeroizing<[u8; 32]>,
    pub otp_mac: Zeroizing<[u8; 32]>,
    pub audit_mac: Zeroizing<[u8; 32]>,
}

/// The opened vault: the key ring and the institution's inner keys.
pub struct Vault {
    pub(crate) ring: KeyRing,
    pub(crate) inner: InnerKeys,
}

impl Vault {
    /// See [`KeyRing::seal`].
    pub fn seal(
        &self,
        table: &'static str,
        row_id: &str,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.ring.seal(table, row_id, plaintext)
    }

    /// See [`KeyRing::open`].
    pub fn open(
        &self,
        table: &'static str,
        row_id: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.ring.open(table, row_id, sealed)
    }

    /// Key of the HMAC under every PIN hash.
    #[must_use]
    pub fn pepper(&self) -> &[u8; 32] {
        &self.inner.pepper
    }

    /// Key of the MACs that stand for one-time passwords sent by mail.
    #[must_use]
    pub fn otp_mac(&self) -> &[u8; 32] {
        &self.inner.otp_mac
    }

    /// Key of the MACs of the audit heads.
    #[must_use]
    pub fn audit_mac(&self) -> &[u8; 32] {
        &self.inner.audit_mac
    }
}

#[cfg(test)]
mod tests;
