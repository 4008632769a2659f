//! New mail addresses waiting for proof.

use warifu_domain::address::{AddressChange, AddressPurpose};
use warifu_domain::ids::{AddressChangeId, PersonId};

use super::{Cursor, micros, opt_micros};
use crate::{Commit, Db, StoreError, Value};

const SELECT: &str = "SELECT person_id, purpose, address, code_mac, issue, expires_at, tries, \
     closed_at, version FROM address_changes WHERE id = $1";
const INSERT: &str = "INSERT INTO address_changes (id, person_id, purpose, address, code_mac, issue, \
     expires_at, tries, closed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const UPDATE: &str = "UPDATE address_changes SET code_mac = $5, issue = $6, expires_at = $7, \
     tries = $8, closed_at = $9, version = $10 + 1 \
     WHERE id = $1 AND person_id = $2 AND purpose = $3 AND address = $4 AND version = $10";

/// One change under way.
pub async fn find(db: &Db, id: &AddressChangeId) -> Result<Option<AddressChange>, StoreError> {
    let Some(row) = db.read_point(SELECT, vec![id.as_str().into()]).await? else {
        return Ok(None);
    };
    let mut c = Cursor::new(&row);
    Ok(Some(AddressChange {
        id: id.clone(),
        person_id: PersonId::from_stored(c.text()?),
        purpose: c.named(AddressPurpose::parse)?,
        address: c.text()?,
        code_mac: c.blob()?,
        issue: c.count()?,
        expires_at: c.time()?,
        tries: c.count()?,
        closed_at: c.opt_time()?,
        version: c.int()?,
    }))
}

/// Adds a change.
pub fn insert(commit: &mut Commit, change: &AddressChange) {
    commit.guarded(INSERT, params(change));
}

/// Changes it, unless somebody changed it since it was read.
pub fn update(commit: &mut Commit, change: &AddressChange) {
    commit.guarded(UPDATE, params(change));
}

fn params(change: &AddressChange) -> Vec<Value> {
    vec![
        change.id.as_str().into(),
        change.person_id.as_str().into(),
        change.purpose.name().into(),
        change.address.as_str().into(),
        change.code_mac.clone().into(),
        change.issue.into(),
        micros(change.expires_at),
        change.tries.into(),
        opt_micros(change.closed_at),
        change.version.into(),
    ]
}
