//! The law of commits.

use warifu_store::{Commit, CommitError, Db, StoreError};

use crate::fixture::{Fixture, INSERT, INSERT_PART, UPDATE, event, is_conflict, update};

const ADD: &str = "UPDATE things SET amount = amount + $1 WHERE id = $2";

pub async fn one_of_many_at_once_wins(f: Fixture) {
    f.insert("a", 0).await;
    let attempt = |number| {
        let mut commit = Commit::housekeeping();
        commit.guarded(UPDATE, update("a", 0, number));
        commit
    };
    let results = f.all_at_once((1..=64).map(attempt).collect()).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(
        results.iter().filter(|result| is_conflict(result)).count(),
        63
    );
    let winner = results.iter().position(Result::is_ok).unwrap();
    assert_eq!(
        f.amount("a").await,
        Some(i64::try_from(winner).unwrap() + 1)
    );
}

pub async fn an_existing_row_is_a_conflict(f: Fixture) {
    f.insert("a", 1).await;
    let mut commit = Commit::housekeeping();
    commit.guarded(INSERT, vec!["b".into(), 1.into()]);
    commit.guarded(INSERT, vec!["a".into(), 2.into()]);
    assert!(is_conflict(&f.db.commit(commit).await));
    assert_eq!((f.amount("a").await, f.amount("b").await), (Some(1), None));

    let mut unguarded = Commit::housekeeping();
    unguarded.write(INSERT, vec!["a".into(), 2.into()]);
    assert!(is_conflict(&f.db.commit(unguarded).await));

    let mut upsert = Commit::housekeeping();
    let sql = "INSERT INTO things (id, amount, version) VALUES ($1, $2, 0) \
         ON CONFLICT (id) DO UPDATE SET amount = excluded.amount";
    upsert.guarded(sql, vec!["a".into(), 3.into()]);
    f.db.commit(upsert).await.unwrap();
    assert_eq!(f.amount("a").await, Some(3));
}

pub async fn one_bad_row_among_many_inserts(f: Fixture) {
    f.insert("7", 1).await;
    let insert = |number: i64| {
        let mut commit = Commit::housekeeping();
        commit.guarded(INSERT, vec![number.to_string().into(), 2.into()]);
        commit
    };
    let results = f.all_at_once((0..64).map(insert).collect()).await;
    for (number, result) in results.iter().enumerate() {
        assert_eq!(is_conflict(result), number == 7, "{number}: {result:?}");
    }
    assert_eq!(f.amount("7").await, Some(1));
}

pub async fn a_failed_guard_leaves_no_trace(f: Fixture) {
    f.open_vault().await;
    for id in ["a", "b", "c"] {
        f.insert(id, 0).await;
    }
    let two = |first: &str, second: &str, version| {
        let mut commit = Commit::audited(event("c1", 1));
        commit.guarded(UPDATE, update(first, 0, 9));
        commit.guarded(UPDATE, update(second, version, 9));
        commit.guarded(INSERT, vec![format!("{first}{second}").into(), 1.into()]);
        commit
    };
    let results = f
        .all_at_once(vec![two("a", "none", 0), two("b", "c", 0)])
        .await;
    assert!(is_conflict(&results[0]));
    assert!(results[1].is_ok());
    assert_eq!(
        (f.amount("a").await, f.amount("anone").await),
        (Some(0), None)
    );
    assert_eq!(
        (f.amount("b").await, f.amount("bc").await),
        (Some(9), Some(1))
    );
    let report = f.db.verify_audit(&mut |_| {}).await.unwrap();
    assert!(report.is_sound());
    assert_eq!(report.events, 1);
}

pub async fn a_guard_that_hits_two_rows_fails(f: Fixture) {
    f.insert("a", 3).await;
    f.insert("b", 3).await;
    let mut commit = Commit::housekeeping();
    commit.guarded(
        "UPDATE things SET amount = $1 WHERE amount = $2",
        vec![4.into(), 3.into()],
    );
    assert!(is_conflict(&f.db.commit(commit).await));
    assert_eq!(
        (f.amount("a").await, f.amount("b").await),
        (Some(3), Some(3))
    );
}

pub async fn changes_come_before_inserts(f: Fixture) {
    f.insert("a", 0).await;
    let mut commit = Commit::housekeeping();
    commit.guarded(INSERT, vec!["a".into(), 5.into()]);
    commit.guarded("DELETE FROM things WHERE id = $1", vec!["a".into()]);
    f.db.commit(commit).await.unwrap();
    assert_eq!(f.amount("a").await, Some(5));

    // A row inserted in the same commit is not there yet when changes run.
    let mut commit = Commit::housekeeping();
    commit.guarded(INSERT, vec!["b".into(), 1.into()]);
    commit.guarded(UPDATE, update("b", 0, 2));
    assert!(is_conflict(&f.db.commit(commit).await));
    assert_eq!(f.amount("b").await, None);

    let mut parent_first = Commit::housekeeping();
    parent_first.guarded(INSERT, vec!["t".into(), 1.into()]);
    parent_first.guarded(INSERT_PART, vec!["p".into(), "t".into()]);
    f.db.commit(parent_first).await.unwrap();
}

pub async fn two_changes_of_one_row_in_order(f: Fixture) {
    f.insert("a", 1).await;
    let mut commit = Commit::housekeeping();
    commit.guarded(UPDATE, update("a", 0, 2));
    commit.guarded(UPDATE, update("a", 1, 3));
    f.db.commit(commit).await.unwrap();
    assert_eq!(f.amount("a").await, Some(3));
}

