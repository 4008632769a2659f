//! APP-1 to APP-3: what the phone may approve, what it may not, and what its silence and its rejection
//! come to.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use warifu_app::domain::authorization::{Approval, Authorization, Void, approval_message};
use warifu_app::domain::ids::{AuthorizationId, InstructionId};
use warifu_app::domain::instruction::Status;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::answer_authorization::{self, Answer, Authorized, Typed};
use warifu_app::use_cases::register_transfer::Change;
use warifu_app::use_cases::{app_inbox, confirmation_qr};
use warifu_store::tables::{authorizations, instructions};
use warifu_testkit::application::{START, origin};
use warifu_testkit::phone::AppKey;
use warifu_testkit::tokens::SOFTWARE_PROFILE;
use warifu_testkit::transfers::{CLIENT, entry, other_than};
use warifu_testkit::{TestApp, TestPerson, TestPhone};

/// The clerk at the PC with a phone in service.
struct Desk {
    t: TestApp,
    session: String,
    phone: TestPhone,
}

impl Desk {
    async fn start(seed: &str) -> Self {
        let t = TestApp::sqlite_with(seed, SOFTWARE_PROFILE, START).await;
        let session = t.log_on(&t.clerk).await;
        let phone = t.phone_in_service(&session, &t.clerk).await;
        Self { t, session, phone }
    }

    /// A transfer on the confirmation screen, and what the phone is shown.
    async fn asked(&self, amount: &str) -> (InstructionId, Authorization) {
        let id = self.t.enter(&self.session, &entry(amount)).await;
        let confirmation = self.t.prepare(&self.session, &id).await.unwrap();
        (id, confirmation.authorization)
    }

    async fn confirm(&self, id: &InstructionId, code: Option<&str>) -> Result<Status, Refusal> {
        let typed = Typed {
            confirmation_pin: Some(&self.t.clerk.confirmation_pin),
            approval_code: code,
            ..Typed::default()
        };
        let confirmed = self.t.confirm_typed(&self.session, id, typed).await;
        confirmed.map(|instruction| instruction.status)
    }

    async fn authorization(&self, id: &AuthorizationId) -> Authorization {
        let found = authorizations::find(&self.t.db, id).await;
        found.unwrap().unwrap()
    }

    async fn status(&self, id: &InstructionId) -> Status {
        let found = instructions::find(&self.t.db, id).await;
        found.unwrap().unwrap().status
    }

    /// The eight digits for what the phone was shown, some seconds from now.
    fn code(&self, shown: &Authorization, in_secs: i64) -> String {
        let at = self.t.secs() + in_secs;
        self.phone.transaction_code(shown, at)
    }
}

async fn phone_of(t: &TestApp, person: &TestPerson) -> TestPhone {
    let session = t.log_on(person).await;
    t.phone_in_service(&session, person).await
}

async fn api_answer(t: &TestApp, id: &AuthorizationId) -> Result<Authorized, Refusal> {
    let answer = Answer {
        id,
        client: CLIENT,
        typed: Typed {
            confirmation_pin: Some(&t.clerk.confirmation_pin),
            ..Typed::default()
        },
        digest: None,
        request_id: None,
    };
    let answered = answer_authorization::run(&t.app, answer, &origin()).await;
    answered.unwrap()
}

#[tokio::test]
async fn a_transfer_waits_until_the_phone_approved_it() {
    let d = Desk::start("approve").await;
    let (id, shown) = d.asked("100,648").await;
    assert_eq!(shown.approval, Approval::Waiting);
    assert_eq!(d.confirm(&id, None).await, Err(Refusal::NotApproved));
    let inbox = d.phone.inbox(&d.t).await.ok().unwrap();
    assert_eq!(inbox.waiting.len(), 1);
    assert_eq!(inbox.waiting[0].canonical, shown.canonical);
    d.phone.approve(&d.t, &shown).await.unwrap();
    assert_eq!(d.phone.inbox(&d.t).await.ok().unwrap().waiting.len(), 0);
    // The signature is kept: anybody can check what was approved by whose key.
    let kept = d.authorization(&shown.id).await;
    assert!(matches!(kept.approval, Approval::Approved { .. }));
    // The PC still asks for the confirmation PIN.
    let without =
        d.t.confirm_typed(&d.session, &id, Typed::default())
            .await
            .err();
    assert_eq!(without, Some(Refusal::MissingAnswer));
    assert_eq!(d.confirm(&id, None).await, Ok(Status::Accepted));
}

