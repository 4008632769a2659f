//! Mails that the demo's mailbox received, sealed: the mailbox survives a restart, and a mail
//! delivered twice is kept once.

use jiff::Timestamp;

use super::{Cursor, micros};
use crate::{Commit, Db, StoreError};

/// The table's name, which sealed mails are bound to.
pub const TABLE: &str = "demo_mails";

const INSERT: &str =
    "INSERT INTO demo_mails (id, at, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const LIST: &str = "SELECT id, at, sealed FROM demo_mails ORDER BY at DESC, id DESC LIMIT $1";

/// One received mail.
pub struct DemoMail {
    /// The Message-ID's local part.
    pub id: String,
    /// When it arrived.
    pub at: Timestamp,
    /// The mail, sealed for [`TABLE`] and its ID.
    pub sealed: Vec<u8>,
}

/// The newest mails first.
pub async fn list(db: &Db, limit: i64) -> Result<Vec<DemoMail>, StoreError> {
    let rows = db.read(LIST, &[limit.into()]).await?;
    let mail = |row| {
        let mut c = Cursor::new(row);
        Ok(DemoMail {
            id: c.text()?,
            at: c.time()?,
            sealed: c.blob()?,
        })
    };
    rows.iter().map(mail).collect()
}

/// Keeps a mail, once.
pub fn insert(commit: &mut Commit, mail: &DemoMail) {
    commit.write(
        INSERT,
        vec![
            mail.id.as_str().into(),
            micros(mail.at),
            mail.sealed.clone().into(),
        ],
    );
}
