//! A person's way through the portal with a transfer, and a client system's through the API, step by
//! step. Faults of the system stop the test; refusals come back.

use serde_json::json;
use warifu_app::domain::authorization::Authorization;
use warifu_app::domain::content::RawEntry;
use warifu_app::domain::ids::{AuthorizationId, InstructionId};
use warifu_app::domain::instruction::Instruction;
use warifu_app::domain::operation::{Operation, Stage};
use warifu_app::domain::person::Channel;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::answer_authorization::{self, Answer, Authorized, Typed};
use warifu_app::use_cases::confirm_instruction;
use warifu_app::use_cases::issue_mail_otp::{self, Issued};
use warifu_app::use_cases::open_authorization::{self, NotOpened, OpenAuthorization};
use warifu_app::use_cases::prepare_confirmation::{self, Confirmation, PORTAL};
use warifu_app::use_cases::register_transfer::{self, Change, Registered};

use warifu_store::tables::instructions;

use crate::application::{TestApp, TestPerson, origin};

/// The account most transfers leave from.
pub const FROM: &str = "001-1234567";
/// The client system of the API's tests.
pub const CLIENT: &str = "core-portal";

/// What a clerk types for S0's example: `ウケトリニン１` gets `amount` at another bank.
#[must_use]
pub fn entry(amount: &str) -> RawEntry {
    RawEntry {
        bank_code: "0001".to_owned(),
        branch_code: "001".to_owned(),
        account_type: "ordinary".to_owned(),
        account_number: "1234567".to_owned(),
        payee_name: "ウケトリニン１".to_owned(),
        amount: amount.to_owned(),
    }
}

impl TestApp {
    /// Changes the lines of an instruction, or begins one.
    pub async fn register(
        &self,
        token: &str,
        id: Option<&InstructionId>,
        change: Change<'_>,
    ) -> Result<Registered, Refusal> {
        let current = self.current(token).await;
        let registered =
            register_transfer::run(&self.app, &current, id, (FROM, change), &origin()).await;
        registered.expect("works")
    }

    /// Enters one transfer; the new instruction's ID.
    pub async fn enter(&self, token: &str, raw: &RawEntry) -> InstructionId {
        match self.register(token, None, Change::Add(raw)).await {
            Ok(Registered::Instruction(instruction)) => instruction.id,
            Ok(Registered::Faults(faults)) => panic!("{faults:?}"),
            Err(refusal) => panic!("{refusal:?}"),
        }
    }

    /// Opens the confirmation screen.
    pub async fn prepare(&self, token: &str, id: &InstructionId) -> Result<Confirmation, Refusal> {
        let current = self.current(token).await;
        let prepared = prepare_confirmation::run(&self.app, &current, id, &origin()).await;
        prepared.expect("works")
    }

    /// Asks for a code on the confirmation screen.
    pub async fn issue(&self, id: &AuthorizationId) -> Result<Issued, Refusal> {
        let issued = issue_mail_otp::run(&self.app, id, PORTAL, &origin()).await;
        issued.expect("works")
    }

    /// Answers on the confirmation screen.
    pub async fn confirm(
        &self,
        token: &str,
        id: &InstructionId,
        answers: (Option<&str>, Option<&str>),
    ) -> Result<Instruction, Refusal> {
        let current = self.current(token).await;
        let digest = self.digest(id).await;
        let shown = (digest.as_str(), pin_and_code(answers));
        let confirmed = confirm_instruction::run(&self.app, &current, id, shown, &origin()).await;
        confirmed.expect("works")
    }

    /// The digest of what an instruction says now, as a screen just opened shows it.
    pub async fn digest(&self, id: &InstructionId) -> String {
        let instruction = instructions::find(&self.db, id).await.expect("works");
        instruction.map_or_else(String::new, |i| {
            i.content().bind(&i.contract_id, i.operation()).digest
        })
    }