#[tokio::test]
async fn a_rejection_stops_the_transfer_and_tells_user_and_administrator() {
    let d = Desk::start("reject").await;
    let (id, shown) = d.asked("100,648").await;
    d.phone.reject(&d.t, &shown).await.unwrap();
    assert_eq!(d.status(&id).await, Status::Cancelled);
    let state = d
        .authorization(&shown.id)
        .await
        .state_name(shown.created_at);
    assert_eq!(state, "void");
    assert!(d.confirm(&id, None).await.is_err());
    let after = d.phone.approve(&d.t, &shown).await;
    assert_eq!(after, Err(Refusal::Rejected));
    d.t.deliver().await;
    for address in [
        "notice-keiri01@test-shoji.example",
        "notice-kanri@test-shoji.example",
    ] {
        let mail = d.t.mails.last_to(address).unwrap();
        assert!(mail.subject.contains("拒否"), "{}", mail.subject);
        assert!(mail.text.contains("100,648 円"), "{}", mail.text);
    }
}

#[tokio::test]
async fn of_an_approval_and_a_rejection_the_first_counts() {
    let d = Desk::start("first counts").await;
    let (id, shown) = d.asked("100,648").await;
    d.phone.approve(&d.t, &shown).await.unwrap();
    let rejected = d.phone.reject(&d.t, &shown).await;
    assert_eq!(rejected, Err(Refusal::WrongState));
    let again = d.phone.approve(&d.t, &shown).await;
    assert_eq!(again, Err(Refusal::WrongState), "a replay changes nothing");
    assert_eq!(d.confirm(&id, None).await, Ok(Status::Accepted));
    let after = d.phone.reject(&d.t, &shown).await;
    assert_eq!(after, Err(Refusal::AlreadyUsed));
    assert_eq!(d.status(&id).await, Status::Accepted);
}

#[tokio::test]
async fn silence_expires_it_to_the_microsecond() {
    let d = Desk::start("silence").await;
    let in_time = d.t.open(&d.t.clerk, 1_000).await.unwrap();
    let late = d.t.open(&d.t.clerk, 1_000).await.unwrap();
    d.t.clock.advance_secs(1_800);
    d.phone.approve(&d.t, &in_time).await.unwrap();
    d.t.clock.advance_micros(1);
    let refused = d.phone.approve(&d.t, &late).await;
    assert_eq!(refused, Err(Refusal::Expired));
    assert_eq!(d.phone.inbox(&d.t).await.ok().unwrap().waiting.len(), 0);
    assert_eq!(
        api_answer(&d.t, &late.id).await.err(),
        Some(Refusal::Expired)
    );
}

#[tokio::test]
async fn a_client_systems_authorization_is_approved_and_rejected_alike() {
    let d = Desk::start("api").await;
    let shown = d.t.open(&d.t.clerk, 100_648).await.unwrap();
    let early = api_answer(&d.t, &shown.id).await.err();
    assert_eq!(early, Some(Refusal::NotApproved));
    d.phone.approve(&d.t, &shown).await.unwrap();
    assert!(api_answer(&d.t, &shown.id).await.is_ok());
    let other = d.t.open(&d.t.clerk, 5_000).await.unwrap();
    d.phone.reject(&d.t, &other).await.unwrap();
    let refused = api_answer(&d.t, &other.id).await.err();
    assert_eq!(refused, Some(Refusal::Rejected));
}

#[tokio::test]
async fn a_signature_over_anything_else_is_refused() {
    let d = Desk::start("tampered").await;
    let (id, shown) = d.asked("100,648").await;
    let (_, other) = d.asked("5,000").await;
    let tampered = shown.canonical.replace("100648", "999999");
    assert_ne!(tampered, shown.canonical);
    let sign = |approves, id: &str, canonical: &str| {
        d.phone
            .signing
            .sign(&approval_message(approves, id, canonical))
    };
    let own = shown.id.as_str();
    for (case, signature) in [
        ("another amount", sign(true, own, &tampered)),
        (
            "another ID",
            sign(true, other.id.as_str(), &shown.canonical),
        ),
        ("another content", sign(true, own, &other.canonical)),
        ("a rejection", sign(false, own, &shown.canonical)),
        (
            "another key",
            AppKey::generate().sign(&approval_message(true, own, &shown.canonical)),
        ),
        (
            "an inbox request",
            d.phone.signing.sign_request("inbox", own, 0),
        ),
        ("zeros", vec![0; 64]),
        ("nothing", Vec::new()),
    ] {
        let sent = d.phone.send(&d.t, &shown.id, true, &signature).await;
        assert_eq!(sent, Err(Refusal::NotFound), "{case}");
    }
    assert_eq!(d.confirm(&id, None).await, Err(Refusal::NotApproved));
    d.phone.approve(&d.t, &shown).await.unwrap();
}

