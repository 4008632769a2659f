//! An application on a database of its own, with one contract, its administrator and two users.

use std::path::Path;
use std::sync::Arc;

use warifu_app::domain::contract::{Contract, Limits};
use warifu_app::domain::factor::Factor;
use warifu_app::domain::ids::{ContractId, LogonId, PersonId, UserId};
use warifu_app::domain::person::{Channel, Person, Role};
use warifu_app::domain::policy::Profile;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::UsageMode;
use warifu_app::ports::Entropy;
use warifu_app::use_cases::answer_logon::LogonAnswer;
use warifu_app::use_cases::session_opening::OpenedSession;
use warifu_app::use_cases::{answer_logon, current_session, deliver_mail, set_up, start_logon};
use warifu_app::{App, EmbeddedLedger, OTHER_BANKS, Origin, Parts, PinPool, Push};
use warifu_store::tables::persons;
use warifu_store::{Commit, Db, DbConfig, KeyRing, SqliteMode, Tls};

use crate::bank::TestBank;
use crate::clock::ManualClock;
use crate::entropy::SeededEntropy;
use crate::mailbox::Mailbox;
use crate::postgres::{Syncing, fresh_database};
use crate::push_service::{CONTACT, HOST, PushService};

/// The shipped profile of S0 and S1.
pub const MAIL_OTP_PROFILE: &str = include_str!("../../../profiles/mail-otp.toml");
/// The shipped bank master data.
pub const BANK_MASTER: &str = include_str!("../../../data/bank-master.tsv");
/// When a test begins unless it says otherwise: a Tuesday, in Tokyo.
pub const START: &str = "2026-11-24T10:00:00";
/// The test contract's number.
pub const CONTRACT: &str = "1000000001";

/// A person of the test contract with everything they hold.
#[derive(Clone, Debug)]
pub struct TestPerson {
    /// Contract number.
    pub contract_id: String,
    /// Empty for the administrator.
    pub user_id: String,
    /// 暗証番号.
    pub logon_pin: String,
    /// 確認暗証番号.
    pub confirmation_pin: String,
    /// Rows of the grid card.
    pub grid: Vec<Vec<String>>,
    /// OTP address, if registered.
    pub otp_mail: Option<String>,
}

/// The application with what tests move and look at.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// Its database, for looking beneath.
    pub db: Db,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Its mail.
    pub mails: Arc<Mailbox>,
    /// Its phones' push service.
    pub pushes: Arc<PushService>,
    /// Its bank.
    pub bank: Arc<TestBank>,
    /// 管理者.
    pub admin: TestPerson,
    /// A user with an OTP address.
    pub clerk: TestPerson,
    /// A user without one.
    pub newcomer: TestPerson,
    config: DbConfig,
    profile: String,
    seed: String,
    dir: Option<tempfile::TempDir>,
}

/// The digits of grid cells, as an answer.
#[must_use]
pub fn cells(typed: &str) -> LogonAnswer<'_> {
    LogonAnswer {
        factor: Factor::Grid,
        typed,
    }
}

impl TestApp {
    /// On SQLite, at [`START`].
    pub async fn sqlite(seed: &str) -> Self {
        Self::sqlite_with(seed, MAIL_OTP_PROFILE, START).await
    }

    /// On SQLite with another profile or at another time.
    pub async fn sqlite_with(seed: &str, profile: &str, local: &str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("warifu.db");
        let config = DbConfig::Sqlite {
            path,
            mode: SqliteMode::ReadWrite,
        };
        Self::start(seed, (profile, local), config, Some(dir)).await
    }

    /// On a PostgreSQL database of its own, at [`START`].
    pub async fn postgres(seed: &str) -> Self {
        Self::postgres_with(seed, MAIL_OTP_PROFILE, START).await
    }

    /// On a PostgreSQL database of its own, with another profile or at another time.
    pub async fn postgres_with(seed: &str, profile: &str, local: &str) -> Self {
        let url = fresh_database(Syncing::Off).await.expect("PostgreSQL");
        let config = DbConfig::Postgres {
            url,
            readers: 2,
            senders: 2,
            tls: Tls::Off,
        };
        Self::start(seed, (profile, local), config, None).await
    }

    /// On a database of one's own, which must be empty.
    pub async fn on(seed: &str, config: DbConfig) -> Self {
        Self::start(seed, (MAIL_OTP_PROFILE, START), config, None).await
    }

