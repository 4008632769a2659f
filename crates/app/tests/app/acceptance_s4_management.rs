//! S4 appendix 1 (利用停止解除) and appendix 2 (トークンの失効), paragraph by paragraph.

use jiff::SignedDuration;
use warifu_app::Outcome;
use warifu_app::domain::ids::{PersonId, TokenIssueId};
use warifu_app::domain::person::{Counted, Role};
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::session::SessionEnd;
use warifu_app::domain::token::{Issue, IssueStep, OtpState, TokenKind, TokenStatus, UsageMode};
use warifu_app::ports::Clock;
use warifu_app::use_cases::{
    current_session, release_person, release_persons, revoke_tokens, token_overview,
};
use warifu_store::Commit;
use warifu_store::tables::{token_issues, tokens};
use warifu_testkit::application::{START, origin};
use warifu_testkit::tokens::TWO_STEP_PROFILE;
use warifu_testkit::{TestApp, TestPerson, TestToken};

/// The contract with a master user besides; the administrator, the master and the clerk have token apps.
struct Office {
    t: TestApp,
    master: TestPerson,
    admins: TestToken,
    masters: TestToken,
    clerks: TestToken,
}

type Each = Result<Vec<(String, Result<(), Refusal>)>, Refusal>;

impl Office {
    async fn open(seed: &str) -> Self {
        let t = TestApp::sqlite_with(seed, TWO_STEP_PROFILE, START).await;
        let master = t.add_user("masuta", Role::Master).await;
        let app = TokenKind::App;
        Self {
            admins: t.hand_out("WF-00000001", app, &[&t.admin]).await,
            masters: t.hand_out("WF-00000002", app, &[&master]).await,
            clerks: t.hand_out("WF-00000003", app, &[&t.clerk]).await,
            master,
            t,
        }
    }

    async fn log_on(&self, person: &TestPerson, token: &TestToken) -> Result<String, Refusal> {
        let code = token.code(&self.t.clock);
        self.t.log_on_with(person, &code).await
    }

    /// Types wrong codes until the person is suspended.
    async fn suspend(&self, person: &TestPerson) {
        for _ in 0..5 {
            let refused = self.t.log_on_with(person, "000000").await;
            assert_eq!(refused, Err(Refusal::WrongAnswer));
        }
        let suspended = self.t.record(person).await.suspended.unwrap();
        assert_eq!(suspended.because, Counted::TokenOtp);
    }

    async fn each(
        &self,
        session: &str,
        run: impl AsyncFnOnce(&current_session::Current) -> Outcome<Vec<(String, Result<(), Refusal>)>>,
    ) -> Each {
        let current = self.t.current(session).await;
        run(&current).await.unwrap()
    }

    async fn release(&self, session: &str, pin: &str, persons: &[&TestPerson]) -> Each {
        let ids: Vec<PersonId> = persons.iter().map(|p| p.id()).collect();
        let app = &self.t.app;
        self.each(session, async |current| {
            release_persons::run(app, current, &ids, pin, &origin()).await
        })
        .await
    }

    async fn revoke(&self, session: &str, pin: &str, persons: &[&TestPerson]) -> Each {
        let ids: Vec<PersonId> = persons.iter().map(|p| p.id()).collect();
        let app = &self.t.app;
        self.each(session, async |current| {
            revoke_tokens::run(app, current, &ids, pin, &origin()).await
        })
        .await
    }

    async fn state(&self, session: &str, person: &TestPerson) -> OtpState {
        let current = self.t.current(session).await;
        let overview = token_overview::run(&self.t.app, &current).await.unwrap();
        let overview = overview.unwrap();
        let row = overview.persons.iter().find(|r| r.person.id == person.id());
        row.unwrap().state
    }

    async fn ended(&self, session: &str) -> Option<SessionEnd> {
        let current = current_session::run(&self.t.app, session, &origin()).await;
        current.unwrap().unwrap_err()
    }
}

fn only(each: Each) -> Result<(), Refusal> {
    let mut each = each.unwrap();
    assert_eq!(each.len(), 1);
    each.remove(0).1
}

