//! NOT-3: who is told what an administrator or master did to a token. Always the administrator; of an
//! individual token its user, of a shared one all its users.

use warifu_domain::ids::PersonId;
use warifu_domain::person::Person;
use warifu_store::Commit;

use super::acting::{Acting, Scene};
use super::suspension::addresses_of;
use crate::error::AppError;
use crate::mail_texts::Asked;
use crate::mail_texts::tokens::{TokenNotice, token_notice};
use crate::outbox::Letter;

impl Acting<'_> {
    /// Queues the mails in `commit`, one per address. `users` are all who use the token, before or after;
    /// `names` those whom the act concerned.
    pub(super) fn tell(
        &self,
        commit: &mut Commit,
        scene: &Scene,
        notice: TokenNotice,
        (serials, names): (&[&str], &[String]),
        users: &[Person],
    ) -> Result<(), AppError> {
        let asked = Asked {
            contract_name: &scene.contract.name,
            person_name: &scene.actor.name,
            at: self.now(),
        };
        let text = token_notice(&self.app.profile, notice, &asked, (serials, names));
        let administrator = PersonId::new(&scene.contract.id, None);
        let told = |p: &&Person| p.id == administrator || users.iter().any(|u| u.id == p.id);
        let mut recipients: Vec<&str> = Vec::new();
        for person in scene.all.iter().filter(told) {
            for recipient in addresses_of(person) {
                if recipients.contains(&recipient) {
                    continue;
                }
                recipients.push(recipient);
                let letter = Letter {
                    person,
                    recipient,
                    kind: notice.kind(),
                    text: &text,
                    drop_at: None,
                };
                self.app.queue_mail(commit, &letter, self.now())?;
            }
        }
        Ok(())
    }
}