#[tokio::test]
async fn nobody_elses_phone_sees_or_answers_it() {
    let d = Desk::start("other phone").await;
    let (_, shown) = d.asked("100,648").await;
    let other = phone_of(&d.t, &d.t.newcomer).await;
    assert_eq!(other.inbox(&d.t).await.ok().unwrap().waiting.len(), 0);
    for approves in [true, false] {
        let signature = other.sign_answer(&shown, approves);
        let sent = other.send(&d.t, &shown.id, approves, &signature).await;
        assert_eq!(sent, Err(Refusal::NotFound));
    }
    assert_eq!(d.authorization(&shown.id).await.approval, Approval::Waiting);
}

#[tokio::test]
async fn a_request_counts_for_its_purpose_and_its_time_only() {
    let d = Desk::start("requests").await;
    let ask = async |purpose: &str, serial: &str, at_secs: i64, said_secs: i64| {
        let signature = d
            .phone
            .signing
            .sign_request(purpose, &d.phone.serial, at_secs);
        let request = app_inbox::AppRequest {
            serial,
            at_secs: said_secs,
            signature: &signature,
        };
        let shown = app_inbox::run(&d.t.app, &request).await.unwrap();
        shown.map(|_| ())
    };
    let (now, own) = (d.t.secs(), d.phone.serial.as_str());
    for at in [now - 300, now, now + 300] {
        assert_eq!(ask("inbox", own, at, at).await, Ok(()));
    }
    for (purpose, serial, at, said) in [
        ("inbox", own, now - 301, now - 301),
        ("inbox", own, now + 301, now + 301),
        ("inbox", own, now - 301, now),
        ("inbox", own, i64::MIN, i64::MIN),
        ("inbox", "WA000000000000", now, now),
        ("renewal", own, now, now),
    ] {
        let refused = ask(purpose, serial, at, said).await;
        assert_eq!(refused, Err(Refusal::NotFound), "{purpose} {at} {said}");
    }
}

#[tokio::test]
async fn a_payee_changed_between_display_and_confirmation_voids_the_approval() {
    let d = Desk::start("payee changed").await;
    let (id, shown) = d.asked("100,648").await;
    d.phone.approve(&d.t, &shown).await.unwrap();
    let mut thief = entry("100,648");
    thief.account_number = "7654321".to_owned();
    let change = Change::Replace(0, &thief);
    assert!(d.t.register(&d.session, Some(&id), change).await.is_ok());
    let voided = d.authorization(&shown.id).await;
    assert_eq!(
        voided.state,
        warifu_app::domain::authorization::State::Void(Void::ContentChanged)
    );
    assert!(
        d.confirm(&id, None).await.is_err(),
        "nothing is open for it"
    );
    let asked = d.t.prepare(&d.session, &id).await.unwrap().authorization;
    assert_eq!(asked.approval, Approval::Waiting);
    assert_eq!(d.confirm(&id, None).await, Err(Refusal::NotApproved));
    // The old signature doesn't fit what is asked now.
    let old = d.phone.sign_answer(&shown, true);
    let sent = d.phone.send(&d.t, &asked.id, true, &old).await;
    assert_eq!(sent, Err(Refusal::NotFound));
    let late = d.phone.approve(&d.t, &shown).await;
    assert_eq!(late, Err(Refusal::ContentChanged));
}

#[tokio::test]
async fn no_more_than_three_wait_so_that_nobody_is_tired_into_approving() {
    let d = Desk::start("waiting").await;
    let mut waiting = Vec::new();
    for amount in [1_000, 2_000, 3_000] {
        waiting.push(d.t.open(&d.t.clerk, amount).await.unwrap());
    }
    let fourth = d.t.open(&d.t.clerk, 4_000).await;
    assert!(matches!(fourth, Err(Refusal::RateLimited { .. })));
    let id = d.t.enter(&d.session, &entry("5,000")).await;
    let portal = d.t.prepare(&d.session, &id).await;
    assert!(matches!(portal, Err(Refusal::RateLimited { .. })));
    // Another person's do not count.
    phone_of(&d.t, &d.t.newcomer).await;
    d.t.open(&d.t.newcomer, 4_000).await.unwrap();
    // An answer makes room.
    d.phone.reject(&d.t, &waiting[0]).await.unwrap();
    d.t.open(&d.t.clerk, 4_000).await.unwrap();
}