/// 「一定回数以上間違えてしまうと、そのユーザの…サービスを即時利用停止」: live sessions end at once.
#[tokio::test]
async fn wrong_codes_suspend_at_once_and_end_the_live_session() {
    let o = Office::open("s4 suspend").await;
    let session = o.log_on(&o.t.clerk, &o.clerks).await.unwrap();
    o.suspend(&o.t.clerk).await;
    assert_eq!(o.ended(&session).await, Some(SessionEnd::Suspended));
    o.t.clock.advance_secs(60);
    let refused = o.log_on(&o.t.clerk, &o.clerks).await;
    assert_eq!(refused, Err(Refusal::WrongAnswer), "as any failed logon");
}

/// 「マスターユーザまたは管理者ユーザの権限により、対象ユーザの停止を解除」, several at once, and the result list.
#[tokio::test]
async fn masters_and_administrators_release_several_users_at_once() {
    let o = Office::open("s4 release").await;
    o.t.hand_out("WF-00000004", TokenKind::App, &[&o.t.newcomer])
        .await;
    for (person, own) in [(&o.t.admin, &o.admins), (&o.master, &o.masters)] {
        for each in [&o.t.clerk, &o.t.newcomer] {
            o.suspend(each).await;
        }
        o.t.clock.advance_secs(60);
        let session = o.log_on(person, own).await.unwrap();
        assert_eq!(o.state(&session, &o.t.clerk).await, OtpState::Suspended);
        let pin = &person.confirmation_pin;
        let both = [&o.t.clerk, &o.t.newcomer];
        let released = o.release(&session, pin, &both).await.unwrap();
        let expected = [("テスト keiri01", Ok(())), ("テスト keiri02", Ok(()))];
        let expected: Vec<_> = expected.map(|(n, r)| (n.to_owned(), r)).into();
        assert_eq!(released, expected);
        for each in both {
            assert_eq!(o.state(&session, each).await, OtpState::InService);
        }
        assert_eq!(o.t.token_record(&o.clerks).await.failures, 0);
    }
    assert!(o.log_on(&o.t.clerk, &o.clerks).await.is_ok());
    o.t.deliver().await;
    let told = |to| o.t.mails.last_to(to).unwrap().subject;
    for address in [
        "notice-kanri@test-shoji.example",
        "notice-keiri02@test-shoji.example",
    ] {
        assert!(told(address).contains("利用停止解除"), "{address}");
    }
}

/// 「解除操作はマスターユーザおよび管理者ユーザのみ」; nobody releases themselves or whoever shares their token.
#[tokio::test]
async fn who_releases_nobody() {
    let o = Office::open("s4 who releases").await;
    let clerk = o.log_on(&o.t.clerk, &o.clerks).await.unwrap();
    let pin = &o.t.clerk.confirmation_pin;
    let refused = o.release(&clerk, pin, &[&o.t.newcomer]).await;
    assert_eq!(refused, Err(Refusal::NotPermitted));

    let session = o.log_on(&o.t.admin, &o.admins).await.unwrap();
    let pin = &o.t.admin.confirmation_pin;
    assert_eq!(
        o.release(&session, pin, &[]).await,
        Err(Refusal::MissingAnswer)
    );
    let none = o.release(&session, pin, &[&o.t.newcomer]).await;
    assert_eq!(only(none), Err(Refusal::WrongState), "nothing to release");
    let own = o.release(&session, pin, &[&o.t.admin]).await;
    assert_eq!(only(own), Err(Refusal::NotPermitted));
    // The master's token shared with the administrator: neither releases the other.
    o.t.set_mode(UsageMode::Shared).await;
    let shared = o.t.record(&o.t.admin).await.token;
    o.t.change(&o.master, |p| p.token = shared).await;
    o.suspend(&o.master).await;
    let sharer = o.release(&session, pin, &[&o.master]).await;
    assert_eq!(only(sharer), Err(Refusal::NotPermitted));
}

