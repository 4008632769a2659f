//! The account at the end: what clients were told against what the server says and what lies in its
//! database.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::world::{Record, World};
use crate::server::Server;
use crate::site::warifu;

/// How much was looked at.
#[derive(Default)]
pub struct Figures {
    opened: usize,
    issued: usize,
    authorized: usize,
    mails: usize,
}

/// Asks the server about every acknowledged authorization.
pub fn everything(world: &World, server: &Server) -> Figures {
    world.collect_mails(&server.client());
    let records = world.records.lock().unwrap();
    let mut figures = Figures::default();
    for record in records.iter() {
        figures.opened += 1;
        let view = world.ask(|client| client.view(&record.id)).unwrap();
        assert_eq!(
            view.status, 200,
            "acknowledged, then lost: {record:?}: {view:?}"
        );
        let view = view.json();
        figures.mails += mails_agree(world, record, &view);
        figures.issued += usize::from(record.issued);
        let Some(receipt) = &record.receipt else {
            assert_ne!(view["state"], "authorized", "nobody was told: {record:?}");
            continue;
        };
        assert_eq!(
            view["state"], "authorized",
            "acknowledged, then lost: {record:?}"
        );
        assert_eq!(view["receipt"], receipt.as_str(), "{record:?}");
        used_up(world, record);
        figures.authorized += 1;
    }
    figures
}

/// Each code that was issued has one mail with a text of its own; an acknowledged one is there.
fn mails_agree(world: &World, record: &Record, view: &Value) -> usize {
    let issues = usize::try_from(view["issue"].as_u64().unwrap_or(0)).unwrap();
    assert!(
        issues == 1 || !record.issued,
        "acknowledged, then lost: {record:?}"
    );
    assert!(
        issues == 0 || record.issued || record.issue_lost,
        "nobody asked: {record:?}"
    );
    let mails = world.mails.lock().unwrap();
    let mailed = mails.get(&record.payee).map_or(0, Vec::len);
    assert!(mailed <= issues, "two mails for one code: {record:?}");
    assert!(
        mailed == issues || !record.issued,
        "the mail was lost: {record:?}"
    );
    for mail in mails.get(&record.payee).into_iter().flatten() {
        assert_eq!(Some(&mail.to), record.person.otp_mail.as_ref());
        assert!(mail.text.contains(" 取引金額 1 円"), "{}", mail.text);
    }
    mailed
}

/// The same request gives the same receipt, another one with the same code nothing.
fn used_up(world: &World, record: &Record) {
    let (code, key) = record.proof.as_ref().unwrap();
    let (id, person) = (&record.id, &record.person);
    let again = world
        .ask(|client| client.answer(id, person, code, key))
        .unwrap();
    assert_eq!(again.status, 200, "{record:?}: {again:?}");
    assert_eq!(Some(&again.text("receipt")), record.receipt.as_ref());
    let other = world
        .ask(|client| client.answer(id, person, code, "at-the-end"))
        .unwrap();
    assert_eq!(
        (other.status, other.code().as_str()),
        (409, "already_used"),
        "{record:?}"
    );
}

/// Looks at the database itself, with the server stopped: integrity, the audit log's chains, and
/// exactly one proof for each authorization.
pub fn beneath(world: &World, server: Server, directory: &Path) {
    let (status, log) = server.stop();
    assert!(status.success(), "{log}");
    let config = audit_config(directory);
    let verified = warifu(&["audit", "verify", "--json", "--config", &config]);
    assert_eq!(verified.exit, 0, "{verified:?}");
    let report: Value = serde_json::from_str(&verified.out).unwrap();
    let records = world.records.lock().unwrap();
    let told = |r: &Record| 1 + usize::from(r.issued) + usize::from(r.receipt.is_some());
    let acknowledged: usize = records.iter().map(told).sum();
    let events = usize::try_from(report["events"].as_u64().unwrap()).unwrap();
    assert!(
        events >= acknowledged,
        "{events} events for {acknowledged} acknowledgements"
    );

    let readonly = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let db = Connection::open_with_flags(directory.join("warifu.db"), readonly).unwrap();
    let sound: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    let proofs = proofs(&db);
    for record in records.iter() {
        let receipts = proofs.get(&record.id).cloned().unwrap_or_default();
        let told: Vec<_> = record.receipt.iter().cloned().collect();
        assert_eq!(receipts, told, "accepted otherwise than told: {record:?}");
    }
    assert!(proofs.values().all(|receipts| receipts.len() == 1));
}

/// The receipts in the audit log, by authorization.
fn proofs(db: &Connection) -> HashMap<String, Vec<String>> {
    let sql = "SELECT data FROM audit_events WHERE kind = 'authorized'";
    let mut statement = db.prepare(sql).unwrap();
    let rows = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let mut proofs: HashMap<String, Vec<String>> = HashMap::new();
    for data in rows {
        let data: Value = serde_json::from_str(&data.unwrap()).unwrap();
        let id = data["proof"]["authorization"].as_str().unwrap().to_owned();
        let receipt = data["receipt"].as_str().unwrap().to_owned();
        proofs.entry(id).or_default().push(receipt);
    }
    proofs
}

/// A configuration that points at a demo's data: good for looking, `serve` refuses it.
pub fn audit_config(directory: &Path) -> String {
    let at = directory.display();
    let text = format!(
        "profile_file = \"{at}/none\"\nkey_file = \"{at}/keys\"\nstate_dir = \"{at}\"\n\
         [server]\nlisten = \"127.0.0.1:0\"\npublic_origin = \"http://127.0.0.1\"\n\
         [database]\nkind = \"sqlite\"\npath = \"{at}/warifu.db\"\n\
         [mail]\nhost = \"127.0.0.1\"\nport = 1\nsecurity = \"none\"\n"
    );
    let file = directory.join("audit.toml");
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            opened,
            issued,
            authorized,
            mails,
        } = self;
        write!(
            f,
            "acknowledged: {opened} opened, {issued} codes issued, {authorized} authorized; {mails} mails; \
             0 lost, 0 accepted twice"
        )
    }
}
