//! Tokens in people's hands: they show codes by a clock of their own, which may be off.

use std::process::Command;

use warifu_app::domain::factor::Factor;
use warifu_app::domain::ids::{AuthorizationId, ContractId, InstructionId, PersonId};
use warifu_app::domain::instruction::Instruction;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::{Algorithm, Digits, Token, TokenKind, Totp, UsageMode};
use warifu_app::ports::Clock;
use warifu_app::use_cases::answer_authorization::{self, Answer, Authorized, Typed};
use warifu_app::use_cases::confirm_instruction;
use warifu_app::use_cases::hand_out_token::{self, NewToken};
use warifu_app::use_cases::register_token::{self, RegisterToken, Registered};
use warifu_otp::{OtpKey, base32};
use warifu_store::Commit;
use warifu_store::tables::{contracts, tokens};

use crate::application::{CONTRACT, TestApp, TestPerson, origin};
use crate::clock::ManualClock;
use crate::transfers::CLIENT;

/// The shipped profile of S3.
pub const HARDWARE_PROFILE: &str = include_str!("../../../profiles/hardware-token.toml");
/// The shipped profile of S4.
pub const TWO_STEP_PROFILE: &str = include_str!("../../../profiles/two-step.toml");
/// The shipped profile of S2.
pub const SOFTWARE_PROFILE: &str = include_str!("../../../profiles/software-token.toml");

/// A token somebody looks at.
#[derive(Clone)]
pub struct TestToken {
    /// シリアル番号.
    pub serial: String,
    /// How its codes are made.
    pub totp: Totp,
    /// How far its clock is ahead of the right time; negative behind.
    pub ahead_secs: i64,
    secret: Vec<u8>,
}

impl TestToken {
    /// A token of 6 digits whose secret follows from its serial.
    #[must_use]
    pub fn new(serial: &str, period_secs: u32) -> Self {
        let secret = serial.bytes().cycle().take(20).collect();
        let totp = Totp::new(Algorithm::Sha1, Digits::Six, period_secs).expect("a period");
        Self {
            serial: serial.to_owned(),
            totp,
            ahead_secs: 0,
            secret,
        }
    }

    /// Its secret.
    #[must_use]
    pub fn key(&self) -> OtpKey {
        OtpKey::from_bytes(&self.secret).expect("20 bytes")
    }

    /// The code it shows now.
    #[must_use]
    pub fn code(&self, clock: &ManualClock) -> String {
        self.code_in(clock, 0)
    }

    /// The code it shows `steps` codes later, or earlier.
    #[must_use]
    pub fn code_in(&self, clock: &ManualClock, steps: i64) -> String {
        let shift = steps * i64::from(self.totp.period_secs());
        let secs = clock.now().as_second() + self.ahead_secs + shift;
        let step = self.totp.step_at(secs).expect("after 1970");
        self.totp.code(&self.key(), step).expose().to_owned()
    }

    /// The code that `oathtool` says this token shows now.
    #[must_use]
    pub fn oathtool_code(&self, clock: &ManualClock) -> String {
        let at = format!("@{}", clock.now().as_second() + self.ahead_secs);
        let period = format!("{}s", self.totp.period_secs());
        let ran = Command::new("oathtool")
            .args(["--totp=sha1", "-d", "6", "-s", &period, "--now", &at, "-b"])
            .arg(&*base32::encode(&self.key()))
            .output();
        let output = ran.expect("oathtool is installed").stdout;
        String::from_utf8(output).expect("digits").trim().to_owned()
    }
}

impl TestApp {
    /// A hardware token of 30 s lent to the test contract, used by nobody.
    pub async fn lend(&self, serial: &str) -> TestToken {
        self.hand_out(serial, TokenKind::Hardware, &[]).await
    }

