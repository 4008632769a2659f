//! AUD-1: every use case leaves its event, refusals too, in chains that show tampering.

use warifu_app::domain::address::AddressPurpose;
use warifu_app::domain::pin::PinKind;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::change_pin::{self, ChangePin};
use warifu_app::use_cases::register_transfer::Change;
use warifu_app::use_cases::request_address::{self, RequestAddress};
use warifu_app::use_cases::{
    cancel_instruction, current_session, issue_mail_otp, logoff, prove_address, set_up,
};
use warifu_store::tables::audit_trail;
use warifu_store::{AuditReport, Commit};
use warifu_testkit::application::origin;
use warifu_testkit::transfers::{CLIENT, entry, other_than};
use warifu_testkit::{TestApp, TestPerson};

/// The kinds a person's acts left since `seen` events, the oldest first.
async fn since(t: &TestApp, person: &TestPerson, seen: &mut usize) -> Vec<String> {
    let all = audit_trail::of_person(&t.db, &person.id(), 1_000)
        .await
        .unwrap();
    let mut kinds: Vec<_> = all.into_iter().map(|e| e.kind).collect();
    kinds.reverse();
    let new = kinds.split_off(*seen);
    *seen += new.len();
    new
}

async fn verify(t: &TestApp) -> AuditReport {
    t.db.verify_audit(&mut |_| {}).await.unwrap()
}

#[tokio::test]
async fn a_transfer_leaves_its_whole_story() {
    let t = TestApp::sqlite("story of a transfer").await;
    let mut seen = 0;
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    let logon = ["logon-started", "logon-completed", "instruction-registered"];
    let asked = ["authorization-opened", "mail-otp-issued"];
    assert_eq!(
        since(&t, &t.clerk, &mut seen).await,
        [logon.as_slice(), &asked].concat()
    );

    let raw = entry("200,000");
    t.register(&token, Some(&id), Change::Replace(0, &raw))
        .await
        .unwrap();
    let changed = ["instruction-registered", "authorization-voided"];
    assert_eq!(since(&t, &t.clerk, &mut seen).await, changed);

    let pin = t.clerk.confirmation_pin.as_str();
    t.prepare(&token, &id).await.unwrap();
    assert!(
        t.confirm(&token, &id, (Some(pin), Some(&code)))
            .await
            .is_err()
    );
    let refused = ["authorization-opened", "authorization-refused"];
    assert_eq!(since(&t, &t.clerk, &mut seen).await, refused);

    let code = t.code_for(&t.clerk, &token, &id).await;
    t.confirm(&token, &id, (Some(pin), Some(&code)))
        .await
        .unwrap();
    let done = ["mail-otp-issued", "authorized", "instruction-result"];
    assert_eq!(since(&t, &t.clerk, &mut seen).await, done);

    let other = t.enter(&token, &raw).await;
    t.prepare(&token, &other).await.unwrap();
    let current = t.current(&token).await;
    cancel_instruction::run(&t.app, &current, &other, &origin())
        .await
        .unwrap()
        .unwrap();
    logoff::run(&t.app, &current, &origin()).await.unwrap();
    let given_up = [
        "instruction-registered",
        "authorization-opened",
        "instruction-cancelled",
    ];
    let end = ["authorization-voided", "session-ended"];
    assert_eq!(
        since(&t, &t.clerk, &mut seen).await,
        [given_up.as_slice(), &end].concat()
    );
}

#[tokio::test]
async fn addresses_and_pins_leave_their_events_right_and_wrong() {
    let t = TestApp::sqlite("story of an address").await;
    let token = t.log_on(&t.newcomer).await;
    let mut seen = 2;
    let current = t.current(&token).await;
    let request = async |address: &str| {
        let command = RequestAddress {
            purpose: AddressPurpose::Otp,
            address,
            repeated: address,
            warned: false,
            confirmation_pin: None,
        };
        request_address::run(&t.app, &current, command, &origin())
            .await
            .unwrap()
    };
    assert_eq!(
        request("keiri@gmail.com").await.err(),
        Some(Refusal::FreeMail)
    );
    let id = request("keitai@test-shoji.example")
        .await
        .ok()
        .unwrap()
        .change_id;
    let code = t.mailed_code("keitai@test-shoji.example").await;
    for typed in [&other_than(&code), &code] {
        let _ = prove_address::run(&t.app, &current, &id, typed, &origin())
            .await
            .unwrap();
    }
    let expected = [
        "address-refused",
        "address-proof-sent",
        "address-refused",
        "address-changed",
    ];
    assert_eq!(since(&t, &t.newcomer, &mut seen).await, expected);

    for (current_pin, new_pin) in [
        (t.newcomer.logon_pin.as_str(), "111111"),
        ("wrong1", "Sakura2027"),
        (t.newcomer.logon_pin.as_str(), "Sakura2027"),
    ] {
        let kind = PinKind::Logon;
        let change = ChangePin {
            kind,
            current_pin,
            new_pin,
            repeated: new_pin,
        };
        let _ = change_pin::run(&t.app, &current, change, &origin())
            .await
            .unwrap();
    }
    let expected = ["pin-change-refused", "pin-change-refused", "pin-changed"];
    assert_eq!(since(&t, &t.newcomer, &mut seen).await, expected);
}

