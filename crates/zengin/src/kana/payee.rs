//! The payee's name of a transfer, from what was typed to what is sent.

use thiserror::Error;

use super::{CharacterClass, KanaFault, abbreviate, byte_len, check, to_half_width};

/// The length of the payee's name in a transfer record, in bytes of JIS X 0201.
pub const PAYEE_NAME_BYTES_MAX: usize = 30;

/// Why typed text is no payee's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PayeeNameFault {
    /// Nothing but spaces.
    #[error("the name is empty")]
    Empty,
    /// Characters that no name may hold; their positions count in the converted text.
    #[error("the name holds characters that are not allowed")]
    Characters(Vec<KanaFault>),
    /// More bytes than a record's field takes.
    #[error("the name takes {actual_bytes} bytes of {limit_bytes}")]
    TooLong {
        /// The limit, [`PAYEE_NAME_BYTES_MAX`].
        limit_bytes: usize,
        /// The length of the converted name.
        actual_bytes: usize,
    },
}

/// Converts a typed name to the one that is sent: spaces are trimmed and runs of them collapsed,
/// corporate forms abbreviated, the rest made half width. The outcome must be shown again before
/// it is used.
///
/// # Errors
/// [`PayeeNameFault`] when nothing is left, when a character has no half-width form (kanji) or is
/// not allowed in names, or when the name is longer than [`PAYEE_NAME_BYTES_MAX`].
pub fn payee_name(input: &str) -> Result<String, PayeeNameFault> {
    let collapsed = input.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = to_half_width(&abbreviate(&collapsed));
    if name.is_empty() {
        return Err(PayeeNameFault::Empty);
    }
    check(CharacterClass::AccountName { wo: true }, &name).map_err(PayeeNameFault::Characters)?;
    let actual_bytes = byte_len(&name);
    if actual_bytes > PAYEE_NAME_BYTES_MAX {
        return Err(PayeeNameFault::TooLong {
            limit_bytes: PAYEE_NAME_BYTES_MAX,
            actual_bytes,
        });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::KanaReason;
    use super::*;

    #[test]
    fn a_typed_name_is_converted() {
        assert_eq!(payee_name("　やまだ　　たろう "), Ok("ﾔﾏﾀﾞ ﾀﾛｳ".to_owned()));
        assert_eq!(payee_name("株式会社ヤマダ"), Ok("ｶ)ﾔﾏﾀﾞ".to_owned()));
        assert_eq!(payee_name("ヲノ・Ａｂ"), Ok("ｦﾉ.AB".to_owned()));
    }

    #[test]
    fn a_blank_name_is_refused() {
        assert_eq!(payee_name(""), Err(PayeeNameFault::Empty));
        assert_eq!(payee_name(" 　\t"), Err(PayeeNameFault::Empty));
    }

    #[test]
    fn kanji_are_refused_by_name() {
        let fault = KanaFault {
            position: 4,
            character: '太',
            reason: KanaReason::Kanji,
        };
        assert_eq!(
            payee_name("ヤマ 太ロウ"),
            Err(PayeeNameFault::Characters(vec![fault]))
        );
    }

    #[test]
    fn the_length_counts_sound_marks() {
        assert_eq!(payee_name(&"ガ".repeat(15)), Ok("ｶﾞ".repeat(15)));
        let fault = PayeeNameFault::TooLong {
            limit_bytes: 30,
            actual_bytes: 32,
        };
        assert_eq!(payee_name(&"ガ".repeat(16)), Err(fault));
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_may_be_sent(input in "\\PC{0,40}") {
            if let Ok(name) = payee_name(&input) {
                prop_assert!((1..=PAYEE_NAME_BYTES_MAX).contains(&byte_len(&name)));
                prop_assert_eq!(check(CharacterClass::AccountName { wo: true }, &name), Ok(()));
                prop_assert_eq!(payee_name(&name), Ok(name));
            }
        }
    }
}
