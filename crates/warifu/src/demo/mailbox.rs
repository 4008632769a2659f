//! The demo's mailbox. Mails are kept sealed in the demo's database, so that even here no code lies
//! anywhere in clear, and so that they survive a restart.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use warifu_app::ports::{Answer, Clock, MailFailure, Mailer, OutgoingMail};
use warifu_store::tables::demo_mails::{self, DemoMail};
use warifu_store::{Commit, Db, StoreError, Vault};

use super::clock::DemoClock;

/// Mails shown at most.
const SHOWN_MAX: i64 = 1_000;

/// The mailbox; clones are the same one.
#[derive(Clone)]
pub struct DemoMailbox {
    db: Db,
    vault: Arc<Vault>,
    clock: Arc<DemoClock>,
}

/// A mail as programs read it.
#[derive(Clone, Serialize, Deserialize)]
pub struct ShownMail {
    /// Names it on the page.
    #[serde(skip)]
    pub id: String,
    /// Recipient.
    pub to: String,
    /// Sender.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// When it arrived.
    pub at: Timestamp,
}

impl DemoMailbox {
    /// An empty mailbox, or what an earlier run left.
    pub fn new(db: Db, vault: Vault, clock: &Arc<DemoClock>) -> Self {
        Self {
            db,
            vault: Arc::new(vault),
            clock: Arc::clone(clock),
        }
    }

    /// Everything that arrived, the newest first.
    pub async fn newest_first(&self) -> Result<Vec<ShownMail>, StoreError> {
        let mails = demo_mails::list(&self.db, SHOWN_MAX).await?;
        mails.into_iter().map(|mail| self.unseal(mail)).collect()
    }

    fn unseal(&self, mail: DemoMail) -> Result<ShownMail, StoreError> {
        let plain = self.vault.open(demo_mails::TABLE, &mail.id, &mail.sealed)?;
        let shown = serde_json::from_slice::<ShownMail>(&plain);
        let mut shown =
            shown.map_err(|_| StoreError::Unavailable("a mail of the demo is damaged".into()))?;
        shown.id = mail.id;
        Ok(shown)
    }

    fn seal(&self, mail: &OutgoingMail) -> Result<DemoMail, MailFailure> {
        let shown = ShownMail {
            id: String::new(),
            to: mail.to.clone(),
            from: mail.from_address.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            at: self.clock.now(),
        };
        let failed = |reason: String| MailFailure::Temporary(reason);
        let plain = serde_json::to_vec(&shown).map_err(|e| failed(e.to_string()))?;
        let id = mail.message_id.clone();
        let sealed = self.vault.seal(demo_mails::TABLE, &id, &plain);
        Ok(DemoMail {
            at: shown.at,
            sealed: sealed.map_err(|e| failed(e.to_string()))?,
            id,
        })
    }
}

impl Mailer for DemoMailbox {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Answer<'a, Result<(), MailFailure>> {
        Box::pin(async move {
            let mut commit = Commit::housekeeping();
            demo_mails::insert(&mut commit, &self.seal(mail)?);
            let kept = self.db.commit(commit).await;
            kept.map_err(|e| MailFailure::Temporary(e.to_string()))
        })
    }
}
