//! Reading the audit log for people: the last uses of a person (LOG-5). Writing and verifying it is
//! the business of `audit`.

use jiff::Timestamp;
use warifu_domain::ids::PersonId;

use super::Cursor;
use crate::{Db, StoreError};

/// The kinds are those of `EventKind::is_use`; a test holds the two together.
const LAST_USES: &str = "SELECT at, kind, origin, data FROM audit_events WHERE chain = $1 \
     AND person_id = $2 AND kind IN ('logon-completed', 'logon-refused', 'pin-changed', \
     'address-changed', 'authorized', 'authorization-refused') ORDER BY seq DESC LIMIT $3";
const OF_PERSON: &str = "SELECT at, kind, origin, data FROM audit_events WHERE chain = $1 \
     AND person_id = $2 ORDER BY seq DESC LIMIT $3";

/// One recorded event.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// When.
    pub at: Timestamp,
    /// Name of the kind.
    pub kind: String,
    /// Where from.
    pub origin: String,
    /// Canonical JSON.
    pub data: String,
}

/// The newest uses of a person.
pub async fn last_uses(
    db: &Db,
    person: &PersonId,
    limit: i64,
) -> Result<Vec<Recorded>, StoreError> {
    read(db, LAST_USES, person, limit).await
}

/// The newest events of a person, of all kinds.
pub async fn of_person(
    db: &Db,
    person: &PersonId,
    limit: i64,
) -> Result<Vec<Recorded>, StoreError> {
    read(db, OF_PERSON, person, limit).await
}

async fn read(
    db: &Db,
    sql: &'static str,
    person: &PersonId,
    limit: i64,
) -> Result<Vec<Recorded>, StoreError> {
    let chain = person.contract().into();
    let rows = db
        .read(sql, &[chain, person.as_str().into(), limit.into()])
        .await?;
    let recorded = |row| {
        let mut c = Cursor::new(row);
        Ok(Recorded {
            at: c.time()?,
            kind: c.text()?,
            origin: c.text()?,
            data: c.text()?,
        })
    };
    rows.iter().map(recorded).collect()
}

#[cfg(test)]
mod tests {
    use warifu_domain::audit::EventKind;

    #[test]
    fn the_statement_names_exactly_the_kinds_that_are_uses() {
        for kind in EventKind::ALL {
            let named = super::LAST_USES.contains(&format!("'{}'", kind.name()));
            assert_eq!(named, kind.is_use(), "{}", kind.name());
        }
    }
}
