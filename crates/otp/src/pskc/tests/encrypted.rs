//! Encrypted containers: ciphers, MACs, passphrases and what happens with the wrong ones.

use proptest::prelude::*;

use super::document::{
    MAC_KEY, container, encrypted, encrypted_data, header, interval, mac_method, package,
    plain_data,
};
use super::*;

const KEY: [u8; 16] = [9; 16];

fn encrypted_container(key: &[u8]) -> String {
    container(&(header(key) + &package("1", &encrypted_data(key))))
}

#[test]
fn every_key_length_of_aes_is_decrypted() {
    for key in [&[9_u8; 16][..], &[9; 24], &[9; 32]] {
        let package = one(&encrypted_container(key), pre_shared(key));
        assert_eq!(package.key.expose(), SECRET);
    }
}

#[test]
fn encrypted_numbers_have_4_or_8_bytes() {
    let with = |bytes: &[u8]| {
        let secret = encrypted(&KEY, 2, SECRET);
        let interval = encrypted(&KEY, 3, bytes);
        let data = format!("<Secret>{secret}</Secret><TimeInterval>{interval}</TimeInterval>");
        container(&(header(&KEY) + &package("1", &data)))
    };
    for bytes in [&60_u32.to_be_bytes()[..], &60_u64.to_be_bytes()] {
        let Mode::Totp { totp, .. } = one(&with(bytes), pre_shared(&KEY)).mode else {
            unreachable!("the package is for TOTP");
        };
        assert_eq!(totp.period_secs(), 60);
    }
    assert_eq!(
        fault(&with(b"60"), pre_shared(&KEY)),
        PackageFault::BadValue("TimeInterval")
    );
}

/// Made with Python's `hashlib` and `openssl enc`, not by the writer of these tests.
#[test]
fn a_foreign_container_under_pbkdf2_with_sha256_and_aes_256() {
    let method =
        r#"<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>"#;
    let document = container(&format!(
        r#"<EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod
 Algorithm="http://www.w3.org/2009/xmlenc11#pbkdf2"><xenc11:PBKDF2-params>
<xenc11:Salt><xenc11:Specified>AAECAwQFBgcICQoLDA0ODw==</xenc11:Specified></xenc11:Salt>
<xenc11:IterationCount>2000</xenc11:IterationCount><xenc11:KeyLength>32</xenc11:KeyLength>
<xenc11:PRF Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"/>
</xenc11:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>
<MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"><MACKey>{method}
<xenc:CipherData><xenc:CipherValue>QEFCQ0RFRkdISUpLTE1OT1WkL7Hx2cCsdvHwEKKUKQJPgzBF7ip2HPzPXXHp006k4NvazonvB+f6r6veIo+cWw==</xenc:CipherValue></xenc:CipherData></MACKey></MACMethod>{}"#,
        package(
            "1",
            &format!(
                "<Secret><EncryptedValue>{method}<xenc:CipherData><xenc:CipherValue>UFFSU1RVVldYWVpbXF1eX8e6zrBdREpKiYWQoaxn+Q8GujPe1M66JItPsOZCAV6B+E2Q9B9OQSBNXvphpg0Vfg==</xenc:CipherValue></xenc:CipherData></EncryptedValue><ValueMAC>k+1uTfSwfgU+u+r+xIpi6pHi7+5Wpr+6h5dq16ApH2Q=</ValueMAC></Secret>{}",
                interval()
            )
        )
    ));
    let package = one(&document, passphrase("パスフレーズ"));
    assert_eq!(package.key.expose(), b"12345678901234567890123456789012");
}

#[test]
fn a_wrong_key_yields_nothing() {
    let mut key = FIGURE_6_KEY;
    key[0] ^= 1;
    for import_key in [pre_shared(&key), pre_shared(&[0; 16])] {
        let found = read(figures::FIGURE_6, import_key);
        assert!(found.iter().all(Result::is_err));
        assert!(!found.is_empty());
    }
    let error = end(figures::FIGURE_6.as_bytes(), pre_shared(&[0; 16]));
    assert_eq!(error, ContainerError::WrongKey);
    let error = end(figures::FIGURE_6.as_bytes(), pre_shared(&[0; 32]));
    assert_eq!(error, ContainerError::MacMethod("MACKey"));
    let error = end(figures::FIGURE_6.as_bytes(), pre_shared(&[0; 17]));
    assert_eq!(error, ContainerError::PreSharedKeyLength);
}

