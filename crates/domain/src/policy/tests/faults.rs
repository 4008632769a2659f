//! POL-4: what can't hold is refused, with line and reason.

use crate::fixtures::PROFILE;
use crate::policy::{Profile, ProfileFault};

const LOGON_NEEDS: &str = r#"needs = ["logon-pin", "grid"]"#;
const OPERATION_NEEDS: &str = r#"needs = ["confirmation-pin", "mail-otp"]"#;
const TRANSMIT: &str = r#"stages = ["transmit"]"#;

fn changed(written: &str, instead: &str) -> String {
    assert!(PROFILE.contains(written), "{written} is not in the profile");
    PROFILE.replacen(written, instead, 1)
}

fn faults_of(text: &str) -> Vec<ProfileFault> {
    Profile::parse(text).unwrap_err()
}

/// 1-based, of the first line that holds `part`.
fn line_with(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap() + 1
}

/// One thing is written wrong: exactly one fault, on that line, for that reason.
fn refused_on_its_line(written: &str, instead: &str, reason: &str) {
    let text = changed(written, instead);
    let faults = faults_of(&text);
    let [fault] = faults.as_slice() else {
        panic!("{instead}: {faults:?}")
    };
    assert!(fault.reason.contains(reason), "{instead}: {fault}");
    assert_eq!(fault.line, line_with(&text, instead), "{instead}: {fault}");
}

/// A count out of range: the line is that of its table.
fn refused_in_table(table: &str, name: &str, fits: i64, wrong: i64) {
    let text = changed(&format!("{name} = {fits}"), &format!("{name} = {wrong}"));
    let faults = faults_of(&text);
    let [fault] = faults.as_slice() else {
        panic!("{name} = {wrong}: {faults:?}")
    };
    assert!(
        fault.reason.contains(&format!("{name} = {wrong}: must be")),
        "{fault}"
    );
    assert_eq!(fault.line, line_with(&text, table), "{fault}");
}

