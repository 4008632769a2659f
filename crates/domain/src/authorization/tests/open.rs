//! What may be opened at all.

use super::fixtures::{Desk, content, opening};
use crate::authorization::{Authorization, State, open};
use crate::content::Content;
use crate::contract::Limits;
use crate::fixtures::{now, profile, transfer, transfers};
use crate::ids::ContractId;
use crate::limits::UsedToday;
use crate::operation::{Operation, Stage};
use crate::person::{Counted, Permissions, Suspended};
use crate::refusal::Refusal;

fn reopen(desk: &Desk, content: &Content) -> Result<Authorization, Refusal> {
    open(opening(2, content), &desk.person, desk.facts(), now())
}

#[test]
fn an_opened_authorization_waits_for_proof_of_that_content() {
    let desk = Desk::opened();
    let opened = &desk.authorization;
    let bound = content().bind(&desk.contract.id, Operation::Transfer);
    assert_eq!(opened.state, State::Pending);
    assert_eq!(
        (&opened.canonical, &opened.digest),
        (&bound.canonical, &bound.digest)
    );
    assert_eq!(opened.person_id, desk.person.id);
    assert_eq!(opened.policy_version, profile().version);
    assert_eq!(opened.expires_at.duration_since(now()).as_secs(), 1_800);
    assert_eq!((opened.mail.issue, opened.mail.mac), (0, None));
}

#[test]
fn nothing_is_opened_for_a_suspended_person_or_a_stopped_contract() {
    let mut desk = Desk::opened();
    desk.contract.stopped = true;
    assert_eq!(reopen(&desk, &content()), Err(Refusal::Suspended));
    let mut desk = Desk::opened();
    desk.person.suspended = Some(Suspended {
        at: now(),
        because: Counted::Grid,
    });
    assert_eq!(reopen(&desk, &content()), Err(Refusal::Suspended));
}

#[test]
fn nothing_is_opened_without_the_permission_for_that_operation_and_stage() {
    let mut desk = Desk::opened();
    for allowed in [
        vec![],
        vec![
            (Operation::Transfer, Stage::Register),
            (Operation::Transfer, Stage::Approve),
        ],
        vec![(Operation::TaxPayment, Stage::Transmit)],
    ] {
        desk.person.permissions = Permissions(allowed);
        assert_eq!(reopen(&desk, &content()), Err(Refusal::NotPermitted));
    }
    desk.person.permissions = Permissions(vec![(Operation::Transfer, Stage::Transmit)]);
    assert!(reopen(&desk, &content()).is_ok());
}

#[test]
fn nothing_is_opened_that_the_institution_does_not_offer() {
    let (desk, content) = (Desk::opened(), content());
    let bound = content.bind(&desk.contract.id, Operation::Payroll);
    let payroll = crate::authorization::Opening {
        operation: Operation::Payroll,
        bound,
        ..opening(2, &content)
    };
    let outcome = open(payroll, &desk.person, desk.facts(), now());
    assert_eq!(outcome, Err(Refusal::NotPermitted));
}

#[test]
fn nothing_is_opened_above_a_limit() {
    let mut desk = Desk::opened();
    desk.person.limits = Limits {
        per_transfer_yen: Some(100_648),
        per_day_yen: None,
    };
    assert!(reopen(&desk, &content()).is_ok());
    desk.person.limits.per_transfer_yen = Some(100_647);
    let refused = Refusal::LimitExceeded {
        limit_yen: 100_647,
        per_day: false,
    };
    assert_eq!(reopen(&desk, &content()), Err(refused));
    desk.person.limits = Limits {
        per_transfer_yen: None,
        per_day_yen: Some(200_000),
    };
    desk.used = UsedToday {
        contract_yen: 0,
        person_yen: 99_353,
    };
    let refused = Refusal::LimitExceeded {
        limit_yen: 200_000,
        per_day: true,
    };
    assert_eq!(reopen(&desk, &content()), Err(refused));
    desk.used.person_yen = 99_352;
    assert!(reopen(&desk, &content()).is_ok());
}

#[test]
fn a_form_that_is_not_that_of_the_content_is_refused() {
    let (desk, content) = (Desk::opened(), content());
    let dearer = crate::content::Transfer {
        amount: 1,
        ..transfer()
    };
    let other = transfers(vec![dearer]).bind(&desk.contract.id, Operation::Transfer);
    let stranger = ContractId::parse("0000000000").unwrap();
    for bound in [
        other,
        content.bind(&stranger, Operation::Transfer),
        content.bind(&desk.contract.id, Operation::TaxPayment),
    ] {
        let forged = crate::authorization::Opening {
            bound,
            ..opening(2, &content)
        };
        let outcome = open(forged, &desk.person, desk.facts(), now());
        assert_eq!(outcome, Err(Refusal::ContentChanged));
    }
}
