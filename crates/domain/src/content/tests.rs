mod parsing;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::fixtures::{contract, transfer, transfers};

fn digest(content: &Content) -> String {
    content.bind(&contract().id, Operation::Transfer).digest
}

fn tax_payment() -> Content {
    Content::TaxPayment {
        from_account: "001-7654321".into(),
        collector_number: "00200".into(),
        payment_number: "12345678901".into(),
        payee_name: "ワリフシ".into(),
        amount: 5_000,
    }
}

fn file() -> Content {
    Content::File {
        sha256: "ab".repeat(32),
        count: 120,
        total: 34_567_890,
        date: date(2026, 11, 30),
    }
}

#[test]
fn the_canonical_form_never_changes() {
    let bound = transfers(vec![transfer()]).bind(&contract().id, Operation::Transfer);
    assert_eq!(
        bound.canonical,
        concat!(
            r#"{"v":1,"contract":"1234567890","operation":"transfer","content":{"kind":"transfers","#,
            r#""from_account":"001-7654321","date":"2026-11-30","transfers":[{"bank_code":"0001","#,
            r#""bank_name":"わりふ","branch_code":"002","branch_name":"本店","#,
            r#""account_type":"ordinary","account_number":"1234567","#,
            r#""payee_name":"ヤマダ タロウ","amount":100648}]}}"#
        )
    );
    // printf '%s' '<the text above>' | sha256sum
    assert_eq!(
        bound.digest,
        "9dd2c29e6aff8a18db6915f6113a552561d01ba81e9377037510350d383f1e56"
    );
}

#[test]
fn the_other_kinds_have_their_canonical_forms_too() {
    let canonical = |content: Content, operation| content.bind(&contract().id, operation).canonical;
    assert_eq!(
        canonical(tax_payment(), Operation::TaxPayment),
        concat!(
            r#"{"v":1,"contract":"1234567890","operation":"tax-payment","content":{"kind":"tax-payment","#,
            r#""from_account":"001-7654321","collector_number":"00200","#,
            r#""payment_number":"12345678901","payee_name":"ワリフシ","amount":5000}}"#
        )
    );
    let sha256 = "ab".repeat(32);
    assert_eq!(
        canonical(file(), Operation::Payroll),
        format!(
            r#"{{"v":1,"contract":"1234567890","operation":"payroll","content":{{"kind":"file","sha256":"{sha256}","count":120,"total":34567890,"date":"2026-11-30"}}}}"#
        )
    );
}

#[test]
fn a_change_of_any_shown_field_of_a_transfer_changes_the_digest() {
    let changes: [fn(&mut Transfer); 8] = [
        |t| t.bank_code = "0002".into(),
        |t| t.bank_name = "わりぶ".into(),
        |t| t.branch_code = "003".into(),
        |t| t.branch_name = "支店".into(),
        |t| t.account_type = AccountType::Current,
        |t| t.account_number = "1234568".into(),
        |t| t.payee_name = "ヤマダ　タロウ".into(),
        |t| t.amount += 1,
    ];
    let mut digests = vec![digest(&transfers(vec![transfer()]))];
    for change in changes {
        let mut changed = transfer();
        change(&mut changed);
        digests.push(digest(&transfers(vec![changed])));
    }
    assert_all_differ(digests);
}

#[test]
fn account_date_number_and_order_of_lines_operation_and_contract_change_the_digest() {
    let other = Transfer {
        amount: 1,
        ..transfer()
    };
    let lines = vec![transfer(), other.clone()];
    let from_other = Content::Transfers {
        from_account: "001-7654322".into(),
        date: date(2026, 11, 30),
        transfers: lines.clone(),
    };
    let next_day = Content::Transfers {
        from_account: "001-7654321".into(),
        date: date(2026, 12, 1),
        transfers: lines.clone(),
    };
    let both = transfers(lines);
    let other_contract = ContractId::parse("1234567891").unwrap();
    assert_all_differ(vec![
        digest(&both),
        digest(&transfers(vec![other.clone(), transfer()])),
        digest(&transfers(vec![transfer()])),
        digest(&transfers(vec![transfer(), other.clone(), other])),
        digest(&from_other),
        digest(&next_day),
        both.bind(&contract().id, Operation::ConsecutiveTransfer)
            .digest,
        both.bind(&other_contract, Operation::Transfer).digest,
    ]);
}

