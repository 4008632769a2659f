//! What people type: full-width forms and the marks they put between digits.

/// The ASCII character a full-width form stands for; other characters are returned unchanged.
///
/// Only the forms a Japanese keyboard yields are folded. Whole NFKC would also take circled,
/// superscript and other decorated digits for digits.
pub(crate) fn fold(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '！'..='～' => u32::from(character)
            .checked_sub(0xFEE0)
            .and_then(char::from_u32)
            .unwrap_or(character),
        _ => character,
    }
}

/// Whether a folded character is a space or one of the hyphens used to group digits, including the
/// long-vowel mark that a Japanese keyboard yields for the hyphen key.
pub(crate) fn is_separator(folded: char) -> bool {
    matches!(
        folded,
        ' ' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' | 'ｰ'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_forms_fold_to_ascii() {
        assert_eq!(
            "０９Ａｚ－　".chars().map(fold).collect::<String>(),
            "09Az- "
        );
    }

    #[test]
    fn decorated_digits_stay_as_they_are() {
        assert_eq!("①²٣".chars().map(fold).collect::<String>(), "①²٣");
    }

    #[test]
    fn separators_are_spaces_and_hyphens_only() {
        assert!(" -‐–—―−ーｰ".chars().all(is_separator));
        assert!(!"0,._\t\n".chars().any(is_separator));
    }
}
