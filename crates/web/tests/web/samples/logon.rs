//! Logon, first address, logoff.

use warifu_web::views::logon::{
    AddressVerifyPage, Follows, LogoffPage, LogonAddressPage, LogonGridPage, LogonPage,
    LogonTokenPage, Skip,
};
use warifu_web::views::message::{Errors, MessageId};
use warifu_web::views::token::TokenKind;

use super::{Make, Sample, at, sample};

pub fn samples(make: Make) -> Vec<Sample> {
    let mut refused = logon(make);
    refused.errors = Errors::page(MessageId::LogonRefused);
    refused.contract_id = "TM123456".to_owned();
    let mut missing = logon(make);
    missing.errors = Errors::default()
        .field("contract_id", MessageId::Required)
        .field("logon_pin", MessageId::Required);
    let mut taken_over = logon(make);
    taken_over.shell = make.with_notice(taken_over.shell, MessageId::SessionTakenOver);
    let mut idle = logon(make);
    idle.shell = make.with_notice(idle.shell, MessageId::SessionTimedOut);
    let mut two_step = logon(make);
    two_step.follows = Follows {
        grid: false,
        token: true,
    };
    let token_code = |message: MessageId| Errors::default().field("token_code", message);
    vec![
        sample("logon-two-step", &two_step),
        sample("logon-token", &token(make, Errors::default())),
        sample(
            "logon-token-wrong",
            &token(make, token_code(MessageId::TokenWrong)),
        ),
        sample(
            "logon-token-used",
            &token(make, token_code(MessageId::TokenCodeUsed)),
        ),
        sample("logon", &logon(make)),
        sample("logon-refused", &refused),
        sample("logon-missing", &missing),
        sample("logon-taken-over", &taken_over),
        sample("logon-idle", &idle),
        sample("logon-grid", &grid(make, Errors::default())),
        sample(
            "logon-grid-wrong",
            &grid(make, Errors::page(MessageId::GridWrong)),
        ),
        sample(
            "logon-address-before",
            &address(make, Skip::Before(jiff::civil::date(2027, 4, 1))),
        ),
        sample("logon-address-undated", &address(make, Skip::Undated)),
        sample("logon-address-closed", &address(make, Skip::Closed)),
        sample("logon-address-errors", &address_errors(make)),
        sample("logon-address-advice", &address_advice(make)),
        sample("address-verify", &verify(make, Errors::default())),
        sample(
            "address-verify-wrong",
            &verify(
                make,
                Errors::default().field("address_code", MessageId::VerifyWrong),
            ),
        ),
        sample(
            "logoff",
            &LogoffPage {
                shell: make.shell("/logoff"),
            },
        ),
    ]
}

fn logon(make: Make) -> LogonPage {
    LogonPage {
        passkeys: true,
        shell: make.shell("/logon"),
        errors: Errors::default(),
        contract_id: String::new(),
        user_id: String::new(),
        follows: Follows {
            grid: true,
            token: false,
        },
        sender_name: make.pick("トマト銀行", "Tomato Bank"),
        sender_address: "otp@tomato.example".to_owned(),
    }
}

fn token(make: Make, errors: Errors) -> LogonTokenPage {
    LogonTokenPage {
        shell: make.shell("/logon/token"),
        errors,
        kind: TokenKind::App,
        serial: "*******0012".to_owned(),
        digits: 6,
        period_secs: 60,
    }
}

fn grid(make: Make, errors: Errors) -> LogonGridPage {
    LogonGridPage {
        shell: make.shell("/logon/grid"),
        errors,
        cells: ["B3", "E1", "H4"].map(str::to_owned).to_vec(),
    }
}

fn address(make: Make, skip: Skip) -> LogonAddressPage {
    LogonAddressPage {
        shell: make.shell_of_person("/logon/address"),
        errors: Errors::default(),
        otp_address: String::new(),
        otp_address_again: String::new(),
        confirm_free_mail: false,
        skip,
        sender_name: make.pick("トマト銀行", "Tomato Bank"),
        sender_address: "otp@tomato.example".to_owned(),
    }
}

fn address_errors(make: Make) -> LogonAddressPage {
    let mut page = address(make, Skip::Closed);
    page.otp_address = "hanako@".to_owned();
    page.otp_address_again = "hanako@warifu.example".to_owned();
    page.errors = Errors::default()
        .field("otp_address", MessageId::AddressMalformed)
        .field("otp_address_again", MessageId::AddressMismatch);
    page
}

fn address_advice(make: Make) -> LogonAddressPage {
    let mut page = address(make, Skip::Undated);
    page.otp_address = "hanako@free.example".to_owned();
    page.otp_address_again = page.otp_address.clone();
    page.confirm_free_mail = true;
    page.errors = Errors::default().field("otp_address", MessageId::AddressFreeMailAdvice);
    page
}

fn verify(make: Make, errors: Errors) -> AddressVerifyPage {
    AddressVerifyPage {
        shell: make.shell_of_person("/logon/address"),
        errors,
        base_path: "/logon/address/ac_1".to_owned(),
        back_path: "/logon/address",
        sent_to: "hanako@mobile.example".to_owned(),
        expires_at: at(10),
        sender_name: make.pick("トマト銀行", "Tomato Bank"),
        sender_address: "otp@tomato.example".to_owned(),
    }
}
