use proptest::prelude::*;

use super::super::{CharacterClass, check};
use super::*;

#[test]
fn every_katakana_has_its_form() {
    for (full, half) in [
        ("アイウエオ", "ｱｲｳｴｵ"),
        ("カキクケコガギグゲゴ", "ｶｷｸｹｺｶﾞｷﾞｸﾞｹﾞｺﾞ"),
        ("サシスセソザジズゼゾ", "ｻｼｽｾｿｻﾞｼﾞｽﾞｾﾞｿﾞ"),
        ("タチツテトダヂヅデド", "ﾀﾁﾂﾃﾄﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ"),
        ("ナニヌネノ", "ﾅﾆﾇﾈﾉ"),
        ("ハヒフヘホバビブベボパピプペポ", "ﾊﾋﾌﾍﾎﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ"),
        ("マミムメモヤユヨラリルレロ", "ﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛ"),
        ("ワヲンヴヰヱ", "ﾜｦﾝｳﾞｲｴ"),
        ("ァィゥェォッャュョヮヵヶ", "ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ"),
    ] {
        assert_eq!(to_half_width(full), half);
    }
}

#[test]
fn hiragana_is_converted_as_katakana_is() {
    for code_point in 0x30A1_u32..=0x30F6 {
        let katakana = char::from_u32(code_point).unwrap().to_string();
        let hiragana = char::from_u32(code_point - 0x60).unwrap().to_string();
        assert_eq!(to_half_width(&hiragana), to_half_width(&katakana));
    }
    assert_eq!(to_half_width("きょうと ゔ"), "ｷﾖｳﾄ ｳﾞ");
}

#[test]
fn sound_marks_of_every_kind_become_half_width() {
    assert_eq!(to_half_width("か\u{3099}は\u{309A}カ゛ハ゜ｶﾞ"), "ｶﾞﾊﾟｶﾞﾊﾟｶﾞ");
}

#[test]
fn half_width_small_kana_become_large() {
    assert_eq!(to_half_width("ｧｨｩｪｫｬｭｮｯ"), "ｱｲｳｴｵﾔﾕﾖﾂ");
}

#[test]
fn dashes_become_hyphens() {
    assert_eq!(to_half_width("ー―－–—‐−ｰ-"), "---------");
}

#[test]
fn letters_and_symbols_become_ascii() {
    assert_eq!(
        to_half_width("ａｂｃＸＹＺ０９abc（）．／・　「」￥"),
        "ABCXYZ09ABC()./. ｢｣\\"
    );
}

#[test]
fn what_has_no_half_width_form_stays() {
    assert_eq!(to_half_width("山田、é😀ヷ々"), "山田、é😀ヷ々");
}

#[test]
fn bytes_are_counted_in_jis_x_0201() {
    assert_eq!(byte_len("ｶﾞA-"), 4);
    assert_eq!(byte_len(""), 0);
}

#[test]
fn cutting_keeps_sound_marks_with_their_kana() {
    assert_eq!(truncate_bytes("ﾔﾏﾀﾞ", 4), "ﾔﾏﾀﾞ");
    assert_eq!(truncate_bytes("ﾔﾏﾀﾞ", 3), "ﾔﾏ");
    assert_eq!(truncate_bytes("ﾔﾏﾀﾞ", 2), "ﾔﾏ");
    assert_eq!(truncate_bytes("ﾊﾟ", 1), "");
    assert_eq!(truncate_bytes("ﾔﾏ", 0), "");
    assert_eq!(truncate_bytes("ﾞﾞ", 1), "");
}

proptest! {
    #[test]
    fn converting_twice_changes_nothing(input in "[ぁ-ゖァ-ヶｦ-ﾟ！-～ -~山ー・]{0,40}") {
        let once = to_half_width(&input);
        prop_assert_eq!(to_half_width(&once), once);
    }

    #[test]
    fn kana_and_letters_always_pass_the_check(
        input in "[ぁ-ゖァ-ヶｦ-ﾟＡ-Ｚａ-ｚ０-９A-Za-z0-9ー・（）　]{0,40}",
    ) {
        let class = CharacterClass::AccountName { wo: true };
        prop_assert_eq!(check(class, &to_half_width(&input)), Ok(()));
    }

    #[test]
    fn cutting_keeps_to_the_limit(input in "[ｱ-ﾟ]{0,20}", bytes_max in 0_usize..25) {
        let cut = truncate_bytes(&input, bytes_max);
        prop_assert!(byte_len(cut) <= bytes_max);
        prop_assert!(input.starts_with(cut));
        let left_out = &input[cut.len()..];
        prop_assert!(cut.is_empty() || !left_out.starts_with(['ﾞ', 'ﾟ']));
    }
}
