//! Verification of the whole log, in pages, with bounded memory.

use super::{AuditKey, Fields, Head};
use crate::db::Db;
use crate::error::StoreError;
use crate::value::{Row, Value};

/// Faults listed in a report at most; all are counted.
const MAX_FAULTS: usize = 100;

const FIRST_PAGE: &str = "SELECT e.chain, e.seq, e.at, e.kind, e.person_id, e.origin, e.data, e.hash, \
     h.seq, h.hash, h.mac FROM audit_events e LEFT JOIN audit_heads h ON h.chain = e.chain \
     ORDER BY e.chain, e.seq LIMIT 1000";
const NEXT_PAGE: &str = "SELECT e.chain, e.seq, e.at, e.kind, e.person_id, e.origin, e.data, e.hash, \
     h.seq, h.hash, h.mac FROM audit_events e LEFT JOIN audit_heads h ON h.chain = e.chain \
     WHERE (e.chain, e.seq) > ($1, $2) ORDER BY e.chain, e.seq LIMIT 1000";
const LONELY_HEADS: &str = "SELECT h.chain, h.seq FROM audit_heads h WHERE NOT EXISTS \
     (SELECT 1 FROM audit_events e WHERE e.chain = h.chain) ORDER BY h.chain LIMIT 101";

/// One place where the log is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFault {
    /// The chain.
    pub chain: String,
    /// The event, or where it should be.
    pub seq: i64,
    /// What is wrong.
    pub reason: &'static str,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Chains with at least one event.
    pub chains: u64,
    /// Events read.
    pub events: u64,
    /// Faults found.
    pub fault_count: u64,
    /// The first hundred of them.
    pub faults: Vec<AuditFault>,
}

impl AuditReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.fault_count == 0
    }

    fn fault(&mut self, chain: &str, seq: i64, reason: &'static str) {
        self.fault_count += 1;
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(AuditFault {
                chain: chain.to_owned(),
                seq,
                reason,
            });
        }
    }
}

/// Reads every chain in order. `progress` is told the number of events read so far, page by page.
pub(crate) async fn verify(
    db: &Db,
    key: &AuditKey,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<AuditReport, StoreError> {
    let mut walk = Walk {
        key,
        report: AuditReport::default(),
        current: None,
    };
    let mut rows = db.read(FIRST_PAGE, &[]).await?;
    while let Some(last) = rows.last() {
        let after = [Value::from(last.text(0)?), Value::from(last.int(1)?)];
        for row in &rows {
            walk.event(row)?;
        }
        progress(walk.report.events);
        rows = db.read(NEXT_PAGE, &after).await?;
    }
    walk.finish_chain()?;
    for row in db.read(LONELY_HEADS, &[]).await? {
        walk.report
            .fault(row.text(0)?, row.int(1)?, "the head has no events");
    }
    Ok(walk.report)
}

/// The chain being walked.
struct Chain {
    name: String,
    last: Head,
    stored: Option<(Head, Vec<u8>)>,
}

struct Walk<'a> {
    key: &'a AuditKey,
    report: AuditReport,
    current: Option<Chain>,
}

impl Walk<'_> {
    fn event(&mut self, row: &Row) -> Result<(), StoreError> {
        let name = row.text(0)?;
        if self.current.as_ref().is_none_or(|chain| chain.name != name) {
            self.finish_chain()?;
            self.report.chains += 1;
            self.current = Some(Chain {
                name: name.to_owned(),
                last: Head::genesis(name),
                stored: None,
            });
        }
        self.report.events += 1;
        let Some(chain) = self.current.as_mut() else {
            return Ok(());
        };
        let seq = row.int(1)?;
        let hash = row.blob(7)?.try_into().unwrap_or([0; 32]);
        if seq == chain.last.seq + 1 {
            let expected = chain.last.after(&Fields {
                chain: name,
                at_micros: row.int(2)?,
                kind: row.text(3)?,
                person_id: row.opt_text(4)?,
                origin: row.text(5)?,
                data: row.text(6)?,
            });
            if expected.hash != hash {
                self.report.fault(name, seq, "the event was changed");
            }
        } else if chain.last.seq == 0 {
            self.report.fault(name, 1, "the beginning is cut off");
        } else {
            self.report
                .fault(name, chain.last.seq + 1, "events are missing");
        }
        chain.last = Head { seq, hash };
        chain.stored = stored_head(row)?;
        Ok(())
    }

    /// Compares the last event of the chain walked with its head.
    fn finish_chain(&mut self) -> Result<(), StoreError> {
        let Some(chain) = self.current.take() else {
            return Ok(());
        };
        let (name, last) = (chain.name.as_str(), chain.last);
        let Some((head, mac)) = chain.stored else {
            self.report.fault(name, last.seq, "the events have no head");
            return Ok(());
        };
        if !self.key.fits(name, &head, &mac)? {
            self.report.fault(name, head.seq, "the head is forged");
        }
        if last.seq < head.seq {
            self.report.fault(name, last.seq + 1, "the tail is cut off");
        } else if last.seq > head.seq {
            self.report
                .fault(name, head.seq + 1, "events follow the head");
        } else if last.hash != head.hash {
            self.report
                .fault(name, head.seq, "the last event and the head differ");
        }
        Ok(())
    }
}

fn stored_head(row: &Row) -> Result<Option<(Head, Vec<u8>)>, StoreError> {
    let (Some(seq), Some(hash), Some(mac)) = (row.opt_int(8)?, row.opt_blob(9)?, row.opt_blob(10)?)
    else {
        return Ok(None);
    };
    let hash = hash.try_into().unwrap_or([0; 32]);
    Ok(Some((Head { seq, hash }, mac.to_vec())))
}
