//! PIN hashes and the sealed grid card of a person. They come and go as opaque values.

use warifu_domain::ids::PersonId;
use warifu_domain::pin::PinKind;

use super::Cursor;
use crate::{Commit, Db, StoreError};

const SELECT: &str = "SELECT logon_pin_hash, confirmation_pin_hash, grid_sealed \
     FROM person_secrets WHERE person_id = $1";
const INSERT: &str = "INSERT INTO person_secrets (person_id, logon_pin_hash, confirmation_pin_hash, \
     grid_sealed) VALUES ($1, $2, $3, $4)";
const SET_LOGON_PIN: &str = "UPDATE person_secrets SET logon_pin_hash = $2 WHERE person_id = $1";
const SET_CONFIRMATION_PIN: &str =
    "UPDATE person_secrets SET confirmation_pin_hash = $2 WHERE person_id = $1";

/// The table's name, which sealed values are bound to.
pub const TABLE: &str = "person_secrets";

/// What a person's proofs are compared with. No `Debug`: hashes are not for logs.
pub struct PersonSecrets {
    /// Hash of the logon PIN.
    pub logon_pin_hash: String,
    /// Hash of the confirmation PIN.
    pub confirmation_pin_hash: String,
    /// The grid card, sealed for [`TABLE`] and the person's ID.
    pub grid_sealed: Option<Vec<u8>>,
}

impl PersonSecrets {
    /// The hash of one of the two PINs.
    #[must_use]
    pub fn pin_hash(&self, kind: PinKind) -> &str {
        match kind {
            PinKind::Logon => &self.logon_pin_hash,
            PinKind::Confirmation => &self.confirmation_pin_hash,
        }
    }
}

/// The secrets of a person.
pub async fn find(db: &Db, id: &PersonId) -> Result<Option<PersonSecrets>, StoreError> {
    let Some(row) = db.read_point(SELECT, vec![id.as_str().into()]).await? else {
        return Ok(None);
    };
    let mut c = Cursor::new(&row);
    Ok(Some(PersonSecrets {
        logon_pin_hash: c.text()?,
        confirmation_pin_hash: c.text()?,
        grid_sealed: c.opt_blob()?,
    }))
}

/// Adds the secrets of a new person.
pub fn insert(commit: &mut Commit, id: &PersonId, secrets: PersonSecrets) {
    commit.guarded(
        INSERT,
        vec![
            id.as_str().into(),
            secrets.logon_pin_hash.into(),
            secrets.confirmation_pin_hash.into(),
            secrets.grid_sealed.into(),
        ],
    );
}

/// Replaces a PIN's hash. The caller guards the person's record in the same commit.
pub fn set_pin(commit: &mut Commit, id: &PersonId, kind: PinKind, hash: String) {
    let sql = match kind {
        PinKind::Logon => SET_LOGON_PIN,
        PinKind::Confirmation => SET_CONFIRMATION_PIN,
    };
    commit.guarded(sql, vec![id.as_str().into(), hash.into()]);
}