/// 「確認用パスワード」を入力し: a wrong one does nothing and counts.
#[tokio::test]
async fn a_wrong_confirmation_pin_releases_and_revokes_nobody() {
    let o = Office::open("s4 pin").await;
    let session = o.log_on(&o.t.admin, &o.admins).await.unwrap();
    o.suspend(&o.t.clerk).await;
    let both = [&o.t.clerk, &o.master];
    let refused = o.release(&session, "wrong-1", &both).await;
    assert_eq!(refused, Err(Refusal::WrongAnswer));
    let refused = o.revoke(&session, "wrong-1", &both).await;
    assert_eq!(refused, Err(Refusal::WrongAnswer));
    assert_eq!(o.t.record(&o.t.admin).await.failures.confirmation_pin, 2);
    assert!(o.t.record(&o.t.clerk).await.suspended.is_some());
    assert!(o.t.record(&o.master).await.token.is_some());
}

/// 「全てのマスターユーザおよび管理者ユーザが利用停止になり…お取引店舗の窓口にて」 (LCK-3).
#[tokio::test]
async fn with_all_managers_suspended_the_branch_releases() {
    let o = Office::open("s4 branch").await;
    for person in [&o.t.admin, &o.master] {
        o.suspend(person).await;
    }
    let released = release_person::run(&o.t.app, &o.t.admin.id(), "2026-1").await;
    assert_eq!(released.unwrap(), Ok(()));
    o.t.clock.advance_secs(60);
    assert!(o.log_on(&o.t.admin, &o.admins).await.is_ok());
}

/// 「失効後30分後に再度…」: the live session ends at once, the logon says until when, and at 30:00 it works.
#[tokio::test]
async fn a_revocation_ends_the_session_and_holds_logons_for_thirty_minutes() {
    let o = Office::open("s4 revoke").await;
    let clerk = o.log_on(&o.t.clerk, &o.clerks).await.unwrap();
    let session = o.log_on(&o.t.admin, &o.admins).await.unwrap();
    let pin = &o.t.admin.confirmation_pin;
    assert_eq!(only(o.revoke(&session, pin, &[&o.t.clerk]).await), Ok(()));
    assert_eq!(o.ended(&clerk).await, Some(SessionEnd::TokenRevoked));
    assert_eq!(
        o.t.token_record(&o.clerks).await.status,
        TokenStatus::Revoked
    );
    let until = o.t.clock.now() + SignedDuration::from_mins(30);
    assert_eq!(
        o.state(&session, &o.t.clerk).await,
        OtpState::Revoked(until)
    );

    let start = async || o.t.start_logon(&o.t.clerk, &o.t.clerk.logon_pin).await;
    let held = Some(Refusal::RevocationHold { until });
    assert_eq!(start().await.err(), held);
    // Nor does anything leave meanwhile, through whichever door.
    assert_eq!(o.t.open(&o.t.clerk, 5_000).await.err(), held);
    let guessed = o.t.start_logon(&o.t.clerk, "wrong1").await;
    assert_eq!(
        guessed.err(),
        Some(Refusal::WrongAnswer),
        "not told to strangers"
    );
    o.t.clock.advance_secs(29 * 60 + 59);
    assert_eq!(start().await.err(), held);
    o.t.clock.advance_secs(1);
    let started = start().await.ok().unwrap();
    assert!(
        started.session.is_some(),
        "without a token the PIN is enough, to issue a new one"
    );
    // But to take a token away does not lower what a transaction needs.
    let opened = o.t.open(&o.t.clerk, 5_000).await.unwrap();
    let refused = o.t.answer(&o.t.clerk, &opened.id, "").await;
    assert_eq!(refused.err(), Some(Refusal::NoToken));
}

