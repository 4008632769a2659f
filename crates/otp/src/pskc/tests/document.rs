//! A writer of containers, for tests only.

use aes::{Aes128, Aes192, Aes256};
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use data_encoding::BASE64;

use crate::hotp::Algorithm;
use crate::keyed_hash;

/// The secret of every package written here.
pub(super) const SECRET: &[u8] = b"12345678901234567890";
pub(super) const MAC_KEY: [u8; 20] = [0x2a; 20];

/// A container around `inner`.
pub(super) fn container(inner: &str) -> String {
    format!(
        r#"<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"
 xmlns:xenc11="http://www.w3.org/2009/xmlenc11#">{inner}</KeyContainer>"#
    )
}

/// A TOTP package whose `Data` is given.
pub(super) fn package(serial: &str, data: &str) -> String {
    package_with(serial, "", data, "")
}

/// A TOTP package with further algorithm parameters and what follows `Data`.
pub(super) fn package_with(serial: &str, parameters: &str, data: &str, tail: &str) -> String {
    format!(
        r#"<KeyPackage><DeviceInfo><Manufacturer>oath.XX</Manufacturer><SerialNo>{serial}</SerialNo>
<Model>T-1</Model></DeviceInfo>
<Key Id="K{serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp"><AlgorithmParameters>
{parameters}<ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
<Data>{data}</Data>{tail}</Key></KeyPackage>"#
    )
}

/// `Data` with a plain secret and a period of 30 s.
pub(super) fn plain_data() -> String {
    format!(
        "<Secret><PlainValue>{}</PlainValue></Secret>{}",
        BASE64.encode(SECRET),
        interval()
    )
}

pub(super) fn interval() -> &'static str {
    "<TimeInterval><PlainValue>30</PlainValue></TimeInterval>"
}

/// `EncryptionKey` that names a pre-shared key, and `MACMethod` under HMAC-SHA-256.
pub(super) fn header(key: &[u8]) -> String {
    format!(
        r#"<EncryptionKey><ds:KeyName>K</ds:KeyName></EncryptionKey>{}"#,
        mac_method(key)
    )
}

/// `MACMethod` with the MAC key under which values are written here.
pub(super) fn mac_method(key: &[u8]) -> String {
    mac_method_with(key, &MAC_KEY)
}

/// `MACMethod` with any MAC key.
pub(super) fn mac_method_with(key: &[u8], mac_key: &[u8]) -> String {
    format!(
        r#"<MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256">
<MACKey>{}</MACKey></MACMethod>"#,
        cipher_elements(key, &encrypt(key, 1, mac_key))
    )
}

/// The content of an element with an encrypted value and its MAC.
pub(super) fn encrypted(key: &[u8], iv_byte: u8, plain: &[u8]) -> String {
    let data = encrypt(key, iv_byte, plain);
    let mac = keyed_hash::hmac(Algorithm::Sha256, &MAC_KEY, &[&data]);
    format!(
        "<EncryptedValue>{}</EncryptedValue><ValueMAC>{}</ValueMAC>",
        cipher_elements(key, &data),
        BASE64.encode(&mac)
    )
}

/// `Data` with an encrypted secret and a period of 30 s.
pub(super) fn encrypted_data(key: &[u8]) -> String {
    format!(
        "<Secret>{}</Secret>{}",
        encrypted(key, 2, SECRET),
        interval()
    )
}

fn cipher_elements(key: &[u8], data: &[u8]) -> String {
    format!(
        r#"<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes{}-cbc"/>
<xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData>"#,
        key.len() * 8,
        BASE64.encode(data)
    )
}

fn encrypt(key: &[u8], iv_byte: u8, plain: &[u8]) -> Vec<u8> {
    let iv = [iv_byte; 16];
    let blocks = match key.len() {
        16 => Encryptor::<Aes128>::new_from_slices(key, &iv)
            .unwrap()
            .encrypt_padded_vec::<Pkcs7>(plain),
        24 => Encryptor::<Aes192>::new_from_slices(key, &iv)
            .unwrap()
            .encrypt_padded_vec::<Pkcs7>(plain),
        _ => Encryptor::<Aes256>::new_from_slices(key, &iv)
            .unwrap()
            .encrypt_padded_vec::<Pkcs7>(plain),
    };
    [iv.as_slice(), &blocks].concat()
}
