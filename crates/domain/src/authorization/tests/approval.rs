//! APP-1, APP-2, APP-3: the phone's approval, its rejection, and the code of a phone without network.

use jiff::Timestamp;
use warifu_otp::OtpKey;
use warifu_otp::ocra::transaction_code;

use super::fixtures::{Desk, MICROSECOND, RECEIPT, content, opening, secs};
use crate::authorization::PinCheck::Right;
use crate::authorization::{
    Answers, AppAnswer, Approval, ApprovalDecision, Authorization, Decision, Facts, HeldToken,
    Proof, State, Void, approval_message, decide_answer, decide_approval, offline_question, open,
};
use crate::fixtures::{now, person, token, token_key};
use crate::ids::{PersonId, TokenId};
use crate::person::{Person, PersonToken};
use crate::policy::Profile;
use crate::refusal::Refusal;
use crate::token::{Token, TokenKind, TokenStatus};

fn profile() -> Profile {
    Profile::parse(include_str!("../../../../../profiles/software-token.toml")).unwrap()
}

/// A token app with its key.
fn app() -> Token {
    Token {
        kind: TokenKind::App,
        app_key: Some(vec![4; 65]),
        ..token()
    }
}

fn confirming() -> Person {
    let token = PersonToken {
        id: app().id,
        confirms_in_app: true,
    };
    Person {
        token: Some(token),
        ..person()
    }
}

fn desk() -> Desk {
    Desk::opened_by(confirming(), profile())
}

fn facts<'a>(desk: &'a Desk, token: &'a Token, key: &'a OtpKey) -> Facts<'a> {
    Facts {
        token: Some(HeldToken { token, key }),
        ..desk.facts()
    }
}

fn answered(approves: bool) -> AppAnswer {
    AppAnswer {
        approves,
        token_id: app().id,
        signature: vec![1; 64],
    }
}

fn decide_at(
    desk: &Desk,
    token: &Token,
    answer: AppAnswer,
    now: Timestamp,
) -> Result<ApprovalDecision, Refusal> {
    let key = token_key();
    let facts = facts(desk, token, &key);
    decide_approval(&desk.authorization, &desk.person, facts, answer, now)
}

fn approved(desk: &mut Desk) {
    let decision = decide_at(desk, &app(), answered(true), now()).unwrap();
    assert!(decision.approved);
    desk.authorization = decision.authorization;
}

fn answer(desk: &Desk, code: Option<&str>, now: Timestamp) -> Decision {
    let (key, token) = (token_key(), app());
    let answers = Answers {
        confirmation_pin: Some(Right),
        approval_code: code,
        ..Answers::default()
    };
    let proof = Proof {
        key: &warifu_otp::CodeKey::new([7; 32]),
        epoch: 1,
        receipt: RECEIPT.to_owned(),
    };
    let facts = facts(desk, &token, &key);
    let given = (&answers, None);
    decide_answer(&desk.authorization, &desk.person, facts, given, proof, now)
}

#[test]
fn an_approval_is_waited_for_and_then_counts_as_the_proof() {
    let mut desk = desk();
    assert_eq!(desk.authorization.approval, Approval::Waiting);
    let before = answer(&desk, None, now());
    assert_eq!(before.outcome, Err(Refusal::NotApproved));
    assert_eq!(before.person, None, "waiting is nobody's mistake");
    approved(&mut desk);
    assert_eq!(answer(&desk, None, now()).outcome, Ok(RECEIPT.into()));
    let Approval::Approved { signature, .. } = &desk.authorization.approval else {
        panic!("{:?}", desk.authorization.approval);
    };
    assert_eq!(signature.len(), 64, "kept as evidence");
}

#[test]
fn a_rejection_voids_the_authorization() {
    let mut desk = desk();
    let decision = decide_at(&desk, &app(), answered(false), now()).unwrap();
    assert!(!decision.approved);
    assert_eq!(decision.authorization.state, State::Void(Void::Rejected));
    desk.authorization = decision.authorization;
    assert_eq!(answer(&desk, None, now()).outcome, Err(Refusal::Rejected));
    let again = decide_at(&desk, &app(), answered(true), now());
    assert_eq!(again.unwrap_err(), Refusal::Rejected);
}

