mod faults;

use jiff::Timestamp;

use super::{Profile, explain};
use crate::factor::Factor::{self, ConfirmationPin, Grid, LogonPin, MailOtp};
use crate::fixtures::{PROFILE, jst, profile, profile_with};
use crate::operation::{Operation, Stage};
use crate::person::{Channel, Role};

const WITH_MAIL_OTP: [Operation; 3] = [
    Operation::Transfer,
    Operation::ConsecutiveTransfer,
    Operation::TaxPayment,
];

/// What transmitting needs, by every role and channel alike.
fn transmit(profile: &Profile, at: Timestamp, has_address: bool) -> Vec<Factor> {
    let mut found = Vec::new();
    for operation in WITH_MAIL_OTP {
        for role in Role::ALL {
            for channel in Channel::ALL {
                let proof = profile
                    .operation_needs(operation, Stage::Transmit, role, channel, at)
                    .unwrap();
                found.push(proof.for_person(|f| f != MailOtp || has_address));
            }
        }
    }
    found.dedup();
    assert_eq!(
        found.len(),
        1,
        "every role, channel and operation has the same rule"
    );
    found.remove(0)
}

#[test]
fn the_shipped_profile_is_accepted_and_named_by_its_text() {
    let shipped = profile();
    assert_eq!(shipped.version.len(), 16);
    assert_ne!(
        shipped.version,
        Profile::parse(&format!("{PROFILE}\n")).unwrap().version
    );
    assert_eq!(shipped.mail_otp.hold_after_change_secs, 86_400);
    assert_eq!(shipped.suspension.mail_otp, 5);
}

#[test]
fn a_logon_needs_pin_and_grid_of_every_role_on_every_channel() {
    for role in Role::ALL {
        for channel in Channel::ALL {
            let needs = |at| {
                profile()
                    .logon_needs(role, channel, jst(at))
                    .map(|proof| proof.needs.clone())
            };
            assert_eq!(needs("2015-04-01T00:00:00"), Some(vec![LogonPin, Grid]));
            assert_eq!(needs("2015-03-31T23:59:59"), None);
        }
    }
}

#[test]
fn until_the_last_second_before_18_october_2015_the_confirmation_pin_is_enough() {
    let before = jst("2015-10-17T23:59:59");
    assert_eq!(transmit(&profile(), before, true), [ConfirmationPin]);
    assert_eq!(transmit(&profile(), before, false), [ConfirmationPin]);
}

#[test]
fn from_18_october_2015_those_with_an_address_are_asked_a_mail_otp_too() {
    for at in ["2015-10-18T00:00:00", "2027-03-31T23:59:59"] {
        assert_eq!(
            transmit(&profile(), jst(at), true),
            [ConfirmationPin, MailOtp]
        );
        assert_eq!(transmit(&profile(), jst(at), false), [ConfirmationPin]);
    }
}

#[test]
fn from_the_mandatory_date_everyone_is_asked_a_mail_otp() {
    let from = jst("2027-04-01T00:00:00");
    assert_eq!(transmit(&profile(), from, true), [ConfirmationPin, MailOtp]);
    assert_eq!(
        transmit(&profile(), from, false),
        [ConfirmationPin, MailOtp]
    );
}

#[test]
fn times_are_those_of_the_institutions_zone() {
    let honolulu = profile_with("Asia/Tokyo", "Pacific/Honolulu");
    let tokyo_midnight = jst("2015-10-18T00:00:00");
    assert_eq!(transmit(&honolulu, tokyo_midnight, true), [ConfirmationPin]);
    let nineteen_hours = jiff::SignedDuration::from_hours(19);
    assert_eq!(
        transmit(&honolulu, tokyo_midnight + nineteen_hours, true).len(),
        2
    );
    assert_eq!(
        profile().local_date(jst("2026-12-01T00:00:00")).to_string(),
        "2026-12-01"
    );
    assert_eq!(
        honolulu.local_date(jst("2026-12-01T00:00:00")).to_string(),
        "2026-11-30"
    );
}

