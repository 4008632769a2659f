//! One clerk with one authorization. What is decided is taken over, as a commit would.

use jiff::{SignedDuration, Timestamp};
use warifu_otp::numeric_code::parse_code;
use warifu_otp::{CodeKey, Digits, code_mac};

use crate::authorization::{
    Answers, Authorization, Decision, Facts, Issue, Opening, PinCheck, Proof, Request,
    decide_answer, decide_issue, open,
};
use crate::content::Content;
use crate::contract::Contract;
use crate::fixtures;
use crate::ids::AuthorizationId;
use crate::limits::UsedToday;
use crate::operation::{Operation, Stage};
use crate::person::{Channel, Person};
use crate::policy::Profile;
use crate::refusal::Refusal;

pub const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);
pub const RIGHT: &str = "314159";
pub const WRONG: &str = "271828";
pub const RECEIPT: &str = "R-1";

pub struct Desk {
    pub profile: Profile,
    pub contract: Contract,
    pub person: Person,
    pub used: UsedToday,
    pub epoch: u64,
    pub authorization: Authorization,
}

pub fn secs(secs: i64) -> SignedDuration {
    SignedDuration::from_secs(secs)
}

pub fn content() -> Content {
    fixtures::transfers(vec![fixtures::transfer()])
}

pub fn opening(id: u8, content: &Content) -> Opening<'_> {
    Opening {
        id: AuthorizationId::from_entropy([id; 16]),
        operation: Operation::Transfer,
        stage: Stage::Transmit,
        channel: Channel::Pc,
        client: "portal".into(),
        content,
        bound: content.bind(&fixtures::contract().id, Operation::Transfer),
        waiting: 0,
    }
}

/// The PIN and the code a person gives.
pub fn answers(pin: PinCheck, code: &str) -> Answers<'_> {
    Answers {
        confirmation_pin: Some(pin),
        mail_otp: Some(code),
        ..Answers::default()
    }
}

pub fn mac_of(authorization: &Authorization, issue: u32, epoch: u64, code: &str) -> [u8; 32] {
    let code = parse_code(code, Digits::Six).unwrap();
    code_mac::mac(&key(), authorization.id.as_str(), issue, epoch, &code)
}

fn key() -> CodeKey {
    CodeKey::new([7; 32])
}

impl Desk {
    /// Opened, no code issued.
    pub fn opened() -> Self {
        Self::opened_by(fixtures::person(), fixtures::profile())
    }

    pub fn opened_by(person: Person, profile: Profile) -> Self {
        let contract = fixtures::contract();
        let facts = Facts {
            profile: &profile,
            contract: &contract,
            used: UsedToday::default(),
            token: None,
        };
        let authorization = open(opening(1, &content()), &person, facts, fixtures::now()).unwrap();
        Self {
            profile,
            contract,
            person,
            used: UsedToday::default(),
            epoch: 1,
            authorization,
        }
    }

    /// Opened, and [`RIGHT`] mailed.
    pub fn mailed() -> Self {
        let mut desk = Self::opened();
        desk.issue(RIGHT, fixtures::now()).unwrap();
        desk
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts {
            profile: &self.profile,
            contract: &self.contract,
            used: self.used,
            token: None,
        }
    }

    /// Opens another authorization of the same person.
    pub fn reopen(&mut self, id: u8, now: Timestamp) {
        let content = content();
        let opened = open(opening(id, &content), &self.person, self.facts(), now);
        self.authorization = opened.unwrap();
    }

    pub fn issue(&mut self, code: &str, now: Timestamp) -> Result<Issue, Refusal> {
        let number = self.authorization.mail.issue + 1;
        let mac = mac_of(&self.authorization, number, self.epoch, code);
        let decision = decide_issue(&self.authorization, &self.person, self.facts(), mac, now)?;
        self.authorization = decision.authorization;
        self.person = decision.person;
        Ok(decision.outcome)
    }

    pub fn answer(&mut self, pin: PinCheck, code: &str, now: Timestamp) -> Decision {
        self.give(&answers(pin, code), None, now)
    }

    pub fn give(
        &mut self,
        answers: &Answers<'_>,
        request: Option<&Request>,
        now: Timestamp,
    ) -> Decision {
        let decision = self.decide(answers, request, now);
        self.authorization = decision.authorization.clone();
        if let Some(person) = &decision.person {
            self.person = person.clone();
        }
        decision
    }

    /// Decides without taking anything over.
    pub fn decide(
        &self,
        answers: &Answers<'_>,
        request: Option<&Request>,
        now: Timestamp,
    ) -> Decision {
        let proof = Proof {
            key: &key(),
            epoch: self.epoch,
            receipt: RECEIPT.to_owned(),
        };
        let given = (answers, request);
        decide_answer(
            &self.authorization,
            &self.person,
            self.facts(),
            given,
            proof,
            now,
        )
    }

    /// What right answers come to, nothing taken over.
    pub fn right(&self, now: Timestamp) -> Result<String, Refusal> {
        self.decide(&answers(PinCheck::Right, RIGHT), None, now)
            .outcome
    }
}
