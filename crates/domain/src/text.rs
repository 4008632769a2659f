//! Folding and bounding of what people type. Rules about meaning live with their subject.

use unicode_normalization::UnicodeNormalization;

/// Folds full-width letters, digits and signs to their plain form (NFKC) and trims the ends.
#[must_use]
pub fn fold(input: &str) -> String {
    // NFKC leaves ASCII as it is, and nearly all that is folded is ASCII.
    if input.is_ascii() {
        return input.trim().to_owned();
    }
    input.nfkc().collect::<String>().trim().to_owned()
}

/// Folds `input` and returns it if it is exactly `len` ASCII digits.
#[must_use]
pub fn digits_exactly(input: &str, len: usize) -> Option<String> {
    if input.len() > 8 * len {
        return None;
    }
    let folded = fold(input);
    (folded.len() == len && folded.bytes().all(|b| b.is_ascii_digit())).then_some(folded)
}

/// Amounts as people read them: `100648` → `100,648`.
#[must_use]
pub fn thousands(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if amount < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_digits_are_folded_and_other_text_refused() {
        assert_eq!(
            digits_exactly("１２３４５６７", 7).as_deref(),
            Some("1234567")
        );
        assert_eq!(digits_exactly(" 0001 ", 4).as_deref(), Some("0001"));
        assert_eq!(digits_exactly("12345a7", 7), None);
        assert_eq!(digits_exactly("123456", 7), None);
        assert_eq!(digits_exactly(&"1".repeat(500), 7), None);
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(thousands(100_648), "100,648");
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000_000_000), "1,000,000,000");
    }
}
