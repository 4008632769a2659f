//! What a client may send, and where the fault is when it may not.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::content::{Content, ContentFault, Defaults, parse_content};
use crate::operation::Operation;

fn defaults() -> Defaults {
    Defaults {
        from_account: "001-1234567".into(),
        today: date(2026, 11, 24),
    }
}

fn parse(operation: Operation, content: Value) -> Result<Content, ContentFault> {
    parse_content(operation, content, &defaults())
}

fn line() -> Value {
    json!({
        "payee_name": "ヤマダ タロウ",
        "bank_code": "0001",
        "branch_code": "002",
        "account_type": "ordinary",
        "account_number": "1234567",
        "amount": 100_648,
    })
}

fn payment() -> Value {
    json!({
        "payee_name": "ワリフシ",
        "collector_number": "00200",
        "payment_number": "12345678901",
        "amount": 5_000,
    })
}

fn file() -> Value {
    json!({ "sha256": "AB".repeat(32), "count": 120, "total": 34_567_890, "date": "2026-11-30" })
}

fn with(mut content: Value, field: &str, value: Value) -> Value {
    content[field] = value;
    content
}

fn fault_of(operation: Operation, content: Value) -> ContentFault {
    parse(operation, content).unwrap_err()
}

fn refused(operation: Operation, content: &Value, field: &str, value: Value) {
    let shown = format!("{field} = {value}");
    let fault = fault_of(operation, with(content.clone(), field, value));
    assert_eq!(fault.field, field, "{shown}: {fault}");
}

fn date_of(content: &Content) -> Date {
    match content {
        Content::Transfers { date, .. } | Content::File { date, .. } => *date,
        Content::TaxPayment { .. } => panic!("a payment has no date"),
    }
}

#[test]
fn a_transfer_is_read_with_account_and_date_by_default() {
    let expected = Content::Transfers {
        from_account: "001-1234567".into(),
        date: date(2026, 11, 24),
        transfers: vec![crate::content::Transfer {
            bank_name: String::new(),
            branch_name: String::new(),
            ..crate::fixtures::transfer()
        }],
    };
    assert_eq!(parse(Operation::Transfer, line()), Ok(expected));
}

#[test]
fn account_and_date_given_are_taken() {
    let content = with(line(), "from_account", json!("００１－7654321"));
    let content = with(content, "date", json!("2026-11-30"));
    let parsed = parse(Operation::Transfer, content).unwrap();
    assert!(
        matches!(&parsed, Content::Transfers { from_account, .. } if from_account == "001-7654321")
    );
    assert_eq!(date_of(&parsed), date(2026, 11, 30));
}

#[test]
fn full_width_digits_are_the_same_content() {
    let wide = with(line(), "bank_code", json!("０００１"));
    let wide = with(wide, "branch_code", json!("００２"));
    let wide = with(wide, "account_number", json!("１２３４５６７"));
    assert_eq!(
        parse(Operation::Transfer, wide),
        parse(Operation::Transfer, line())
    );
}

#[test]
fn a_field_nobody_knows_is_refused_by_name() {
    for (operation, content) in [
        (Operation::Transfer, line()),
        (
            Operation::ConsecutiveTransfer,
            json!({ "transfers": [line()] }),
        ),
        (Operation::TaxPayment, payment()),
        (Operation::Payroll, file()),
    ] {
        assert!(parse(operation, content.clone()).is_ok());
        let fault = fault_of(operation, with(content, "memo", json!("x")));
        assert_eq!(fault.field, "memo", "{fault}");
    }
}

#[test]
fn a_missing_field_is_refused_by_name() {
    for (operation, content) in [
        (Operation::Transfer, line()),
        (Operation::TaxPayment, payment()),
        (Operation::Bonus, file()),
    ] {
        for name in content.as_object().unwrap().keys() {
            let mut without = content.clone();
            without.as_object_mut().unwrap().remove(name);
            let fault = fault_of(operation, without);
            assert_eq!(fault.to_string(), format!("{name}: is missing"));
        }
    }
}

