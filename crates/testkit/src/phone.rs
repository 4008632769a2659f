//! A phone with the token app: set up by an activation link, it shows codes, signs what it approves,
//! and renews itself. And a person's way through S4's steps A to E with it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use jiff::Timestamp;
use warifu_app::domain::authorization::{Authorization, approval_message, offline_question};
use warifu_app::domain::factor::Factor;
use warifu_app::domain::ids::{AuthorizationId, InstructionId};
use warifu_app::domain::instruction::Instruction;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::{TokenKind, Totp};
use warifu_app::use_cases::activate_token::{self, ActivateToken};
use warifu_app::use_cases::answer_approval::{self, AnswerApproval};
use warifu_app::use_cases::answer_authorization::Typed;
use warifu_app::use_cases::app_inbox::{self, AppRequest, Inbox};
use warifu_app::use_cases::issue_token::{self, IssueToken, IssuedToken};
use warifu_app::use_cases::{confirm_instruction, confirm_token, renew_token};
use warifu_otp::OtpKey;
use warifu_otp::ocra::transaction_code;

use crate::application::{TestApp, TestPerson, origin};

/// Where activation mails of the tests go.
pub const PHONE_MAIL: &str = "keitai@phone.example";
/// 利用開始パスワード of the tests.
pub const START_PASSWORD: &str = "Hajime24";

/// A key pair of an app that is being set up.
pub struct AppKey(EcdsaKeyPair);

/// A phone whose app is set up.
pub struct TestPhone {
    /// The token's serial.
    pub serial: String,
    /// Until when its codes count.
    pub expires_at: Option<Timestamp>,
    /// The token's secret.
    pub key: OtpKey,
    /// What it signs with.
    pub signing: AppKey,
    totp: Totp,
}

impl AppKey {
    /// A new pair.
    #[must_use]
    pub fn generate() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self(pair.expect("a key pair"))
    }

    /// As the app sends it: an uncompressed point.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    /// r and s over a message.
    #[must_use]
    pub fn sign(&self, message: &str) -> Vec<u8> {
        let signed = self.0.sign(&SystemRandom::new(), message.as_bytes());
        signed.expect("a signature").as_ref().to_vec()
    }

    /// The signature of a request for `purpose` at a moment.
    #[must_use]
    pub fn sign_request(&self, purpose: &str, serial: &str, at_secs: i64) -> Vec<u8> {
        self.sign(&format!("warifu/{purpose}/v1\n{serial}\n{at_secs}"))
    }
}

impl TestPhone {
    /// Sets the app up with what the person reads off the mail and the PC's screen.
    pub async fn activate(
        test: &TestApp,
        person: &TestPerson,
        link: &str,
        start_password: &str,
    ) -> Result<Self, Refusal> {
        let signing = AppKey::generate();
        let command = ActivateToken {
            link,
            service_id: &person.contract_id,
            user_id: &person.user_id,
            start_password,
            public_key: &signing.public(),
        };
        let activated = activate_token::run(&test.app, command, &origin()).await;
        activated.expect("works").map(|activated| Self {
            key: OtpKey::from_bytes(&activated.secret).expect("a secret"),
            serial: activated.serial,
            expires_at: activated.expires_at,
            totp: activated.totp,
            signing,
        })
    }

    /// The code it shows now.
    #[must_use]
    pub fn code(&self, test: &TestApp) -> String {
        let step = self.totp.step_at(test.secs()).expect("after 1970");
        self.totp.code(&self.key, step).expose().to_owned()
    }

    /// The eight digits for a transaction it was shown without network (APP-3).
    #[must_use]
    pub fn transaction_code(&self, shown: &Authorization, at_secs: i64) -> String {
        let question = offline_question(shown.id.as_str(), &shown.canonical);
        let minute = u64::try_from(at_secs / 60).expect("after 1970");
        let code = transaction_code(&self.key, &question, minute);
        code.expose().to_owned()
    }

    /// What it shows waiting.
    pub async fn inbox(&self, test: &TestApp) -> Result<Inbox, Refusal> {
        let at_secs = test.secs();
        let request = AppRequest {
            serial: &self.serial,
            at_secs,
            signature: &self.signing.sign_request("inbox", &self.serial, at_secs),
        };
        let shown = app_inbox::run(&test.app, &request).await;
        shown.expect("works")
    }

    /// Asks for a later expiry.
    pub async fn renew(&self, test: &TestApp) -> Result<Timestamp, Refusal> {
        let at_secs = test.secs();
        let request = AppRequest {
            serial: &self.serial,
            at_secs,
            signature: &self.signing.sign_request("renewal", &self.serial, at_secs),
        };
        let renewed = renew_token::run(&test.app, &request, &origin()).await;
        renewed.expect("works")
    }

