//! What only a server can do: several processes, lost connections.

use warifu_store::{Commit, CommitError, Db, DbConfig, StoreError};

use crate::cluster;
use crate::fixture::{Fixture, KEY, UPDATE, event, is_conflict, ring, update};

const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// The fixture and a second handle on the same database, as another process would have.
async fn two_servers() -> (Fixture, Db) {
    let f = Fixture::postgres().await;
    f.open_vault().await;
    let other = Db::open(&f.config).await.unwrap();
    other.open_vault(ring(KEY, 7)).await.unwrap();
    (f, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_at_two_servers_wins() {
    let (f, other) = two_servers().await;
    for round in 0..20_i64 {
        let id = format!("thing-{round}");
        f.insert(&id, 0).await;
        let mut tasks = Vec::new();
        for number in 0..64 {
            let db = if number % 2 == 0 {
                f.db.clone()
            } else {
                other.clone()
            };
            let mut commit = Commit::audited(event("institution", number));
            commit.guarded(UPDATE, update(&id, 0, number));
            tasks.push(tokio::spawn(async move { db.commit(commit).await }));
        }
        let mut won = 0;
        for task in tasks {
            let result = task.await.unwrap();
            won += i32::from(result.is_ok());
            assert!(result.is_ok() || is_conflict(&result), "{result:?}");
        }
        assert_eq!(won, 1);
    }
    let report = f.db.verify_audit(&mut |_| {}).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!(report.events, 20);
}

/// Two servers append to the same chains, new ones too; nobody sees a conflict.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_link_to_the_same_chains() {
    let (f, other) = two_servers().await;
    let mut tasks = Vec::new();
    for number in 0..600 {
        let db = if number % 2 == 0 {
            f.db.clone()
        } else {
            other.clone()
        };
        let chain = format!("c{}", number % 20);
        tasks.push(tokio::spawn(async move {
            db.commit(Commit::audited(event(&chain, number))).await
        }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let report = f.db.verify_audit(&mut |_| {}).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!((report.chains, report.events), (20, 600));
}

/// Connections are killed while commits run: each commit happened once, or its caller was told that
/// this is unknown; and work goes on.
#[tokio::test(flavor = "multi_thread")]
async fn killed_connections_are_replaced() {
    let f = Fixture::postgres().await;
    f.open_vault().await;
    let DbConfig::Postgres { url, .. } = f.config.clone() else {
        panic!("not PostgreSQL");
    };
    for id in 0..16 {
        f.insert(&id.to_string(), 0).await;
    }
    let client = |id: i64, db: Db| async move {
        let (mut done, mut unknown) = (0, 0);
        for _ in 0..100 {
            let mut commit = Commit::audited(event(&id.to_string(), id));
            let sql = "UPDATE things SET amount = amount + $1 WHERE id = $2";
            commit.guarded(sql, vec![1.into(), id.to_string().into()]);
            match db.commit(commit).await {
                Ok(()) => done += 1,
                Err(CommitError::Indeterminate) => unknown += 1,
                Err(other) => panic!("{other}"),
            }
        }
        (done, unknown)
    };
    let tasks: Vec<_> = (0..16)
        .map(|id| tokio::spawn(client(id, f.db.clone())))
        .collect();
    let mut kills = 0;
    while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
        cluster::execute(&url, KILL).await.unwrap();
        kills += 1;
        if kills >= 5 {
            break;
        }
    }
    let mut events = 0;
    for (id, task) in tasks.into_iter().enumerate() {
        let (done, unknown) = task.await.unwrap();
        let amount = f.amount(&id.to_string()).await.unwrap();
        assert!(
            amount >= done && amount <= done + unknown,
            "{amount} {done} {unknown}"
        );
        events += amount;
    }
    assert!(kills > 0);
    let report = f.db.verify_audit(&mut |_| {}).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!(i64::try_from(report.events).unwrap(), events);
}

#[tokio::test]
async fn no_server_is_unavailable() {
    let config = DbConfig::Postgres {
        url: "host=/nonexistent user=warifu".to_owned(),
        readers: 1,
        senders: 1,
        tls: warifu_store::Tls::Off,
    };
    assert!(matches!(
        Db::open(&config).await,
        Err(StoreError::Unavailable(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_migrate_at_once() {
    let url = cluster::fresh_database(cluster::Syncing::Off)
        .await
        .unwrap();
    let config = DbConfig::Postgres {
        url,
        readers: 1,
        senders: 1,
        tls: warifu_store::Tls::Off,
    };
    let (one, two) = (
        Db::open(&config).await.unwrap(),
        Db::open(&config).await.unwrap(),
    );
    let (first, second) = tokio::join!(one.migrate(), two.migrate());
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first.is_empty() != second.is_empty());
    one.check_schema().await.unwrap();
}