#[tokio::test]
async fn a_revoked_tokens_phone_can_not_approve_any_more() {
    let d = Desk::start("revoked").await;
    let shown = d.t.open(&d.t.clerk, 1_000).await.unwrap();
    let approved = d.t.open(&d.t.clerk, 2_000).await.unwrap();
    d.phone.approve(&d.t, &approved).await.unwrap();
    let at = d.t.app.now().unwrap();
    d.t.change(&d.t.clerk, |p| {
        p.token = None;
        p.token_revoked_at = Some(at);
    })
    .await;
    let refused = d.phone.approve(&d.t, &shown).await;
    assert_eq!(refused, Err(Refusal::NotFound));
    let refused = api_answer(&d.t, &approved.id).await.err();
    let hold = |r: &Refusal| matches!(r, Refusal::RevocationHold { .. });
    assert!(refused.is_some_and(|r| hold(&r)));
}

#[tokio::test]
async fn what_was_opened_before_the_app_came_into_service_is_opened_anew() {
    let t = TestApp::sqlite_with("opened before", SOFTWARE_PROFILE, START).await;
    let session = t.log_on(&t.clerk).await;
    let id = t.enter(&session, &entry("100,648")).await;
    let before = t.prepare(&session, &id).await.unwrap().authorization;
    assert_eq!(before.approval, Approval::NotAsked);
    let phone = t.phone_in_service(&session, &t.clerk).await;
    let asked = t.prepare(&session, &id).await.unwrap().authorization;
    assert_ne!(asked.id, before.id);
    phone.approve(&t, &asked).await.unwrap();
}

/// APP-3: 「＋」 a phone without network.
#[tokio::test]
async fn without_network_the_phone_makes_a_code_from_what_it_was_shown() {
    let d = Desk::start("offline").await;
    let (id, shown) = d.asked("100,648").await;
    let (other_id, other) = d.asked("5,000").await;
    let right = d.code(&shown, 0);
    assert_eq!(right.len(), 8);
    let foreign = phone_of(&d.t, &d.t.newcomer).await;
    for (case, wrong) in [
        ("another digit", other_than(&right)),
        ("another transaction's", d.code(&other, 0)),
        ("two minutes old", d.code(&shown, -120)),
        ("two minutes ahead", d.code(&shown, 120)),
    ] {
        let refused = d.confirm(&id, Some(&wrong)).await;
        assert_eq!(refused, Err(Refusal::WrongAnswer), "{case}");
    }
    d.t.change(&d.t.clerk, |p| p.failures.token_otp = 0).await;
    let wrong = foreign.transaction_code(&shown, d.t.secs());
    let refused = d.confirm(&id, Some(&wrong)).await;
    assert_eq!(refused, Err(Refusal::WrongAnswer), "another phone's");
    let right = d.code(&shown, -60);
    assert_eq!(d.confirm(&id, Some(&right)).await, Ok(Status::Accepted));
    let next = d.code(&other, 60);
    assert_eq!(
        d.confirm(&other_id, Some(&next)).await,
        Ok(Status::Accepted)
    );
}

#[tokio::test]
async fn guessed_codes_suspend() {
    let d = Desk::start("offline guesses").await;
    let (id, shown) = d.asked("100,648").await;
    for _ in 0..5 {
        let wrong = other_than(&d.code(&shown, 0));
        let refused = d.confirm(&id, Some(&wrong)).await;
        assert_eq!(refused, Err(Refusal::WrongAnswer));
    }
    assert!(d.t.record(&d.t.clerk).await.suspended.is_some());
}

#[tokio::test]
async fn the_qr_code_carries_the_transaction_under_a_tag_of_the_tokens_secret() {
    let d = Desk::start("qr").await;
    let (id, shown) = d.asked("100,648").await;
    let current = d.t.current(&d.session).await;
    let url = confirmation_qr::run(&d.t.app, &current, &id).await;
    let url = url.unwrap().unwrap();
    let carried = url.strip_prefix("http://localhost/app/#t=").unwrap();
    let json = BASE64URL_NOPAD.decode(carried.as_bytes()).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["v"], 1);
    assert_eq!(json["serial"], d.phone.serial);
    assert_eq!(json["id"], shown.id.as_str());
    assert_eq!(json["canonical"], shown.canonical);
    let mut mac = Hmac::<Sha256>::new_from_slice(d.phone.key.expose()).unwrap();
    let message = format!("warifu/confirm/v1\n{}\n{}", shown.id, shown.canonical);
    mac.update(message.as_bytes());
    let tag = BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()[..16]);
    assert_eq!(json["tag"], tag);
    // Not once it is answered, and not a colleague's.
    let colleague = d.t.log_on(&d.t.newcomer).await;
    let colleague = d.t.current(&colleague).await;
    let other = confirmation_qr::run(&d.t.app, &colleague, &id).await;
    assert_eq!(other.unwrap(), Err(Refusal::NotFound));
    d.phone.approve(&d.t, &shown).await.unwrap();
    let answered = confirmation_qr::run(&d.t.app, &current, &id).await;
    assert_eq!(answered.unwrap(), Err(Refusal::WrongState));
}
