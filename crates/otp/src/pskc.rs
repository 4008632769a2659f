//! Reading PSKC, the XML container in which token makers deliver secrets (RFC 6030, TOK-1).
//!
//! What lives here: reading a container package by package, checking MACs and decrypting. What
//! does not: opening the file, the inventory, duplicates of a serial, and the meaning of dates.
//!
//! A file of any number of packages is read in one pass and with the memory of one package.
//!
//! Supported are plain values and AES-CBC with a MAC (RFC 6030 §6.1.1) under a pre-shared key or a
//! passphrase. Encryption to a certificate (§6.3) is refused, and so are document types and
//! entities. A signature over the file (§7) is read over and **not** verified.
//!
//! A MAC covers one encrypted value and nothing around it: serials, periods and counters are as
//! trustworthy as the way the file came.
//!
//! ```
//! use warifu_otp::pskc::{ImportKey, KeyPackages};
//!
//! let file = br#"<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"/>"#;
//! assert_eq!(KeyPackages::new(file.as_slice(), ImportKey::Plain).count(), 0);
//! ```

use std::io::BufRead;

use zeroize::Zeroizing;

use container::ContainerKeys;
use xml::{Element, Namespace, XmlReader};

mod cipher;
mod container;
mod date_time;
mod error;
mod package;
mod xml;

pub use container::PBKDF2_ITERATIONS_MAX;
pub use error::{ContainerError, PackageError, PackageFault, PskcError, XmlFault};
pub use package::{KeyPackage, Mode, SECRET_BYTES_MAX, SECRET_BYTES_MIN};
pub use xml::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENT_BYTES_MAX};

/// What the maker told the bank besides the file. Wiped when dropped; no `Debug`.
///
/// A container that does not ask for it is refused: otherwise a plain file slipped in by someone
/// else would pass for the maker's encrypted one.
pub enum ImportKey {
    /// The container holds plain values and its file was protected on the way by other means.
    Plain,
    /// A pre-shared AES key of 16, 24 or 32 bytes (RFC 6030 §6.1).
    PreShared(Zeroizing<Vec<u8>>),
    /// A passphrase for PBKDF2 (RFC 6030 §6.2).
    Passphrase(Zeroizing<String>),
}

/// The packages of a container, one at a time, in the order of the file.
///
/// A [`PskcError::Package`] concerns one package and the next call goes on behind it. A
/// [`PskcError::Container`] is the last item. A file that is cut off ends with such an error, so
/// nothing should be committed before the iterator has ended without one.
pub struct KeyPackages<R> {
    reader: XmlReader<R>,
    import_key: ImportKey,
    keys: ContainerKeys,
    stage: Stage,
    index: u64,
}

/// How far the container was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    Header,
    Packages,
    Done,
}

impl<R: BufRead> KeyPackages<R> {
    /// Reads nothing yet. `source` is read through its own buffer, whose wiping is the caller's
    /// matter where values are plain.
    pub fn new(source: R, import_key: ImportKey) -> Self {
        Self {
            reader: XmlReader::new(source),
            import_key,
            keys: ContainerKeys::default(),
            stage: Stage::Start,
            index: 0,
        }
    }

    /// The next package element; `None` at the end of the document.
    fn next_element(&mut self) -> Result<Option<Element>, ContainerError> {
        if self.stage == Stage::Start {
            let root = self.reader.read_root()?;
            if !root.is(Namespace::Pskc, "KeyContainer") {
                return Err(ContainerError::NotAContainer);
            }
            if root.attribute("Version") != Some("1.0") {
                return Err(ContainerError::Version);
            }
            self.stage = Stage::Header;
        }
        while let Some(element) = self.reader.next_child()? {
            if element.is(Namespace::Pskc, "KeyPackage") {
                if self.stage == Stage::Header {
                    self.keys.check_complete(&self.import_key)?;
                    self.stage = Stage::Packages;
                }
                return Ok(Some(element));
            }
            let is_encryption_key = element.is(Namespace::Pskc, "EncryptionKey");
            if is_encryption_key || element.is(Namespace::Pskc, "MACMethod") {
                // Only a header that stands before all packages can hold for all of them.
                if self.stage != Stage::Header {
                    return Err(ContainerError::OutOfOrder);
                }
                if is_encryption_key {
                    self.keys.read_encryption_key(&element, &self.import_key)?;
                } else {
                    self.keys.read_mac_method(&element)?;
                }
            }
            // A signature or an extension: not needed to read the packages.
        }
        Ok(None)
    }
}

impl<R: BufRead> Iterator for KeyPackages<R> {
    type Item = Result<KeyPackage, PskcError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.stage == Stage::Done {
            return None;
        }
        match self.next_element() {
            Ok(Some(element)) => {
                self.index = self.index.saturating_add(1);
                let read = package::read(&element, &self.keys);
                Some(read.map_err(|reason| {
                    PskcError::Package(PackageError {
                        index: self.index,
                        serial: package::serial_of(&element),
                        reason,
                    })
                }))
            }
            Ok(None) => {
                self.stage = Stage::Done;
                None
            }
            Err(error) => {
                self.stage = Stage::Done;
                Some(Err(PskcError::Container(error)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
