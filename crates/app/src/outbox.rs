//! NOT-4: a mail is queued in the very commit of what it tells of, sealed, and erased once the mail
//! server has taken it. Delivery is `use_cases::deliver_mail`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use warifu_domain::ids::{MailId, PersonId};
use warifu_domain::person::Person;
use warifu_store::Commit;
use warifu_store::tables::outbox::{self, NewMail};

use crate::context::App;
use crate::error::AppError;
use crate::mail_texts::MailText;

/// Subject and text as they lie sealed in the outbox.
#[derive(Serialize, Deserialize)]
pub(crate) struct SealedMail {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// A mail about to be queued.
pub(crate) struct Letter<'a> {
    /// Whom it concerns: names the contract.
    pub(crate) person: &'a Person,
    /// Where it goes.
    pub(crate) recipient: &'a str,
    /// What it tells of.
    pub(crate) kind: &'static str,
    pub(crate) text: &'a MailText,
    /// After this it is of no use any more.
    pub(crate) drop_at: Option<Timestamp>,
}

impl App {
    /// Queues a mail in `commit`. Returns its ID.
    pub(crate) fn queue_mail(
        &self,
        commit: &mut Commit,
        letter: &Letter<'_>,
        now: Timestamp,
    ) -> Result<MailId, AppError> {
        let id = MailId::from_entropy(self.random());
        let mail = SealedMail {
            subject: letter.text.subject.clone(),
            text: letter.text.text.clone(),
        };
        let plain = serde_json::to_vec(&mail)
            .map(zeroize::Zeroizing::new)
            .map_err(|_| AppError::Inconsistent("a mail can't be written"))?;
        let sealed = self.vault.seal(outbox::TABLE, id.as_str(), &plain)?;
        let person_id: &PersonId = &letter.person.id;
        outbox::insert(
            commit,
            NewMail {
                id: &id,
                contract_id: &letter.person.contract_id,
                person_id: Some(person_id),
                kind: letter.kind,
                recipient: letter.recipient,
                sealed,
                at: now,
                drop_at: letter.drop_at,
            },
        );
        Ok(id)
    }
}
