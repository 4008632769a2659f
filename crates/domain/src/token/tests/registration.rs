//! S3: usage modes, registration, exchange, deregistration, repair.

use crate::fixtures::{contract, hardware_profile, now, person, token, token_code, token_key};
use crate::ids::{PersonId, TokenId, UserId};
use crate::person::{Person, PersonToken};
use crate::policy::TokenPolicy;
use crate::refusal::Refusal;
use crate::token::{
    Registration, Token, TokenKind, TokenStatus, UsageMode, check_mode, deregister, exchange,
    register, repair_drift,
};

fn policy() -> TokenPolicy {
    hardware_profile().token.unwrap()
}

/// A person of the contract; `token` says by a number which one they use.
fn user(name: &str, token: Option<u8>) -> Person {
    let user_id = UserId::parse(name).unwrap();
    Person {
        id: PersonId::new(&contract().id, Some(&user_id)),
        user_id: Some(user_id),
        token: token.map(|n| PersonToken {
            id: TokenId::from_entropy([n; 16]),
            confirms_in_app: false,
        }),
        ..person()
    }
}

/// Token number `n`, lent and unused.
fn lent(n: u8) -> Token {
    Token {
        id: TokenId::from_entropy([n; 16]),
        status: TokenStatus::Lent,
        ..token()
    }
}

type Registered = Result<Result<Registration, Token>, Refusal>;

fn registered(token: &Token, mode: UsageMode, chosen: &[Person], all: &[Person]) -> Registered {
    let code = token_code(now(), 0);
    let typed = (&token_key(), code.as_str());
    let of = (&contract().id, mode);
    register(token, of, (chosen, all), typed, &policy(), now())
}

fn refusal<T: std::fmt::Debug, E: std::fmt::Debug>(
    result: Result<Result<T, E>, Refusal>,
) -> Refusal {
    result.unwrap_err()
}

#[test]
fn a_registration_puts_the_token_in_use_and_uses_up_the_shown_code() {
    let all = [user("a", None), user("b", None)];
    let done = registered(&lent(1), UsageMode::OneEach, &all[..1], &all);
    let Registration { token, persons } = done.unwrap().unwrap();
    assert_eq!(token.status, TokenStatus::InUse);
    assert_eq!(token.clock.last_step, token.totp.step_at(now().as_second()));
    assert_eq!(persons.len(), 1);
    let own = persons[0].token.as_ref().unwrap();
    assert_eq!((&own.id, own.confirms_in_app), (&token.id, false));
    // Fault 2: the code that proved the registration proves nothing else.
    let again = registered(&token, UsageMode::Shared, &all[1..], &all);
    assert_eq!(refusal(again), Refusal::CodeUsed);
}

#[test]
fn a_wrong_code_registers_nobody_and_is_counted() {
    let all = [user("a", None)];
    let typed = (&token_key(), "000000");
    let of = (&contract().id, UsageMode::OneEach);
    let counted = register(&lent(1), of, (&all, &all), typed, &policy(), now());
    let token = counted.unwrap().unwrap_err();
    assert_eq!((token.failures, token.status), (1, TokenStatus::Lent));
}

#[test]
fn only_a_hardware_token_lent_to_this_contract_can_be_registered() {
    let all = [user("a", None)];
    let change = |change: fn(&mut Token)| {
        let mut token = lent(1);
        change(&mut token);
        token
    };
    for token in [
        change(|t| t.contract_id = None),
        change(|t| t.contract_id = crate::ids::ContractId::parse("9999999999").ok()),
        change(|t| t.status = TokenStatus::Stock),
        change(|t| t.status = TokenStatus::Revoked),
        change(|t| t.kind = TokenKind::App),
        change(|t| t.kind = TokenKind::Authenticator),
    ] {
        let refused = registered(&token, UsageMode::OneEach, &all, &all);
        assert_eq!(refusal(refused), Refusal::TokenUnavailable, "{token:?}");
    }
    let without = TokenPolicy {
        kinds: vec![TokenKind::App],
        ..policy()
    };
    let code = token_code(now(), 0);
    let typed = (&token_key(), code.as_str());
    let of = (&contract().id, UsageMode::OneEach);
    let refused = register(&lent(1), of, (&all, &all), typed, &without, now());
    assert_eq!(refusal(refused), Refusal::TokenUnavailable);
}

