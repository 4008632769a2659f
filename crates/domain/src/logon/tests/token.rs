//! The token's code as a logon's further answer (LOG-2, LOG-3), and the hold after a revocation (TOK-10).

use jiff::SignedDuration;

use crate::factor::Factor;
use crate::fixtures::{now, person, person_with, token, token_code, token_key};
use crate::ids::{LogonId, TokenId};
use crate::logon::{
    AnswerDecision, FirstDecision, FirstProof, FirstStep, Logon, decide_first, decide_token,
};
use crate::person::{Channel, Counted, Person};
use crate::policy::Profile;
use crate::refusal::Refusal;
use crate::token::{Token, TokenStatus};

fn profile() -> Profile {
    Profile::parse(include_str!("../../../../../profiles/two-step.toml")).unwrap()
}

fn first(person: &Person, channel: Channel, pin_right: bool) -> FirstDecision {
    let step = FirstStep {
        logon_id: LogonId::from_entropy([1; 16]),
        channel,
        proof: FirstProof::Pin(pin_right),
        new_cells: String::new(),
    };
    decide_first(person, false, &profile(), step, now())
}

fn begun() -> (Person, Logon) {
    let decision = first(&person_with(&token()), Channel::Pc, true);
    (decision.person, decision.outcome.unwrap())
}

fn answer(
    (person, logon): (&Person, &Logon),
    held: &Token,
    typed: &str,
) -> Result<AnswerDecision, Refusal> {
    let token = (held, &token_key());
    decide_token(person, logon, token, typed, &profile(), now())
}

#[test]
fn whoever_has_a_token_is_asked_for_its_code_and_by_smartphone_everybody() {
    let (_, logon) = begun();
    assert_eq!(logon.remaining, [Factor::TokenOtp]);
    let without = first(&person(), Channel::Pc, true).outcome.unwrap();
    assert!(without.remaining.is_empty());
    let phone = first(&person(), Channel::Smartphone, true);
    assert_eq!(phone.outcome, Err(Refusal::NoToken));
    assert_eq!(phone.reason, Some("no-token"));
    let guessed = first(&person(), Channel::Smartphone, false);
    assert_eq!(
        guessed.outcome,
        Err(Refusal::WrongAnswer),
        "strangers are told nothing"
    );
}

#[test]
fn the_right_code_completes_the_logon_once() {
    let (person, logon) = begun();
    let code = token_code(now(), 0);
    let done = answer((&person, &logon), &token(), &code).unwrap();
    assert_eq!(done.outcome, Ok(()));
    assert_eq!(done.logon.closed_at, Some(now()));
    let used = done.token.unwrap();
    let again = answer((&person, &done.logon), &used, &code);
    assert_eq!(again.unwrap_err(), Refusal::AlreadyUsed);
    let other_logon = answer((&person, &logon), &used, &code);
    assert_eq!(other_logon.unwrap_err(), Refusal::CodeUsed);
}

#[test]
fn wrong_codes_count_for_person_and_token_and_suspend() {
    let (mut person, mut logon) = begun();
    let mut held = token();
    for n in 1..=5 {
        let decision = answer((&person, &logon), &held, "000000").unwrap();
        assert_eq!(decision.outcome, Err(Refusal::WrongAnswer));
        assert_eq!(decision.suspended, n == 5);
        (person, logon) = (decision.person, decision.logon);
        held = decision.token.unwrap();
        assert_eq!((held.failures, person.failures.token_otp), (n, n));
    }
    assert_eq!(person.suspended.map(|s| s.because), Some(Counted::TokenOtp));
    assert!(logon.closed_at.is_some());
}

#[test]
fn a_right_code_clears_the_persons_count_only_of_codes() {
    let (mut person, logon) = begun();
    person.failures.token_otp = 4;
    person.failures.grid = 3;
    let done = answer((&person, &logon), &token(), &token_code(now(), 0)).unwrap();
    let failures = done.person.failures;
    assert_eq!((failures.token_otp, failures.grid), (0, 3));
}

#[test]
fn another_token_and_an_unusable_one_are_refused_and_not_counted() {
    let (person, logon) = begun();
    let code = token_code(now(), 0);
    let refused = |held: Token| answer((&person, &logon), &held, &code).unwrap_err();
    let id = TokenId::from_entropy([2; 16]);
    assert_eq!(refused(Token { id, ..token() }), Refusal::NoToken);
    let status = TokenStatus::Revoked;
    assert_eq!(refused(Token { status, ..token() }), Refusal::NoToken);
    let expires_at = Some(now());
    assert_eq!(
        refused(Token {
            expires_at,
            ..token()
        }),
        Refusal::TokenExpired
    );
    let failures = 10;
    assert_eq!(
        refused(Token {
            failures,
            ..token()
        }),
        Refusal::TokenLocked
    );
    let mut ahead = token();
    ahead.clock.last_step = token().totp.step_at(now().as_second() + 3_600);
    assert_eq!(refused(ahead), Refusal::ClockBehind);
}

#[test]
fn for_thirty_minutes_after_a_revocation_the_right_pin_is_told_until_when() {
    let revoked = |secs| Person {
        token_revoked_at: now().checked_sub(SignedDuration::from_secs(secs)).ok(),
        ..person()
    };
    let held = first(&revoked(1_799), Channel::Pc, true);
    let until = now().checked_add(SignedDuration::from_secs(1)).unwrap();
    assert_eq!(held.outcome, Err(Refusal::RevocationHold { until }));
    assert_eq!(held.reason, Some("revocation-hold"));
    assert!(first(&revoked(1_800), Channel::Pc, true).outcome.is_ok());
    let guessed = first(&revoked(60), Channel::Pc, false);
    assert_eq!(guessed.outcome, Err(Refusal::WrongAnswer));
}