    /// Approves what it was shown.
    pub async fn approve(&self, test: &TestApp, shown: &Authorization) -> Result<(), Refusal> {
        self.answer(test, shown, true).await
    }

    /// Rejects it.
    pub async fn reject(&self, test: &TestApp, shown: &Authorization) -> Result<(), Refusal> {
        self.answer(test, shown, false).await
    }

    async fn answer(
        &self,
        test: &TestApp,
        shown: &Authorization,
        approves: bool,
    ) -> Result<(), Refusal> {
        let signature = self.sign_answer(shown, approves);
        self.send(test, &shown.id, approves, &signature).await
    }

    /// The signature over a decision on what it was shown.
    #[must_use]
    pub fn sign_answer(&self, shown: &Authorization, approves: bool) -> Vec<u8> {
        let message = approval_message(approves, shown.id.as_str(), &shown.canonical);
        self.signing.sign(&message)
    }

    /// Sends an answer with any signature.
    pub async fn send(
        &self,
        test: &TestApp,
        authorization_id: &AuthorizationId,
        approves: bool,
        signature: &[u8],
    ) -> Result<(), Refusal> {
        let answer = AnswerApproval {
            serial: &self.serial,
            authorization_id,
            approves,
            signature,
        };
        let answered = answer_approval::run(&test.app, answer, &origin()).await;
        answered.expect("works")
    }
}

impl TestPerson {
    /// What this person types to have a token issued.
    #[must_use]
    pub fn issue(&self, kind: TokenKind) -> IssueToken<'_> {
        IssueToken {
            kind,
            mail: PHONE_MAIL,
            mail_again: PHONE_MAIL,
            start_password: START_PASSWORD,
            start_password_again: START_PASSWORD,
            confirmation_pin: &self.confirmation_pin,
        }
    }
}

impl TestApp {
    /// Unix seconds by the test's clock.
    #[must_use]
    pub fn secs(&self) -> i64 {
        self.app.now().expect("a clock").as_second()
    }

    /// Steps A and B in a session.
    pub async fn issue_token(
        &self,
        session: &str,
        command: IssueToken<'_>,
    ) -> Result<IssuedToken, Refusal> {
        let current = self.current(session).await;
        let issued = issue_token::run(&self.app, &current, command, &origin()).await;
        issued.expect("works")
    }

    /// The secret of the link in the newest activation mail.
    pub async fn mailed_link(&self) -> String {
        self.deliver().await;
        let mail = self.mails.last_to(PHONE_MAIL).expect("an activation mail");
        let line = mail.text.lines().find(|line| line.contains("/app/#a="));
        let link = line.and_then(|line| line.split_once("#a="));
        link.expect("a link").1.to_owned()
    }

    /// Steps D and E in a session.
    pub async fn confirm_token(&self, session: &str, code: &str) -> Result<(), Refusal> {
        let current = self.current(session).await;
        let confirmed = confirm_token::run(&self.app, &current, code, &origin()).await;
        confirmed.expect("works")
    }

    /// Steps A to E; a minute later, when the phone shows a code that was not used.
    pub async fn phone_in_service(&self, session: &str, person: &TestPerson) -> TestPhone {
        let issued = self
            .issue_token(session, person.issue(TokenKind::App))
            .await;
        assert!(issued.is_ok(), "{:?}", issued.err());
        let link = self.mailed_link().await;
        let phone = TestPhone::activate(self, person, &link, START_PASSWORD).await;
        let phone = phone.expect("the start password is right");
        let confirmed = self.confirm_token(session, &phone.code(self)).await;
        confirmed.expect("the code is right");
        self.clock.advance_secs(60);
        phone
    }

    /// Answers on the confirmation screen whatever is asked there.
    pub async fn confirm_typed(
        &self,
        session: &str,
        id: &InstructionId,
        typed: Typed<'_>,
    ) -> Result<Instruction, Refusal> {
        let current = self.current(session).await;
        let digest = self.digest(id).await;
        let shown = (digest.as_str(), typed);
        let confirmed = confirm_instruction::run(&self.app, &current, id, shown, &origin()).await;
        confirmed.expect("works")
    }

    /// Logs a person on with the PIN and what their token shows.
    pub async fn log_on_with_code(
        &self,
        person: &TestPerson,
        code: &str,
    ) -> Result<String, Refusal> {
        let started = self.start_logon(person, &person.logon_pin).await?;
        assert_eq!(started.remaining, [Factor::TokenOtp]);
        let opened = self.answer_logon(&started.logon_id, Factor::TokenOtp, code);
        opened.await.map(|opened| opened.expect("complete").token)
    }
}
