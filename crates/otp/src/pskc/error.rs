//! What can be wrong with a container. No error holds a secret or a part of one.

use std::io;

use thiserror::Error;

use super::container::PBKDF2_ITERATIONS_MAX;
use super::package::{SECRET_BYTES_MAX, SECRET_BYTES_MIN};
use super::xml::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENT_BYTES_MAX};

/// What reading a container yields besides packages.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PskcError {
    /// The rest of the file cannot be read.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// One package cannot be used; the others are not concerned.
    #[error(transparent)]
    Package(#[from] PackageError),
}

/// Why a file cannot be read, or not any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ContainerError {
    /// The XML itself.
    #[error(transparent)]
    Xml(#[from] XmlFault),
    /// The root element is not a PSKC `KeyContainer`.
    #[error("the document is not a PSKC key container")]
    NotAContainer,
    /// The container's version is not 1.0.
    #[error("the container does not have version 1.0")]
    Version,
    /// `EncryptionKey` or `MACMethod` comes twice or after a package.
    #[error("EncryptionKey and MACMethod must come once and before all packages")]
    OutOfOrder,
    /// The container is encrypted to a certificate or public key.
    #[error("the container is encrypted to a public key, which is not supported")]
    Asymmetric,
    /// The container is encrypted under a pre-shared key and none was given.
    #[error("the container needs a pre-shared key")]
    NeedsPreSharedKey,
    /// The container is encrypted under a passphrase and none was given.
    #[error("the container needs a passphrase")]
    NeedsPassphrase,
    /// A key or passphrase was given and the container is not encrypted.
    #[error("a key or passphrase was given but the container is not encrypted")]
    NotEncrypted,
    /// The pre-shared key is no AES key.
    #[error("the pre-shared key must have 16, 24 or 32 bytes")]
    PreSharedKeyLength,
    /// How the key is derived or named is missing, broken or unsupported.
    #[error("EncryptionKey: {0} is missing, broken or unsupported")]
    EncryptionKey(&'static str),
    /// More work than an import may cause.
    #[error("the passphrase would need more than {PBKDF2_ITERATIONS_MAX} iterations")]
    Iterations,
    /// The MAC's algorithm or key is missing, broken or unsupported.
    #[error("MACMethod: {0} is missing, broken or unsupported")]
    MacMethod(&'static str),
    /// The MAC key does not decrypt, or to fewer than 16 bytes.
    #[error("the MAC key does not decrypt: the key or passphrase is wrong or the file damaged")]
    WrongKey,
}

/// Why a document is not read as XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum XmlFault {
    /// The source failed.
    #[error("reading failed: {0}")]
    Read(io::ErrorKind),
    /// Not well-formed, or not UTF-8.
    #[error("the document is not well-formed XML in UTF-8")]
    Malformed,
    /// The document ends before its root element does.
    #[error("the document is cut off")]
    Truncated,
    /// A document type declaration, which could define entities.
    #[error("the document has a document type declaration, which is refused")]
    DocumentType,
    /// A reference to anything but a character or one of the five predefined entities.
    #[error("the document refers to an entity, which is refused")]
    Entity,
    /// One package, or what stands between two, is too large.
    #[error("an element is larger than {ELEMENT_BYTES_MAX} bytes")]
    TooLarge,
    /// Elements nested too deeply.
    #[error("elements are nested more than {DEPTH_MAX} deep")]
    TooDeep,
    /// Too many attributes on one element.
    #[error("an element has more than {ATTRIBUTES_MAX} attributes")]
    TooManyAttributes,
}

/// Why one package is not used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("key package {index} (serial {}): {reason}", serial.as_deref().unwrap_or("unknown"))]
pub struct PackageError {
    /// The place of the package in the file, counted from 1.
    pub index: u64,
    /// The serial of the device, where it could be read.
    pub serial: Option<String>,
    /// What is wrong.
    pub reason: PackageFault,
}

/// What is wrong with one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PackageFault {
    /// A required element or attribute is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// An element that may come once comes twice.
    #[error("an element is repeated")]
    Repeated,
    /// An element or attribute has a value that is not understood.
    #[error("{0} has an unsupported value")]
    BadValue(&'static str),
    /// The key is for something other than HOTP or TOTP.
    #[error("the algorithm is neither HOTP nor TOTP")]
    Algorithm,
    /// The secret is not in the file but to be derived (RFC 6030 §4.4).
    #[error("the secret is not in the file")]
    NoSecret,
    /// The secret is plain in a container that is encrypted.
    #[error("the secret is not encrypted although the container is")]
    PlainSecret,
    /// A value is encrypted and the container says nothing of a key.
    #[error("a value is encrypted but the container names no key")]
    NoKey,
    /// The cipher is not AES-CBC, or its key has another length.
    #[error("the cipher is not AES-CBC with a key of the given length")]
    Cipher,
    /// A value without a MAC (RFC 6030 §6.1.1).
    #[error("an encrypted value has no MAC")]
    MissingMac,
    /// The MAC does not match: a wrong key, or a damaged or changed file.
    #[error("a MAC does not match")]
    WrongMac,
    /// The MAC matches but the padding is broken.
    #[error("an encrypted value has broken padding")]
    Padding,
    /// The secret is too short or too long.
    #[error("the secret must have {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes")]
    SecretLength,
}