#[test]
fn a_wrong_type_is_refused() {
    for amount in [
        json!("100648"),
        json!(1.5),
        json!(100_648.0),
        json!(null),
        json!([1]),
    ] {
        let fault = fault_of(Operation::Transfer, with(line(), "amount", amount));
        assert_eq!(fault.to_string(), "amount: expected an integer");
    }
    let beyond_i64 = with(line(), "amount", json!(u64::MAX));
    assert!(parse(Operation::Transfer, beyond_i64).is_err());
    assert!(parse(Operation::Transfer, with(line(), "bank_code", json!(1))).is_err());
    assert!(parse(Operation::Transfer, json!("transfer")).is_err());
}

#[test]
fn fields_given_by_position_are_refused() {
    let values: Vec<Value> = line().as_object().unwrap().values().cloned().collect();
    assert_eq!(fault_of(Operation::Transfer, json!(values)).field, "");
    let lines = json!({ "transfers": [line(), values] });
    let fault = fault_of(Operation::ConsecutiveTransfer, lines);
    assert_eq!(fault.field, "transfers[1]");
}

#[test]
fn a_value_in_the_wrong_place_is_not_repeated() {
    let fault = fault_of(Operation::Transfer, with(line(), "amount", json!("SECRET")));
    assert!(!fault.to_string().contains("SECRET"), "{fault}");
}

#[test]
fn an_amount_is_one_to_ten_digits_of_yen() {
    for amount in [1, 9_999_999_999_i64] {
        assert!(parse(Operation::Transfer, with(line(), "amount", json!(amount))).is_ok());
    }
    for amount in [0, -1, 10_000_000_000, i64::MAX, i64::MIN] {
        refused(Operation::Transfer, &line(), "amount", json!(amount));
        refused(Operation::TaxPayment, &payment(), "amount", json!(amount));
    }
}

#[test]
fn codes_and_numbers_of_another_length_or_with_letters_are_refused_by_field() {
    for (field, wrong) in [
        ("bank_code", "001"),
        ("bank_code", "00001"),
        ("branch_code", "02"),
        ("branch_code", "00A"),
        ("account_number", "123456"),
        ("account_number", "12345678"),
        ("account_number", "123-567"),
        ("account_type", "普通"),
        ("account_type", "Ordinary"),
        ("from_account", ""),
        ("from_account", "001 1234567"),
        ("from_account", "001-123456789012345678"),
        ("date", "2026/11/30"),
        ("date", "2026-02-30"),
        ("date", "tomorrow"),
        ("date", "2026-11-30T00:00:00Z"),
    ] {
        refused(Operation::Transfer, &line(), field, json!(wrong));
    }
}

#[test]
fn a_payee_that_fits_no_zengin_record_is_refused() {
    for payee in [
        "山田太郎",
        "",
        "　",
        "ヤマダ\u{0}",
        &"ヤ".repeat(31),
        &"ヤ".repeat(500),
    ] {
        refused(Operation::Transfer, &line(), "payee_name", json!(payee));
        refused(
            Operation::TaxPayment,
            &payment(),
            "payee_name",
            json!(payee),
        );
    }
}

#[test]
fn a_payee_is_kept_as_written_without_the_spaces_around_it() {
    let parsed = parse(
        Operation::Transfer,
        with(line(), "payee_name", json!(" 株式会社ヤマダ　")),
    );
    let Content::Transfers { transfers, .. } = parsed.unwrap() else {
        panic!("no transfer")
    };
    assert_eq!(transfers[0].payee_name, "株式会社ヤマダ");
}

#[test]
fn a_payee_can_not_bring_a_line_of_its_own_into_what_is_shown() {
    for line_break in [
        "\n", "\r\n", "\t", "\u{b}", "\u{85}", "\u{2028}", "\u{2029}",
    ] {
        let payee = format!("ヤマダ{line_break}1,000");
        refused(Operation::Transfer, &line(), "payee_name", json!(payee));
    }
}

