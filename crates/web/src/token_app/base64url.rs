//! Bytes in JSON: base64url without padding, of exactly one length.

use data_encoding::BASE64URL_NOPAD;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// `LEN` bytes.
pub(super) struct Base64Url<const LEN: usize>([u8; LEN]);

impl<const LEN: usize> Base64Url<LEN> {
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl<'de, const LEN: usize> Deserialize<'de> for Base64Url<LEN> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| {
            let reason = format!("must be {LEN} bytes in base64url without padding");
            D::Error::custom(reason)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> bool {
        let json = format!("\"{text}\"");
        serde_json::from_str::<Base64Url<2>>(&json).is_ok()
    }

    #[test]
    fn only_the_right_length_without_padding_is_read() {
        assert!(reads("_-8"));
        for wrong in ["", "_w", "_-8A", "_-8=", "/+8", "_-9", "あ"] {
            assert!(!reads(wrong), "{wrong}");
        }
    }
}