#[test]
fn a_change_of_any_field_of_a_payment_or_file_changes_the_digest() {
    let payment = |from: &str, collector: &str, number: &str, payee: &str, amount| {
        digest(&Content::TaxPayment {
            from_account: from.into(),
            collector_number: collector.into(),
            payment_number: number.into(),
            payee_name: payee.into(),
            amount,
        })
    };
    let file = |sha256: &str, count, total, day| {
        digest(&Content::File {
            sha256: sha256.into(),
            count,
            total,
            date: date(2026, 11, day),
        })
    };
    assert_all_differ(vec![
        payment("1", "2", "3", "4", 5),
        payment("9", "2", "3", "4", 5),
        payment("1", "9", "3", "4", 5),
        payment("1", "2", "9", "4", 5),
        payment("1", "2", "3", "9", 5),
        payment("1", "2", "3", "4", 9),
        // Neighbouring fields never run together.
        payment("12", "", "3", "4", 5),
        file("a", 1, 2, 3),
        file("b", 1, 2, 3),
        file("a", 9, 2, 3),
        file("a", 1, 9, 3),
        file("a", 1, 2, 9),
    ]);
}

fn assert_all_differ(mut digests: Vec<String>) {
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

#[test]
fn a_stored_form_is_read_back_as_it_was() {
    for content in [transfers(vec![transfer(); 10]), tax_payment(), file()] {
        let bound = content.bind(&contract().id, Operation::Transfer);
        assert_eq!(from_canonical(&bound.canonical), Some(content));
    }
}

#[test]
fn a_damaged_stored_form_is_not_read() {
    let bound = tax_payment().bind(&contract().id, Operation::TaxPayment);
    let damaged = bound
        .canonical
        .replace("\"amount\":5000", "\"amount\":\"5000\"");
    for text in ["", "{}", damaged.as_str(), &bound.canonical[1..]] {
        assert_eq!(from_canonical(text), None, "{text}");
    }
}

#[test]
fn total_and_largest_amount_are_those_of_the_lines() {
    let lines = [5, 70, 600].map(|amount| Transfer {
        amount,
        ..transfer()
    });
    let content = transfers(lines.to_vec());
    assert_eq!((content.total_yen(), content.largest_yen()), (675, 600));
    assert_eq!(
        (tax_payment().total_yen(), tax_payment().largest_yen()),
        (5_000, 5_000)
    );
    assert_eq!(file().total_yen(), 34_567_890);
    let most = transfers(vec![
        Transfer {
            amount: MAX_AMOUNT_YEN,
            ..transfer()
        };
        MAX_TRANSFERS
    ]);
    assert_eq!(most.total_yen(), 99_999_999_990);
}

/// Few enough values that equal contents come up as well as different ones.
fn any_transfer() -> impl Strategy<Value = Transfer> {
    let types = prop::sample::select(AccountType::ALL.to_vec());
    (
        "[01]",
        "[あ\"\\\\]?",
        "[01]",
        "[い,}]?",
        types,
        "[01]{1,2}",
        "[ア\n\u{0}]{0,2}",
        1_i64..3,
    )
        .prop_map(
            |(
                bank_code,
                bank_name,
                branch_code,
                branch_name,
                account_type,
                number,
                payee,
                amount,
            )| {
                let (account_number, payee_name) = (number, payee);
                Transfer {
                    bank_code,
                    bank_name,
                    branch_code,
                    branch_name,
                    account_type,
                    account_number,
                    payee_name,
                    amount,
                }
            },
        )
}

/// A transfer and one that differs from it in at most one place.
fn near_twins() -> impl Strategy<Value = (Transfer, Transfer)> {
    (any_transfer(), any_transfer(), 0_usize..9).prop_map(|(one, other, place)| {
        let mut twin = one.clone();
        match place {
            0 => twin.bank_code = other.bank_code,
            1 => twin.bank_name = other.bank_name,
            2 => twin.branch_code = other.branch_code,
            3 => twin.branch_name = other.branch_name,
            4 => twin.account_type = other.account_type,
            5 => twin.account_number = other.account_number,
            6 => twin.payee_name = other.payee_name,
            7 => twin.amount = other.amount,
            _ => {}
        }
        (one, twin)
    })
}

proptest! {
    #[test]
    fn digests_agree_exactly_when_contents_do((one, twin) in near_twins()) {
        let same = one == twin;
        prop_assert_eq!(digest(&transfers(vec![one])) == digest(&transfers(vec![twin])), same);
    }

    #[test]
    fn any_text_is_read_back_as_it_was(payee_name in "\\PC{0,30}", bank_name in any::<String>()) {
        let content = transfers(vec![Transfer { payee_name, bank_name, ..transfer() }]);
        let bound = content.bind(&contract().id, Operation::Transfer);
        prop_assert_eq!(from_canonical(&bound.canonical), Some(content));
    }
}
