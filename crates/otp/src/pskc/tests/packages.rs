//! What a package must hold, and that a bad one does not stop the others.

use super::document::{container, interval, package, package_with, plain_data};
use super::*;

fn data(secret: &str, rest: &str) -> String {
    format!("<Secret><PlainValue>{secret}</PlainValue></Secret>{rest}")
}

fn fault_of(package: &str) -> PackageFault {
    fault(&container(package), ImportKey::Plain)
}

#[test]
fn a_bad_package_does_not_stop_the_others() {
    let packages = [
        package("1", &plain_data()),
        package("2", &data("!", interval())),
        "<KeyPackage/>".to_owned(),
        package("4", &plain_data()),
    ];
    let found: Vec<_> = read(&container(&packages.concat()), ImportKey::Plain)
        .into_iter()
        .map(|package| package.map(|package| package.serial))
        .collect();
    let bad = |index, serial: Option<&str>, reason| {
        Err(PskcError::Package(PackageError {
            index,
            serial: serial.map(str::to_owned),
            reason,
        }))
    };
    let expected = [
        Ok("1".to_owned()),
        bad(2, Some("2"), PackageFault::BadValue("PlainValue")),
        bad(3, None, PackageFault::Missing("DeviceInfo")),
        Ok("4".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn secrets_below_16_and_above_64_bytes_are_refused() {
    let with = |length: usize| {
        let secret = data_encoding::BASE64.encode(&vec![7; length]);
        container(&package("1", &data(&secret, interval())))
    };
    assert_eq!(
        fault(&with(15), ImportKey::Plain),
        PackageFault::SecretLength
    );
    assert_eq!(one(&with(16), ImportKey::Plain).key.expose().len(), 16);
    assert_eq!(one(&with(64), ImportKey::Plain).key.expose().len(), 64);
    assert_eq!(
        fault(&with(65), ImportKey::Plain),
        PackageFault::SecretLength
    );
}

#[test]
fn missing_and_repeated_parts_are_named() {
    let whole = package("1", &plain_data());
    let without = |text: &str| fault_of(&whole.replace(text, ""));
    assert_eq!(
        without("<SerialNo>1</SerialNo>"),
        PackageFault::Missing("SerialNo")
    );
    assert_eq!(without(r#"Id="K1""#), PackageFault::Missing("Id"));
    assert_eq!(without(interval()), PackageFault::Missing("TimeInterval"));
    let format = r#"<ResponseFormat Length="6" Encoding="DECIMAL"/>"#;
    assert_eq!(without(format), PackageFault::Missing("ResponseFormat"));
    assert_eq!(
        without(r#"Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp""#),
        PackageFault::Missing("Algorithm")
    );
    let twice = plain_data() + &plain_data();
    assert_eq!(fault_of(&package("1", &twice)), PackageFault::Repeated);
    let no_value = format!("<Secret/>{}", interval());
    assert_eq!(
        fault_of(&package("1", &no_value)),
        PackageFault::Missing("PlainValue or EncryptedValue")
    );
}

#[test]
fn unsupported_values_are_named() {
    let whole = package("1", &plain_data());
    let with = |from: &str, to: &str| fault_of(&whole.replace(from, to));
    assert_eq!(with("pskc:totp", "pskc:ocra"), PackageFault::Algorithm);
    assert_eq!(
        with("DECIMAL", "HEXADECIMAL"),
        PackageFault::BadValue("Encoding")
    );
    assert_eq!(
        with(r#"Length="6""#, r#"Length="9""#),
        PackageFault::BadValue("Length")
    );
    assert_eq!(
        with(r#"Length="6""#, r#"Length="6" CheckDigits="true""#),
        PackageFault::BadValue("CheckDigits")
    );
    assert_eq!(with(">30<", ">0<"), PackageFault::BadValue("TimeInterval"));
    assert_eq!(
        with(">30<", ">3601<"),
        PackageFault::BadValue("TimeInterval")
    );
    assert_eq!(
        with(">30<", ">-30<"),
        PackageFault::BadValue("TimeInterval")
    );
    assert_eq!(with(">30<", "><"), PackageFault::BadValue("TimeInterval"));
    let long = format!("<SerialNo>{}</SerialNo>", "1".repeat(257));
    assert_eq!(
        with("<SerialNo>1</SerialNo>", &long),
        PackageFault::BadValue("SerialNo")
    );
    let suite = package_with("1", "<Suite>MD5</Suite>", &plain_data(), "");
    assert_eq!(fault_of(&suite), PackageFault::BadValue("Suite"));
}

#[test]
fn a_key_not_meant_for_codes_is_refused() {
    let with = |usage: &str| {
        let policy = format!("<Policy>{usage}</Policy>");
        container(&package_with("1", "", &plain_data(), &policy))
    };
    let mixed = "<KeyUsage>CR</KeyUsage><KeyUsage>OTP</KeyUsage>";
    assert_eq!(one(&with(mixed), ImportKey::Plain).serial, "1");
    assert_eq!(
        fault(&with("<KeyUsage>Encrypt</KeyUsage>"), ImportKey::Plain),
        PackageFault::BadValue("KeyUsage")
    );
}

#[test]
fn a_policy_that_cannot_be_kept_is_refused() {
    let with = |policy: &str| {
        let policy = format!("<Policy>{policy}</Policy>");
        container(&package_with("1", "", &plain_data(), &policy))
    };
    let local = r#"<PINPolicy PINUsageMode="Local" PINEncoding="DECIMAL"/>"#;
    assert_eq!(one(&with(local), ImportKey::Plain).serial, "1");
    for policy in [
        &local.replace("Local", "Append"),
        "<NumberOfTransactions>5</NumberOfTransactions>",
        "<New/>",
    ] {
        let fault = fault(&with(policy), ImportKey::Plain);
        assert_eq!(fault, PackageFault::BadValue("Policy"), "{policy}");
    }
}

#[test]
fn the_dates_of_the_key_go_before_those_of_the_device() {
    let of_device = "<SerialNo>1</SerialNo><ExpiryDate>2029-01-01T00:00:00Z</ExpiryDate>";
    let with = |policy: &str| {
        let package = package_with("1", "", &plain_data(), policy);
        let package = package.replace("<SerialNo>1</SerialNo>", of_device);
        one(&container(&package), ImportKey::Plain).expiry_date
    };
    assert_eq!(with("").as_deref(), Some("2029-01-01T00:00:00Z"));
    let policy = "<Policy><ExpiryDate>2028-01-01T00:00:00Z</ExpiryDate></Policy>";
    assert_eq!(with(policy).as_deref(), Some("2028-01-01T00:00:00Z"));
}

#[test]
fn dates_must_have_the_form_of_dates() {
    let with = |date: &str| {
        let policy = format!("<Policy><ExpiryDate>{date}</ExpiryDate></Policy>");
        container(&package_with("1", "", &plain_data(), &policy))
    };
    let date = "2030-12-31T23:59:59Z";
    let package = one(&with(date), ImportKey::Plain);
    assert_eq!(package.expiry_date.as_deref(), Some(date));
    assert_eq!(
        fault(&with("2030-12-31"), ImportKey::Plain),
        PackageFault::BadValue("ExpiryDate")
    );
}