#[tokio::test]
async fn refusals_suspensions_and_time_outs_are_recorded() {
    let t = TestApp::sqlite("story of refusals").await;
    let mut seen = 0;
    let opened = t.open(&t.newcomer, 1).await.unwrap();
    let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
    assert!(issued.unwrap().is_err());
    assert!(t.open(&t.newcomer, 5_000_001).await.is_err());
    let expected = [
        "authorization-opened",
        "mail-otp-refused",
        "authorization-refused",
    ];
    assert_eq!(since(&t, &t.newcomer, &mut seen).await, expected);

    let token = t.log_on(&t.newcomer).await;
    let id = t.enter(&token, &entry("5,000,001")).await;
    assert!(t.prepare(&token, &id).await.is_err());
    t.clock.advance_secs(901);
    let _ = current_session::run(&t.app, &token, &origin())
        .await
        .unwrap();
    let expected = ["logon-started", "logon-completed", "instruction-registered"];
    let end = ["authorization-refused", "session-ended"];
    assert_eq!(
        since(&t, &t.newcomer, &mut seen).await,
        [expected.as_slice(), &end].concat()
    );

    for _ in 0..5 {
        let _ = t.start_logon(&t.newcomer, "wrong1").await;
    }
    let kinds = since(&t, &t.newcomer, &mut seen).await;
    assert_eq!(kinds[..5], ["logon-refused"; 5]);
    assert_eq!(kinds[5..], ["person-suspended"]);
}

#[tokio::test]
async fn acts_of_the_institution_and_unknown_ids_are_recorded() {
    let t = TestApp::sqlite("story of the institution").await;
    let key = set_up::add_api_client(&t.app, "portal-x", "Portal X")
        .await
        .unwrap();
    assert!(key.is_ok());
    set_up::revoke_api_client(&t.app, "portal-x")
        .await
        .unwrap()
        .unwrap();
    let mut nobody = t.clerk.clone();
    nobody.user_id = "nobody".to_owned();
    assert!(t.start_logon(&nobody, "wrong1").await.is_err());
    let rows =
        t.db.read(
            "SELECT chain, kind FROM audit_events WHERE person_id IS NULL \
        ORDER BY chain DESC, seq",
            &[],
        )
        .await
        .unwrap();
    let kinds: Vec<_> = rows
        .iter()
        .map(|r| (r.text(0).unwrap(), r.text(1).unwrap()))
        .collect();
    let institution = ["institution-act", "institution-act", "logon-refused"];
    let contract = ["institution-act"; 4];
    let expected: Vec<_> = institution
        .map(|k| ("institution", k))
        .into_iter()
        .chain(contract.map(|k| ("1000000001", k)))
        .collect();
    assert_eq!(
        kinds, expected,
        "the contract and its three people are in the contract's chain"
    );
}

#[tokio::test]
async fn the_record_is_sound_after_a_long_day_and_tampering_shows() {
    for (statement, reason) in [
        (
            "UPDATE audit_events SET data = '{}' WHERE kind = 'authorized'",
            "the event was changed",
        ),
        (
            "UPDATE audit_events SET at = at + 1 WHERE kind = 'authorized'",
            "the event was changed",
        ),
        (
            "DELETE FROM audit_events WHERE kind = 'authorized'",
            "events are missing",
        ),
        (
            "DELETE FROM audit_events WHERE chain = '1000000001' AND seq = \
             (SELECT MAX(seq) FROM audit_events WHERE chain = '1000000001')",
            "the tail is cut off",
        ),
    ] {
        let t = TestApp::sqlite("tampering").await;
        t.transfer(&t.clerk, "100,648").await.unwrap();
        t.transfer(&t.admin, "5,000").await.unwrap();
        t.deliver().await;
        assert!(t.start_logon(&t.newcomer, "wrong1").await.is_err());
        let report = verify(&t).await;
        assert!(report.is_sound() && report.events > 15, "{report:?}");

        let mut commit = Commit::housekeeping();
        commit.write(statement, Vec::new());
        t.db.commit(commit).await.unwrap();
        let report = verify(&t).await;
        assert!(
            report.faults.iter().any(|f| f.reason == reason),
            "{statement}: {report:?}"
        );
    }
}
