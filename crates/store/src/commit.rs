//! What one atomic step changes: guarded writes, other writes, audit events. Built by callers,
//! carried out by the drivers.

use crate::error::StoreError;
use crate::value::Value;

/// One entry of the audit log. The store numbers and links it ([`crate::audit`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Contract id, or `institution`. Each chain is numbered by itself.
    pub chain: String,
    /// When it was decided, microseconds UTC.
    pub at_micros: i64,
    /// Stable name of what happened.
    pub kind: &'static str,
    /// Whom it concerns, if a person.
    pub person_id: Option<String>,
    /// Where it came from: address, channel, request id.
    pub origin: String,
    /// Canonical JSON; never a secret.
    pub data: String,
}

/// One statement of a commit.
pub(crate) struct Write {
    pub sql: &'static str,
    pub params: Vec<Value>,
    pub guarded: bool,
}

/// One atomic step: all of it happens, durably, or nothing.
///
/// # Law
/// - All `UPDATE` and `DELETE` statements run before all `INSERT` statements; the order inside each
///   class is kept. (Commits that wait together are carried out together, statement by statement.)
/// - A [`guarded`](Commit::guarded) statement must change exactly one row, else the commit is a
///   [`Conflict`](crate::CommitError::Conflict) and leaves nothing.
/// - An `INSERT` that meets an existing row is a conflict, unless its text says `ON CONFLICT`.
/// - A guard locks the row it writes. A condition on *another* row (`EXISTS (SELECT …)`) is checked
///   at the moment of writing but not locked: what must exclude each other must write one same row.
/// - Two commits that wait at the same moment and guard the same row: one wins, the other is a
///   conflict, even if it could have followed.
pub struct Commit {
    pub(crate) events: Vec<AuditEvent>,
    pub(crate) changes: Vec<Write>,
    pub(crate) inserts: Vec<Write>,
}

impl Commit {
    /// A commit that leaves a trace: `event` is linked into its chain in the same transaction.
    #[must_use]
    pub fn audited(event: AuditEvent) -> Self {
        let mut commit = Self::housekeeping();
        commit.events.push(event);
        commit
    }

    /// A commit without a trace, for what concerns no one: the lease of a mail, a session's clock.
    #[must_use]
    pub fn housekeeping() -> Self {
        Self {
            events: Vec::new(),
            changes: Vec::new(),
            inserts: Vec::new(),
        }
    }

    /// Adds an audit event, after those already there.
    pub fn event(&mut self, event: AuditEvent) -> &mut Self {
        self.events.push(event);
        self
    }

    /// Adds a statement that must change exactly one row.
    pub fn guarded(&mut self, sql: &'static str, params: Vec<Value>) -> &mut Self {
        self.push(sql, params, true)
    }

    /// Adds a statement that may change any number of rows, such as a clean-up.
    pub fn write(&mut self, sql: &'static str, params: Vec<Value>) -> &mut Self {
        self.push(sql, params, false)
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.changes.is_empty() && self.inserts.is_empty()
    }

    fn push(&mut self, sql: &'static str, params: Vec<Value>, guarded: bool) -> &mut Self {
        let write = Write {
            sql,
            params,
            guarded,
        };
        if is_insert(sql) {
            self.inserts.push(write);
        } else {
            self.changes.push(write);
        }
        self
    }

    /// All statements in the order of the law.
    pub(crate) fn writes(&self) -> impl Iterator<Item = &Write> {
        self.changes.iter().chain(&self.inserts)
    }

    /// Refuses what PostgreSQL could not keep, so that both databases behave alike.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        for write in self.writes() {
            check_texts(&write.params)?;
        }
        let nul = self.events.iter().any(|event| {
            [&event.chain, &event.origin, &event.data]
                .into_iter()
                .chain(&event.person_id)
                .any(|text| text.contains('\0'))
        });
        if nul {
            Err(StoreError::NulInText)
        } else {
            Ok(())
        }
    }
}

/// Refuses text with a NUL character.
pub(crate) fn check_texts(params: &[Value]) -> Result<(), StoreError> {
    let nul = params
        .iter()
        .any(|param| matches!(param, Value::Text(text) if text.contains('\0')));
    if nul {
        Err(StoreError::NulInText)
    } else {
        Ok(())
    }
}

pub(crate) fn is_insert(sql: &str) -> bool {
    sql.trim_start()
        .get(..6)
        .is_some_and(|word| word.eq_ignore_ascii_case("INSERT"))
}

/// Whether an INSERT says itself what to do with a row that exists.
pub(crate) fn has_conflict_clause(sql: &str) -> bool {
    sql.contains("ON CONFLICT")
}
