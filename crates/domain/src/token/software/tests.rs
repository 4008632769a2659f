//! S4 steps A to E and renewal: what each step asks for, to the microsecond.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::fixtures::{contract, now, person, person_with, token, token_code, token_key};
use crate::person::{Counted, Suspended};
use crate::policy::Profile;

const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn policy() -> TokenPolicy {
    let text = include_str!("../../../../../profiles/software-token.toml");
    Profile::parse(text).unwrap().token.unwrap()
}

/// An app that was never set up.
fn issuing() -> Token {
    Token {
        kind: TokenKind::App,
        status: TokenStatus::Issuing,
        expires_at: policy().software_expiry(now()),
        ..token()
    }
}

fn in_service() -> Token {
    Token {
        status: TokenStatus::InUse,
        ..issuing()
    }
}

fn mailed() -> Issue {
    Issue {
        id: TokenIssueId::from_entropy([1; 16]),
        contract_id: contract().id,
        person_id: person().id,
        token_id: token().id,
        mail_to: Some("keitai@phone.example".into()),
        link_hash: Some("00".into()),
        step: IssueStep::Mailed,
        tries: 0,
        expires_at: now() + SignedDuration::from_mins(30),
        version: 1,
    }
}

fn activated() -> Issue {
    Issue {
        step: IssueStep::Activated,
        ..mailed()
    }
}

fn try_password(issue: &Issue, right: bool, at: Timestamp) -> Result<Issue, Refusal> {
    let decided = activate(issue, &issuing(), right, vec![4; 65], at)?;
    Ok(match decided {
        Ok(activation) => activation.issue,
        Err(counted) => counted,
    })
}

fn confirm(issue: &Issue, token: &Token, typed: &str) -> Result<Result<Confirmed, Token>, Refusal> {
    let given = (&token_key(), typed);
    confirm_issue((issue, token), &person(), given, &policy(), now())
}

#[test]
fn an_issue_lives_for_half_an_hour() {
    let until = new_issue(&person(), None, &policy(), now()).unwrap();
    assert_eq!(until, now() + SignedDuration::from_mins(30));
    let issue = mailed();
    assert!(issue.is_open(issue.expires_at));
    assert!(!issue.is_open(issue.expires_at + MICROSECOND));
    for step in [IssueStep::Done, IssueStep::Cancelled] {
        assert!(!Issue { step, ..mailed() }.is_open(now()));
    }
}

#[test]
fn nothing_is_issued_beside_a_token_in_service() {
    let ask = |token: Token, at| {
        let person = person_with(&token);
        new_issue(&person, Some(&token), &policy(), at).map(|_| ())
    };
    let expiry = in_service().expires_at.unwrap();
    assert_eq!(ask(in_service(), now()), Err(Refusal::WrongState));
    let last = expiry - MICROSECOND;
    assert_eq!(ask(in_service(), last), Err(Refusal::WrongState));
    assert_eq!(ask(in_service(), expiry), Ok(()), "expired");
    assert_eq!(ask(issuing(), now()), Ok(()), "never came into service");
    // A hardware token is exchanged or taken away by the administrator.
    let hardware = Token {
        expires_at: Some(now()),
        ..token()
    };
    assert_eq!(ask(hardware, now()), Err(Refusal::WrongState));
}

#[test]
fn nothing_is_issued_to_the_suspended_or_within_30_minutes_of_a_revocation() {
    let mut stopped = person();
    let because = Counted::TokenOtp;
    stopped.suspended = Some(Suspended { at: now(), because });
    let refused = new_issue(&stopped, None, &policy(), now());
    assert_eq!(refused, Err(Refusal::Suspended));
    let mut revoked = person();
    revoked.token_revoked_at = Some(now());
    let until = now() + SignedDuration::from_mins(30);
    let refused = new_issue(&revoked, None, &policy(), until - MICROSECOND);
    assert_eq!(refused, Err(Refusal::RevocationHold { until }));
    assert!(new_issue(&revoked, None, &policy(), until).is_ok());
}

#[test]
fn the_right_start_password_brings_the_key_once() {
    let decided = activate(&mailed(), &issuing(), true, vec![4; 65], now());
    let activation = decided.unwrap().unwrap();
    assert_eq!(activation.issue.step, IssueStep::Activated);
    assert_eq!(activation.token.app_key, Some(vec![4; 65]));
    assert_eq!(activation.token.status, TokenStatus::Issuing);
    let again = try_password(&activation.issue, true, now());
    assert_eq!(again, Err(Refusal::AlreadyUsed));
    let done = Issue {
        step: IssueStep::Done,
        ..mailed()
    };
    assert_eq!(try_password(&done, true, now()), Err(Refusal::AlreadyUsed));
}