#[test]
fn an_operation_or_moment_without_a_rule_is_not_offered() {
    let needs = |operation, at| {
        profile()
            .operation_needs(
                operation,
                Stage::Transmit,
                Role::Master,
                Channel::Pc,
                jst(at),
            )
            .cloned()
    };
    assert!(needs(Operation::Transfer, "2015-04-01T00:00:00").is_some());
    assert_eq!(needs(Operation::Transfer, "2015-03-31T23:59:59"), None);
    for operation in Operation::ALL
        .into_iter()
        .filter(|o| !WITH_MAIL_OTP.contains(o))
    {
        assert_eq!(
            needs(operation, "2026-11-24T10:00:00"),
            None,
            "{}",
            operation.name()
        );
    }
}

#[test]
fn registering_and_approving_need_no_further_proof() {
    for stage in [Stage::Register, Stage::Approve] {
        let profile = profile();
        let at = jst("2027-04-01T00:00:00");
        let proof =
            profile.operation_needs(Operation::Transfer, stage, Role::General, Channel::Pc, at);
        assert_eq!(proof.unwrap().for_person(|_| true), []);
    }
}

#[test]
fn a_rule_may_hold_for_one_role_and_channel_only() {
    let added = r#"
[[operation_proof]]
operations = ["transfer"]
stages = ["transmit"]
roles = ["general"]
channels = ["smartphone"]
from = "2026-01-01T07:00:00"
needs = ["mail-otp"]
"#;
    let profile = Profile::parse(&format!("{PROFILE}{added}")).unwrap();
    let needs = |role, channel, at| {
        profile
            .operation_needs(Operation::Transfer, Stage::Transmit, role, channel, jst(at))
            .unwrap()
            .needs
            .clone()
    };
    let (old, new) = ("2026-01-01T06:59:59", "2026-01-01T07:00:00");
    assert_eq!(
        needs(Role::General, Channel::Smartphone, old),
        [ConfirmationPin]
    );
    assert_eq!(needs(Role::General, Channel::Smartphone, new), [MailOtp]);
    assert_eq!(needs(Role::General, Channel::Pc, new), [ConfirmationPin]);
    assert_eq!(
        needs(Role::Master, Channel::Smartphone, new),
        [ConfirmationPin]
    );
}

#[test]
fn the_mandatory_date_is_the_first_rule_that_needs_a_mail_otp_of_everyone() {
    for operation in WITH_MAIL_OTP {
        let from = profile().mail_otp_mandatory_from(operation);
        assert_eq!(from, Some(jst("2027-04-01T00:00:00")));
    }
    assert_eq!(profile().mail_otp_mandatory_from(Operation::Payroll), None);
}

#[test]
fn mail_otp_is_in_use_only_while_a_rule_in_force_asks_for_it() {
    let uses = |p: &Profile, at| p.uses_mail_otp(Operation::Transfer, jst(at));
    assert!(!uses(&profile(), "2015-10-17T23:59:59"));
    assert!(uses(&profile(), "2015-10-18T00:00:00"));
    assert!(!profile().uses_mail_otp(Operation::Bonus, jst("2027-04-01T00:00:00")));
    // A later rule that asks for it no more ends the use.
    let ended = profile_with(
        r#"needs = ["confirmation-pin", "mail-otp"]"#,
        r#"needs = ["confirmation-pin"]"#,
    );
    assert!(uses(&ended, "2027-03-31T23:59:59"));
    assert!(!uses(&ended, "2027-04-01T00:00:00"));
}

#[test]
fn explain_names_who_needs_what_from_when_and_every_count() {
    let words = explain(&profile());
    for part in [
        "割符銀行 (Warifu Bank)",
        &profile().version,
        "administrator, master, general by pc, smartphone: logon-pin + grid",
        "transfer, consecutive-transfer, tax-payment (transmit)",
        "from 2015-10-18 00:00:00 JST: confirmation-pin; of those who have registered it also mail-otp",
        "from 2027-04-01 00:00:00 JST: confirmation-pin + mail-otp",
        "(register, approve)",
        ": nothing",
        "割符銀行 <otp@bank.warifu.example>",
        "6 digits, good for 600 s and one transaction; 3 wrong tries void it; at most 10 codes in 600 s",
        "transactions wait 24 h",
        "logon PIN 5, confirmation PIN 5, grid 5, mail OTP 5",
        "900 s idle, 28800 s in any case",
        "10 x 5 cells; a logon asks 3",
        "90 days",
        "Up to 10 transfers together, 999,999,999 yen each",
    ] {
        assert!(words.contains(part), "{part}\n is not in\n{words}");
    }
}
