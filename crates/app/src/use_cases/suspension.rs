//! LCK-1: what goes with a suspension, in the same commit: the live session ends, the person is told, the
//! record says why.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::person::Person;
use warifu_domain::session::SessionEnd;
use warifu_store::Commit;
use warifu_store::tables::sessions;

use crate::audit;
use crate::context::{App, Origin};
use crate::error::AppError;
use crate::mail_texts::{self, Asked};
use crate::outbox::Letter;

impl App {
    /// Adds to `commit` all that follows from `person` (as decided) being suspended.
    pub(super) fn follow_suspension(
        &self,
        commit: &mut Commit,
        person: &Person,
        contract: &Contract,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let because = person.suspended.map(|s| s.because.name());
        let data = json!({ "because": because });
        commit.event(audit::of_person(
            person,
            EventKind::PersonSuspended,
            &data,
            origin,
            now,
        ));
        sessions::end_of_person(commit, &person.id, SessionEnd::Suspended, now);
        metrics::counter!("warifu_suspensions_total", "because" => because.unwrap_or("-"))
            .increment(1);
        let asked = Asked {
            contract_name: &contract.name,
            person_name: &person.name,
            at: now,
        };
        let text =
            mail_texts::suspended(&self.profile, &asked, person.suspended.map(|s| s.because));
        for recipient in addresses_of(person) {
            let letter = Letter {
                person,
                recipient,
                kind: "suspended",
                text: &text,
                drop_at: None,
            };
            self.queue_mail(commit, &letter, now)?;
        }
        Ok(())
    }
}

/// The distinct addresses a person is told at about their own security.
pub(super) fn addresses_of(person: &Person) -> Vec<&str> {
    let mut addresses: Vec<&str> = Vec::new();
    for address in [&person.notice_mail, &person.otp_mail]
        .into_iter()
        .flatten()
    {
        if !addresses.contains(&address.as_str()) {
            addresses.push(address);
        }
    }
    addresses
}
