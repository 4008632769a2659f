//! The container's header: the encryption key and the MAC key (RFC 6030 §6), made once for
//! all packages.

use zeroize::Zeroizing;

use super::ImportKey;
use super::cipher::{self, Cipher};
use super::error::{ContainerError, PackageFault};
use super::xml::{Element, Namespace, Repeated};
use crate::hotp::Algorithm;

/// The most PBKDF2 iterations a file may ask for. A file that asks for more is refused unread, or
/// it could stop the import for hours.
pub const PBKDF2_ITERATIONS_MAX: u32 = 1_000_000;
const SALT_BYTES_MAX: usize = 1024;
/// The shortest MAC key. Nothing authenticates the MAC key itself: whoever changes the file could
/// shorten it by way of the padding until every key there is can be tried.
const MAC_KEY_BYTES_MIN: usize = 16;

/// RFC 6030 §6.2 and its figure 7 disagree on the name; the last is that of XML Encryption 1.1.
const PBKDF2_URIS: [&str; 3] = [
    "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5#pbkdf2",
    "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2",
    "http://www.w3.org/2009/xmlenc11#pbkdf2",
];

/// The keys of a container; none of a plain one.
#[derive(Default)]
pub(super) struct ContainerKeys {
    encryption: Option<Zeroizing<Vec<u8>>>,
    mac: Option<(Algorithm, Zeroizing<Vec<u8>>)>,
}

impl ContainerKeys {
    /// Whether secrets must be encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.encryption.is_some()
    }

    /// Refuses a plain container where an encrypted one was announced.
    pub(super) fn check_complete(&self, import_key: &ImportKey) -> Result<(), ContainerError> {
        match (import_key, &self.encryption) {
            (ImportKey::Plain, _) | (_, Some(_)) => Ok(()),
            (_, None) => Err(ContainerError::NotEncrypted),
        }
    }

    /// Reads `EncryptionKey` (RFC 6030 §6): which key, not the key itself.
    pub(super) fn read_encryption_key(
        &mut self,
        element: &Element,
        import_key: &ImportKey,
    ) -> Result<(), ContainerError> {
        if self.encryption.is_some() {
            return Err(ContainerError::OutOfOrder);
        }
        let unclear = |_: Repeated| ContainerError::EncryptionKey("the key");
        if let Some(derived) = element
            .child(Namespace::XmlEnc11, "DerivedKey")
            .map_err(unclear)?
        {
            let ImportKey::Passphrase(passphrase) = import_key else {
                return Err(ContainerError::NeedsPassphrase);
            };
            self.encryption = Some(derive(derived, passphrase)?);
            return Ok(());
        }
        let names_a_key = |child: &Element| child.is(Namespace::XmlDsig, "KeyName");
        if element
            .children()
            .iter()
            .any(|child| child.namespace() == Namespace::XmlDsig && !names_a_key(child))
        {
            return Err(ContainerError::Asymmetric);
        }
        if !element.children().iter().any(names_a_key) {
            return Err(ContainerError::EncryptionKey("the key"));
        }
        let ImportKey::PreShared(key) = import_key else {
            return Err(ContainerError::NeedsPreSharedKey);
        };
        if ![16, 24, 32].contains(&key.len()) {
            return Err(ContainerError::PreSharedKeyLength);
        }
        self.encryption = Some(key.clone());
        Ok(())
    }

    /// Reads `MACMethod` (RFC 6030 §6.1.1): algorithm and encrypted key. A key given by reference
    /// is not supported.
    pub(super) fn read_mac_method(&mut self, element: &Element) -> Result<(), ContainerError> {
        if self.mac.is_some() {
            return Err(ContainerError::OutOfOrder);
        }
        let encryption = self
            .encryption
            .as_ref()
            .ok_or(ContainerError::EncryptionKey("the key of the MAC key"))?;
        let algorithm = element
            .attribute("Algorithm")
            .and_then(cipher::hmac_of)
            .ok_or(ContainerError::MacMethod("Algorithm"))?;
        let unclear = ContainerError::MacMethod("MACKey");
        let mac_key = element
            .child(Namespace::Pskc, "MACKey")
            .ok()
            .flatten()
            .ok_or(unclear)?;
        let encrypted = Encrypted::read(mac_key).map_err(|_| unclear)?;
        if encrypted.cipher.key_bytes() != encryption.len() {
            return Err(unclear);
        }
        let key = encrypted
            .cipher
            .decrypt(encryption, &encrypted.data)
            .filter(|key| key.len() >= MAC_KEY_BYTES_MIN)
            .ok_or(ContainerError::WrongKey)?;
        self.mac = Some((algorithm, key));
        Ok(())
    }

    /// Checks the MAC over the encrypted bytes, initialisation vector included, and only then
    /// decrypts (RFC 6030 §6.1.1).
    pub(super) fn open(
        &self,
        encrypted: &Element,
        value_mac: Option<&Element>,
    ) -> Result<Zeroizing<Vec<u8>>, PackageFault> {
        let key = self.encryption.as_ref().ok_or(PackageFault::NoKey)?;
        let encrypted = Encrypted::read(encrypted)?;
        if encrypted.cipher.key_bytes() != key.len() {
            return Err(PackageFault::Cipher);
        }
        let (algorithm, mac_key) = self.mac.as_ref().ok_or(PackageFault::MissingMac)?;
        let value_mac = value_mac.ok_or(PackageFault::MissingMac)?;
        let expected =
            cipher::base64(value_mac.text()).ok_or(PackageFault::BadValue("ValueMAC"))?;
        if !cipher::is_mac(*algorithm, mac_key, &encrypted.data, &expected) {
            return Err(PackageFault::WrongMac);
        }
        encrypted
            .cipher
            .decrypt(key, &encrypted.data)
            .ok_or(PackageFault::Padding)
    }
}

