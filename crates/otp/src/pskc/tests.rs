use super::*;
use crate::hotp::Algorithm;
use crate::numeric_code::Digits;
use crate::totp::Totp;

mod document;
mod encrypted;
mod figures;
mod hostile;
mod packages;
mod stream;

use document::SECRET;

fn read(document: &str, import_key: ImportKey) -> Vec<Result<KeyPackage, PskcError>> {
    KeyPackages::new(document.as_bytes(), import_key).collect()
}

fn pre_shared(key: &[u8]) -> ImportKey {
    ImportKey::PreShared(Zeroizing::new(key.to_vec()))
}

fn passphrase(text: &str) -> ImportKey {
    ImportKey::Passphrase(Zeroizing::new(text.to_owned()))
}

/// The only package of a document that must hold one good package.
fn one(document: &str, import_key: ImportKey) -> KeyPackage {
    let mut packages = read(document, import_key);
    assert_eq!(packages.len(), 1);
    match packages.remove(0) {
        Ok(package) => package,
        Err(error) => unreachable!("{error}"),
    }
}

/// The fault of the only package of a document.
fn fault(document: &str, import_key: ImportKey) -> PackageFault {
    let packages = read(document, import_key);
    assert_eq!(packages.len(), 1);
    match packages.into_iter().next().and_then(Result::err) {
        Some(PskcError::Package(error)) => error.reason,
        other => unreachable!("{other:?}"),
    }
}

/// The error that ends a document without any package before it.
fn end(document: &[u8], import_key: ImportKey) -> ContainerError {
    let mut packages = KeyPackages::new(document, import_key);
    let first = packages.next();
    assert!(
        packages.next().is_none(),
        "nothing follows a container error"
    );
    match first.and_then(Result::err) {
        Some(PskcError::Container(error)) => error,
        other => unreachable!("{other:?}"),
    }
}

const HOTP_8: Mode = Mode::Hotp {
    algorithm: Algorithm::Sha1,
    digits: Digits::Eight,
    counter: 0,
};

/// The pre-shared key of RFC 6030 figure 6.
const FIGURE_6_KEY: [u8; 16] = [
    0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12,
];

#[test]
fn figure_2_names_no_device() {
    let fault = fault(figures::FIGURE_2, ImportKey::Plain);
    assert_eq!(fault, PackageFault::Missing("DeviceInfo"));
}

#[test]
fn figure_3_is_read() {
    let package = one(figures::FIGURE_3, ImportKey::Plain);
    assert_eq!(package.serial, "987654321");
    assert_eq!(package.manufacturer.as_deref(), Some("Manufacturer"));
    assert_eq!(package.model, None);
    assert_eq!(package.key_id, "12345678");
    assert_eq!(package.key.expose(), SECRET);
    assert_eq!(package.mode, HOTP_8);
    assert_eq!(package.start_date, None);
    assert_eq!(package.expiry_date, None);
}

#[test]
fn figure_4_holds_no_secret() {
    let packages = read(figures::FIGURE_4, ImportKey::Plain);
    let error = packages.into_iter().next().and_then(Result::err).unwrap();
    assert_eq!(
        error.to_string(),
        "key package 1 (serial 987654321): the secret is not in the file"
    );
}

#[test]
fn figure_5_yields_its_key_and_refuses_its_pin() {
    let packages = read(figures::FIGURE_5, ImportKey::Plain);
    assert_eq!(packages.len(), 2);
    let mut packages = packages.into_iter();
    let key = packages.next().and_then(Result::ok).unwrap();
    assert_eq!(key.key.expose(), SECRET);
    let expected = PackageError {
        index: 2,
        serial: Some("987654321".to_owned()),
        reason: PackageFault::Algorithm,
    };
    let error = packages.next().and_then(Result::err);
    assert_eq!(error, Some(PskcError::Package(expected)));
}

#[test]
fn figure_6_is_decrypted() {
    let package = one(figures::FIGURE_6, pre_shared(&FIGURE_6_KEY));
    assert_eq!(package.serial, "987654321");
    assert_eq!(package.key.expose(), SECRET);
    assert_eq!(package.mode, HOTP_8);
}

#[test]
fn figure_7_is_decrypted() {
    let package = one(figures::FIGURE_7, passphrase("qwerty"));
    assert_eq!(package.serial, "987654321");
    assert_eq!(package.manufacturer.as_deref(), Some("TokenVendorAcme"));
    assert_eq!(package.key_id, "123456");
    assert_eq!(package.key.expose(), SECRET);
    assert_eq!(package.mode, HOTP_8);
}

/// Files made after the RFC put the parameters into the container's default namespace.
#[test]
fn figure_7_is_decrypted_with_another_default_namespace() {
    let document = figures::FIGURE_7.replace(
        "<pskc:KeyContainer ",
        "<pskc:KeyContainer xmlns='urn:ietf:params:xml:ns:keyprov:pskc' ",
    );
    assert_eq!(one(&document, passphrase("qwerty")).key.expose(), SECRET);
}

#[test]
fn figure_8_is_refused_as_asymmetric() {
    for import_key in [ImportKey::Plain, pre_shared(&FIGURE_6_KEY)] {
        let error = end(figures::FIGURE_8.as_bytes(), import_key);
        assert_eq!(error, ContainerError::Asymmetric);
    }
}

#[test]
fn figure_9_is_read_over_its_signature() {
    let package = one(figures::FIGURE_9, ImportKey::Plain);
    assert_eq!(package.serial, "0755225266");
    assert_eq!(package.key.expose(), SECRET);
}

#[test]
fn figure_10_is_read_whole() {
    let packages = read(&figures::figure_10(), ImportKey::Plain);
    assert_eq!(packages.len(), 4);
    for (package, (serial, id, start, end)) in packages.into_iter().zip(figures::FIGURE_10) {
        let package = package.unwrap_or_else(|error| unreachable!("{error}"));
        assert_eq!(package.serial, serial);
        assert_eq!(package.key_id, id);
        assert_eq!(package.start_date.as_deref(), Some(start));
        assert_eq!(package.expiry_date.as_deref(), Some(end));
        assert_eq!(package.key.expose(), SECRET);
        assert_eq!(package.mode, HOTP_8);
    }
}

#[test]
fn a_totp_package_is_read() {
    let data = format!(
        "{}<Time><PlainValue>0</PlainValue></Time><TimeDrift><PlainValue>4</PlainValue></TimeDrift>",
        document::plain_data()
    );
    let parameters = "<Suite>HMAC-SHA256</Suite>";
    let package = document::package_with("東1", parameters, &data, "");
    let package = one(&document::container(&package), ImportKey::Plain);
    assert_eq!(package.serial, "東1");
    assert_eq!(package.model.as_deref(), Some("T-1"));
    let expected = Mode::Totp {
        totp: Totp::new(Algorithm::Sha256, Digits::Six, 30).unwrap(),
        time_drift_steps: Some(4),
        time: Some(0),
    };
    assert_eq!(package.mode, expected);
}
