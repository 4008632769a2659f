//! Records that several test modules start from. All local times are those of the shipped profile.

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use warifu_otp::OtpKey;

use crate::account::AccountType;
use crate::content::{Content, Transfer};
use crate::contract::{Contract, Limits};
use crate::ids::{ContractId, PersonId, TokenId, UserId};
use crate::operation::Operation;
use crate::person::{Failures, IssueWindow, Permissions, Person, PersonToken, Role};
use crate::policy::Profile;
use crate::token::{Algorithm, Digits, Token, TokenClock, TokenKind, TokenStatus, Totp, UsageMode};

pub const PROFILE: &str = include_str!("../../../profiles/mail-otp.toml");
pub const ADDRESS: &str = "keiri@example.co.jp";

pub fn profile() -> Profile {
    Profile::parse(PROFILE).unwrap()
}

/// The shipped profile with one thing written differently.
pub fn profile_with(written: &str, instead: &str) -> Profile {
    assert!(PROFILE.contains(written), "{written} is not in the profile");
    Profile::parse(&PROFILE.replace(written, instead)).unwrap()
}

pub fn jst(local: &str) -> Timestamp {
    local
        .parse::<DateTime>()
        .unwrap()
        .in_tz("Asia/Tokyo")
        .unwrap()
        .timestamp()
}

/// A moment at which mail OTP is needed of those who have registered an address.
pub fn now() -> Timestamp {
    jst("2026-11-24T10:00:00")
}

pub fn contract() -> Contract {
    Contract {
        id: ContractId::parse("1234567890").unwrap(),
        name: "割符商事".into(),
        stopped: false,
        limits: Limits::default(),
        representative_account: "001-1234567".into(),
        token_mode: UsageMode::OneEach,
        version: 1,
    }
}

/// A clerk who may do everything and registered an OTP address long ago.
pub fn person() -> Person {
    let contract_id = contract().id;
    let user_id = UserId::parse("keiri01").unwrap();
    Person {
        id: PersonId::new(&contract_id, Some(&user_id)),
        contract_id,
        user_id: Some(user_id),
        role: Role::General,
        name: "経理 一郎".into(),
        suspended: None,
        failures: Failures::default(),
        permissions: Permissions::all_stages_of(&Operation::ALL),
        limits: Limits::default(),
        otp_mail: Some(ADDRESS.into()),
        otp_mail_changed_at: None,
        notice_mail: None,
        issue_window: IssueWindow::default(),
        token: None,
        token_revoked_at: None,
        passkeys: 0,
        grid_pending: None,
        logon_pin_changed_at: Timestamp::UNIX_EPOCH,
        confirmation_pin_changed_at: Timestamp::UNIX_EPOCH,
        version: 1,
    }
}

pub fn transfer() -> Transfer {
    Transfer {
        bank_code: "0001".into(),
        bank_name: "わりふ".into(),
        branch_code: "002".into(),
        branch_name: "本店".into(),
        account_type: AccountType::Ordinary,
        account_number: "1234567".into(),
        payee_name: "ヤマダ タロウ".into(),
        amount: 100_648,
    }
}

pub fn transfers(lines: Vec<Transfer>) -> Content {
    Content::Transfers {
        from_account: "001-7654321".into(),
        date: date(2026, 11, 30),
        transfers: lines,
    }
}

/// The shipped profile of S3, with hardware tokens of 30 s.
pub fn hardware_profile() -> Profile {
    Profile::parse(include_str!("../../../profiles/hardware-token.toml")).unwrap()
}

/// A hardware token of the contract, in use.
pub fn token() -> Token {
    Token {
        id: TokenId::from_entropy([1; 16]),
        serial: "WF-00000001".into(),
        kind: TokenKind::Hardware,
        contract_id: Some(contract().id),
        status: TokenStatus::InUse,
        totp: Totp::new(Algorithm::Sha1, Digits::Six, 30).unwrap(),
        clock: TokenClock::default(),
        failures: 0,
        expires_at: None,
        app_key: None,
        version: 1,
    }
}

pub fn token_key() -> OtpKey {
    OtpKey::from_bytes(&[9; 20]).unwrap()
}

/// What [`token`] shows `steps` codes after `at`.
pub fn token_code(at: Timestamp, steps: i64) -> String {
    let totp = token().totp;
    let secs = at.as_second() + steps * i64::from(totp.period_secs());
    let step = totp.step_at(secs).unwrap();
    totp.code(&token_key(), step).expose().to_owned()
}

/// The clerk with a token.
pub fn person_with(token: &Token) -> Person {
    let token = PersonToken {
        id: token.id.clone(),
        confirms_in_app: false,
    };
    Person {
        token: Some(token),
        ..person()
    }
}