#[test]
fn half_a_character_is_refused_by_the_json_reader() {
    let text = line().to_string().replace("ヤマダ", r"\ud800");
    assert!(serde_json::from_str::<Value>(&text).is_err());
}

#[test]
fn a_day_is_from_today_to_a_year_ahead() {
    for day in ["2026-11-24", "2027-11-24"] {
        assert!(parse(Operation::Transfer, with(line(), "date", json!(day))).is_ok());
        assert!(parse(Operation::Payroll, with(file(), "date", json!(day))).is_ok());
    }
    for day in ["2026-11-23", "2027-11-25", "0000-01-01", "9999-12-31"] {
        refused(Operation::Transfer, &line(), "date", json!(day));
        refused(Operation::Payroll, &file(), "date", json!(day));
    }
}

#[test]
fn one_to_ten_transfers_are_confirmed_together() {
    let lines = |count| json!({ "transfers": vec![line(); count] });
    for count in [1, 10] {
        assert!(parse(Operation::ConsecutiveTransfer, lines(count)).is_ok());
    }
    for count in [0, 11, 1_000] {
        assert_eq!(
            fault_of(Operation::ConsecutiveTransfer, lines(count)).field,
            "transfers"
        );
    }
}

#[test]
fn a_fault_in_one_of_several_transfers_is_named_with_its_place() {
    for (field, wrong) in [
        ("amount", json!(0)),
        ("payee_name", json!("山田")),
        ("account_number", json!("1")),
    ] {
        let lines = json!({ "transfers": [line(), line(), with(line(), field, wrong)] });
        let fault = fault_of(Operation::ConsecutiveTransfer, lines);
        assert_eq!(fault.field, format!("transfers[2].{field}"));
    }
    let own_account = with(line(), "from_account", json!("001-1234567"));
    let fault = fault_of(
        Operation::ConsecutiveTransfer,
        json!({ "transfers": [own_account] }),
    );
    let field = fault.field;
    assert_eq!(
        field, "transfers[0].from_account",
        "one account is debited for all"
    );
}

#[test]
fn a_tax_payment_is_read_and_its_numbers_are_checked() {
    let expected = Content::TaxPayment {
        from_account: "001-1234567".into(),
        collector_number: "00200".into(),
        payment_number: "12345678901".into(),
        payee_name: "ワリフシ".into(),
        amount: 5_000,
    };
    assert_eq!(parse(Operation::TaxPayment, payment()), Ok(expected));
    for (field, wrong) in [
        ("collector_number", "0020"),
        ("collector_number", "002000"),
        ("payment_number", ""),
        ("payment_number", "123456789012345678901"),
        ("payment_number", "12-34"),
        ("from_account", "x"),
    ] {
        refused(Operation::TaxPayment, &payment(), field, json!(wrong));
    }
}

#[test]
fn a_file_is_read_by_digest_count_and_total_and_each_is_checked() {
    let expected = Content::File {
        sha256: "ab".repeat(32),
        count: 120,
        total: 34_567_890,
        date: date(2026, 11, 30),
    };
    for operation in [
        Operation::BulkTransfer,
        Operation::Payroll,
        Operation::Bonus,
        Operation::DirectDebit,
        Operation::ExternalSend,
        Operation::ExternalReceive,
    ] {
        assert_eq!(parse(operation, file()), Ok(expected.clone()));
    }
    for (field, wrong) in [
        ("sha256", json!("ab".repeat(31))),
        ("sha256", json!("zz".repeat(32))),
        ("count", json!(0)),
        ("count", json!(1_000_000)),
        ("total", json!(0)),
        ("total", json!(1_000_000_000_000_i64)),
    ] {
        refused(Operation::Payroll, &file(), field, wrong);
    }
}

#[test]
fn cancelling_a_reservation_is_not_offered() {
    assert_eq!(
        fault_of(Operation::ReservationCancel, json!({})).field,
        "operation"
    );
}
