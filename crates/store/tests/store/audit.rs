//! The audit chain in the database, and what tampering with it shows.

use warifu_store::{AuditReport, Commit, CommitError, StoreError};

use crate::fixture::{Fixture, UPDATE, event, is_conflict, update};

async fn verify(f: &Fixture) -> AuditReport {
    f.db.verify_audit(&mut |_| {}).await.unwrap()
}

/// Chains `a` and `b` with five events each.
async fn two_chains(f: &Fixture) {
    f.open_vault().await;
    for number in 1..=5 {
        let mut commit = Commit::audited(event("a", number));
        commit.event(event("b", number));
        f.db.commit(commit).await.unwrap();
    }
    assert!(verify(f).await.is_sound());
}

pub async fn events_are_linked_in_order(f: Fixture) {
    f.open_vault().await;
    let chains = ["institution", "c1", "c2"];
    let commit = |number: i64| {
        let chain = chains[usize::try_from(number % 3).unwrap()];
        let mut commit = Commit::audited(event(chain, number));
        commit.event(event(chain, number + 1000));
        commit
    };
    let results = f.all_at_once((0..300).map(commit).collect()).await;
    assert!(results.iter().all(Result::is_ok));
    let mut seen = 0;
    let report =
        f.db.verify_audit(&mut |events| seen = events)
            .await
            .unwrap();
    assert_eq!((report.chains, report.events, seen), (3, 600, 600));
    assert!(report.is_sound(), "{:?}", report.faults);
    let sql = "SELECT at FROM audit_events WHERE chain = $1 ORDER BY seq";
    let rows = f.db.read(sql, &["c1".into()]).await.unwrap();
    for pair in rows.chunks(2) {
        assert_eq!(pair[0].int(0).unwrap() + 1000, pair[1].int(0).unwrap());
    }
}

pub async fn a_failed_commit_leaves_no_event(f: Fixture) {
    two_chains(&f).await;
    f.insert("x", 0).await;
    let attempt = |number: i64| {
        let mut commit = Commit::audited(event("a", 100 + number));
        commit.guarded(UPDATE, update("x", 0, number));
        commit
    };
    let results = f.all_at_once((0..20).map(attempt).collect()).await;
    assert_eq!(
        results.iter().filter(|result| is_conflict(result)).count(),
        19
    );
    let report = verify(&f).await;
    assert!(report.is_sound());
    assert_eq!(report.events, 11);
}

pub async fn every_changed_column_shows(f: Fixture) {
    two_chains(&f).await;
    let edits = [
        ("at = 77", "at = 3"),
        ("kind = 'x'", "kind = 'tested'"),
        ("person_id = 'x'", "person_id = NULL"),
        ("person_id = ''", "person_id = NULL"),
        ("origin = 'x'", "origin = 'test'"),
        ("data = '{}'", "data = '{\"number\":3}'"),
    ];
    for (edit, undo) in edits {
        let set = |to: &str| format!("UPDATE audit_events SET {to} WHERE chain = 'a' AND seq = 3");
        f.attack(&set(edit)).await;
        let report = verify(&f).await;
        assert_eq!(report.fault_count, 1, "{edit}");
        assert_eq!(
            (report.faults[0].chain.as_str(), report.faults[0].seq),
            ("a", 3)
        );
        f.attack(&set(undo)).await;
        assert!(verify(&f).await.is_sound(), "{undo}");
    }
    // The hash itself, the number, the chain.
    for edit in [
        "UPDATE audit_events SET hash = (SELECT hash FROM audit_events WHERE chain = 'b' AND \
         seq = 1) WHERE chain = 'a' AND seq = 3",
        "UPDATE audit_events SET seq = 9 WHERE chain = 'b' AND seq = 5",
        "UPDATE audit_events SET chain = 'z' WHERE chain = 'b' AND seq = 2",
    ] {
        let before = verify(&f).await.fault_count;
        f.attack(edit).await;
        assert!(verify(&f).await.fault_count > before, "{edit}");
    }
}

pub async fn every_cut_shows(f: Fixture) {
    two_chains(&f).await;
    let cuts = [
        ("a", "seq = 5", "the tail is cut off"),
        ("a", "seq = 2", "events are missing"),
        ("b", "seq = 1", "the beginning is cut off"),
        ("b", "seq > 0", "the head has no events"),
    ];
    for (chain, which, reason) in cuts {
        f.attack(&format!(
            "DELETE FROM audit_events WHERE chain = '{chain}' AND {which}"
        ))
        .await;
        let report = verify(&f).await;
        let found =
            |fault: &warifu_store::AuditFault| fault.chain == chain && fault.reason == reason;
        assert!(
            report.faults.iter().any(found),
            "{reason}: {:?}",
            report.faults
        );
    }
    f.attack("DELETE FROM audit_heads WHERE chain = 'a'").await;
    let report = verify(&f).await;
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.reason == "the events have no head")
    );
}

/// Cutting the tail and putting the head back to match needs the key.
pub async fn a_forged_head_is_not_built_upon(f: Fixture) {
    two_chains(&f).await;
    f.attack(
        "DELETE FROM audit_events WHERE chain = 'a' AND seq = 5; \
         UPDATE audit_heads SET seq = 4, hash = (SELECT hash FROM audit_events WHERE \
         chain = 'a' AND seq = 4) WHERE chain = 'a'",
    )
    .await;
    let report = verify(&f).await;
    assert_eq!(report.fault_count, 1);
    assert_eq!(report.faults[0].reason, "the head is forged");

    let commits = vec![
        Commit::audited(event("a", 9)),
        Commit::audited(event("b", 9)),
    ];
    let results = f.all_at_once(commits).await;
    let Err(CommitError::Store(StoreError::AuditForged { chain })) = &results[0] else {
        panic!("appended to a forged head");
    };
    assert_eq!(chain, "a");
    assert!(results[1].is_ok());
}

pub async fn a_removed_head_is_not_built_upon(f: Fixture) {
    two_chains(&f).await;
    f.insert("x", 1).await;
    f.attack("DELETE FROM audit_heads WHERE chain = 'a'").await;
    let mut tampered = Commit::audited(event("a", 9));
    tampered.guarded(UPDATE, update("x", 0, 5));
    let results = f
        .all_at_once(vec![tampered, Commit::audited(event("b", 9))])
        .await;
    assert!(results[0].is_err());
    assert!(results[1].is_ok());
    assert_eq!(f.amount("x").await, Some(1));
}
