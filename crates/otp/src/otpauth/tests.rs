use proptest::prelude::*;

use super::*;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn key() -> OtpKey {
    OtpKey::from_bytes(b"12345678901234567890").unwrap()
}

fn totp() -> Totp {
    Totp::new(Algorithm::Sha1, Digits::Six, 30).unwrap()
}

fn refusal(uri: &str) -> Option<OtpAuthError> {
    OtpAuth::parse(uri).err()
}

#[test]
fn an_uri_is_written_with_all_parameters() {
    let uri = OtpAuth::new("Example Bank", "alice@example.com", totp(), key()).unwrap();
    assert_eq!(
        *uri.to_uri(),
        format!(
            "otpauth://totp/Example%20Bank:alice%40example.com?secret={SECRET}\
             &issuer=Example%20Bank&algorithm=SHA1&digits=6&period=30"
        )
    );
}

#[test]
fn japanese_names_are_percent_encoded() {
    let uri = OtpAuth::new("割符銀行", "山田", totp(), key()).unwrap();
    assert!(uri.to_uri().starts_with(
        "otpauth://totp/%E5%89%B2%E7%AC%A6%E9%8A%80%E8%A1%8C:%E5%B1%B1%E7%94%B0?secret="
    ));
}

#[test]
fn missing_parameters_have_the_defaults_of_the_apps() {
    let read = OtpAuth::parse(&format!(
        "otpauth://totp/ACME%20Co:%20john@example.com?secret={SECRET}&image=x&lock"
    ))
    .unwrap();
    assert_eq!(read.issuer(), "ACME Co");
    assert_eq!(read.account(), "john@example.com");
    assert_eq!(read.totp(), totp());
    assert_eq!(read.key().expose(), key().expose());
}

#[test]
fn the_issuer_may_stand_in_either_place() {
    let uri = format!("OTPAUTH://totp/alice?secret={SECRET}&issuer=Bank");
    assert_eq!(OtpAuth::parse(&uri).unwrap().issuer(), "Bank");
    let uri = format!("otpauth://totp/Bank%3Aalice?secret={SECRET}&issuer=Bank");
    assert_eq!(OtpAuth::parse(&uri).unwrap().account(), "alice");
    let uri = format!("otpauth://totp/Bank:alice?secret={SECRET}&issuer=Other");
    assert_eq!(refusal(&uri), Some(OtpAuthError::TwoIssuers));
    let uri = format!("otpauth://totp/alice?secret={SECRET}");
    assert_eq!(refusal(&uri), Some(OtpAuthError::Missing("issuer")));
}

#[test]
fn broken_uris_are_refused() {
    let cases = [
        ("", OtpAuthError::NotTotp),
        ("https://totp/a:b?secret=", OtpAuthError::NotTotp),
        ("otpauth://hotp/a:b?secret=", OtpAuthError::NotTotp),
        ("otpauth://totp/a:b", OtpAuthError::Missing("secret")),
        ("otpauth://totp/a:b?", OtpAuthError::Missing("secret")),
        (
            "otpauth://totp/a:b?secret=A",
            OtpAuthError::Secret(Base32Error::NotBase32),
        ),
        ("otpauth://totp/a%:b?secret=A", OtpAuthError::Encoding),
        ("otpauth://totp/a%zz:b?secret=A", OtpAuthError::Encoding),
        ("otpauth://totp/a%FF:b?secret=A", OtpAuthError::Encoding),
        (
            "otpauth://totp/a:b?secret=A&secret=A",
            OtpAuthError::Repeated("secret"),
        ),
    ];
    for (uri, error) in cases {
        assert_eq!(refusal(uri), Some(error), "{uri}");
    }
    assert_eq!(refusal(&"a".repeat(2049)), Some(OtpAuthError::TooLong));
}

#[test]
fn unsupported_values_are_refused_by_name() {
    let with = |tail: &str| refusal(&format!("otpauth://totp/a:b?secret={SECRET}&{tail}"));
    assert_eq!(with("digits=8&period=60&algorithm=SHA512"), None);
    for tail in ["digits=9", "digits=+6", "digits="] {
        assert_eq!(with(tail), Some(OtpAuthError::Unsupported("digits")));
    }
    for tail in [
        "period=0",
        "period=3601",
        "period=99999999999",
        "period=-30",
    ] {
        assert_eq!(with(tail), Some(OtpAuthError::Unsupported("period")));
    }
    assert_eq!(
        with("algorithm=MD5"),
        Some(OtpAuthError::Unsupported("algorithm"))
    );
}

#[test]
fn names_that_would_break_the_label_are_refused() {
    for name in ["", "a:b", "a\nb", &"a".repeat(241)] {
        let made = OtpAuth::new(name, "account", totp(), key());
        assert_eq!(made.err(), Some(OtpAuthError::Name));
        let made = OtpAuth::new("issuer", name, totp(), key());
        assert_eq!(made.err(), Some(OtpAuthError::Name));
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        issuer in "[^:\\pC]{1,60}",
        account in "[^:\\pC ][^:\\pC]{0,50}",
        bytes in prop::collection::vec(any::<u8>(), 16..=64),
        period_secs in 1_u32..=3600,
    ) {
        let totp = Totp::new(Algorithm::Sha512, Digits::Eight, period_secs).unwrap();
        let key = OtpKey::from_bytes(&bytes).unwrap();
        let written = OtpAuth::new(&issuer, &account, totp, key).unwrap().to_uri();
        let read = OtpAuth::parse(&written).unwrap();
        prop_assert_eq!(read.issuer(), issuer);
        prop_assert_eq!(read.account(), account);
        prop_assert_eq!(read.totp(), totp);
        prop_assert_eq!(read.key().expose(), bytes);
    }

    #[test]
    fn whatever_is_read_never_panics(tail in "\\PC{0,200}") {
        let _ = OtpAuth::parse(&tail);
        let _ = OtpAuth::parse(&format!("otpauth://totp/{tail}"));
    }
}
