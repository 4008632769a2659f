//! The institution's inner keys.

use warifu_store::{Commit, CommitError, StoreError};

use crate::fixture::{Fixture, KEY, event, ring};

const OTHER_BYTES: &str = "k1 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const OTHER_ID: &str = "k2 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

pub async fn keys_stay_the_same(f: Fixture) {
    let (first, second) =
        tokio::join!(f.db.open_vault(ring(KEY, 1)), f.db.open_vault(ring(KEY, 2)));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.pepper(), second.pepper());
    assert_eq!(first.otp_mac(), second.otp_mac());
    assert_eq!(first.audit_mac(), second.audit_mac());
    let rotated = ring(&format!("{}\n{KEY}", OTHER_BYTES.replace("k1", "k3")), 5);
    let third = f.db.open_vault(rotated).await.unwrap();
    assert_eq!(first.pepper(), third.pepper());
}

pub async fn a_wrong_key_file_is_refused(f: Fixture) {
    f.open_vault().await;
    for wrong in [OTHER_BYTES, OTHER_ID] {
        match f.db.open_vault(ring(wrong, 1)).await {
            Err(StoreError::WrongKey { key_id }) => assert_eq!(key_id, "k1"),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("opened"),
        }
    }
}

pub async fn audited_commits_need_the_vault(f: Fixture) {
    let early = f.db.commit(Commit::audited(event("c", 1))).await;
    assert!(matches!(early, Err(CommitError::Store(StoreError::Sealed))));
    f.open_vault().await;
    f.db.commit(Commit::audited(event("c", 1))).await.unwrap();
}