#[test]
fn a_wrong_passphrase_yields_nothing() {
    for wrong in ["Qwerty", "qwerty ", ""] {
        let found = read(figures::FIGURE_7, passphrase(wrong));
        assert!(found.iter().all(Result::is_err));
        assert!(!found.is_empty());
    }
}

#[test]
fn a_wrong_mac_is_found_before_decrypting() {
    let document = figures::FIGURE_6.replace("Su+Nvt", "Su+Nvu");
    assert_eq!(
        fault(&document, pre_shared(&FIGURE_6_KEY)),
        PackageFault::WrongMac
    );
    // A changed cipher text would decrypt to another secret.
    let document = figures::FIGURE_6.replace("AAECAwQF", "AAECAwQG");
    assert_eq!(
        fault(&document, pre_shared(&FIGURE_6_KEY)),
        PackageFault::WrongMac
    );
    let document = figures::FIGURE_6.replace("Su+NvtQfmvfJzF6bmQiJqoLRExc=", "Su+Nvg==");
    assert_eq!(
        fault(&document, pre_shared(&FIGURE_6_KEY)),
        PackageFault::WrongMac
    );
    let document = figures::FIGURE_6.replace("Su+NvtQfmvfJzF6bmQiJqoLRExc=", "");
    assert_eq!(
        fault(&document, pre_shared(&FIGURE_6_KEY)),
        PackageFault::WrongMac
    );
}

#[test]
fn encryption_without_a_mac_is_refused() {
    let whole = encrypted_container(&KEY);
    let without_method = whole.replace(&mac_method(&KEY), "");
    assert_eq!(
        fault(&without_method, pre_shared(&KEY)),
        PackageFault::MissingMac
    );
    let (before, rest) = whole.split_once("<ValueMAC>").unwrap();
    let (_, after) = rest.split_once("</ValueMAC>").unwrap();
    let without_value = format!("{before}{after}");
    assert_eq!(
        fault(&without_value, pre_shared(&KEY)),
        PackageFault::MissingMac
    );
}

#[test]
fn the_mac_key_may_not_be_missing_or_plain() {
    let with = |mac_key: &str| {
        let method = format!(
            r#"<MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1">{mac_key}</MACMethod>"#
        );
        let key = "<EncryptionKey><ds:KeyName>K</ds:KeyName></EncryptionKey>";
        container(&(key.to_owned() + &method + &package("1", &encrypted_data(&KEY))))
    };
    let plain = format!(
        "<MACKey><PlainValue>{}</PlainValue></MACKey>",
        data_encoding::BASE64.encode(&MAC_KEY)
    );
    for mac_key in [
        "",
        "<MACKey/>",
        "<MACKeyReference>x</MACKeyReference>",
        &plain,
    ] {
        let error = end(with(mac_key).as_bytes(), pre_shared(&KEY));
        assert_eq!(error, ContainerError::MacMethod("MACKey"), "{mac_key}");
    }
    let document = encrypted_container(&KEY).replace("hmac-sha256", "hmac-md5");
    let error = end(document.as_bytes(), pre_shared(&KEY));
    assert_eq!(error, ContainerError::MacMethod("Algorithm"));
}

#[test]
fn a_short_mac_key_is_refused() {
    let whole = encrypted_container(&KEY);
    let with = |mac_key: &[u8]| {
        let short = document::mac_method_with(&KEY, mac_key);
        whole.replace(&mac_method(&KEY), &short)
    };
    let error = end(with(&MAC_KEY[..15]).as_bytes(), pre_shared(&KEY));
    assert_eq!(error, ContainerError::WrongKey);
    let error = fault(&with(&MAC_KEY[..16]), pre_shared(&KEY));
    assert_eq!(error, PackageFault::WrongMac);
}

#[test]
fn other_ciphers_are_refused() {
    let secret = encrypted(&KEY, 2, SECRET).replace("aes128-cbc", "rsa_1_5");
    let data = format!("<Secret>{secret}</Secret>{}", interval());
    let document = container(&(header(&KEY) + &package("1", &data)));
    assert_eq!(fault(&document, pre_shared(&KEY)), PackageFault::Cipher);
    // A cipher whose key has another length than the container's.
    let secret = encrypted(&[9; 32], 2, SECRET);
    let data = format!("<Secret>{secret}</Secret>{}", interval());
    let document = container(&(header(&KEY) + &package("1", &data)));
    assert_eq!(fault(&document, pre_shared(&KEY)), PackageFault::Cipher);
}

