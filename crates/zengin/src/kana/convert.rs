//! From what a Japanese keyboard yields to the half-width characters of Zengin fields.

/// Half-width forms of ァ (U+30A1) to ヶ (U+30F6), in Unicode's order. Small kana become large
/// ones, voiced kana two characters, the obsolete ヰ and ヱ what they sound like.
const KATAKANA: [&str; 86] = [
    "ｱ", "ｱ", "ｲ", "ｲ", "ｳ", "ｳ", "ｴ", "ｴ", "ｵ", "ｵ", "ｶ", "ｶﾞ", "ｷ", "ｷﾞ", "ｸ", "ｸﾞ", "ｹ", "ｹﾞ", "ｺ",
    "ｺﾞ", "ｻ", "ｻﾞ", "ｼ", "ｼﾞ", "ｽ", "ｽﾞ", "ｾ", "ｾﾞ", "ｿ", "ｿﾞ", "ﾀ", "ﾀﾞ", "ﾁ", "ﾁﾞ", "ﾂ", "ﾂ", "ﾂﾞ", "ﾃ",
    "ﾃﾞ", "ﾄ", "ﾄﾞ", "ﾅ", "ﾆ", "ﾇ", "ﾈ", "ﾉ", "ﾊ", "ﾊﾞ", "ﾊﾟ", "ﾋ", "ﾋﾞ", "ﾋﾟ", "ﾌ", "ﾌﾞ", "ﾌﾟ", "ﾍ", "ﾍﾞ",
    "ﾍﾟ", "ﾎ", "ﾎﾞ", "ﾎﾟ", "ﾏ", "ﾐ", "ﾑ", "ﾒ", "ﾓ", "ﾔ", "ﾔ", "ﾕ", "ﾕ", "ﾖ", "ﾖ", "ﾗ", "ﾘ", "ﾙ", "ﾚ",
    "ﾛ", "ﾜ", "ﾜ", "ｲ", "ｴ", "ｦ", "ﾝ", "ｳﾞ", "ｶ", "ｹ",
];

/// Large forms of the half-width small kana ｧ (U+FF67) to ｯ (U+FF6F).
const LARGE: [&str; 9] = ["ｱ", "ｲ", "ｳ", "ｴ", "ｵ", "ﾔ", "ﾕ", "ﾖ", "ﾂ"];

/// Converts katakana and hiragana of either width to half-width katakana with separate ﾞ and ﾟ,
/// small kana to large ones, letters to upper-case ASCII, the long-vowel mark and other dashes to
/// `-`, and `・` to `.`.
///
/// Characters without a half-width form, kanji above all, are left as they are, for
/// [`check`](super::check) to name.
#[must_use]
pub fn to_half_width(input: &str) -> String {
    let mut output = String::with_capacity(input.len());
    for character in input.chars() {
        match kana(character) {
            Some(half) => output.push_str(half),
            None => output.push(symbol(character)),
        }
    }
    output
}

/// The half-width form of a kana or a sound mark, `None` for anything else and for half-width
/// characters that stay as they are.
fn kana(character: char) -> Option<&'static str> {
    let from = |table: &'static [&'static str], first: char| {
        let index = u32::from(character).checked_sub(u32::from(first))?;
        table.get(usize::try_from(index).ok()?).copied()
    };
    match character {
        'ァ'..='ヶ' => from(&KATAKANA, 'ァ'),
        'ぁ'..='ゖ' => from(&KATAKANA, 'ぁ'),
        'ｧ'..='ｯ' => from(&LARGE, 'ｧ'),
        // Combining and spacing sound marks.
        '\u{3099}' | '\u{309B}' => Some("ﾞ"),
        '\u{309A}' | '\u{309C}' => Some("ﾟ"),
        _ => None,
    }
}

fn symbol(character: char) -> char {
    match character {
        'ー' | 'ｰ' | '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '・' | '･' => '.',
        '「' => '｢',
        '」' => '｣',
        // JIS X 0201 has the yen sign where ASCII has the backslash.
        '¥' | '￥' => '\\',
        '\u{3000}' => ' ',
        '！'..='～' => u32::from(character)
            .checked_sub(0xFEE0)
            .and_then(char::from_u32)
            .map_or(character, |ascii| ascii.to_ascii_uppercase()),
        _ => character.to_ascii_uppercase(),
    }
}

/// The length in bytes of a converted text in JIS X 0201: one for each character, ﾞ and ﾟ
/// included.
#[must_use]
pub fn byte_len(half_width: &str) -> usize {
    half_width.chars().count()
}

/// The longest beginning of a converted text that takes at most `bytes_max` bytes in JIS X 0201
/// and does not cut between a kana and its ﾞ or ﾟ.
#[must_use]
pub fn truncate_bytes(half_width: &str, bytes_max: usize) -> &str {
    let Some((mut end, _)) = half_width.char_indices().nth(bytes_max) else {
        return half_width;
    };
    while half_width
        .get(end..)
        .is_some_and(|rest| rest.starts_with(['ﾞ', 'ﾟ']))
    {
        let Some((previous, _)) = half_width
            .get(..end)
            .and_then(|kept| kept.char_indices().last())
        else {
            break;
        };
        end = previous;
    }
    half_width.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
