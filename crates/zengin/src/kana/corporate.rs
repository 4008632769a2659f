//! The abbreviations by which transfer names write a corporation's form and offices.
//!
//! At the head of a name `ｶ)`, at its tail `(ｶ`, between other words `(ｶ)`.

/// Words and what they become in brackets. A word that begins with another stands before
/// it.
const BRACKETED: [(&str, &str); 44] = [
    ("特定非営利活動法人", "ﾄｸﾋ"),
    ("社会保険労務士法人", "ﾛｳﾑ"),
    ("地方独立行政法人", "ﾁﾄﾞｸ"),
    ("有限責任中間法人", "ﾁﾕｳ"),
    ("独立行政法人", "ﾄﾞｸ"),
    ("一般財団法人", "ｻﾞｲ"),
    ("公益財団法人", "ｻﾞｲ"),
    ("一般社団法人", "ｼﾔ"),
    ("公益社団法人", "ｼﾔ"),
    ("医療法人財団", "ｲ"),
    ("医療法人社団", "ｲ"),
    ("社会福祉法人", "ﾌｸ"),
    ("司法書士法人", "ｼﾎｳ"),
    ("行政書士法人", "ｷﾞﾖ"),
    ("国立大学法人", "ﾀﾞｲ"),
    ("公立大学法人", "ﾀﾞｲ"),
    ("農事組合法人", "ﾉｳ"),
    ("更生保護法人", "ﾎｺﾞ"),
    ("管理組合法人", "ｶﾝﾘ"),
    ("弁護士法人", "ﾍﾞﾝ"),
    ("税理士法人", "ｾﾞｲ"),
    ("ＮＰＯ法人", "ﾄｸﾋ"),
    ("NPO法人", "ﾄｸﾋ"),
    ("株式会社", "ｶ"),
    ("有限会社", "ﾕ"),
    ("合名会社", "ﾒ"),
    ("合資会社", "ｼ"),
    ("合同会社", "ﾄﾞ"),
    ("相互会社", "ｿ"),
    ("医療法人", "ｲ"),
    ("財団法人", "ｻﾞｲ"),
    ("社団法人", "ｼﾔ"),
    ("宗教法人", "ｼﾕｳ"),
    ("学校法人", "ｶﾞｸ"),
    ("営業所", "ｴｲ"),
    ("出張所", "ｼﾕﾂ"),
    ("（株）", "ｶ"),
    ("(株)", "ｶ"),
    ("㈱", "ｶ"),
    ("（有）", "ﾕ"),
    ("(有)", "ﾕ"),
    ("㈲", "ﾕ"),
    ("（同）", "ﾄﾞ"),
    ("(同)", "ﾄﾞ"),
];

/// Words of business that are shortened without brackets. A word that begins with another
/// stands before it.
const PLAIN: [(&str, &str); 4] = [
    ("健康保険組合", "ｹﾝﾎﾟ"),
    ("協同組合", "ｷﾖｳｸﾐ"),
    ("生命保険", "ｾｲﾒｲ"),
    ("連合会", "ﾚﾝ"),
];

/// Replaces the words for corporate forms, offices and kinds of business by their abbreviations:
/// `株式会社ヤマダ` becomes `ｶ)ヤマダ`, `ヤマダ株式会社` becomes `ヤマダ(ｶ`.
///
/// The rest stays as it is: apply [`to_half_width`](super::to_half_width) afterwards. Spaces
/// around a word in brackets go away.
#[must_use]
pub fn abbreviate(input: &str) -> String {
    let mut output = String::with_capacity(input.len());
    let mut rest = input.trim();
    while let Some(character) = rest.chars().next() {
        if let Some((after, short)) = strip(&BRACKETED, rest) {
            rest = after.trim_start();
            output.truncate(output.trim_end().len());
            if !output.is_empty() {
                output.push('(');
            }
            output.push_str(short);
            if !rest.is_empty() {
                output.push(')');
            }
        } else if let Some((after, short)) = strip(&PLAIN, rest) {
            rest = after;
            output.push_str(short);
        } else {
            output.push(character);
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
    }
    output
}

/// What follows the first of the words that `rest` begins with, and that word's abbreviation.
fn strip<'a>(words: &[(&str, &'static str)], rest: &'a str) -> Option<(&'a str, &'static str)> {
    words
        .iter()
        .find_map(|(word, short)| Some((rest.strip_prefix(word)?, *short)))
}

#[cfg(test)]
mod tests {
    use super::super::{CharacterClass, check, to_half_width};
    use super::*;

    fn converted(input: &str) -> String {
        to_half_width(&abbreviate(input))
    }

    #[test]
    fn the_bracket_depends_on_the_place() {
        assert_eq!(converted("株式会社ヤマダ"), "ｶ)ﾔﾏﾀﾞ");
        assert_eq!(converted("ヤマダ株式会社"), "ﾔﾏﾀﾞ(ｶ");
        assert_eq!(converted("ヤマダ株式会社チバシテン"), "ﾔﾏﾀﾞ(ｶ)ﾁﾊﾞｼﾃﾝ");
        assert_eq!(converted("株式会社ヤマダ営業所"), "ｶ)ﾔﾏﾀﾞ(ｴｲ");
    }

    #[test]
    fn spaces_around_a_bracketed_word_go_away() {
        assert_eq!(converted(" 株式会社　ヤマダ "), "ｶ)ﾔﾏﾀﾞ");
        assert_eq!(converted("ヤマダ 株式会社 チバ シテン"), "ﾔﾏﾀﾞ(ｶ)ﾁﾊﾞ ｼﾃﾝ");
    }

    #[test]
    fn typed_short_forms_count_too() {
        for form in ["（株）", "(株)", "㈱"] {
            assert_eq!(converted(&format!("{form}ヤマダ")), "ｶ)ﾔﾏﾀﾞ");
        }
    }

    #[test]
    fn the_longest_word_wins() {
        assert_eq!(converted("地方独立行政法人ア"), "ﾁﾄﾞｸ)ｱ");
        assert_eq!(converted("医療法人社団ア"), "ｲ)ｱ");
        for table in [&BRACKETED[..], &PLAIN[..]] {
            for (index, (word, _)) in table.iter().enumerate() {
                let hidden = table[..index]
                    .iter()
                    .any(|(earlier, _)| word.starts_with(earlier));
                assert!(!hidden, "{word} is never reached");
            }
        }
    }

    #[test]
    fn words_of_business_take_no_brackets() {
        assert_eq!(converted("ヤマダ生命保険相互会社"), "ﾔﾏﾀﾞｾｲﾒｲ(ｿ");
    }

    #[test]
    fn other_words_stay() {
        assert_eq!(abbreviate("ヤマダ タロウ"), "ヤマダ タロウ");
        assert_eq!(abbreviate("株式ヤマダ"), "株式ヤマダ");
        assert_eq!(abbreviate(""), "");
    }

    #[test]
    fn every_abbreviation_may_stand_in_a_name() {
        for (_, short) in BRACKETED.iter().chain(&PLAIN) {
            assert_eq!(
                check(CharacterClass::AccountName { wo: false }, short),
                Ok(())
            );
        }
    }
}
