//! NOT-3: who is told what happened to a token or an approval: the person, and always the
//! administrator.

use jiff::Timestamp;
use warifu_domain::ids::PersonId;
use warifu_domain::person::Person;
use warifu_store::Commit;
use warifu_store::tables::persons;

use super::suspension::addresses_of;
use crate::context::App;
use crate::error::AppError;
use crate::mail_texts::MailText;
use crate::outbox::Letter;

impl App {
    /// Queues `text` in `commit` for the person and the contract's administrator, once per address.
    pub(super) async fn tell_person_and_administrator(
        &self,
        commit: &mut Commit,
        person: &Person,
        (kind, text): (&'static str, &MailText),
        now: Timestamp,
    ) -> Result<(), AppError> {
        let administrator_id = PersonId::new(&person.contract_id, None);
        let administrator = persons::find(&self.db, &administrator_id).await?;
        let mut recipients = addresses_of(person);
        let address = administrator
            .as_ref()
            .and_then(|a| a.notice_mail.as_deref().or(a.otp_mail.as_deref()));
        if let Some(address) = address.filter(|a| !recipients.contains(a)) {
            recipients.push(address);
        }
        for recipient in recipients {
            let letter = Letter {
                person,
                recipient,
                kind,
                text,
                drop_at: None,
            };
            self.queue_mail(commit, &letter, now)?;
        }
        Ok(())
    }
}
