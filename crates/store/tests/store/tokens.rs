//! The inventory of tokens.

use jiff::Timestamp;
use warifu_domain::ids::{ContractId, TokenId};
use warifu_domain::token::{Algorithm, Digits, Token, TokenClock, TokenKind, TokenStatus, Totp};
use warifu_store::Commit;
use warifu_store::tables::tokens;

use crate::fixture::{Fixture, is_conflict};

fn token(number: u32) -> Token {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Token {
        id: TokenId::from_entropy(id),
        serial: format!("WF-{number:08}"),
        kind: TokenKind::Hardware,
        contract_id: None,
        status: TokenStatus::Stock,
        totp: Totp::new(Algorithm::Sha256, Digits::Eight, 60).unwrap(),
        clock: TokenClock::default(),
        failures: 0,
        expires_at: None,
        app_key: None,
        version: 1,
    }
}

async fn insert(f: &Fixture, all: impl Iterator<Item = Token>) {
    let mut commit = Commit::housekeeping();
    for token in all {
        tokens::insert(&mut commit, &token, vec![7, 8]);
    }
    f.db.commit(commit).await.unwrap();
}

fn contract() -> ContractId {
    ContractId::parse("1000000001").unwrap()
}

pub async fn a_token_comes_back_as_it_went(f: Fixture) {
    let mut full = token(1);
    full.contract_id = Some(contract());
    full.status = TokenStatus::InUse;
    full.clock = TokenClock {
        last_step: Some(u64::from(u32::MAX) + 1),
        drift_steps: -3,
    };
    full.failures = 4;
    full.expires_at = Timestamp::from_microsecond(1_800_000_000_000_001).ok();
    full.app_key = Some(vec![4; 65]);
    insert(&f, [full.clone(), token(2)].into_iter()).await;
    for expected in [full.clone(), token(2)] {
        let by_id = tokens::find(&f.db, &expected.id).await.unwrap().unwrap();
        assert_eq!((by_id.token, by_id.sealed), (expected.clone(), vec![7, 8]));
        let by_serial = tokens::find_by_serial(&f.db, &expected.serial).await;
        assert_eq!(by_serial.unwrap().unwrap().token, expected);
    }
    let unknown = tokens::find_by_serial(&f.db, "WF-9").await.unwrap();
    assert!(unknown.is_none());
    // What an update may change comes back too; the record's version goes on.
    let mut changed = full;
    changed.clock.last_step = None;
    changed.app_key = None;
    changed.expires_at = None;
    let mut commit = Commit::housekeeping();
    tokens::update(&mut commit, &changed);
    f.db.commit(commit).await.unwrap();
    changed.version += 1;
    let found = tokens::find(&f.db, &changed.id).await.unwrap().unwrap();
    assert_eq!(found.token, changed);
}

/// TOK-4: what makes a code count once, whoever uses it and in whichever process.
pub async fn of_changes_at_once_one_wins(f: Fixture) {
    insert(&f, [token(1)].into_iter()).await;
    let attempt = |step| {
        let mut changed = token(1);
        changed.clock.last_step = Some(step);
        let mut commit = Commit::housekeeping();
        tokens::update(&mut commit, &changed);
        commit
    };
    let results = f.all_at_once((1..=64).map(attempt).collect()).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
    assert_eq!(results.iter().filter(|r| is_conflict(r)).count(), 63);
}

pub async fn a_serial_exists_once(f: Fixture) {
    insert(&f, [token(1)].into_iter()).await;
    let mut same_serial = token(2);
    same_serial.serial = token(1).serial;
    let mut commit = Commit::housekeeping();
    tokens::insert(&mut commit, &token(3), vec![1]);
    tokens::insert(&mut commit, &same_serial, vec![1]);
    assert!(is_conflict(&f.db.commit(commit).await));
    let spoilt = tokens::find(&f.db, &token(3).id).await.unwrap();
    assert!(spoilt.is_none(), "all of a commit or nothing");
}

pub async fn known_serials_are_found_among_many(f: Fixture) {
    insert(&f, (0..600).map(|n| token(2 * n))).await;
    let asked: Vec<_> = (0..1_201).map(|n| token(n).serial).collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let known = tokens::known_serials(&f.db, &asked).await.unwrap();
    assert_eq!(known.len(), 600);
    assert!(known.contains("WF-00001198") && !known.contains("WF-00000001"));
    assert!(tokens::known_serials(&f.db, &[]).await.unwrap().is_empty());
}

pub async fn the_inventory_comes_page_by_page(f: Fixture) {
    insert(&f, (0..1_500).map(token)).await;
    let first = tokens::page(&f.db, "").await.unwrap();
    assert_eq!(
        (first.len(), first[999].serial.as_str()),
        (1_000, "WF-00000999")
    );
    let rest = tokens::page(&f.db, &first[999].serial).await.unwrap();
    assert_eq!((rest.len(), rest[0].serial.as_str()), (500, "WF-00001000"));
    let end = tokens::page(&f.db, &rest[499].serial).await.unwrap();
    assert!(end.is_empty());
}

pub async fn a_contracts_tokens_are_those_not_revoked(f: Fixture) {
    let lent = |n, status| Token {
        contract_id: Some(contract()),
        status,
        ..token(n)
    };
    let all = [
        lent(3, TokenStatus::InUse),
        lent(1, TokenStatus::Lent),
        lent(2, TokenStatus::Revoked),
        token(4),
    ];
    insert(&f, all.into_iter()).await;
    let found = tokens::of_contract(&f.db, &contract()).await.unwrap();
    let serials: Vec<_> = found.iter().map(|t| t.serial.as_str()).collect();
    assert_eq!(serials, ["WF-00000001", "WF-00000003"]);
}

pub async fn only_a_token_never_in_service_is_erased(f: Fixture) {
    let issuing = Token {
        status: TokenStatus::Issuing,
        ..token(1)
    };
    let in_use = Token {
        status: TokenStatus::InUse,
        ..token(2)
    };
    insert(&f, [issuing.clone(), in_use.clone()].into_iter()).await;
    let erase = async |token: &Token| {
        let mut commit = Commit::housekeeping();
        tokens::erase(&mut commit, token);
        f.db.commit(commit).await
    };
    assert!(is_conflict(&erase(&in_use).await));
    erase(&issuing).await.unwrap();
    assert!(tokens::find(&f.db, &issuing.id).await.unwrap().is_none());
}
