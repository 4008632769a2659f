//! MAIL-1, MAIL-3, LCK-1: the answers that prove an authorization. Judged together; the outcome is
//! only told after the commit, so that of any number of answers at once each was counted.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::{
    self, Answers, Authorization, Decision, Facts, PinCheck, Proof, Request, State,
};
use warifu_domain::content::from_canonical;
use warifu_domain::factor::Factor;
use warifu_domain::ids::AuthorizationId;
use warifu_domain::instruction::Instruction;
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_store::tables::{authorizations, instructions, persons, tokens};
use warifu_store::{AuditEvent, Commit};

use super::held_tokens::Held;
use super::passkey_challenges::{PasskeyReply, Proven};
use super::passkey_proof;
use super::person_records::PersonRecords;
use super::request_address::verify_confirmation_pin;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// What a person typed, by factor.
#[derive(Clone, Copy, Default)]
pub struct Typed<'a> {
    /// 確認暗証番号.
    pub confirmation_pin: Option<&'a str>,
    /// The mailed code.
    pub mail_otp: Option<&'a str>,
    /// The token's code.
    pub token_otp: Option<&'a str>,
    /// The code of a phone without network (APP-3).
    pub approval_code: Option<&'a str>,
    /// What a passkey replied.
    pub passkey: Option<PasskeyReply<'a>>,
}

impl Typed<'_> {
    /// Whether judging it is more than a comparison, and worth asking first if it can count at all.
    fn takes_work(&self) -> bool {
        self.confirmation_pin.is_some() || self.passkey.is_some()
    }
}

/// What was answered.
pub struct Answer<'a> {
    /// Which authorization.
    pub id: &'a AuthorizationId,
    /// The client that opened it.
    pub client: &'a str,
    /// What was typed.
    pub typed: Typed<'a>,
    /// The digest of what the client is about to execute, if it wants that compared.
    pub digest: Option<&'a str>,
    /// Makes a retry return the first answer.
    pub request_id: Option<&'a str>,
}

/// The proof.
#[derive(Debug)]
pub struct Authorized {
    /// Names the proof towards whoever executes.
    pub receipt: String,
    /// What was agreed to.
    pub digest: String,
    /// When.
    pub at: Timestamp,
    /// What was proven.
    pub factors: Vec<Factor>,
}

/// Runs the use case.
///
/// # Errors
/// Refused by anything that `domain::authorization` refuses.
pub async fn run(app: &App, answer: Answer<'_>, origin: &Origin) -> Outcome<Authorized> {
    run_with(app, &answer, None, origin).await
}

/// The same, with the portal's instruction going to the bank in the very commit that uses up the
/// authorization (BIND-4).
pub(super) async fn run_with(
    app: &App,
    answer: &Answer<'_>,
    instruction: Option<&Instruction>,
    origin: &Origin,
) -> Outcome<Authorized> {
    let now = app.now()?;
    let request = request(app, answer);
    let mut pin = JudgedPin::default();
    for _ in 0..MAX_TRIES {
        let found = PersonRecords::read_with(app, answer.id, now).await?;
        let Some((authorization, records)) = found.filter(|(a, _)| a.client == answer.client)
        else {
            return Ok(Err(Refusal::NotFound));
        };
        let mut answers = Answers {
            confirmation_pin: None,
            mail_otp: answer.typed.mail_otp,
            token_otp: answer.typed.token_otp,
            approval_code: answer.typed.approval_code,
            passkey: false,
            digest: answer.digest,
        };
        let held = app.token_of(&records.person).await?;
        let facts = Facts {
            token: held.as_ref().map(Held::facts),
            ..records.facts(app)
        };
        let mut proven = None;
        if answer.typed.takes_work()
            && let Ok(needs) =
                authorization::precheck(&authorization, &records.person, facts, &answers, now)
        {
            let about = (&authorization, &records.person);
            proven = match judge_passkey(app, about, &needs, answer, now).await? {
                Ok(proven) => proven,
                Err(refusal) => {
                    let event = refused(about, &refusal, origin, now);
                    app.record(Commit::audited(event)).await?;
                    return Ok(Err(refusal));
                }
            };
            answers.passkey = proven.is_some();
            if let Some(typed) = answer.typed.confirmation_pin
                && needs.contains(&Factor::ConfirmationPin)
            {
                answers.confirmation_pin = Some(pin.judge(app, &records.person, typed).await?);
            }
        }
        let decision = authorization::decide_answer(
            &authorization,
            &records.person,
            facts,
            (&answers, request.as_ref()),
            Proof {
                key: &app.code_key,
                epoch: app.epoch,
                receipt: receipt(app),
            },
            now,
        );
        let parts = (instruction, proven.as_ref());
        match commit(app, &records, &decision, parts, (origin, now)).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("authorization conflicts"))
}

