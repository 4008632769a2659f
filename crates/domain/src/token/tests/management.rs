//! S4 appendix 1 and 2: who may release and revoke, and what it changes.

use crate::fixtures::{contract, now, person, person_with, token};
use crate::ids::{ContractId, PersonId, TokenId, UserId};
use crate::person::{Counted, Person, PersonToken, Role, Suspended};
use crate::refusal::Refusal;
use crate::token::{Token, TokenKind, TokenStatus, release, revoke, sharers};

fn manager(role: Role) -> Person {
    let user_id = (role != Role::Administrator).then(|| UserId::parse("kanri").unwrap());
    Person {
        id: PersonId::new(&contract().id, user_id.as_ref()),
        user_id,
        role,
        ..person()
    }
}

fn suspended_by(because: Counted) -> Person {
    let mut person = person_with(&token());
    person.suspended = Some(Suspended { at: now(), because });
    person.failures.token_otp = 5;
    person.failures.grid = 2;
    person
}

fn counted() -> Token {
    Token {
        failures: 5,
        ..token()
    }
}

#[test]
fn administrators_and_masters_release_and_only_the_tokens_counters_start_anew() {
    for role in [Role::Administrator, Role::Master] {
        let suspended = suspended_by(Counted::TokenOtp);
        let done = release(&manager(role), &suspended, Some(&counted())).unwrap();
        assert_eq!(done.person.suspended, None);
        assert_eq!(
            (done.person.failures.token_otp, done.person.failures.grid),
            (0, 2)
        );
        assert_eq!(done.token.unwrap().failures, 0);
    }
}

#[test]
fn a_general_user_a_suspended_manager_and_another_contract_release_nobody() {
    let person = suspended_by(Counted::TokenOtp);
    let elsewhere = Person {
        contract_id: ContractId::parse("9999999999").unwrap(),
        ..manager(Role::Master)
    };
    for (actor, refusal) in [
        (manager(Role::General), Refusal::NotPermitted),
        (elsewhere, Refusal::NotPermitted),
    ] {
        assert_eq!(release(&actor, &person, Some(&counted())), Err(refusal));
    }
    let mut suspended = manager(Role::Master);
    suspended.suspended = person.suspended;
    let refused = release(&suspended, &person, None);
    assert_eq!(refused, Err(Refusal::Suspended));
}

#[test]
fn nobody_releases_themselves_or_whoever_shares_their_token() {
    let own = Person {
        token: person_with(&token()).token,
        ..manager(Role::Master)
    };
    assert_eq!(
        release(&own, &own, Some(&counted())),
        Err(Refusal::NotPermitted)
    );
    let sharer = suspended_by(Counted::TokenOtp);
    assert_eq!(
        release(&own, &sharer, Some(&counted())),
        Err(Refusal::NotPermitted)
    );
}

#[test]
fn suspensions_for_other_reasons_are_the_banks_and_the_unsuspended_stay() {
    let admin = manager(Role::Administrator);
    for because in [
        Counted::LogonPin,
        Counted::ConfirmationPin,
        Counted::Grid,
        Counted::MailOtp,
    ] {
        let refused = release(&admin, &suspended_by(because), Some(&counted()));
        assert_eq!(refused, Err(Refusal::WrongState), "{because:?}");
    }
    let free = person_with(&token());
    assert_eq!(
        release(&admin, &free, Some(&token())),
        Err(Refusal::WrongState)
    );
    // A locked token is released though nobody is suspended.
    assert!(release(&admin, &free, Some(&counted())).is_ok());
}

#[test]
fn those_who_share_a_token_are_named() {
    let share = |name: &str, n: Option<u8>| {
        let user_id = UserId::parse(name).unwrap();
        Person {
            id: PersonId::new(&contract().id, Some(&user_id)),
            name: name.into(),
            token: n.map(|n| PersonToken {
                id: TokenId::from_entropy([n; 16]),
                confirms_in_app: false,
            }),
            ..person()
        }
    };
    let all = [
        share("a", Some(1)),
        share("b", Some(1)),
        share("c", Some(2)),
        share("d", None),
    ];
    let names = |p: &Person| -> Vec<_> { sharers(p, &all).into_iter().map(|p| p.name).collect() };
    assert_eq!(names(&all[0]), ["b"]);
    assert!(names(&all[2]).is_empty());
    assert!(names(&all[3]).is_empty());
}

#[test]
fn a_revoked_software_token_never_counts_again_and_a_hardware_token_stays_lent() {
    let admin = manager(Role::Administrator);
    for (kind, status) in [
        (TokenKind::App, TokenStatus::Revoked),
        (TokenKind::Authenticator, TokenStatus::Revoked),
        (TokenKind::Hardware, TokenStatus::Lent),
    ] {
        let token = Token { kind, ..token() };
        let person = person_with(&token);
        let all = [admin.clone(), person.clone()];
        let done = revoke(&admin, &person, &token, &all, now()).unwrap();
        assert_eq!(done.token.status, status, "{kind:?}");
        assert_eq!(done.person.token, None);
        assert_eq!(done.person.token_revoked_at, Some(now()));
    }
}

#[test]
fn a_shared_token_stays_in_use_for_the_others() {
    let admin = Person {
        token: person_with(&token()).token,
        ..manager(Role::Administrator)
    };
    let person = person_with(&token());
    let all = [admin.clone(), person.clone()];
    let done = revoke(&admin, &person, &token(), &all, now()).unwrap();
    assert_eq!(done.token.status, TokenStatus::InUse);
}

#[test]
fn a_general_user_revokes_nothing_and_nobody_a_token_that_is_not_used() {
    let person = person_with(&token());
    let all = [person.clone()];
    let general = manager(Role::General);
    let refused = revoke(&general, &person, &token(), &all, now());
    assert_eq!(refused, Err(Refusal::NotPermitted));
    let admin = manager(Role::Administrator);
    let without = Person {
        token: None,
        ..person
    };
    let refused = revoke(&admin, &without, &token(), &all, now());
    assert_eq!(refused, Err(Refusal::NoToken));
}
