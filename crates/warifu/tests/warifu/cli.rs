//! The command line: what it prints, where, and with which exit code.

use rusqlite::Connection;
use serde_json::Value;

use crate::site::{CONTRACT, NO_MAIL, Site, warifu};

#[test]
fn help_lists_the_commands_and_nonsense_is_refused() {
    let help = warifu(&["--help"]);
    assert_eq!(help.exit, 0);
    for command in [
        "demo",
        "serve",
        "check",
        "migrate",
        "contract",
        "token",
        "api-client",
        "failed-mails",
        "audit",
        "bank-master",
        "after-restore",
    ] {
        assert!(
            help.out.contains(&format!("  {command} ")),
            "{command}: {}",
            help.out
        );
    }
    assert_eq!(
        warifu(&["--version"]).out,
        format!("warifu {}\n", env!("CARGO_PKG_VERSION"))
    );
    for nonsense in [&["nonsense"][..], &[], &["serve", "--nonsense"]] {
        let ran = warifu(nonsense);
        assert_eq!((ran.exit, ran.out.as_str()), (2, ""), "{ran:?}");
    }
}

#[test]
fn check_explains_a_good_profile() {
    let site = Site::bare(NO_MAIL);
    let checked = warifu(&["check", site.path("profile.toml").to_str().unwrap()]);
    assert_eq!((checked.exit, checked.err.as_str()), (0, ""));
    assert!(checked.out.contains("mail-otp"), "{checked:?}");
}

#[test]
fn check_names_every_fault_of_a_bad_profile() {
    let site = Site::bare(NO_MAIL);
    let file = site.path("profile.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    let bad = good
        .replace("digits = 6", "digits = 4")
        .replace("ttl_secs = 600", "ttl_secs = 0");
    std::fs::write(&file, bad).unwrap();
    let file = file.to_str().unwrap();
    let checked = warifu(&["check", file]);
    assert_eq!((checked.exit, checked.out.as_str()), (1, ""), "{checked:?}");
    for fault in ["digits", "ttl_secs"] {
        let line = checked.err.lines().find(|line| line.contains(fault));
        assert!(
            line.is_some_and(|line| line.starts_with(file)),
            "{fault}: {checked:?}"
        );
    }
    let missing = warifu(&["check", "/no/such/file"]);
    assert_eq!(missing.exit, 2, "{missing:?}");
    assert!(missing.err.contains("/no/such/file"), "{missing:?}");
}

#[test]
fn migrate_applies_once() {
    let site = Site::bare(NO_MAIL);
    let first = site.run(&["migrate"]);
    assert_eq!(first.exit, 0);
    assert!(first.out.lines().count() >= 2, "{first:?}");
    let second = site.run(&["migrate"]);
    assert_eq!((second.exit, second.out.as_str()), (0, ""));
    assert!(second.err.contains("up to date"), "{second:?}");
}

#[test]
fn contracts_and_people_are_made_once() {
    let site = Site::sqlite(NO_MAIL);
    site.open_contract();
    let person = site.add_person("keiri01");
    assert_eq!(person.contract_id, CONTRACT);
    assert_eq!(person.grid.unwrap().len(), 5);
    let again = |args: &[&str], says: &str| {
        let ran = site.run(args);
        assert_eq!((ran.exit, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(says), "{ran:?}");
    };
    let open = [
        "contract",
        "open",
        "--name",
        "x",
        "--account",
        "001-1",
        "--holder",
        "ｶ)ｱ",
        "--id",
    ];
    again(&[&open[..], &[CONTRACT]].concat(), "exists already");
    again(&[&open[..], &["12"]].concat(), "ten digits");
    let add = ["contract", "add-person", "--name", "x", "--id"];
    again(
        &[&add[..], &[CONTRACT, "--user", "keiri01"]].concat(),
        "exists already",
    );
    again(
        &[&add[..], &[CONTRACT, "--user", "no user!"]].concat(),
        "letters and digits",
    );
    again(
        &[&add[..], &["1000000009", "--user", "a"]].concat(),
        "no such contract",
    );
    let master = ["--user", "m", "--role", "master"];
    let made = site.run(&[&add[..], &[CONTRACT], &master[..]].concat());
    assert_eq!(made.exit, 0, "{made:?}");
    again(
        &[&add[..], &[CONTRACT, "--role", "master"]].concat(),
        "--user",
    );
    let mail = ["--user", "b", "--otp-mail", "nonsense"];
    again(&[&add[..], &[CONTRACT], &mail[..]].concat(), "mail address");
}

#[test]
fn a_client_systems_key_is_shown_once_and_can_be_revoked() {
    let site = Site::sqlite(NO_MAIL);
    let key = site.add_client("core-portal");
    assert!(key.starts_with("wk_") && key.len() > 40, "{key}");
    assert_eq!(site.run(&["api-client", "add", "core-portal"]).exit, 2);
    assert_eq!(site.run(&["api-client", "add", "Not An ID"]).exit, 2);
    let list = site.done(&["api-client", "list"]);
    assert!(
        list.contains("core-portal") && list.contains("in force"),
        "{list}"
    );
    assert!(!list.contains(&key), "{list}");
    site.done(&["api-client", "revoke", "core-portal"]);
    assert!(site.done(&["api-client", "list"]).contains("revoked"));
    assert_eq!(site.run(&["api-client", "revoke", "core-portal"]).exit, 2);
}

#[test]
fn tampering_with_the_audit_log_is_found() {
    for sql in [
        "UPDATE audit_events SET data = replace(data, 'general', 'master') WHERE seq = 2",
        "DELETE FROM audit_events WHERE chain = '1000000001' AND seq = 1",
        "DELETE FROM audit_events WHERE chain = '1000000001' AND seq = 2",
        "UPDATE audit_events SET at = at + 1 WHERE chain = '1000000001'",
    ] {
        let site = Site::sqlite(NO_MAIL);
        site.open_contract();
        site.add_person("keiri01");
        let sound = site.run(&["audit", "verify"]);
        assert_eq!(sound.exit, 0, "{sound:?}");
        let db = Connection::open(site.path("warifu.db")).unwrap();
        assert!(db.execute(sql, []).unwrap() > 0, "{sql}");
        drop(db);
        let tampered = site.run(&["audit", "verify", "--json"]);
        assert_eq!(tampered.exit, 1, "{sql}: {tampered:?}");
        let report: Value = serde_json::from_str(&tampered.out).unwrap();
        assert_eq!(report["faults"][0]["chain"], CONTRACT, "{report}");
        let told = site.run(&["audit", "verify"]);
        assert!(told.out.contains("TAMPERED"), "{told:?}");
    }
}

#[test]
fn bank_master_data_are_loaded_whole_or_not_at_all() {
    let site = Site::sqlite(NO_MAIL);
    let file = site.path("master.tsv");
    let load = |text: &str| {
        std::fs::write(&file, text).unwrap();
        site.run(&["bank-master", "load", file.to_str().unwrap()])
    };
    let good = warifu_testkit::application::BANK_MASTER;
    let loaded = load(good);
    assert_eq!(loaded.exit, 0, "{loaded:?}");
    assert!(loaded.err.contains("branches loaded"), "{loaded:?}");
    let broken = load(&good.replacen("b\t001\t", "b\t01\t", 1));
    assert_eq!(broken.exit, 2, "{broken:?}");
    assert!(broken.err.contains("line 3"), "{broken:?}");
}
