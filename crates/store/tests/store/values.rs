//! Values, rows, reads.

use warifu_store::{Commit, Kind, StoreError, Value};

use crate::fixture::{AMOUNT, Fixture};

const FULL_INSERT: &str = "INSERT INTO things (id, owner, amount, content, note, rank, version) \
     VALUES ($1, $2, $3, $4, $5, $6, 0)";
const FULL_UPDATE: &str =
    "UPDATE things SET owner = $2, content = $3, rank = $4 WHERE id = $1 AND version = 0";
const FULL_SELECT: &str = "SELECT owner, content, note, rank FROM things WHERE id = $1";

pub async fn every_kind_and_its_null_come_back(f: Fixture) {
    let nulls = || {
        [
            Value::Null(Kind::Text),
            Value::Null(Kind::Blob),
            Value::Null(Kind::Int),
        ]
    };
    let [owner, content, rank] = nulls();
    let mut commit = Commit::housekeeping();
    let note = Some("値").into();
    commit.guarded(
        FULL_INSERT,
        vec!["a".into(), owner, 1.into(), content, note, rank],
    );
    f.db.commit(commit).await.unwrap();
    let row =
        f.db.read_point(FULL_SELECT, vec!["a".into()])
            .await
            .unwrap()
            .unwrap();
    assert!(row.opt_text(0).unwrap().is_none());
    assert!(row.opt_blob(1).unwrap().is_none());
    assert_eq!(row.text(2).unwrap(), "値");
    assert!(row.opt_int(3).unwrap().is_none());

    let bytes: Vec<u8> = (0..=255).collect();
    let mut commit = Commit::housekeeping();
    let params = vec![
        "a".into(),
        "o".into(),
        bytes.clone().into(),
        i64::MIN.into(),
    ];
    commit.guarded(FULL_UPDATE, params);
    f.db.commit(commit).await.unwrap();
    let rows = f.db.read(FULL_SELECT, &["a".into()]).await.unwrap();
    assert_eq!(rows[0].text(0).unwrap(), "o");
    assert_eq!(rows[0].blob(1).unwrap(), bytes);
    assert_eq!(rows[0].int(3).unwrap(), i64::MIN);

    let [owner, content, rank] = nulls();
    let mut commit = Commit::housekeeping();
    commit.guarded(FULL_UPDATE, vec!["a".into(), owner, content, rank]);
    f.db.commit(commit).await.unwrap();
    let row =
        f.db.read_point(FULL_SELECT, vec!["a".into()])
            .await
            .unwrap()
            .unwrap();
    assert!(row.opt_text(0).unwrap().is_none() && row.opt_blob(1).unwrap().is_none());
}

pub async fn placeholders_in_any_order(f: Fixture) {
    f.insert("a", 5).await;
    let sql =
        "SELECT '$1', amount FROM things WHERE amount = $2 AND id = $1 AND $2 < 9 ORDER BY id";
    let rows = f.db.read(sql, &["a".into(), 5.into()]).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].text(0).unwrap(), "$1");
    let sql = "SELECT amount FROM things WHERE amount = $2 AND id = $1 AND $2 < 9";
    let row =
        f.db.read_point(sql, vec!["a".into(), 5.into()])
            .await
            .unwrap();
    assert_eq!(row.unwrap().int(0).unwrap(), 5);
}

pub async fn nul_in_text_is_refused(f: Fixture) {
    let read = f.db.read_point(AMOUNT, vec!["a\0".into()]).await;
    assert!(matches!(read, Err(StoreError::NulInText)));
    let mut commit = Commit::housekeeping();
    commit.guarded(crate::fixture::INSERT, vec!["\0".into(), 1.into()]);
    assert!(f.db.commit(commit).await.is_err());
}

pub async fn many_point_reads_get_their_own_rows(f: Fixture) {
    let mut commit = Commit::housekeeping();
    for number in 0..200_i64 {
        commit.guarded(
            crate::fixture::INSERT,
            vec![number.to_string().into(), number.into()],
        );
    }
    f.db.commit(commit).await.unwrap();
    let read = |number: i64| {
        let db = f.db.clone();
        tokio::spawn(async move { db.read_point(AMOUNT, vec![number.to_string().into()]).await })
    };
    let reads: Vec<_> = (0..300).map(|number| (number, read(number))).collect();
    for (number, read) in reads {
        let row = read.await.unwrap().unwrap();
        let amount = row.map(|row| row.int(0).unwrap());
        assert_eq!(amount, (number < 200).then_some(number));
    }
}

pub async fn two_rows_are_no_point_read(f: Fixture) {
    f.insert("a", 7).await;
    f.insert("b", 7).await;
    let sql = "SELECT id FROM things WHERE amount = $1";
    let read = f.db.read_point(sql, vec![7.into()]).await;
    assert!(matches!(read, Err(StoreError::Inconsistent { .. })));
    assert_eq!(f.db.read(sql, &[7.into()]).await.unwrap().len(), 2);
}

pub async fn a_faulty_statement_is_refused(f: Fixture) {
    let sql = "SELECT nothing FROM things WHERE id = $1";
    assert!(matches!(
        f.db.read(sql, &["a".into()]).await,
        Err(StoreError::Refused { .. })
    ));
    let point = f.db.read_point(sql, vec!["a".into()]).await;
    assert!(matches!(point, Err(StoreError::Refused { .. })));
    f.db.ping().await.unwrap();
}
