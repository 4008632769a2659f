//! Texts that no scenario shows whole: contents other than one transfer, results, masks.

use warifu_domain::account::AccountType;
use warifu_domain::content::{Content, Transfer};

use super::*;

const PROFILE: &str = include_str!("../../../../profiles/mail-otp.toml");

fn transfer(payee: &str, amount: i64) -> Transfer {
    Transfer {
        bank_code: "0001".to_owned(),
        bank_name: "みずほ".to_owned(),
        branch_code: "001".to_owned(),
        branch_name: "東京営業部".to_owned(),
        account_type: AccountType::Ordinary,
        account_number: "1234567".to_owned(),
        payee_name: payee.to_owned(),
        amount,
    }
}

#[test]
fn several_transfers_are_numbered_and_summed_up() {
    let content = Content::Transfers {
        from_account: "001-7654321".to_owned(),
        date: "2026-11-24".parse().unwrap(),
        transfers: vec![transfer("ｱ", 100_648), transfer("ｲ", 1_000_000)],
    };
    let expected = " （1件目）\n 受取人名 ｱ\n 金融機関 0001 みずほ 001 東京営業部\n \
                    口座番号 123***7\n 取引金額 100,648 円\n （2件目）\n 受取人名 ｲ\n \
                    金融機関 0001 みずほ 001 東京営業部\n 口座番号 123***7\n \
                    取引金額 1,000,000 円\n 合計　　 2件 1,100,648 円\n 取引日　 2026-11-24\n \
                    引落口座 001-765***1\n";
    assert_eq!(content_lines(&content), expected);
}

#[test]
fn a_tax_payment_names_who_collects_and_masks_the_number() {
    let content = Content::TaxPayment {
        from_account: "001-7654321".to_owned(),
        collector_number: "00200".to_owned(),
        payment_number: "1234567890".to_owned(),
        payee_name: "ｾﾞｲﾑｼﾖ".to_owned(),
        amount: 48_300,
    };
    let expected = " 払込先　 ｾﾞｲﾑｼﾖ\n 収納機関 00200\n 納付番号 123***0\n 取引金額 48,300 円\n \
                    引落口座 001-765***1\n";
    assert_eq!(content_lines(&content), expected);
}

#[test]
fn a_file_is_told_by_count_total_day_and_digest() {
    let content = Content::File {
        sha256: "0123456789abcdef".repeat(4),
        count: 1_200,
        total: 345_678_900,
        date: "2026-11-30".parse().unwrap(),
    };
    let expected = " 件数　　 1,200件\n 合計金額 345,678,900 円\n 指定日　 2026-11-30\n \
                    照合値　 0123456789abcdef\n";
    assert_eq!(content_lines(&content), expected);
}

#[test]
fn an_account_without_a_branch_is_masked_too() {
    assert_eq!(masked_debit("1234567"), "123***7");
    assert_eq!(masked_debit("001-12"), "001-***");
}

#[test]
fn a_changed_address_is_masked_and_a_missing_one_named_so() {
    let profile = Profile::parse(PROFILE).unwrap();
    let asked = Asked {
        contract_name: "株式会社テスト商事",
        person_name: "経理",
        at: "2026-11-24T01:00:00Z".parse().unwrap(),
    };
    let first = address_changed(&profile, "アドレス", &asked, (None, "taro@example.co.jp"));
    assert!(
        first
            .text
            .contains(" 受付日時　2026年11月24日 10時00分00秒\n")
    );
    assert!(
        first
            .text
            .contains(" 変更前　（未登録）\n 変更後　t***@example.co.jp\n")
    );
    let old = Some("hanako@example.co.jp");
    let then = address_changed(&profile, "アドレス", &asked, (old, "taro@example.co.jp"));
    assert!(then.text.contains(" 変更前　h***@example.co.jp\n"));
    assert!(!then.text.contains("hanako"));
}