    async fn start(
        seed: &str,
        (profile, local): (&str, &str),
        config: DbConfig,
        dir: Option<tempfile::TempDir>,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(local));
        let mails = Arc::new(Mailbox::default());
        let pushes = Arc::new(PushService::default());
        let db = Db::open(&config).await.expect("a database");
        db.migrate().await.expect("migrations");
        let outside = (&clock, &mails, Some(&pushes));
        let (app, bank) = assemble(db.clone(), profile, seed, outside).await;
        let (admin, clerk, newcomer) = people(&app, &db).await;
        Self {
            app,
            db,
            clock,
            mails,
            pushes,
            bank,
            admin,
            clerk,
            newcomer,
            config,
            profile: profile.to_owned(),
            seed: seed.to_owned(),
            dir,
        }
    }

    /// A second server process on the same database: its own connections, the same clock and mail.
    /// PostgreSQL only, since SQLite has one writer.
    pub async fn another_server(&self) -> App {
        let db = Db::open(&self.config).await.expect("the same database");
        let seed = format!("{} again", self.seed);
        let outside = (&self.clock, &self.mails, Some(&self.pushes));
        let (app, _) = assemble(db, &self.profile, &seed, outside).await;
        app
    }

    /// The same server, started without push.
    pub async fn without_push(&self) -> App {
        let seed = format!("{} without push", self.seed);
        let outside = (&self.clock, &self.mails, None);
        let (app, _) = assemble(self.db.clone(), &self.profile, &seed, outside).await;
        app
    }

    /// Another user of the contract, with a notice address and no OTP address.
    pub async fn add_user(&self, user: &str, role: Role) -> TestPerson {
        let id = ContractId::parse(CONTRACT).expect("an ID");
        person(&self.app, &id, (Some(user), role), None).await
    }

    /// The directory that holds every file of a SQLite database.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.dir.as_ref().expect("on SQLite").path()
    }

    /// A person's record as it stands.
    pub async fn record(&self, person: &TestPerson) -> Person {
        let found = persons::find(&self.db, &person.id()).await;
        found.expect("works").expect("a person")
    }

    /// Changes a person's record behind the application's back, as a later version's screens will.
    pub async fn change(&self, person: &TestPerson, change: impl FnOnce(&mut Person)) {
        let mut record = self.record(person).await;
        change(&mut record);
        let mut commit = Commit::housekeeping();
        persons::update(&mut commit, &record);
        self.db.commit(commit).await.expect("works");
    }

    /// Hands over all mail that waits.
    pub async fn deliver(&self) {
        deliver_mail::run(&self.app)
            .await
            .expect("mail is delivered");
    }

    /// The code in the newest mail to an address.
    pub async fn mailed_code(&self, address: &str) -> String {
        self.deliver().await;
        self.mails.last_to(address).expect("a mail").code()
    }

    /// The first step of a logon, with any PIN.
    pub async fn start_logon(
        &self,
        person: &TestPerson,
        pin: &str,
    ) -> Result<start_logon::Started, Refusal> {
        let command = person.logon(pin);
        let started = start_logon::run(&self.app, command, &origin()).await;
        started.expect("works")
    }

    /// Logs a person on completely; the session's token.
    pub async fn log_on(&self, person: &TestPerson) -> String {
        let started = self.start_logon(person, &person.logon_pin).await;
        let started = started.expect("the PIN is right");
        if let Some(session) = started.session {
            return session.token;
        }
        let cells = person.cells(&started.cells);
        let answered = self
            .answer_logon(&started.logon_id, Factor::Grid, &cells)
            .await;
        answered
            .expect("the cells are right")
            .expect("complete")
            .token
    }

    /// Answers a logon; the session, once it is complete.
    pub async fn answer_logon(
        &self,
        id: &LogonId,
        factor: Factor,
        typed: &str,
    ) -> Result<Option<OpenedSession>, Refusal> {
        let answer = LogonAnswer { factor, typed };
        let answered = answer_logon::run(&self.app, id, answer, &origin()).await;
        answered.expect("works").map(|progress| progress.session)
    }

    /// The session of a token, as use cases take it.
    pub async fn current(&self, token: &str) -> current_session::Current {
        let current = current_session::run(&self.app, token, &origin()).await;
        current.expect("works").expect("a live session")
    }
}

impl TestPerson {
    /// Contract and user.
    #[must_use]
    pub fn id(&self) -> PersonId {
        let contract = ContractId::parse(&self.contract_id).expect("an ID");
        PersonId::new(&contract, UserId::parse(&self.user_id).ok().as_ref())
    }

    /// What this person types to log on from a PC, with any PIN.
    #[must_use]
    pub fn logon<'a>(&'a self, pin: &'a str) -> start_logon::StartLogon<'a> {
        start_logon::StartLogon {
            contract_id: &self.contract_id,
            user_id: &self.user_id,
            pin,
            channel: Channel::Pc,
        }
    }

    /// The digits of the asked cells, in their order.
    #[must_use]
    pub fn cells(&self, cells: &[String]) -> String {
        cells.iter().map(|cell| self.cell(cell)).collect()
    }

