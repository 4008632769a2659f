//! Status, settings, history, errors, demonstration.

use warifu_web::views::demo::{DemoClockPage, DemoMail, DemoMailPage, DemoMailboxPage};
use warifu_web::views::error::ErrorPage;
use warifu_web::views::history::{
    HistoryDetailPage, HistoryFilter, HistoryPage, HistoryRow, HistoryStep, ProofUsed, StepKind,
};
use warifu_web::views::message::{Errors, Message, MessageId};
use warifu_web::views::settings::{AddressForm, AddressPage, AddressState, PinChangePage, PinKind};
use warifu_web::views::status::{
    LastUse, NoticeAction, StatusNotice, StatusPage, UseKind, Waiting,
};
use warifu_web::views::transfer::TransferState;
use warifu_web::views::transfer_confirm::ResultLine;

use super::transfer::{account, line, second_line};
use super::{Make, Sample, at, sample};

pub fn samples(make: Make) -> Vec<Sample> {
    let mut samples = vec![
        sample("status", &status(make)),
        sample(
            "status-quiet",
            &StatusPage {
                notices: Vec::new(),
                waiting: Vec::new(),
                token_expires_at: None,
                last_uses: Vec::new(),
                may_transfer: false,
                ..status(make)
            },
        ),
    ];
    samples.extend(setting_samples(make));
    samples.extend(history_samples(make));
    samples.extend(error_samples(make));
    samples.extend(demo_samples(make));
    samples
}

fn status(make: Make) -> StatusPage {
    let shell = make.shell_of_person("/status");
    let notice = |message: Message, action| StatusNotice { message, action };
    let waiting = |count| Waiting {
        transfer_id: "t1".to_owned(),
        payee_name: line(make).payee_name,
        count,
        total_yen: 2_600_648,
        entered_at: at(-90),
    };
    let last_use = |minutes, kind, done| LastUse {
        at: at(minutes),
        kind,
        done,
        from: "203.0.113.24".to_owned(),
    };
    StatusPage {
        logged_on_at: at(0),
        notices: vec![
            notice(MessageId::TookOver.into(), None),
            notice(
                Message::new(MessageId::PinOld).with("since", shell.time(&at(-400_000))),
                Some(NoticeAction::ChangePin),
            ),
            notice(
                Message::new(MessageId::AddressAdvised)
                    .with("date", shell.date(&jiff::civil::date(2027, 4, 1))),
                Some(NoticeAction::RegisterAddress),
            ),
            notice(
                MessageId::TokenIssueOpen.into(),
                Some(NoticeAction::ConfirmToken),
            ),
            notice(
                Message::new(MessageId::TokenExpiresSoon).with("until", shell.time(&at(200_000))),
                Some(NoticeAction::SeeToken),
            ),
        ],
        waiting: vec![waiting(1), waiting(2)],
        accounts: vec![account(make)],
        last_uses: vec![
            last_use(-60, UseKind::Transfer, true),
            last_use(-70, UseKind::Logon, true),
            last_use(-75, UseKind::Logon, false),
        ],
        token_expires_at: Some(at(200_000)),
        may_transfer: true,
        shell,
    }
}

fn setting_samples(make: Make) -> Vec<Sample> {
    let pin = |errors, kind| PinChangePage {
        passkeys: true,
        shell: make.shell_of_person("/settings/pin"),
        errors,
        kind,
        min_length: 8,
        max_length: 32,
    };
    let mut changed = pin(Errors::default(), PinKind::Confirmation);
    changed.shell = make.with_notice(changed.shell, MessageId::PinChanged);
    let pin_errors = Errors::default()
        .field("current_pin", MessageId::CurrentPinWrong)
        .field("new_pin", MessageId::PinUnfit)
        .field("new_pin_again", MessageId::PinMismatch);
    let mut address_errors = address(make);
    address_errors.errors = Errors::default()
        .field("otp_address", MessageId::AddressFreeMail)
        .field("otp_confirmation_pin", MessageId::ConfirmationPinWrong);
    let mut unregistered = address(make);
    unregistered.otp = AddressState::default();
    unregistered.hold_until = None;
    vec![
        sample("pin-change", &pin(Errors::default(), PinKind::Logon)),
        sample("pin-change-errors", &pin(pin_errors, PinKind::Logon)),
        sample("pin-changed", &changed),
        sample("address", &address(make)),
        sample("address-errors", &address_errors),
        sample("address-unregistered", &unregistered),
    ]
}

fn address(make: Make) -> AddressPage {
    let state = |address: &str| AddressState {
        address: Some(address.to_owned()),
        changed_at: Some(at(-600)),
    };
    AddressPage {
        shell: make.shell_of_person("/settings/address"),
        errors: Errors::default(),
        otp: state("hanako@mobile.example"),
        hold_until: Some(at(840)),
        notice: state("keiri@warifu.example"),
        otp_form: AddressForm::default(),
        confirm_free_mail: false,
        notice_form: AddressForm::default(),
        sender_name: make.pick("トマト銀行", "Tomato Bank"),
        sender_address: "otp@tomato.example".to_owned(),
    }
}