pub async fn unguarded_writes_change_any_number(f: Fixture) {
    for (id, amount) in [("a", 1), ("b", 2), ("c", 3)] {
        f.insert(id, amount).await;
    }
    let sql = "DELETE FROM things WHERE amount < $1";
    for expected in [Some(3), Some(3)] {
        let mut commit = Commit::housekeeping();
        commit.write(sql, vec![3.into()]);
        f.db.commit(commit).await.unwrap();
        assert_eq!(f.amount("a").await, None);
        assert_eq!(f.amount("c").await, expected);
    }
}

pub async fn counters_of_unguarded_writes_add_up(f: Fixture) {
    f.insert("a", 0).await;
    let add = |_| {
        let mut commit = Commit::housekeeping();
        commit.write(ADD, vec![1.into(), "a".into()]);
        commit
    };
    let results = f.all_at_once((0..100).map(add).collect()).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(f.amount("a").await, Some(100));
}

pub async fn delete_and_conditional_guards(f: Fixture) {
    f.insert("a", 1).await;
    f.insert("b", 1).await;
    let conditional = "UPDATE things SET amount = $1 WHERE id = $2 AND EXISTS \
         (SELECT 1 FROM things other WHERE other.id = $3 AND other.amount = $4)";
    for (condition, expected) in [(2, false), (1, true)] {
        let mut commit = Commit::housekeeping();
        commit.guarded(
            conditional,
            vec![8.into(), "a".into(), "b".into(), condition.into()],
        );
        assert_eq!(f.db.commit(commit).await.is_ok(), expected);
    }
    assert_eq!(f.amount("a").await, Some(8));
    for expected in [true, false] {
        let mut commit = Commit::housekeeping();
        commit.guarded("DELETE FROM things WHERE id = $1", vec!["a".into()]);
        assert_eq!(f.db.commit(commit).await.is_ok(), expected);
    }
}

pub async fn a_broken_constraint_spoils_only_its_commit(f: Fixture) {
    let insert = |number: i64| {
        let mut commit = Commit::housekeeping();
        let amount = if number == 3 { -1 } else { 1 };
        commit.guarded(INSERT, vec![number.to_string().into(), amount.into()]);
        commit
    };
    let mut commits: Vec<_> = (0..10).map(insert).collect();
    let mut orphan = Commit::housekeeping();
    orphan.guarded(INSERT_PART, vec!["p".into(), "nobody".into()]);
    commits.push(orphan);
    let results = f.all_at_once(commits).await;
    for (number, result) in results.iter().enumerate() {
        match result {
            Ok(()) => assert!(number != 3 && number != 10),
            Err(CommitError::Store(StoreError::Refused { .. })) => {
                assert!(number == 3 || number == 10);
            }
            Err(other) => panic!("{number}: {other}"),
        }
    }
    f.db.ping().await.unwrap();
}

/// While the database is locked by someone else the queue fills; then the answer is `Busy`, and
/// what waited is carried out afterwards.
pub async fn a_full_queue_answers_busy(f: Fixture) {
    f.insert("a", 0).await;
    let lock = crate::fixture::Lock::take(&f, "a").await;
    let add = |db: Db| async move {
        let mut commit = Commit::housekeeping();
        // The same first id: the same sender.
        commit.write(ADD, vec![1.into(), "a".into()]);
        db.commit(commit).await
    };
    let mut tasks = Vec::new();
    for _ in 0..5000 {
        tasks.push(tokio::spawn(add(f.db.clone())));
    }
    let mut busy = None;
    while busy.is_none() {
        let attempt = tokio::spawn(add(f.db.clone()));
        tokio::task::yield_now().await;
        if attempt.is_finished() {
            busy = Some(attempt.await.unwrap());
        } else {
            tasks.push(attempt);
        }
    }
    assert!(matches!(busy, Some(Err(CommitError::Busy))));
    lock.release().await;
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => done += 1,
            Err(CommitError::Busy) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert!(done >= 4096);
    assert_eq!(f.amount("a").await, Some(done));
}

pub async fn closing_drains_and_reopening_finds_all(f: Fixture) {
    let insert = |number: i64| {
        let mut commit = Commit::housekeeping();
        commit.guarded(INSERT, vec![number.to_string().into(), 2.into()]);
        f.db.commit(commit)
    };
    // Polled once, the commits are in the queue.
    let mut waiting: Vec<_> = (0..50).map(|number| Box::pin(insert(number))).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        done = waiting
            .iter_mut()
            .map(|w| w.as_mut().poll(context))
            .collect();
        std::task::Poll::Ready(())
    })
    .await;
    f.db.close().await;
    for (commit, done) in waiting.into_iter().zip(done) {
        match done {
            std::task::Poll::Ready(result) => result.unwrap(),
            std::task::Poll::Pending => commit.await.unwrap(),
        }
    }
    let read =
        f.db.read_point(crate::fixture::AMOUNT, vec!["1".into()])
            .await;
    assert!(matches!(read, Err(StoreError::Closed)));
    let late = f.db.commit(Commit::housekeeping()).await;
    assert!(matches!(late, Err(CommitError::Store(StoreError::Closed))));
    let again = Db::open(&f.config).await.unwrap();
    let rows = again
        .read("SELECT id FROM things ORDER BY id", &[])
        .await
        .unwrap();
    assert_eq!(rows.len(), 50);
    again.close().await;
}