    /// The confirmation screen up to the mailed code: who logs on, what is confirmed, the code.
    pub async fn until_code(
        &self,
        person: &TestPerson,
        amount: &str,
    ) -> (String, InstructionId, String) {
        let token = self.log_on(person).await;
        let id = self.enter(&token, &entry(amount)).await;
        let code = self.code_for(person, &token, &id).await;
        (token, id, code)
    }

    /// A code for what an instruction says now.
    pub async fn code_for(&self, person: &TestPerson, token: &str, id: &InstructionId) -> String {
        let confirmation = self.prepare(token, id).await.expect("can be confirmed");
        let issued = self.issue(&confirmation.authorization.id).await;
        issued.expect("a code is issued");
        let address = person.otp_mail.as_deref().expect("an OTP address");
        self.mailed_code(address).await
    }

    /// A whole transfer, from logon to the bank's answer.
    pub async fn transfer(
        &self,
        person: &TestPerson,
        amount: &str,
    ) -> Result<Instruction, Refusal> {
        let (token, id, code) = self.until_code(person, amount).await;
        let answers = (Some(person.confirmation_pin.as_str()), Some(code.as_str()));
        self.confirm(&token, &id, answers).await
    }

    /// A client system opens an authorization for a transfer of `amount` yen.
    pub async fn open(&self, person: &TestPerson, amount: i64) -> Result<Authorization, Refusal> {
        let content = json!({
            "payee_name": "ウケトリニン１", "bank_code": "0001", "branch_code": "001",
            "account_type": "ordinary", "account_number": "1234567", "amount": amount,
        });
        let command = OpenAuthorization {
            client: CLIENT,
            contract_id: &person.contract_id,
            user_id: (!person.user_id.is_empty()).then_some(person.user_id.as_str()),
            operation: Operation::Transfer,
            stage: Stage::Transmit,
            channel: Channel::Pc,
            content,
        };
        let opened = open_authorization::run(&self.app, command, &origin()).await;
        match opened.expect("works") {
            Ok(opened) => Ok(opened.authorization),
            Err(NotOpened::Refused(refusal)) => Err(refusal),
            Err(NotOpened::Content(fault)) => panic!("{fault}"),
        }
    }

    /// The client system asks for a code; the mailed code.
    pub async fn api_code(&self, person: &TestPerson, id: &AuthorizationId) -> String {
        let issued = issue_mail_otp::run(&self.app, id, CLIENT, &origin()).await;
        issued.expect("works").expect("a code is issued");
        let address = person.otp_mail.as_deref().expect("an OTP address");
        self.mailed_code(address).await
    }

    /// The client system hands in the right PIN and some code.
    pub async fn answer(
        &self,
        person: &TestPerson,
        id: &AuthorizationId,
        code: &str,
    ) -> Result<Authorized, Refusal> {
        let answer = person.answer(id, code);
        let answered = answer_authorization::run(&self.app, answer, &origin()).await;
        answered.expect("works")
    }
}

impl TestPerson {
    /// The right PIN and some code.
    #[must_use]
    pub fn answer<'a>(&'a self, id: &'a AuthorizationId, code: &'a str) -> Answer<'a> {
        Answer {
            id,
            client: CLIENT,
            typed: Typed {
                confirmation_pin: Some(&self.confirmation_pin),
                mail_otp: Some(code),
                ..Typed::default()
            },
            digest: None,
            request_id: None,
        }
    }
}

/// A confirmation PIN and a mailed code.
#[must_use]
pub fn pin_and_code<'a>(
    (confirmation_pin, mail_otp): (Option<&'a str>, Option<&'a str>),
) -> Typed<'a> {
    Typed {
        confirmation_pin,
        mail_otp,
        ..Typed::default()
    }
}

/// A code of as many digits that is not this one.
#[must_use]
pub fn other_than(code: &str) -> String {
    let digit = |c: char| if c == '9' { '0' } else { '9' };
    code.chars().map(digit).collect()
}
