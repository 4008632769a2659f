//! Entering, confirming and finishing transfers.

use warifu_web::views::message::{Errors, Message, MessageId};
use warifu_web::views::transfer::{
    AccountRow, AccountType, BankChoice, BankSearchPage, LineForm, LineRow, TransferFormPage,
};
use warifu_web::views::transfer_confirm::{
    Advice, Approval, ConfirmLine, IssuedCode, MailOtp, Needed, Proof, ResultLine, TokenCode,
    TransferConfirmPage, TransferResultPage,
};

use super::token::qr;
use super::{Make, Sample, at, sample};

pub fn samples(make: Make) -> Vec<Sample> {
    let mut samples = form_samples(make);
    samples.extend(search_samples(make));
    samples.extend(confirm_samples(make));
    samples.extend(token_samples(make));
    samples.extend(result_samples(make));
    samples
}

pub fn account(make: Make) -> AccountRow {
    AccountRow {
        id: "a1".to_owned(),
        branch_name: make.pick("本店営業部", "Head Office"),
        number: "1234567".to_owned(),
        balance_yen: Some(12_345_678),
    }
}

pub fn line(make: Make) -> ConfirmLine {
    ConfirmLine {
        bank_code: "0999".to_owned(),
        bank_name: make.pick("みほん銀行", "Mihon Bank"),
        branch_code: "012".to_owned(),
        branch_name: make.pick("岡山支店", "Okayama"),
        account_type: AccountType::Current,
        account_number: "1234567".to_owned(),
        payee_name: "カ）ウケトリニン".to_owned(),
        amount_yen: 100_648,
        date: jiff::civil::date(2026, 11, 24),
    }
}

pub fn second_line(make: Make) -> ConfirmLine {
    ConfirmLine {
        branch_code: "103".to_owned(),
        branch_name: make.pick("倉敷支店", "Kurashiki"),
        account_type: AccountType::Ordinary,
        account_number: "7654321".to_owned(),
        payee_name: "ワリフブツサン（ユ".to_owned(),
        amount_yen: 2_500_000,
        ..line(make)
    }
}

fn row(line: ConfirmLine) -> LineRow {
    LineRow {
        bank_name: line.bank_name,
        branch_name: line.branch_name,
        account_type: line.account_type,
        account_number: line.account_number,
        payee_name: line.payee_name,
        amount_yen: line.amount_yen,
    }
}

fn empty_form(make: Make) -> TransferFormPage {
    let second = AccountRow {
        id: "a2".to_owned(),
        balance_yen: None,
        ..account(make)
    };
    TransferFormPage {
        shell: make.shell_of_person("/transfers/new"),
        errors: Errors::default(),
        transfer_id: None,
        editing: None,
        accounts: vec![account(make), second],
        debit_account: "a1".to_owned(),
        lines: Vec::new(),
        max_lines: 10,
        form: LineForm::default(),
    }
}

fn typed(make: Make) -> LineForm {
    LineForm {
        bank_code: "0999".to_owned(),
        bank_name: Some(line(make).bank_name),
        branch_code: "012".to_owned(),
        branch_name: Some(line(make).branch_name),
        account_type: Some(AccountType::Current),
        account_number: "1234567".to_owned(),
        payee_name: "カ）ウケトリニン".to_owned(),
        amount: "100,648".to_owned(),
    }
}