#[test]
fn expired_and_locked_tokens_and_an_empty_choice_are_refused() {
    let all = [user("a", None)];
    let expired = Token {
        expires_at: Some(now()),
        ..lent(1)
    };
    let locked = Token {
        failures: policy().failures_per_token,
        ..lent(1)
    };
    let each = UsageMode::OneEach;
    assert_eq!(
        refusal(registered(&expired, each, &all, &all)),
        Refusal::TokenExpired
    );
    assert_eq!(
        refusal(registered(&locked, each, &all, &all)),
        Refusal::TokenLocked
    );
    assert_eq!(
        refusal(registered(&lent(1), each, &[], &all)),
        Refusal::MissingAnswer
    );
}

#[test]
fn whoever_has_another_token_must_part_with_it_first() {
    let all = [user("a", Some(2)), user("b", None)];
    for mode in UsageMode::ALL {
        let refused = registered(&lent(1), mode, &all[..1], &all);
        assert_eq!(refusal(refused), Refusal::TokenUnavailable, "{mode:?}");
    }
}

#[test]
fn one_each_gives_a_token_to_one_person_only() {
    let all = [user("a", None), user("b", None), user("c", Some(1))];
    let each = UsageMode::OneEach;
    assert_eq!(
        refusal(registered(&lent(2), each, &all[..2], &all)),
        Refusal::TokenMode
    );
    assert_eq!(
        refusal(registered(&lent(1), each, &all[..1], &all)),
        Refusal::TokenMode
    );
    assert!(registered(&lent(2), each, &all[..1], &all).unwrap().is_ok());
}

#[test]
fn shared_gives_it_to_those_chosen_and_one_for_all_to_everybody() {
    let all = [user("a", None), user("b", None), user("c", None)];
    let count = |mode| {
        let done = registered(&lent(1), mode, &all[..2], &all);
        done.unwrap().unwrap().persons.len()
    };
    assert_eq!(count(UsageMode::Shared), 2);
    assert_eq!(count(UsageMode::OneForAll), 3);
}

#[test]
fn a_mode_holds_only_for_what_is_registered() {
    let none = [user("a", None), user("b", None)];
    let same = [user("a", Some(1)), user("b", Some(1)), user("c", None)];
    let own = [user("a", Some(1)), user("b", Some(2))];
    let mixed = [user("a", Some(1)), user("b", Some(1)), user("c", Some(2))];
    let held = |persons: &[Person]| UsageMode::ALL.map(|mode| check_mode(mode, persons).is_ok());
    // One for all, shared, one each.
    assert_eq!(held(&none), [true, true, true]);
    assert_eq!(held(&same), [true, true, false]);
    assert_eq!(held(&own), [false, true, true]);
    assert_eq!(held(&mixed), [false, true, false]);
    assert_eq!(
        check_mode(UsageMode::OneEach, &same),
        Err(Refusal::TokenMode)
    );
    for mode in UsageMode::ALL {
        assert_eq!(UsageMode::parse(mode.name()), Some(mode));
    }
    assert_eq!(UsageMode::parse("one"), None);
}

