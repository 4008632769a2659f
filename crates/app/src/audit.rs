//! Audit events as use cases write them.

use jiff::Timestamp;
use serde_json::Value;
use warifu_domain::audit::EventKind;
use warifu_domain::person::Person;
use warifu_store::AuditEvent;

use crate::context::{INSTITUTION_CHAIN, Origin};

impl Origin {
    fn line(&self) -> String {
        format!(
            "{} {} {}",
            self.channel.name(),
            self.address,
            self.request_id
        )
    }
}

/// An event in the chain of the person's contract.
pub(crate) fn of_person(
    person: &Person,
    kind: EventKind,
    data: &Value,
    origin: &Origin,
    now: Timestamp,
) -> AuditEvent {
    AuditEvent {
        chain: person.contract_id.as_str().to_owned(),
        at_micros: now.as_microsecond(),
        kind: kind.name(),
        person_id: Some(person.id.as_str().to_owned()),
        origin: origin.line(),
        data: data.to_string(),
    }
}

/// An event that belongs to no person: an unknown ID, an act of the institution.
pub(crate) fn of_institution(
    kind: EventKind,
    data: &Value,
    origin: &str,
    now: Timestamp,
) -> AuditEvent {
    AuditEvent {
        chain: INSTITUTION_CHAIN.to_owned(),
        at_micros: now.as_microsecond(),
        kind: kind.name(),
        person_id: None,
        origin: origin.to_owned(),
        data: data.to_string(),
    }
}

/// The line that stands for an origin in events of the institution.
pub(crate) fn origin_line(origin: &Origin) -> String {
    origin.line()
}