fn form_samples(make: Make) -> Vec<Sample> {
    let mut wrong = empty_form(make);
    wrong.form = LineForm {
        bank_code: "9".to_owned(),
        ..LineForm::default()
    };
    wrong.errors = Errors::default()
        .field("debit_account", MessageId::NothingChosen)
        .field(
            "bank_code",
            Message::new(MessageId::DigitsWanted).with("digits", "4"),
        )
        .field("branch_code", MessageId::BranchUnknown)
        .field("account_type", MessageId::NothingChosen)
        .field(
            "account_number",
            Message::new(MessageId::DigitsWanted).with("digits", "7"),
        )
        .field("payee_name", MessageId::PayeeNameUnfit)
        .field("amount", MessageId::AmountUnreadable);
    let mut lines = empty_form(make);
    lines.transfer_id = Some("t1".to_owned());
    lines.lines = vec![row(line(make)), row(second_line(make))];
    lines.shell = make.with_notice(
        make.shell_of_person("/transfers/t1/edit"),
        MessageId::LineAdded,
    );
    let mut editing = empty_form(make);
    editing.transfer_id = Some("t1".to_owned());
    editing.lines = vec![row(line(make)), row(second_line(make))];
    editing.editing = Some(1);
    editing.form = typed(make);
    let mut full = empty_form(make);
    full.transfer_id = Some("t1".to_owned());
    full.lines = (0..10).map(|_| row(line(make))).collect();
    let filled = TransferFormPage {
        form: typed(make),
        ..empty_form(make)
    };
    vec![
        sample("transfer-new", &empty_form(make)),
        sample("transfer-filled", &filled),
        sample("transfer-errors", &wrong),
        sample("transfer-lines", &lines),
        sample("transfer-editing", &editing),
        sample("transfer-full", &full),
    ]
}

fn search_samples(make: Make) -> Vec<Sample> {
    let bank = BankChoice {
        code: "0999".to_owned(),
        name: line(make).bank_name,
        kana: "ミホン".to_owned(),
    };
    let branch = BankChoice {
        code: "012".to_owned(),
        name: line(make).branch_name,
        kana: "オカヤマ".to_owned(),
    };
    let page = |query: &str, bank, choices, searched| BankSearchPage {
        shell: make.shell_of_person("/transfers/new"),
        form_path: "/transfers/new".to_owned(),
        query: query.to_owned(),
        bank,
        choices,
        searched,
        carry: vec![("amount".to_owned(), "100,648".to_owned())],
    };
    vec![
        sample("bank-search", &page("", None, Vec::new(), false)),
        sample("bank-search-none", &page("zzz", None, Vec::new(), true)),
        sample(
            "bank-search-found",
            &page("ミホン", None, vec![bank.clone()], true),
        ),
        sample("branch-search", &page("", Some(bank), vec![branch], false)),
    ]
}

fn issued() -> MailOtp {
    MailOtp::Issued(IssuedCode {
        sent_to: "h***@mobile.example".to_owned(),
        expires_at: at(10),
        issue: 1,
    })
}

fn mailed(mail_otp: MailOtp) -> Proof {
    Proof::Needed(Needed {
        mail_otp: Some(mail_otp),
        confirmation_pin: true,
        ..Needed::default()
    })
}

fn pin_only(advice: Option<Advice>) -> Proof {
    Proof::Needed(Needed {
        confirmation_pin: true,
        advice,
        ..Needed::default()
    })
}

fn token_code(confirmation_pin: bool) -> Proof {
    Proof::Needed(Needed {
        token_otp: Some(TokenCode {
            serial: "*******0012".to_owned(),
            digits: 6,
            period_secs: 30,
        }),
        confirmation_pin,
        ..Needed::default()
    })
}

fn in_the_app(approval: Approval) -> Proof {
    Proof::Needed(Needed {
        approval: Some(approval),
        confirmation_pin: true,
        ..Needed::default()
    })
}

fn token_samples(make: Make) -> Vec<Sample> {
    let page = |proof| confirm(make, proof);
    let blocked = |message: MessageId| page(Proof::Blocked(message.into()));
    let mut used = page(token_code(false));
    used.errors = Errors::default().field("token_otp", MessageId::TokenCodeUsed);
    let mut unapproved = page(in_the_app(Approval::Waiting(Some(qr()))));
    unapproved.errors = Errors::page(MessageId::NotApproved);
    let waiting = page(in_the_app(Approval::Waiting(Some(qr()))));
    let too_long = page(in_the_app(Approval::Waiting(None)));
    vec![
        sample("confirm-token", &page(token_code(false))),
        sample("confirm-token-and-pin", &page(token_code(true))),
        sample("confirm-token-used", &used),
        sample("confirm-no-token-yet", &page(pin_only(Some(Advice::Token)))),
        sample("confirm-app-waiting", &waiting),
        sample("confirm-app-unapproved", &unapproved),
        sample("confirm-app-too-long", &too_long),
        sample(
            "confirm-app-approved",
            &page(in_the_app(Approval::Approved(at(1)))),
        ),
        sample("confirm-token-missing", &blocked(MessageId::TokenMissing)),
        sample("confirm-token-expired", &blocked(MessageId::TokenExpired)),
        sample("confirm-token-locked", &blocked(MessageId::TokenLocked)),
    ]
}