    fn cell(&self, name: &str) -> &str {
        let column = usize::from(name.as_bytes()[0] - b'A');
        let row: usize = name[1..].parse().expect("a row");
        &self.grid[row - 1][column]
    }
}

/// Where tests come from.
#[must_use]
pub fn origin() -> Origin {
    Origin {
        address: "192.0.2.10".to_owned(),
        channel: Channel::Pc,
        request_id: "test".to_owned(),
    }
}

type Outside<'a> = (
    &'a Arc<ManualClock>,
    &'a Arc<Mailbox>,
    Option<&'a Arc<PushService>>,
);

async fn assemble(
    db: Db,
    profile: &str,
    seed: &str,
    (clock, mails, pushes): Outside<'_>,
) -> (App, Arc<TestBank>) {
    let entropy = Arc::new(SeededEntropy::new(seed));
    let fill = Arc::clone(&entropy);
    let key = format!("k1 {}\n", data_encoding::BASE64.encode(&[7; 32]));
    let ring = KeyRing::from_key_file(&key, Arc::new(move |bytes: &mut [u8]| fill.fill(bytes)))
        .expect("a key file");
    let vault = db.open_vault(ring).await.expect("a vault");
    let profile = Profile::parse(profile).unwrap_or_else(|faults| panic!("{faults:?}"));
    let bank = profile.institution.bank_code.clone();
    let core_banking = Arc::new(TestBank::new(EmbeddedLedger::new(db.clone(), bank)));
    let bank = Arc::clone(&core_banking);
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let mailer: Arc<Mailbox> = Arc::clone(mails);
    let parts = Parts {
        core_banking,
        db,
        vault,
        profile,
        clock,
        entropy,
        mailer,
        pins: PinPool::start(2),
        shipped_master: BANK_MASTER,
        public_origin: "http://localhost".to_owned(),
        push: pushes.map(|pushes| Push {
            sender: Arc::<PushService>::clone(pushes),
            contact: CONTACT.to_owned(),
            hosts: vec![HOST.to_owned()],
        }),
    };
    (App::new(parts).await.expect("an application"), bank)
}

async fn people(app: &App, db: &Db) -> (TestPerson, TestPerson, TestPerson) {
    let id = ContractId::parse(CONTRACT).expect("an ID");
    let ledger = EmbeddedLedger::new(db.clone(), app.profile().institution.bank_code.clone());
    ledger
        .open_account(OTHER_BANKS, None, "OTHER BANKS", 0)
        .await
        .expect("an account");
    let (account, holder) = ("001-1234567", "ｶ)ﾃｽﾄｼﾖｳｼﾞ");
    ledger
        .open_account(account, Some(&id), holder, 10_000_000)
        .await
        .expect("an account");
    ledger
        .open_account("002-7654321", Some(&id), holder, 500_000)
        .await
        .expect("an account");
    let contract = Contract {
        id: id.clone(),
        name: "株式会社テスト商事".to_owned(),
        stopped: false,
        limits: Limits {
            per_transfer_yen: Some(5_000_000),
            per_day_yen: Some(8_000_000),
        },
        representative_account: account.to_owned(),
        token_mode: UsageMode::OneEach,
        version: 1,
    };
    set_up::open_contract(app, &contract)
        .await
        .expect("works")
        .expect("a new contract");
    let admin = person(
        app,
        &id,
        (None, Role::Administrator),
        Some("kanri@test-shoji.example"),
    )
    .await;
    let clerk = person(
        app,
        &id,
        (Some("keiri01"), Role::General),
        Some("keiri01@test-shoji.example"),
    )
    .await;
    let newcomer = person(app, &id, (Some("keiri02"), Role::General), None).await;
    (admin, clerk, newcomer)
}

async fn person(
    app: &App,
    contract: &ContractId,
    (user, role): (Option<&str>, Role),
    otp_mail: Option<&str>,
) -> TestPerson {
    let new = set_up::NewPerson {
        user_id: user.map(|u| UserId::parse(u).expect("an ID")),
        role,
        name: format!("テスト {}", user.unwrap_or("管理者")),
        otp_mail: otp_mail.map(str::to_owned),
        notice_mail: Some(format!(
            "notice-{}@test-shoji.example",
            user.unwrap_or("kanri")
        )),
        limits: Limits::default(),
    };
    let handed = set_up::add_person(app, contract, new).await;
    let handed = handed.expect("works").expect("a new person");
    TestPerson {
        contract_id: contract.to_string(),
        user_id: user.unwrap_or_default().to_owned(),
        logon_pin: handed.logon_pin,
        confirmation_pin: handed.confirmation_pin,
        grid: handed.grid,
        otp_mail: otp_mail.map(str::to_owned),
    }
}
