//! PINs as stored: argon2id over an HMAC with the institution's pepper, so that a stolen database
//! alone allows no guessing (OWASP Password Storage; 19 MiB, t=2, p=1).

use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use warifu_domain::ids::PersonId;
use warifu_domain::pin::PinKind;
use zeroize::Zeroizing;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;

/// A PIN under the pepper, bound to person and kind: the same PIN of two people differs.
pub(crate) struct PepperedPin(Zeroizing<[u8; 32]>);

impl PepperedPin {
    pub(crate) fn new(pepper: &[u8; 32], person: &PersonId, kind: PinKind, pin: &str) -> Self {
        Self::of(pepper, person, kind.name(), pin)
    }

    /// 利用開始パスワード: opens an activation link, nothing else (S4 step B).
    pub(crate) fn start_password(pepper: &[u8; 32], person: &PersonId, typed: &str) -> Self {
        Self::of(pepper, person, "start-password", typed)
    }

    fn of(pepper: &[u8; 32], person: &PersonId, kind: &str, pin: &str) -> Self {
        let mut out = Zeroizing::new([0; 32]);
        // HMAC-SHA256 takes keys of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(pepper) {
            for part in [
                b"warifu/pin/v1".as_slice(),
                person.as_str().as_bytes(),
                kind.as_bytes(),
            ] {
                mac.update(&(part.len() as u64).to_be_bytes());
                mac.update(part);
            }
            mac.update(pin.as_bytes());
            out.copy_from_slice(&mac.finalize().into_bytes());
        }
        Self(out)
    }
}

/// Hashes with memory that is used again: above some MiB allocation costs more than hashing. The
/// memory is taken with the first PIN and can be given back when none came for a while.
pub(crate) struct Hasher {
    argon2: Option<Argon2<'static>>,
    memory: Vec<Block>,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_LEN)).ok();
        let argon2 = params.map(|p| Argon2::new(Algorithm::Argon2id, Version::V0x13, p));
        Self {
            argon2,
            memory: Vec::new(),
        }
    }

    /// Whether it holds its memory.
    pub(crate) fn is_warm(&self) -> bool {
        !self.memory.is_empty()
    }

    /// Gives the memory back.
    pub(crate) fn cool_down(&mut self) {
        self.memory = Vec::new();
    }

    /// The hash to store.
    pub(crate) fn hash(&mut self, pin: &PepperedPin, salt: [u8; SALT_LEN]) -> Option<String> {
        let hash = self.raw(pin, &salt)?;
        let salt = BASE64URL_NOPAD.encode(&salt);
        Some(format!(
            "argon2id$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${}",
            BASE64URL_NOPAD.encode(hash.as_slice())
        ))
    }

    /// Whether the PIN is the one that was hashed. A stored text that is no hash matches nothing,
    /// but takes as long.
    pub(crate) fn verify(&mut self, pin: &PepperedPin, stored: &str) -> bool {
        let (salt, expected) = parse(stored).unwrap_or(([0; SALT_LEN], Vec::new()));
        match self.raw(pin, &salt) {
            Some(hash) => bool::from(hash.as_slice().ct_eq(&expected)),
            None => false,
        }
    }

    fn raw(&mut self, pin: &PepperedPin, salt: &[u8]) -> Option<Zeroizing<[u8; HASH_LEN]>> {
        let mut out = Zeroizing::new([0; HASH_LEN]);
        let argon2 = self.argon2.as_ref()?;
        self.memory
            .resize(argon2.params().block_count(), Block::default());
        argon2
            .hash_password_into_with_memory(
                pin.0.as_slice(),
                salt,
                out.as_mut_slice(),
                self.memory.as_mut_slice(),
            )
            .ok()?;
        Some(out)
    }
}

fn parse(stored: &str) -> Option<([u8; SALT_LEN], Vec<u8>)> {
    let mut parts = stored.split('$');
    let head = (parts.next()?, parts.next()?);
    if head
        != (
            "argon2id",
            format!("m={MEMORY_KIB},t={PASSES},p={LANES}").as_str(),
        )
    {
        return None;
    }
    let salt = BASE64URL_NOPAD.decode(parts.next()?.as_bytes()).ok()?;
    let hash = BASE64URL_NOPAD.decode(parts.next()?.as_bytes()).ok()?;
    Some((salt.try_into().ok()?, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(person: &str, kind: PinKind, pin: &str) -> PepperedPin {
        PepperedPin::new(&[7; 32], &PersonId::from_stored(person.into()), kind, pin)
    }

    #[test]
    fn only_the_same_pin_of_the_same_person_and_kind_matches() {
        let mut hasher = Hasher::new();
        let stored = hasher
            .hash(&pin("1/a", PinKind::Logon, "Kx8274"), [1; 16])
            .unwrap();
        assert!(hasher.verify(&pin("1/a", PinKind::Logon, "Kx8274"), &stored));
        assert!(!hasher.verify(&pin("1/a", PinKind::Logon, "Kx8275"), &stored));
        assert!(!hasher.verify(&pin("1/b", PinKind::Logon, "Kx8274"), &stored));
        assert!(!hasher.verify(&pin("1/a", PinKind::Confirmation, "Kx8274"), &stored));
        assert!(!hasher.verify(&pin("1/a", PinKind::Logon, "Kx8274"), "no hash"));
        assert!(!stored.contains("Kx8274"));
    }
}