fn confirm(make: Make, proof: Proof) -> TransferConfirmPage {
    TransferConfirmPage {
        shell: make.shell_of_person("/transfers/t1/confirm"),
        errors: Errors::default(),
        transfer_id: "t1".to_owned(),
        digest: "9f".repeat(32),
        debit_account: account(make),
        lines: vec![line(make)],
        proof,
    }
}

fn confirm_samples(make: Make) -> Vec<Sample> {
    let mut several = confirm(make, mailed(issued()));
    several.lines.push(second_line(make));
    several.shell = make.with_notice(several.shell, MessageId::CodeIssued);
    let refused = |message: MessageId, otp| TransferConfirmPage {
        errors: Errors::page(message),
        ..confirm(make, mailed(otp))
    };
    let mut missing = confirm(make, mailed(issued()));
    missing.errors = Errors::default()
        .field(
            "mail_otp",
            Message::new(MessageId::DigitsWanted).with("digits", "6"),
        )
        .field("confirmation_pin", MessageId::Required);
    let hold = Message::new(MessageId::AddressHold).with("until", make.shell("/").time(&at(1_440)));
    vec![
        sample(
            "confirm-not-issued",
            &confirm(make, mailed(MailOtp::NotIssued)),
        ),
        sample("confirm-issued", &confirm(make, mailed(issued()))),
        sample("confirm-several", &several),
        sample("confirm-expired", &confirm(make, mailed(MailOtp::Expired))),
        sample("confirm-void", &refused(MessageId::CodeVoid, MailOtp::Void)),
        sample("confirm-wrong", &refused(MessageId::AnswerWrong, issued())),
        sample("confirm-missing", &missing),
        sample(
            "confirm-undelivered",
            &refused(MessageId::MailUndelivered, issued()),
        ),
        sample(
            "confirm-changed",
            &refused(MessageId::ContentChanged, MailOtp::NotIssued),
        ),
        sample(
            "confirm-pin-only",
            &confirm(make, pin_only(Some(Advice::Address))),
        ),
        sample("confirm-hold", &confirm(make, Proof::Blocked(hold))),
        sample(
            "confirm-no-address",
            &confirm(make, Proof::Blocked(MessageId::AddressMissing.into())),
        ),
    ]
}

fn result_samples(make: Make) -> Vec<Sample> {
    let page = |first: Option<MessageId>, second: Option<MessageId>| TransferResultPage {
        shell: make.shell_of_person("/transfers/t1/result"),
        transfer_id: "t1".to_owned(),
        on_its_way: false,
        receipt_number: "20261123-000042".to_owned(),
        accepted_at: at(2),
        debit_account: account(make),
        lines: vec![
            ResultLine {
                line: line(make),
                refused: first.map(Message::new),
            },
            ResultLine {
                line: second_line(make),
                refused: second.map(Message::new),
            },
        ],
    };
    let not_found = Some(MessageId::PayeeNotFound);
    vec![
        sample("result-all", &page(None, None)),
        sample(
            "result-on-its-way",
            &TransferResultPage {
                on_its_way: true,
                ..page(None, None)
            },
        ),
        sample("result-some", &page(None, not_found)),
        sample(
            "result-none",
            &page(not_found, Some(MessageId::BalanceShort)),
        ),
    ]
}