/// The PIN as judged for one state of the person: hashing is slow, so a conflict doesn't repeat it
/// unless the person's PIN may have changed.
#[derive(Default)]
struct JudgedPin(Option<(Timestamp, PinCheck)>);

impl JudgedPin {
    async fn judge(
        &mut self,
        app: &App,
        person: &Person,
        typed: &str,
    ) -> Result<PinCheck, AppError> {
        let changed_at = person.confirmation_pin_changed_at;
        if let Some((judged_for, check)) = self.0
            && judged_for == changed_at
        {
            return Ok(check);
        }
        let right = verify_confirmation_pin(app, person, typed).await?;
        let check = if right {
            PinCheck::Right
        } else {
            PinCheck::Wrong
        };
        self.0 = Some((changed_at, check));
        Ok(check)
    }
}

/// The passkey's reply, where one is asked and given.
async fn judge_passkey(
    app: &App,
    about: (&Authorization, &Person),
    needs: &[Factor],
    answer: &Answer<'_>,
    now: Timestamp,
) -> Result<Result<Option<Proven>, Refusal>, AppError> {
    match answer.typed.passkey {
        Some(reply) if needs.contains(&Factor::Passkey) => {
            let judged = passkey_proof::judge(app, about, reply, now).await?;
            Ok(judged.map(Some))
        }
        _ => Ok(Ok(None)),
    }
}

fn refused(
    (authorization, person): (&Authorization, &Person),
    refusal: &Refusal,
    origin: &Origin,
    now: Timestamp,
) -> AuditEvent {
    let data = json!({ "authorization": authorization.id.as_str(), "reason": refusal.code() });
    let kind = EventKind::AuthorizationRefused;
    audit::of_person(person, kind, &data, origin, now)
}

fn request(app: &App, answer: &Answer<'_>) -> Option<Request> {
    let id = answer.request_id?;
    let bytes = |text: Option<&str>| text.unwrap_or_default().as_bytes().to_vec();
    let mac = app.recognise(&[
        answer.id.as_str().as_bytes(),
        id.as_bytes(),
        &bytes(answer.typed.confirmation_pin),
        &bytes(answer.typed.mail_otp),
        &bytes(answer.typed.token_otp),
        &bytes(answer.typed.approval_code),
        &bytes(answer.typed.passkey.map(|p| p.reply)),
        &bytes(answer.digest),
    ]);
    Some(Request {
        id: id.to_owned(),
        mac,
    })
}

/// 受付番号: sixteen digits and letters that can't be mistaken for one another.
fn receipt(app: &App) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let random = app.random::<16>();
    let letter = |byte: &u8| LETTERS.get(usize::from(byte & 31)).copied().map(char::from);
    let text: String = random.iter().filter_map(letter).collect();
    format!("R{text}")
}