#[test]
fn an_exchange_moves_everybody_and_leaves_the_old_token_lent() {
    let all = [user("a", Some(1)), user("b", Some(1)), user("c", None)];
    let (old, new) = (token(), lent(2));
    let code = token_code(now(), 0);
    let of = (&contract().id, UsageMode::Shared);
    let typed = (&token_key(), code.as_str());
    let exchanged = exchange((&old, &new), of, &all, typed, &policy(), now());
    let (registration, old) = exchanged.unwrap().unwrap();
    assert_eq!(
        (registration.persons.len(), old.status),
        (2, TokenStatus::Lent)
    );
    let moved = |p: &Person| p.token.as_ref().is_some_and(|t| t.id == new.id);
    assert!(registration.persons.iter().all(moved));
    assert_eq!(registration.token.status, TokenStatus::InUse);
}

#[test]
fn only_a_hardware_token_in_use_is_exchanged_and_not_for_itself() {
    let all = [user("a", Some(1))];
    let code = token_code(now(), 0);
    let try_it = |old: &Token, new: &Token, all: &[Person]| {
        let of = (&contract().id, UsageMode::OneEach);
        let typed = (&token_key(), code.as_str());
        refusal(exchange((old, new), of, all, typed, &policy(), now()))
    };
    let software = Token {
        kind: TokenKind::App,
        ..token()
    };
    assert_eq!(
        try_it(&token(), &lent(2), &[user("a", None)]),
        Refusal::TokenUnavailable
    );
    assert_eq!(try_it(&token(), &token(), &all), Refusal::TokenUnavailable);
    assert_eq!(try_it(&software, &lent(2), &all), Refusal::TokenUnavailable);
}

#[test]
fn a_deregistration_takes_the_token_and_the_last_one_leaves_it_unused() {
    let all = [user("a", Some(1)), user("b", Some(1)), user("c", Some(2))];
    let one = deregister(&token(), (&all[..1], &all)).unwrap();
    assert_eq!(
        (one.token.status, one.persons[0].token.as_ref()),
        (TokenStatus::InUse, None)
    );
    let both = deregister(&token(), (&all[..2], &all)).unwrap();
    assert_eq!(
        (both.token.status, both.persons.len()),
        (TokenStatus::Lent, 2)
    );
    for chosen in [&all[2..], &[]] {
        let refused = deregister(&token(), (chosen, &all));
        assert_eq!(refused, Err(Refusal::TokenUnavailable));
    }
    let software = Token {
        kind: TokenKind::App,
        ..token()
    };
    let refused = deregister(&software, (&all[..1], &all));
    assert_eq!(
        refused,
        Err(Refusal::TokenUnavailable),
        "it is revoked instead"
    );
}

#[test]
fn two_codes_in_a_row_find_a_token_that_is_off_and_are_used_up() {
    let (first, second) = (token_code(now(), 40), token_code(now(), 41));
    let pair = (first.as_str(), second.as_str());
    let counted = Token {
        failures: 3,
        ..token()
    };
    let repaired = repair_drift(&counted, &token_key(), pair, &policy(), now());
    let repaired = repaired.unwrap().unwrap();
    assert_eq!((repaired.clock.drift_steps, repaired.failures), (41, 0));
    let again = repair_drift(&repaired, &token_key(), pair, &policy(), now());
    assert_eq!(again.unwrap().unwrap_err().failures, 1);
}

#[test]
fn codes_that_do_not_fit_repair_nothing_and_are_counted() {
    let code = |steps| token_code(now(), steps);
    for (first, second) in [
        (code(41), code(40)),
        (code(40), code(42)),
        (code(61), code(62)),
        (code(40), "x".to_owned()),
    ] {
        let pair = (first.as_str(), second.as_str());
        let refused = repair_drift(&token(), &token_key(), pair, &policy(), now());
        let refused = refused.unwrap().unwrap_err();
        assert_eq!(
            (refused.failures, refused.clock),
            (1, token().clock),
            "{pair:?}"
        );
    }
    let locked = Token {
        failures: policy().failures_per_token,
        ..token()
    };
    let refused = repair_drift(
        &locked,
        &token_key(),
        (&code(40), &code(41)),
        &policy(),
        now(),
    );
    assert_eq!(refusal(refused), Refusal::TokenLocked);
}
