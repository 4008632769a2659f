//! Migrations and the check of the schema.

use warifu_store::StoreError;

use crate::fixture::Fixture;

pub async fn migrating_twice_does_nothing(f: Fixture) {
    assert!(f.db.migrate().await.unwrap().is_empty());
    f.db.check_schema().await.unwrap();
}

pub async fn an_edited_migration_is_refused(f: Fixture) {
    f.attack("UPDATE schema_migrations SET sha256 = 'x' WHERE name = '0001_audit'")
        .await;
    assert!(matches!(
        f.db.check_schema().await,
        Err(StoreError::Schema(_))
    ));
    assert!(matches!(f.db.migrate().await, Err(StoreError::Schema(_))));
}

pub async fn an_older_schema_is_refused(f: Fixture) {
    let last = "DELETE FROM schema_migrations WHERE name = \
         (SELECT max(name) FROM schema_migrations)";
    f.attack(last).await;
    assert!(matches!(
        f.db.check_schema().await,
        Err(StoreError::Schema(_))
    ));
    f.attack("DROP TABLE schema_migrations").await;
    assert!(matches!(
        f.db.check_schema().await,
        Err(StoreError::Schema(_))
    ));
}
