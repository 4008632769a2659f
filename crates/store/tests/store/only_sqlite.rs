//! What only a file can do.

use warifu_store::{Commit, CommitError, Db, DbConfig, SqliteMode, StoreError};

use crate::fixture::{AMOUNT, Fixture, INSERT};

#[tokio::test]
async fn a_second_writer_is_refused() {
    let f = Fixture::sqlite().await;
    assert!(matches!(
        Db::open(&f.config).await,
        Err(StoreError::InUse { .. })
    ));
    f.db.close().await;
    Db::open(&f.config).await.unwrap();
}

#[tokio::test]
async fn a_reader_may_look_beside_the_server() {
    let f = Fixture::sqlite().await;
    f.insert("a", 4).await;
    let DbConfig::Sqlite { path, .. } = &f.config else {
        panic!("not SQLite");
    };
    let config = DbConfig::Sqlite {
        path: path.clone(),
        mode: SqliteMode::ReadOnly,
    };
    let reader = Db::open(&config).await.unwrap();
    let row = reader
        .read_point(AMOUNT, vec!["a".into()])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.int(0).unwrap(), 4);
    let mut commit = Commit::housekeeping();
    commit.guarded(INSERT, vec!["b".into(), 1.into()]);
    let refused = reader.commit(commit).await;
    assert!(matches!(
        refused,
        Err(CommitError::Store(StoreError::ReadOnly))
    ));
    assert!(matches!(reader.migrate().await, Err(StoreError::ReadOnly)));
}