async fn commit(
    app: &App,
    records: &PersonRecords,
    decision: &Decision,
    (instruction, passkey): (Option<&Instruction>, Option<&Proven>),
    (origin, now): (&Origin, Timestamp),
) -> Result<Result<Authorized, Refusal>, Again> {
    let (after, person) = (&decision.authorization, &records.person);
    if decision.replayed {
        return Ok(decision.outcome.clone().map(|_| authorized(after)));
    }
    let data = json!({
        "authorization": after.id.as_str(),
        "digest": after.digest,
        "policy": after.policy_version,
        "issue": after.mail.issue,
        "token": decision.token.as_ref().map(|t| json!({
            "serial": t.serial,
            "step": t.clock.last_step,
            "drift": t.clock.drift_steps,
        })),
    });
    let mut commit = match &decision.outcome {
        Ok(receipt) => {
            let factors: Vec<_> = factors(after).iter().map(|f| f.name()).collect();
            let data = json!({ "proof": &data, "receipt": receipt, "factors": factors });
            Commit::audited(audit::of_person(
                person,
                EventKind::Authorized,
                &data,
                origin,
                now,
            ))
        }
        Err(refusal) => {
            let data = json!({ "proof": &data, "reason": refusal.code() });
            let kind = EventKind::AuthorizationRefused;
            Commit::audited(audit::of_person(person, kind, &data, origin, now))
        }
    };
    // A used code is told only when the PIN was right: that too is judged no more often than counted.
    let judged = decision.outcome.is_ok()
        || decision.person.is_some()
        || decision.outcome == Err(Refusal::CodeUsed);
    if let Some(token) = &decision.token {
        tokens::update(&mut commit, token);
    }
    if judged && let Some(passkey) = passkey {
        passkey.write(&mut commit);
    }
    if judged {
        authorizations::update(&mut commit, after, person.version);
    }
    if let Some(person) = &decision.person {
        persons::update(&mut commit, person);
    }
    if decision.suspended
        && let Some(person) = &decision.person
    {
        app.follow_suspension(&mut commit, person, &records.contract, origin, now)
            .map_err(Again::Fault)?;
    }
    if let Ok(receipt) = &decision.outcome
        && let Err(refusal) = let_go(records, after, receipt, instruction, &mut commit, now)
    {
        let data = json!({ "proof": data, "reason": refusal.code() });
        let kind = EventKind::AuthorizationRefused;
        let event = audit::of_person(person, kind, &data, origin, now);
        app.commit(Commit::audited(event)).await?;
        return Ok(Err(refusal));
    }
    count(&decision.outcome);
    app.commit(commit).await?;
    Ok(decision.outcome.clone().map(|_| authorized(after)))
}

/// What follows from the proof: the day's totals, and the instruction on its way.
fn let_go(
    records: &PersonRecords,
    after: &Authorization,
    receipt: &str,
    instruction: Option<&Instruction>,
    commit: &mut Commit,
    now: Timestamp,
) -> Result<(), Refusal> {
    if records.counts_days() {
        let content = from_canonical(&after.canonical).ok_or(Refusal::ContentChanged)?;
        records.count_today(commit, content.total_yen());
    }
    if let Some(instruction) = instruction {
        if instruction.authorization_id.as_ref() != Some(&after.id) {
            return Err(Refusal::ContentChanged);
        }
        let mut instruction = instruction.clone();
        instruction.transmit(&after.digest, receipt, now)?;
        instructions::update(commit, &instruction);
    }
    Ok(())
}

fn authorized(authorization: &Authorization) -> Authorized {
    let (receipt, at) = match &authorization.state {
        State::Authorized { at, receipt, .. } => (receipt.clone(), *at),
        State::Pending | State::Void(_) => (String::new(), authorization.created_at),
    };
    let digest = authorization.digest.clone();
    Authorized {
        receipt,
        digest,
        at,
        factors: factors(authorization),
    }
}

fn factors(authorization: &Authorization) -> Vec<Factor> {
    match &authorization.state {
        State::Authorized { factors, .. } => factors.clone(),
        State::Pending | State::Void(_) => Vec::new(),
    }
}

fn count(outcome: &Result<String, Refusal>) {
    let outcome = match outcome {
        Ok(_) => "authorized",
        Err(refusal) => refusal.code(),
    };
    metrics::counter!("warifu_authorizations_total", "outcome" => outcome).increment(1);
}