    /// A token in use by these persons; a hardware token of 30 s, or a software token of 60 s without an
    /// app's key.
    pub async fn hand_out(
        &self,
        serial: &str,
        kind: TokenKind,
        persons: &[&TestPerson],
    ) -> TestToken {
        let period_secs = if kind == TokenKind::Hardware { 30 } else { 60 };
        let token = TestToken::new(serial, period_secs);
        let new = NewToken {
            serial,
            kind,
            totp: token.totp,
            key: &token.key(),
        };
        let contract = ContractId::parse(CONTRACT).expect("an ID");
        let users: Vec<PersonId> = persons.iter().map(|p| p.id()).collect();
        let handed = hand_out_token::run(&self.app, &contract, new, &users).await;
        handed.expect("works").expect("handed out");
        token
    }

    /// Sets 利用形態 behind the application's back.
    pub async fn set_mode(&self, mode: UsageMode) {
        let id = ContractId::parse(CONTRACT).expect("an ID");
        let found = contracts::find(&self.db, &id).await.expect("works");
        let mut contract = found.expect("the contract");
        contract.token_mode = mode;
        let mut commit = Commit::housekeeping();
        contracts::update(&mut commit, &contract);
        self.db.commit(commit).await.expect("works");
    }

    /// A token's record as it stands.
    pub async fn token_record(&self, token: &TestToken) -> Token {
        let found = tokens::find_by_serial(&self.db, &token.serial).await;
        found.expect("works").expect("a token").token
    }

    /// Logs a person on where the token's code is the last thing asked; the session's token.
    pub async fn log_on_with(&self, person: &TestPerson, code: &str) -> Result<String, Refusal> {
        let started = self.start_logon(person, &person.logon_pin).await?;
        if !started.cells.is_empty() {
            let cells = person.cells(&started.cells);
            let grid = Factor::Grid;
            self.answer_logon(&started.logon_id, grid, &cells).await?;
        }
        let factor = Factor::TokenOtp;
        let opened = self.answer_logon(&started.logon_id, factor, code).await?;
        Ok(opened.expect("complete").token)
    }
}

impl TestApp {
    /// Registers a token on the administrator's screen, with the right PIN.
    pub async fn register_token(
        &self,
        session: &str,
        actor: &TestPerson,
        (serial, code): (&str, &str),
        persons: &[&TestPerson],
    ) -> Result<Registered, Refusal> {
        let current = self.current(session).await;
        let ids: Vec<PersonId> = persons.iter().map(|p| p.id()).collect();
        let command = RegisterToken {
            serial,
            code,
            persons: &ids,
            confirmation_pin: &actor.confirmation_pin,
        };
        let registered = register_token::run(&self.app, &current, command, &origin()).await;
        registered.expect("works")
    }

    /// Answers on the confirmation screen with the PIN and a token's code.
    pub async fn confirm_with(
        &self,
        session: &str,
        person: &TestPerson,
        id: &InstructionId,
        code: &str,
    ) -> Result<Instruction, Refusal> {
        let current = self.current(session).await;
        let digest = self.digest(id).await;
        let shown = (digest.as_str(), person.typed(code));
        let confirmed = confirm_instruction::run(&self.app, &current, id, shown, &origin()).await;
        confirmed.expect("works")
    }

    /// A client system hands in the PIN and a token's code.
    pub async fn answer_with(
        &self,
        person: &TestPerson,
        id: &AuthorizationId,
        code: &str,
    ) -> Result<Authorized, Refusal> {
        let answer = person.token_answer(id, code);
        let answered = answer_authorization::run(&self.app, answer, &origin()).await;
        answered.expect("works")
    }
}

impl TestPerson {
    /// The right PIN and some code of a token.
    #[must_use]
    pub fn token_answer<'a>(&'a self, id: &'a AuthorizationId, code: &'a str) -> Answer<'a> {
        Answer {
            id,
            client: CLIENT,
            typed: self.typed(code),
            digest: None,
            request_id: None,
        }
    }

    fn typed<'a>(&'a self, code: &'a str) -> Typed<'a> {
        Typed {
            confirmation_pin: Some(&self.confirmation_pin),
            token_otp: Some(code),
            ..Typed::default()
        }
    }
}