fn history_samples(make: Make) -> Vec<Sample> {
    let rows = TransferState::ALL.map(|state| HistoryRow {
        transfer_id: "t1".to_owned(),
        receipt_number: (state == TransferState::Accepted).then(|| "20261123-000042".to_owned()),
        at: at(0),
        state,
        payee_name: line(make).payee_name,
        count: 2,
        total_yen: 2_600_648,
        person: make.pick("山田 花子", "Hanako Yamada"),
    });
    let page = |filter, rows: Vec<HistoryRow>| HistoryPage {
        shell: make.shell_of_person("/history"),
        errors: Errors::default(),
        filter,
        page: 2,
        pages: 3,
        total: if rows.is_empty() { 0 } else { 57 },
        rows,
        previous_path: Some("/history?page=1".to_owned()),
        next_path: Some("/history?page=3".to_owned()),
    };
    let filter = HistoryFilter {
        from: "2026-11-30".to_owned(),
        to: "2026-11-01".to_owned(),
        state: Some(TransferState::Accepted),
        ..HistoryFilter::default()
    };
    let mut backwards = page(filter, Vec::new());
    backwards.errors = Errors::default().field("to", MessageId::PeriodBackwards);
    vec![
        sample("history", &page(HistoryFilter::default(), rows.to_vec())),
        sample("history-none", &page(HistoryFilter::default(), Vec::new())),
        sample("history-backwards", &backwards),
        sample(
            "history-detail",
            &detail(make, TransferState::PartlyAccepted),
        ),
        sample(
            "history-detail-registered",
            &detail(make, TransferState::Registered),
        ),
    ]
}

fn detail(make: Make, state: TransferState) -> HistoryDetailPage {
    let done = state == TransferState::PartlyAccepted;
    let person = make.pick("山田 花子", "Hanako Yamada");
    let step = |minutes, kind, person: &str| HistoryStep {
        at: at(minutes),
        kind,
        person: person.to_owned(),
    };
    HistoryDetailPage {
        shell: make.shell_of_person("/history/t1"),
        receipt_number: done.then(|| "20261123-000042".to_owned()),
        state,
        debit_account: account(make),
        lines: vec![
            ResultLine {
                line: line(make),
                refused: None,
            },
            ResultLine {
                line: second_line(make),
                refused: Some(MessageId::PayeeNotFound.into()),
            },
        ],
        steps: if done {
            vec![
                step(-5, StepKind::Registered, &person),
                step(-1, StepKind::Confirmed, &person),
            ]
        } else {
            vec![step(-5, StepKind::Registered, &person)]
        },
        proofs: if done {
            vec![ProofUsed::MailOtp, ProofUsed::ConfirmationPin]
        } else {
            Vec::new()
        },
    }
}

fn error_samples(make: Make) -> Vec<Sample> {
    let error = |name, message: Message| {
        sample(
            name,
            &ErrorPage {
                shell: make.shell_of_person("/status"),
                message,
            },
        )
    };
    let outside = ErrorPage {
        shell: make.shell("/logon"),
        message: MessageId::NotFound.into(),
    };
    vec![
        error("error-403", MessageId::Forbidden.into()),
        error("error-not-permitted", MessageId::NotPermitted.into()),
        sample("error-404", &outside),
        error("error-409", MessageId::Stale.into()),
        error(
            "error-413",
            Message::new(MessageId::TooLarge).with("max", "64 kB"),
        ),
        error("error-422", MessageId::Unreadable.into()),
        error(
            "error-429",
            Message::new(MessageId::TooMany).with("minutes", "5"),
        ),
        error("error-500", MessageId::Fault.into()),
        error("error-503", MessageId::Busy.into()),
        error("error-unknown", MessageId::OutcomeUnknown.into()),
    ]
}

fn demo_samples(make: Make) -> Vec<Sample> {
    let mail = DemoMail {
        id: "m1".to_owned(),
        at: at(1),
        from: make.pick("トマト銀行 <otp@tomato.example>", "Tomato Bank <otp@tomato.example>"),
        to: "hanako@mobile.example".to_owned(),
        subject: "【トマト銀行】メールワンタイムパスワードのご連絡".to_owned(),
        body: "■ワンタイムパスワード\n123456\n\n■取引内容\n 受取人名 カ）ウケトリニン\n 口座番号 123***7\n 取引金額 100,648 円\n"
            .to_owned(),
    };
    let clock = |errors| DemoClockPage {
        shell: make.shell_of_person("/demo/clock"),
        errors,
        now: at(0),
    };
    let shell = make.shell_of_person("/demo/mail");
    vec![
        sample(
            "demo-mailbox",
            &DemoMailboxPage {
                shell: shell.clone(),
                mails: vec![mail.clone()],
            },
        ),
        sample(
            "demo-mailbox-empty",
            &DemoMailboxPage {
                shell: shell.clone(),
                mails: Vec::new(),
            },
        ),
        sample("demo-mail", &DemoMailPage { shell, mail }),
        sample("demo-clock", &clock(Errors::default())),
        sample(
            "demo-clock-wrong",
            &clock(Errors::default().field("advance_minutes", MessageId::Required)),
        ),
    ]
}