#[test]
fn an_unknown_key_is_refused_on_its_line() {
    refused_on_its_line(
        "free_mail = \"refuse\"",
        "free_male = \"refuse\"",
        "free_male",
    );
    refused_on_its_line(
        r#"roles = ["administrator""#,
        r#"rolls = ["administrator""#,
        "rolls",
    );
    refused_on_its_line(TRANSMIT, r#"stage = ["transmit"]"#, "stage");
}

#[test]
fn a_missing_table_is_refused() {
    let faults = faults_of(&changed("[suspension]", "[pin]"));
    assert_eq!(faults.len(), 1);
    let text = PROFILE.split("[pin]").next().unwrap();
    assert!(faults_of(text)[0].reason.contains("missing field"));
}

#[test]
fn unknown_names_are_refused_on_their_line() {
    let operations = r#"operations = ["transfer", "consecutive-transfer", "tax-payment"]"#;
    refused_on_its_line(
        operations,
        r#"operations = ["gift"]"#,
        "\"gift\" is not an operation",
    );
    refused_on_its_line(
        r#"stages = ["register", "approve"]"#,
        r#"stages = ["undo"]"#,
        "\"undo\" is not a stage",
    );
    let faults = faults_of(&changed(
        LOGON_NEEDS,
        r#"needs = ["logon-pin", "grid", "iris"]"#,
    ));
    assert!(faults[0].reason.contains("\"iris\" is not a factor"));
    refused_on_its_line(
        r#"roles = ["administrator", "master", "general"]"#,
        r#"roles = ["administrator", "master", "general", "clerk"]"#,
        "\"clerk\" is not a role",
    );
    refused_on_its_line(
        r#"channels = ["pc", "smartphone"]"#,
        r#"channels = ["pc", "smartphone", "fax"]"#,
        "\"fax\" is not a channel",
    );
}

#[test]
fn a_factor_this_version_cannot_ask_for_is_refused() {
    refused_on_its_line(
        LOGON_NEEDS,
        r#"needs = ["logon-pin", "grid", "client-certificate"]"#,
        "client-certificate is in the policy model",
    );
}

#[test]
fn a_token_asked_for_without_a_token_section_is_refused() {
    let missing = "the row asks for a token, and there is no [token] section";
    let faults = faults_of(&changed(
        LOGON_NEEDS,
        r#"needs = ["logon-pin", "token-otp"]"#,
    ));
    assert!(faults.iter().any(|f| f.reason == missing), "{faults:?}");
    for factor in ["token-otp", "app-approval"] {
        let instead = format!(r#"needs = ["confirmation-pin", "{factor}"]"#);
        let faults = faults_of(&changed(OPERATION_NEEDS, &instead));
        assert!(faults.iter().any(|f| f.reason == missing), "{faults:?}");
    }
}

#[test]
fn a_factor_in_the_wrong_place_is_refused() {
    for factor in ["confirmation-pin", "mail-otp"] {
        let instead = format!(r#"needs = ["logon-pin", "grid", "{factor}"]"#);
        refused_on_its_line(
            LOGON_NEEDS,
            &instead,
            &format!("{factor} can't prove a logon"),
        );
    }
    for factor in ["logon-pin", "grid"] {
        let instead = format!(r#"needs = ["confirmation-pin", "{factor}"]"#);
        refused_on_its_line(
            OPERATION_NEEDS,
            &instead,
            &format!("{factor} can't prove an operation"),
        );
    }
    let registered = r#"needs_if_registered = ["mail-otp"]"#;
    let instead = r#"needs_if_registered = ["grid"]"#;
    refused_on_its_line(registered, instead, "can't prove this if registered");
}

#[test]
fn a_factor_both_needed_and_needed_if_registered_is_refused() {
    let both = "needs = [\"mail-otp\"]\nneeds_if_registered = [\"mail-otp\"]";
    let written = "needs = [\"confirmation-pin\"]\nneeds_if_registered = [\"mail-otp\"]";
    let faults = faults_of(&changed(written, both));
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0]
            .reason
            .contains("both needed and needed only if registered")
    );
}

#[test]
fn a_smartphone_logon_without_a_one_time_password_is_refused() {
    let faults = faults_of(&changed(LOGON_NEEDS, r#"needs = ["logon-pin"]"#));
    assert_eq!(faults.len(), 1);
    assert!(faults[0].reason.contains("LOG-3"), "{faults:?}");
    let pc_only = changed(LOGON_NEEDS, r#"needs = ["logon-pin"]"#).replacen(
        r#"channels = ["pc", "smartphone"]"#,
        r#"channels = ["pc"]"#,
        1,
    );
    assert!(Profile::parse(&pc_only).is_ok());
}

#[test]
fn a_grid_without_the_pin_before_it_is_refused() {
    for needs in [r#"needs = ["grid"]"#, r#"needs = ["grid", "logon-pin"]"#] {
        let faults = faults_of(&changed(LOGON_NEEDS, needs));
        assert_eq!(faults.len(), 1);
        assert!(
            faults[0].reason.contains("grid must follow logon-pin"),
            "{faults:?}"
        );
    }
}

#[test]
fn a_logon_without_any_factor_is_refused() {
    let text = changed(LOGON_NEEDS, "needs = []");
    assert!(
        faults_of(&text)
            .iter()
            .any(|f| f.reason.contains("at least one factor"))
    );
}

#[test]
fn a_row_that_covers_nothing_is_refused() {
    let logon = "[[logon_proof]]\nneeds = [\"logon-pin\", \"grid\"]";
    let operation = "[[operation_proof]]\nneeds = []";
    for (row, kind, names) in [
        (logon, "role", "roles = []\nchannels = [\"pc\"]"),
        (logon, "channel", "roles = [\"general\"]\nchannels = []"),
        (
            operation,
            "operation",
            "operations = []\nstages = [\"transmit\"]",
        ),
        (operation, "stage", "operations = [\"bonus\"]\nstages = []"),
    ] {
        let text = format!("{PROFILE}\n{row}\nfrom = \"2016-01-01T00:00:00\"\n{names}\n");
        let faults = faults_of(&text);
        let [fault] = faults.as_slice() else {
            panic!("{faults:?}")
        };
        assert_eq!(fault.reason, format!("the row names no {kind}"));
        assert_eq!(fault.line, PROFILE.lines().count() + 2);
    }
}

#[test]
fn a_gap_after_valid_from_is_refused_on_each_first_row() {
    let text = changed(
        "valid_from = \"2015-04-01T00:00:00\"",
        "valid_from = \"2015-03-31T23:59:59\"",
    );
    let faults = faults_of(&text);
    let gaps = faults
        .iter()
        .filter(|f| f.reason.contains("no rule between valid_from"));
    assert_eq!(gaps.count(), 3, "{faults:?}");
    assert!(
        faults
            .iter()
            .any(|f| f.reason.contains("can't log on from valid_from"))
    );
    assert!(
        !faults
            .iter()
            .any(|f| f.line == line_with(&text, "2015-10-18T"))
    );
}

#[test]
fn a_role_that_can_log_on_nowhere_is_refused() {
    let roles = r#"roles = ["administrator", "master", "general"]"#;
    let faults = faults_of(&changed(roles, r#"roles = ["administrator", "master"]"#));
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0]
            .reason
            .contains("general can't log on from valid_from")
    );
}

#[test]
fn two_rows_for_the_same_moment_are_refused() {
    let text = changed(
        "from = \"2015-10-18T00:00:00\"",
        "from = \"2027-04-01T00:00:00\"",
    );
    let faults = faults_of(&text);
    let [fault] = faults.as_slice() else {
        panic!("{faults:?}")
    };
    assert!(fault.reason.contains("same time"), "{fault}");
    let second = text.rfind("[[operation_proof]]").unwrap();
    assert_eq!(fault.line, text[..second].lines().count() + 1);
}

#[test]
fn a_count_out_of_range_is_refused_with_its_table() {
    for (table, name, fits, wrong) in [
        ("[mail_otp]", "digits", 6, [5, 9]),
        ("[mail_otp]", "ttl_secs", 600, [29, 601]),
        ("[mail_otp]", "address_proof_ttl_secs", 600, [29, 601]),
        ("[mail_otp]", "authorization_ttl_secs", 1_800, [59, 86_401]),
        ("[mail_otp]", "tries_per_code", 3, [0, 6]),
        ("[mail_otp]", "issues_per_window", 10, [0, 101]),
        ("[mail_otp]", "issue_window_secs", 600, [59, 86_401]),
        (
            "[mail_otp]",
            "hold_after_change_secs",
            86_400,
            [-1, 2_592_001],
        ),
        ("[grid]", "columns", 10, [3, 27]),
        ("[grid]", "cells_asked", 3, [1, 9]),
        ("[session]", "idle_secs", 900, [59, 3_601]),
        ("[session]", "absolute_secs", 28_800, [59, 86_401]),
        ("[suspension]", "logon_pin", 5, [0, 6]),
        ("[suspension]", "confirmation_pin", 5, [0, 6]),
        ("[suspension]", "grid", 5, [0, 6]),
        ("[suspension]", "mail_otp", 5, [0, 6]),
        ("[pin]", "max_len", 12, [5, 65]),
        ("[pin]", "reminder_after_days", 90, [0, 3_651]),
        ("[transfer]", "max_lines", 10, [0, 11]),
        (
            "[transfer]",
            "per_transfer_yen",
            999_999_999,
            [0, 10_000_000_000],
        ),
    ] {
        for wrong in wrong {
            refused_in_table(table, name, fits, wrong);
        }
    }
    refused_in_table("[pin]", "min_len", 6, 5);
}

#[test]
fn a_time_that_is_no_local_time_is_refused_alone() {
    for wrong in [
        "tomorrow",
        "2015-10-18",
        "2015-02-30T00:00:00",
        "2015-10-18T00:00:00Z",
    ] {
        refused_on_its_line(
            "from = \"2015-10-18T00:00:00\"",
            &format!("from = \"{wrong}\""),
            "is not a local time",
        );
        refused_on_its_line(
            "valid_from = \"2015-04-01T00:00:00\"",
            &format!("valid_from = \"{wrong}\""),
            "is not a local time",
        );
    }
}

#[test]
fn a_time_with_an_offset_or_zone_is_refused_and_never_taken_for_local() {
    for wrong in [
        "2015-10-18T00:00:00-05:00",
        "2015-10-18T00:00:00[America/New_York]",
    ] {
        let instead = format!("from = \"{wrong}\"");
        refused_on_its_line(
            "from = \"2015-10-18T00:00:00\"",
            &instead,
            "is not a local time",
        );
    }
}

#[test]
fn an_unknown_zone_is_refused() {
    let faults = faults_of(&changed("Asia/Tokyo", "Asia/Edo"));
    assert!(faults[0].reason.contains("Asia/Edo"));
}

#[test]
fn every_fault_is_named_in_one_run_in_the_order_of_the_file() {
    let text = changed("digits = 6", "digits = 4")
        .replacen("grid = 5", "grid = 50", 1)
        .replacen(LOGON_NEEDS, r#"needs = ["logon-pin", "iris"]"#, 1)
        .replacen("2027-04-01T00:00:00", "someday", 1);
    let faults = faults_of(&text);
    let expected = [
        "mail_otp.digits",
        "suspension.grid",
        "LOG-3",
        "iris",
        "someday",
    ];
    assert_eq!(faults.len(), expected.len(), "{faults:?}");
    for (fault, part) in faults.iter().zip(expected) {
        assert!(fault.reason.contains(part), "{part}: {fault}");
    }
    assert!(faults.is_sorted_by_key(|f| f.line));
    assert!(
        faults[0]
            .to_string()
            .starts_with(&format!("line {}: ", line_with(&text, "[mail_otp]")))
    );
}