#[test]
fn an_app_answers_once_and_only_what_it_was_asked() {
    let mut desk = desk();
    approved(&mut desk);
    for approves in [true, false] {
        let again = decide_at(&desk, &app(), answered(approves), now());
        assert_eq!(again.unwrap_err(), Refusal::WrongState);
    }
    desk.authorization.approval = Approval::NotAsked;
    let unasked = decide_at(&desk, &app(), answered(true), now());
    assert_eq!(unasked.unwrap_err(), Refusal::WrongState);
}

#[test]
fn silence_expires_it() {
    let desk = desk();
    let last = desk.authorization.expires_at;
    assert!(decide_at(&desk, &app(), answered(true), last).is_ok());
    let late = last.saturating_add(MICROSECOND).unwrap();
    let refused = decide_at(&desk, &app(), answered(true), late);
    assert_eq!(refused.unwrap_err(), Refusal::Expired);
}

#[test]
fn only_the_persons_own_token_in_service_answers() {
    let desk = desk();
    let other = AppAnswer {
        token_id: TokenId::from_entropy([2; 16]),
        ..answered(true)
    };
    assert_eq!(
        decide_at(&desk, &app(), other, now()).unwrap_err(),
        Refusal::NoToken
    );
    for (token, refusal) in [
        (
            Token {
                status: TokenStatus::Revoked,
                ..app()
            },
            Refusal::NoToken,
        ),
        (
            Token {
                expires_at: Some(now()),
                ..app()
            },
            Refusal::TokenExpired,
        ),
        (
            Token {
                id: TokenId::from_entropy([2; 16]),
                ..app()
            },
            Refusal::NoToken,
        ),
    ] {
        let refused = decide_at(&desk, &token, answered(true), now());
        assert_eq!(refused.unwrap_err(), refusal);
    }
    let mut colleague = Desk {
        person: confirming(),
        ..self::desk()
    };
    colleague.person.id = PersonId::from_stored("1234567890/other".into());
    assert!(decide_at(&colleague, &app(), answered(true), now()).is_err());
}

#[test]
fn an_approval_by_a_token_since_replaced_counts_no_more() {
    let mut desk = desk();
    approved(&mut desk);
    desk.person.token = Some(PersonToken {
        id: TokenId::from_entropy([2; 16]),
        confirms_in_app: true,
    });
    assert!(answer(&desk, None, now()).outcome.is_err());
}

#[test]
fn no_more_wait_for_the_phone_than_policy_allows() {
    let desk = desk();
    let most = desk.profile.token.as_ref().unwrap().waiting_approvals_max;
    let opened = |waiting| -> Result<Authorization, Refusal> {
        let content = content();
        let mut opening = opening(2, &content);
        opening.waiting = waiting;
        open(opening, &desk.person, desk.facts(), now())
    };
    assert!(opened(most - 1).is_ok());
    assert!(matches!(opened(most), Err(Refusal::RateLimited { .. })));
}

#[test]
fn the_code_of_a_phone_without_network_proves_this_transaction_only() {
    let desk = desk();
    let question = offline_question(
        desk.authorization.id.as_str(),
        &desk.authorization.canonical,
    );
    let minute = u64::try_from(now().as_second() / 60).unwrap();
    let code = transaction_code(&token_key(), &question, minute);
    let code = code.expose();
    assert_eq!(answer(&desk, Some(code), now()).outcome, Ok(RECEIPT.into()));
    // The same content in another authorization.
    let twin = offline_question("az_twin", &desk.authorization.canonical);
    let other = transaction_code(&token_key(), &twin, minute);
    let wrong = answer(&desk, Some(other.expose()), now());
    assert_eq!(wrong.outcome, Err(Refusal::WrongAnswer));
    assert_eq!(wrong.person.unwrap().failures.token_otp, 1);
    assert_eq!(wrong.token.unwrap().failures, 1);
    // A minute either side, no more.
    let later = |minutes: i64| now().saturating_add(secs(60 * minutes)).unwrap();
    assert!(answer(&desk, Some(code), later(1)).outcome.is_ok());
    assert_eq!(
        answer(&desk, Some(code), later(2)).outcome,
        Err(Refusal::WrongAnswer)
    );
}

#[test]
fn what_is_signed_names_decision_authorization_and_content() {
    let message = approval_message(true, "az_1", "{}");
    assert_eq!(message, "warifu/approval/v1\napprove\naz_1\n{}");
    assert_ne!(message, approval_message(false, "az_1", "{}"));
}