#[test]
fn the_fifth_wrong_start_password_spoils_the_link() {
    let mut issue = mailed();
    for tries in 1..=4 {
        issue = try_password(&issue, false, now()).unwrap();
        assert_eq!((issue.tries, issue.step), (tries, IssueStep::Mailed));
    }
    issue = try_password(&issue, false, now()).unwrap();
    assert_eq!(issue.step, IssueStep::Cancelled);
    let right = try_password(&issue, true, now());
    assert_eq!(right, Err(Refusal::CodeVoid));
}

#[test]
fn a_link_counts_up_to_its_last_microsecond_and_for_its_own_token_only() {
    let last = mailed().expires_at;
    assert!(try_password(&mailed(), true, last).is_ok());
    let late = try_password(&mailed(), true, last + MICROSECOND);
    assert_eq!(late, Err(Refusal::Expired));
    let other = Token {
        id: TokenId::from_entropy([2; 16]),
        ..issuing()
    };
    for wrong in [other, in_service()] {
        let refused = activate(&mailed(), &wrong, true, vec![4; 65], now());
        assert_eq!(refused, Err(Refusal::WrongState));
    }
}

#[test]
fn the_first_code_brings_the_token_into_service_and_is_used_up() {
    let typed = token_code(now(), 0);
    let done = confirm(&activated(), &issuing(), &typed).unwrap().unwrap();
    assert_eq!(done.issue.step, IssueStep::Done);
    assert_eq!(done.token.status, TokenStatus::InUse);
    let step = done.token.totp.step_at(now().as_second());
    assert_eq!(done.token.clock.last_step, step);
    let own = done.person.token.unwrap();
    assert_eq!(own.id, done.token.id);
    assert!(own.confirms_in_app);
}

#[test]
fn an_authenticator_never_confirms_transactions() {
    let authenticator = Token {
        kind: TokenKind::Authenticator,
        ..issuing()
    };
    let typed = token_code(now(), 0);
    let done = confirm(&activated(), &authenticator, &typed);
    let own = done.unwrap().unwrap().person.token.unwrap();
    assert!(!own.confirms_in_app);
}

#[test]
fn a_first_code_needs_the_app_set_up_and_its_time() {
    let typed = token_code(now(), 0);
    for step in [IssueStep::Mailed, IssueStep::Done, IssueStep::Cancelled] {
        let issue = Issue { step, ..mailed() };
        let refused = confirm(&issue, &issuing(), &typed);
        assert_eq!(refused, Err(Refusal::WrongState));
    }
    let refused = confirm(&activated(), &in_service(), &typed);
    assert_eq!(refused, Err(Refusal::WrongState));
    let late = Issue {
        expires_at: now() - MICROSECOND,
        ..activated()
    };
    let refused = confirm(&late, &issuing(), &typed);
    assert_eq!(refused, Err(Refusal::Expired));
}

#[test]
fn wrong_first_codes_are_counted_and_lock() {
    let mut token = issuing();
    for failures in 1..=10 {
        token = confirm(&activated(), &token, "000000")
            .unwrap()
            .unwrap_err();
        assert_eq!(token.failures, failures);
        assert_eq!(token.status, TokenStatus::Issuing);
    }
    let right = token_code(now(), 0);
    let refused = confirm(&activated(), &token, &right);
    assert_eq!(refused, Err(Refusal::TokenLocked));
}

#[test]
fn renewal_is_offered_for_180_days_and_gives_three_years_from_then() {
    let expiry = in_service().expires_at.unwrap();
    assert_eq!(expiry, now() + DAY * 1_095);
    let offered = expiry - DAY * 180;
    let early = renew(&in_service(), &policy(), offered - MICROSECOND);
    assert_eq!(early, Err(Refusal::WrongState));
    let renewed = renew(&in_service(), &policy(), offered).unwrap();
    assert_eq!(renewed.expires_at, Some(offered + DAY * 1_095));
    assert!(renew(&in_service(), &policy(), expiry - MICROSECOND).is_ok());
    let late = renew(&in_service(), &policy(), expiry);
    assert_eq!(late, Err(Refusal::TokenExpired));
}

#[test]
fn only_an_app_in_service_renews() {
    let revoked = Token {
        status: TokenStatus::Revoked,
        ..in_service()
    };
    let authenticator = Token {
        kind: TokenKind::Authenticator,
        ..in_service()
    };
    let at = in_service().expires_at.unwrap() - DAY;
    for token in [revoked, authenticator, issuing()] {
        assert_eq!(renew(&token, &policy(), at), Err(Refusal::NoToken));
    }
}

#[test]
fn steps_are_found_by_their_names_only() {
    for step in IssueStep::ALL {
        assert_eq!(IssueStep::parse(step.name()), Some(step));
    }
    assert_eq!(IssueStep::parse("Mailed"), None);
}