/// What XML Encryption calls an encrypted type: a cipher and its bytes.
struct Encrypted {
    cipher: Cipher,
    data: Zeroizing<Vec<u8>>,
}

impl Encrypted {
    fn read(element: &Element) -> Result<Self, PackageFault> {
        let cipher = element
            .child(Namespace::XmlEnc, "EncryptionMethod")?
            .and_then(|method| method.attribute("Algorithm"))
            .and_then(Cipher::parse)
            .ok_or(PackageFault::Cipher)?;
        let data = element
            .child(Namespace::XmlEnc, "CipherData")?
            .ok_or(PackageFault::Missing("CipherData"))?
            .child(Namespace::XmlEnc, "CipherValue")?
            .ok_or(PackageFault::Missing("CipherValue"))?;
        Ok(Self {
            cipher,
            data: cipher::base64(data.text()).ok_or(PackageFault::BadValue("CipherValue"))?,
        })
    }
}

/// The key of `DerivedKey` (RFC 6030 §6.2; RFC 8018's PBES2 with its two halves written apart).
fn derive(derived: &Element, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
    let broken = ContainerError::EncryptionKey;
    let method = derived
        .child(Namespace::XmlEnc11, "KeyDerivationMethod")
        .ok()
        .flatten()
        .filter(|method| {
            method
                .attribute("Algorithm")
                .is_some_and(|uri| PBKDF2_URIS.contains(&uri))
        })
        .ok_or(broken("KeyDerivationMethod"))?;
    let parameters = part(method, "PBKDF2-params")?;
    let salt = cipher::base64(part(part(parameters, "Salt")?, "Specified")?.text())
        .filter(|salt| (1..=SALT_BYTES_MAX).contains(&salt.len()))
        .ok_or(broken("Salt"))?;
    let iterations = number(part(parameters, "IterationCount")?).ok_or(broken("IterationCount"))?;
    if iterations > PBKDF2_ITERATIONS_MAX {
        return Err(ContainerError::Iterations);
    }
    let key_bytes = number(part(parameters, "KeyLength")?)
        .and_then(|length| usize::try_from(length).ok())
        .filter(|length| [16, 24, 32].contains(length))
        .ok_or(broken("KeyLength"))?;
    // Absent or without an algorithm it is HMAC-SHA-1 (RFC 8018 appendix A.2).
    let prf = parameters
        .child_in_any_namespace("PRF")
        .map_err(|_| broken("PRF"))?
        .and_then(|prf| prf.attribute("Algorithm"));
    let algorithm = match prf {
        None => Algorithm::Sha1,
        Some(uri) => cipher::hmac_of(uri).ok_or(broken("PRF"))?,
    };
    Ok(cipher::derive(
        algorithm, passphrase, &salt, iterations, key_bytes,
    ))
}

/// A part of the derivation's parameters, in any namespace: the figures of RFC 6030 and the files
/// made after them disagree on it.
fn part<'a>(parent: &'a Element, name: &'static str) -> Result<&'a Element, ContainerError> {
    let found = parent.child_in_any_namespace(name).ok().flatten();
    found.ok_or(ContainerError::EncryptionKey(name))
}

/// A positive decimal number.
fn number(element: &Element) -> Option<u32> {
    let text = element.text();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number| *number > 0)
}