#[test]
fn plain_secrets_do_not_pass_for_encrypted_ones() {
    let plain = container(&package("1", &plain_data()));
    for import_key in [pre_shared(&KEY), passphrase("qwerty")] {
        assert_eq!(
            end(plain.as_bytes(), import_key),
            ContainerError::NotEncrypted
        );
    }
    let slipped_in = container(&(header(&KEY) + &package("1", &plain_data())));
    assert_eq!(
        fault(&slipped_in, pre_shared(&KEY)),
        PackageFault::PlainSecret
    );
    let no_key = container(&package("1", &encrypted_data(&KEY)));
    assert_eq!(fault(&no_key, ImportKey::Plain), PackageFault::NoKey);
}

#[test]
fn the_container_says_which_key_it_needs() {
    for import_key in [ImportKey::Plain, passphrase("qwerty")] {
        let error = end(figures::FIGURE_6.as_bytes(), import_key);
        assert_eq!(error, ContainerError::NeedsPreSharedKey);
    }
    for import_key in [ImportKey::Plain, pre_shared(&KEY)] {
        let error = end(figures::FIGURE_7.as_bytes(), import_key);
        assert_eq!(error, ContainerError::NeedsPassphrase);
    }
    let nothing = container("<EncryptionKey/>");
    let error = end(nothing.as_bytes(), pre_shared(&KEY));
    assert_eq!(error, ContainerError::EncryptionKey("the key"));
}

#[test]
fn derivation_parameters_are_bounded() {
    let with = |from: &str, to: &str| {
        let document = figures::FIGURE_7.replace(from, to);
        end(document.as_bytes(), passphrase("qwerty"))
    };
    let count = "<IterationCount>1000</IterationCount>";
    for (text, error) in [
        ("1000001", ContainerError::Iterations),
        ("4294967295", ContainerError::Iterations),
        (
            "4294967296",
            ContainerError::EncryptionKey("IterationCount"),
        ),
        ("0", ContainerError::EncryptionKey("IterationCount")),
        ("-1", ContainerError::EncryptionKey("IterationCount")),
    ] {
        let other = format!("<IterationCount>{text}</IterationCount>");
        assert_eq!(with(count, &other), error, "{text}");
    }
    assert_eq!(
        with(count, ""),
        ContainerError::EncryptionKey("IterationCount")
    );
    let length = "<KeyLength>16</KeyLength>";
    for text in ["", "15", "1000000000"] {
        let other = format!("<KeyLength>{text}</KeyLength>");
        assert_eq!(
            with(length, &other),
            ContainerError::EncryptionKey("KeyLength")
        );
    }
    assert_eq!(
        with("Ej7/PEpyEpw=", ""),
        ContainerError::EncryptionKey("Salt")
    );
    let prf = r#"<PRF Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-md5"/>"#;
    assert_eq!(with("<PRF/>", prf), ContainerError::EncryptionKey("PRF"));
    assert_eq!(
        with("#pbkdf2", "#pbkdf1"),
        ContainerError::EncryptionKey("KeyDerivationMethod")
    );
}

#[test]
fn the_header_comes_once_and_first() {
    let package = package("1", &encrypted_data(&KEY));
    let header = header(&KEY);
    let error = end(
        container(&(header.clone() + &header)).as_bytes(),
        pre_shared(&KEY),
    );
    assert_eq!(error, ContainerError::OutOfOrder);
    let late = read(
        &container(&format!("{header}{package}{header}")),
        pre_shared(&KEY),
    );
    assert_eq!(late.len(), 2);
    assert_eq!(
        late.into_iter().next_back().and_then(Result::err),
        Some(PskcError::Container(ContainerError::OutOfOrder))
    );
    let mac_method = mac_method(&KEY);
    let key_alone = header.replace(&mac_method, "");
    let late = read(
        &container(&format!("{key_alone}{package}{mac_method}")),
        pre_shared(&KEY),
    );
    assert_eq!(
        late.into_iter().next_back().and_then(Result::err),
        Some(PskcError::Container(ContainerError::OutOfOrder))
    );
    let error = end(container(&mac_method).as_bytes(), pre_shared(&KEY));
    assert_eq!(
        error,
        ContainerError::EncryptionKey("the key of the MAC key")
    );
}

proptest! {
    /// The MAC leaves no room for a secret other than the true one.
    #[test]
    fn a_changed_byte_never_yields_another_secret(place in 0_usize..2300, byte in any::<u8>()) {
        let mut document = figures::FIGURE_6.as_bytes().to_vec();
        let place = place % document.len();
        document[place] = byte;
        let packages = KeyPackages::new(document.as_slice(), pre_shared(&FIGURE_6_KEY));
        for package in packages.flatten() {
            prop_assert_eq!(package.key.expose(), SECRET);
        }
    }
}
