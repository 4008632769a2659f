//! Which characters a field may hold: annex 1 of the Japanese Bankers Association's record formats
//! (edition of December 2019).

use thiserror::Error;

/// [`check`] reports at most this many faults.
pub const FAULTS_MAX: usize = 10;

/// The kind of a character field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharacterClass {
    /// Names of banks and branches: kana, A–Z, 0–9 and the hyphen. The spaces that fill up a
    /// record's field are no part of the name.
    BranchName,
    /// Names of originators, payees and payers: kana, A–Z, 0–9, space and `( ) - .`.
    AccountName {
        /// Whether ｦ is allowed: it is in general transfers, not in payroll and direct debit.
        wo: bool,
    },
    /// EDI information: as account names, with ｦ and with `\ ｢ ｣ /`.
    Edi,
}

impl CharacterClass {
    /// Whether a field of this class may hold the character.
    #[must_use]
    pub fn permits(self, character: char) -> bool {
        match character {
            'A'..='Z' | '0'..='9' | 'ｱ'..='ﾟ' | '-' => true,
            ' ' | '(' | ')' | '.' => self != Self::BranchName,
            'ｦ' => matches!(self, Self::AccountName { wo: true } | Self::Edi),
            '\\' | '｢' | '｣' | '/' => self == Self::Edi,
            _ => false,
        }
    }
}

/// A character that its field may not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("character {position}, {character:?}, is not allowed: {reason}")]
pub struct KanaFault {
    /// Which character of the text it is, counted from 1.
    pub position: usize,
    /// The character.
    pub character: char,
    /// What is wrong with it.
    pub reason: KanaReason,
}

/// Why a character is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KanaReason {
    /// A kanji: its reading must be written instead.
    #[error("a kanji")]
    Kanji,
    /// A kana in full width, or hiragana.
    #[error("a full-width kana")]
    FullWidthKana,
    /// A half-width small kana: the large one must be written instead.
    #[error("a small kana")]
    SmallKana,
    /// The long-vowel mark: a hyphen must be written instead.
    #[error("a long-vowel mark")]
    LongVowelMark,
    /// ｦ where this field excludes it.
    #[error("the kana ｦ in a field without it")]
    Wo,
    /// A lower-case letter.
    #[error("a lower-case letter")]
    LowerCase,
    /// A control character.
    #[error("a control character")]
    Control,
    /// A symbol or letter this field does not have.
    #[error("a symbol or letter this field does not have")]
    NotInClass,
}

impl KanaReason {
    fn of(character: char) -> Self {
        match character {
            // Ideographs and their extensions, compatibility ideographs, and 々〆〇.
            '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' => {
                Self::Kanji
            }
            '々' | '〆' | '〇' => Self::Kanji,
            'ー' | 'ｰ' => Self::LongVowelMark,
            '\u{3041}'..='\u{30FF}' => Self::FullWidthKana,
            'ｧ'..='ｯ' => Self::SmallKana,
            'ｦ' => Self::Wo,
            _ if character.is_lowercase() => Self::LowerCase,
            _ if character.is_control() => Self::Control,
            _ => Self::NotInClass,
        }
    }
}

/// Checks every character of a text against its field's class. The length is not looked at.
///
/// # Errors
/// The first [`FAULTS_MAX`] characters that the class does not permit.
pub fn check(class: CharacterClass, text: &str) -> Result<(), Vec<KanaFault>> {
    let faults: Vec<KanaFault> = text
        .chars()
        .enumerate()
        .filter(|(_, character)| !class.permits(*character))
        .map(|(index, character)| KanaFault {
            position: index + 1,
            character,
            reason: KanaReason::of(character),
        })
        .take(FAULTS_MAX)
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [CharacterClass; 4] = [
        CharacterClass::BranchName,
        CharacterClass::AccountName { wo: false },
        CharacterClass::AccountName { wo: true },
        CharacterClass::Edi,
    ];

    /// The characters of JIS X 0201, without control characters, that a class permits.
    fn permitted(class: CharacterClass) -> String {
        (' '..='~')
            .chain('｡'..='ﾟ')
            .filter(|character| class.permits(*character))
            .collect()
    }

    #[test]
    fn classes_are_those_of_the_standard() {
        let [branch, payroll, transfer, edi] = ALL;
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let kana: String = ('ｱ'..='ﾟ').collect();
        assert_eq!(permitted(branch), format!("-{letters}{kana}"));
        assert_eq!(permitted(payroll), format!(" ()-.{letters}{kana}"));
        assert_eq!(permitted(transfer), format!(" ()-.{letters}ｦ{kana}"));
        assert_eq!(permitted(edi), format!(" ()-./{letters}\\｢｣ｦ{kana}"));
    }

    #[test]
    fn nothing_outside_half_width_is_permitted() {
        for character in
            ('\0'..=char::MAX).filter(|character| !matches!(character, ' '..='~' | '｡'..='ﾟ'))
        {
            assert!(
                ALL.iter().all(|class| !class.permits(character)),
                "{character:?}"
            );
        }
    }

    #[test]
    fn faults_name_place_character_and_reason() {
        use KanaReason::{
            Control, FullWidthKana, Kanji, LongVowelMark, LowerCase, NotInClass, SmallKana, Wo,
        };
        let faults =
            check(CharacterClass::AccountName { wo: false }, "ｱ山ガｬｰｦa\t,々").unwrap_err();
        let seen: Vec<_> = faults
            .iter()
            .map(|f| (f.position, f.character, f.reason))
            .collect();
        let expected = [
            (2, '山', Kanji),
            (3, 'ガ', FullWidthKana),
            (4, 'ｬ', SmallKana),
            (5, 'ｰ', LongVowelMark),
            (6, 'ｦ', Wo),
            (7, 'a', LowerCase),
            (8, '\t', Control),
            (9, ',', NotInClass),
            (10, '々', Kanji),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn at_most_ten_faults_are_reported() {
        assert_eq!(
            check(CharacterClass::Edi, &"山".repeat(50))
                .unwrap_err()
                .len(),
            FAULTS_MAX
        );
    }
}