/// 「利用者一覧から対象の利用者をチェックし」: several at once, oneself too; those without a token are named.
#[tokio::test]
async fn several_are_revoked_at_once_and_each_result_is_told() {
    let o = Office::open("s4 several").await;
    let master = o.log_on(&o.master, &o.masters).await.unwrap();
    let session = o.log_on(&o.t.admin, &o.admins).await.unwrap();
    let pin = &o.t.admin.confirmation_pin;
    let chosen = [&o.t.newcomer, &o.t.admin, &o.master];
    let each = o.revoke(&session, pin, &chosen).await.unwrap();
    let results: Vec<_> = each.into_iter().map(|(_, result)| result).collect();
    assert_eq!(results, [Err(Refusal::NoToken), Ok(()), Ok(())]);
    for ended in [&master, &session] {
        assert_eq!(o.ended(ended).await, Some(SessionEnd::TokenRevoked));
    }
    let clerk = o.log_on(&o.t.clerk, &o.clerks).await.unwrap();
    let pin = &o.t.clerk.confirmation_pin;
    let refused = o.revoke(&clerk, pin, &[&o.t.newcomer]).await;
    assert_eq!(refused, Err(Refusal::NotPermitted));
    o.t.deliver().await;
    for address in [
        "notice-kanri@test-shoji.example",
        "notice-masuta@test-shoji.example",
    ] {
        let mail = o.t.mails.last_to(address).unwrap();
        assert!(mail.subject.contains("トークンの失効"), "{}", mail.subject);
    }
}

/// A shared token stays good for the others, who are told.
#[tokio::test]
async fn revoking_one_of_those_who_share_leaves_the_token_to_the_others() {
    let o = Office::open("s4 shared").await;
    o.t.set_mode(UsageMode::Shared).await;
    let shared = o.t.record(&o.t.clerk).await.token;
    o.t.change(&o.t.newcomer, |p| p.token = shared).await;
    let session = o.log_on(&o.t.admin, &o.admins).await.unwrap();
    let pin = &o.t.admin.confirmation_pin;
    assert_eq!(only(o.revoke(&session, pin, &[&o.t.clerk]).await), Ok(()));
    assert_eq!(o.t.token_record(&o.clerks).await.status, TokenStatus::InUse);
    assert!(o.log_on(&o.t.newcomer, &o.clerks).await.is_ok());
    o.t.deliver().await;
    let mail =
        o.t.mails
            .last_to("notice-keiri02@test-shoji.example")
            .unwrap();
    assert!(mail.subject.contains("トークンの失効"), "{}", mail.subject);
}

/// ＜ワンタイムパスワード状態＞: every state of the list (TOK-12).
#[tokio::test]
async fn the_list_shows_every_state() {
    let o = Office::open("s4 states").await;
    let session = o.log_on(&o.t.admin, &o.admins).await.unwrap();
    assert_eq!(
        o.state(&session, &o.t.newcomer).await,
        OtpState::NotRegistered
    );
    assert_eq!(o.state(&session, &o.t.clerk).await, OtpState::InService);
    issuing(&o.t, &o.t.newcomer).await;
    assert_eq!(o.state(&session, &o.t.newcomer).await, OtpState::Issuing);
    o.suspend(&o.t.clerk).await;
    assert_eq!(o.state(&session, &o.t.clerk).await, OtpState::Suspended);
    let mut record = o.t.token_record(&o.masters).await;
    record.expires_at = Some(o.t.clock.now());
    let mut commit = Commit::housekeeping();
    tokens::update(&mut commit, &record);
    o.t.db.commit(commit).await.unwrap();
    assert_eq!(o.state(&session, &o.master).await, OtpState::Expired);
    let pin = &o.t.admin.confirmation_pin;
    assert_eq!(only(o.revoke(&session, pin, &[&o.master]).await), Ok(()));
    let state = o.state(&session, &o.master).await;
    assert!(matches!(state, OtpState::Revoked(_)), "{state:?}");
}

/// A software token on its way to a person.
async fn issuing(t: &TestApp, person: &TestPerson) {
    let token = t.hand_out("WF-00000009", TokenKind::App, &[]).await;
    let mut record = t.token_record(&token).await;
    record.status = TokenStatus::Issuing;
    let owner = t.record(person).await;
    let issue = Issue {
        id: TokenIssueId::from_entropy([1; 16]),
        contract_id: owner.contract_id,
        person_id: owner.id,
        token_id: record.id.clone(),
        mail_to: None,
        link_hash: None,
        step: IssueStep::Mailed,
        tries: 0,
        expires_at: t.clock.now() + SignedDuration::from_mins(30),
        version: 1,
    };
    let mut commit = Commit::housekeeping();
    tokens::update(&mut commit, &record);
    token_issues::insert(&mut commit, &issue, None);
    t.db.commit(commit).await.unwrap();
}
