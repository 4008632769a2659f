//! Proving an authorization: the answers are judged together, and which one was wrong is never said
//! (MAIL-1, MAIL-3, MAIL-8, RTS 4(3)).

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use warifu_otp::numeric_code::parse_code;
use warifu_otp::{CodeKey, Digits, OtpKey, code_mac};

use super::{AnsweredRequest, Approval, Authorization, Facts, HeldToken, State};
use warifu_otp::ocra::transaction_code;

use crate::address::refuse_during_hold;
use crate::content::from_canonical;
use crate::factor::Factor;
use crate::person::{Counted, Person};
use crate::policy::TokenPolicy;
use crate::refusal::Refusal;
use crate::token::{Judged, Token};

/// What the hashing pool found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinCheck {
    /// It is the person's confirmation PIN.
    Right,
    /// It is not.
    Wrong,
}

/// The answers given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answers<'a> {
    /// The confirmation PIN, already hashed and compared.
    pub confirmation_pin: Option<PinCheck>,
    /// The mailed code as typed.
    pub mail_otp: Option<&'a str>,
    /// The token's code as typed.
    pub token_otp: Option<&'a str>,
    /// The code of a phone without network, made from what it showed (APP-3).
    pub approval_code: Option<&'a str>,
    /// Whether a passkey of the person signed a challenge made for this authorization.
    pub passkey: bool,
    /// What the caller is about to execute; must be the digest that was opened.
    pub digest: Option<&'a str>,
}

/// What identifies this very request, for retries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The caller's ID.
    pub id: String,
    /// Keyed MAC of what it sent.
    pub mac: Vec<u8>,
}

/// Records after an answer, and what it came to.
#[derive(Clone, Debug)]
pub struct Decision {
    /// To be written, guarded by its version and the person's.
    pub authorization: Authorization,
    /// To be written, guarded, if counters changed.
    pub person: Option<Person>,
    /// To be written, guarded, if its code was judged: the step is used up in the same commit.
    pub token: Option<Token>,
    /// The receipt, or why not.
    pub outcome: Result<String, Refusal>,
    /// Whether this answer suspended the person.
    pub suspended: bool,
    /// Whether the first answer to the same request is returned; nothing is to be written.
    pub replayed: bool,
}

/// Everything that can be refused before an answer is looked at. Returns the factors needed.
///
/// # Errors
/// Why no answer could be right now.
pub fn precheck(
    authorization: &Authorization,
    person: &Person,
    facts: Facts<'_>,
    answers: &Answers<'_>,
    now: Timestamp,
) -> Result<Vec<Factor>, Refusal> {
    authorization.refuse_others(person, facts)?;
    authorization.refuse_if_closed(now)?;
    facts.refuse_stopped(person, now)?;
    if answers
        .digest
        .is_some_and(|digest| digest != authorization.digest)
    {
        return Err(Refusal::ContentChanged);
    }
    let needs = authorization.needs(facts.profile, person, now)?;
    if needs.contains(&Factor::TokenOtp) || needs.contains(&Factor::AppApproval) {
        held_token(person, facts)?
            .token
            .refuse_unusable(token_policy(facts)?, now)?;
    }
    if needs.contains(&Factor::MailOtp) {
        if person.otp_mail.is_none() {
            return Err(Refusal::NoAddress);
        }
        refuse_during_hold(&facts.profile.mail_otp, person, now)?;
        refuse_without_live_code(authorization, person, now)?;
    }
    let content = from_canonical(&authorization.canonical).ok_or(Refusal::ContentChanged)?;
    if content
        .date()
        .is_some_and(|date| date < facts.profile.local_date(now))
    {
        return Err(Refusal::Expired);
    }
    facts.limits(person).check(&content, facts.used)?;
    Ok(needs)
}

/// The token this person uses now, and nobody else's.
fn held_token<'a>(person: &Person, facts: Facts<'a>) -> Result<HeldToken<'a>, Refusal> {
    let own = person.token.as_ref().ok_or(Refusal::NoToken)?;
    let held = facts.token.filter(|held| held.token.id == own.id);
    held.ok_or(Refusal::NoToken)
}

fn token_policy(facts: Facts<'_>) -> Result<&TokenPolicy, Refusal> {
    facts.profile.token.as_ref().ok_or(Refusal::NoToken)
}

fn refuse_without_live_code(
    authorization: &Authorization,
    person: &Person,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mail = &authorization.mail;
    if mail.issue == 0 {
        Err(Refusal::NotIssued)
    } else if mail.is_void() {
        Err(Refusal::CodeVoid)
    } else if mail.expires_at.is_none_or(|expiry| now > expiry) {
        Err(Refusal::Expired)
    } else if mail.sent_to != person.otp_mail {
        // The address was changed after the code went out: that code proves nothing any more.
        Err(Refusal::Superseded)
    } else {
        Ok(())
    }
}

/// What the decision needs besides records.
pub struct Proof<'a> {
    /// Authenticates mailed codes.
    pub key: &'a CodeKey,
    /// The institution's epoch of codes.
    pub epoch: u64,
    /// The receipt, should the answer be right.
    pub receipt: String,
}

/// Decides an answer. Exactly one answer can ever bring [`State::Authorized`]: the caller commits
/// the authorization guarded by its version.
#[must_use]
pub fn decide_answer(
    authorization: &Authorization,
    person: &Person,
    facts: Facts<'_>,
    given: (&Answers<'_>, Option<&Request>),
    proof: Proof<'_>,
    now: Timestamp,
) -> Decision {
    let (answers, request) = given;
    let unchanged = |outcome, replayed| Decision {
        authorization: authorization.clone(),
        person: None,
        token: None,
        outcome,
        suspended: false,
        replayed,
    };
    if let Err(refusal) = authorization.refuse_others(person, facts) {
        return unchanged(Err(refusal), false);
    }
    if let Some(first) = replay(authorization, request) {
        return unchanged(first, true);
    }
    let needs = match precheck(authorization, person, facts, answers, now) {
        Ok(needs) => needs,
        Err(refusal) => return unchanged(Err(refusal), false),
    };
    if let Err(refusal) = refuse_uncovered(authorization, person, answers, &needs) {
        return unchanged(Err(refusal), false);
    }
    let judged = judge_token(person, facts, answers, &needs, now).and_then(|code| {
        let offline = judge_offline(authorization, person, (facts, answers), &needs, now)?;
        Ok(code.or(offline))
    });
    let judged = match judged {
        Ok(judged) => judged,
        Err(refusal) => return unchanged(Err(refusal), false),
    };
    let mut decision = unchanged(Ok(proof.receipt.clone()), false);
    decision
        .authorization
        .policy_version
        .clone_from(&facts.profile.version);
    let mut wrong = judge(authorization, answers, &needs, (proof.key, proof.epoch));
    match (judged, wrong.is_empty()) {
        (Some(Judged::Used), true) => return unchanged(Err(Refusal::CodeUsed), false),
        (Some(Judged::Wrong(token)), _) => {
            wrong.push((Counted::TokenOtp, Refusal::WrongAnswer));
            decision.token = Some(token);
        }
        // With another answer wrong a right code is not used up: which one was wrong stays unsaid.
        (Some(Judged::Right(token)), true) => decision.token = Some(token),
        (Some(Judged::Used | Judged::Right(_)), false) | (None, _) => {}
    }
    if wrong.is_empty() {
        accept(&mut decision, person, needs, proof.receipt, now);
    } else {
        refuse(&mut decision, person, facts, &wrong, now);
    }
    if let Some(request) = request {
        let outcome = match &decision.outcome {
            Ok(_) => "authorized",
            Err(refusal) => refusal.code(),
        };
        decision.authorization.last_request = Some(AnsweredRequest {
            id: request.id.clone(),
            mac: request.mac.clone(),
            outcome: outcome.to_owned(),
        });
    }
    decision
}

/// Nothing is judged, and nothing counted, until every factor has an answer.
fn refuse_uncovered(
    authorization: &Authorization,
    person: &Person,
    answers: &Answers<'_>,
    needs: &[Factor],
) -> Result<(), Refusal> {
    for factor in needs {
        let given = match factor {
            Factor::ConfirmationPin => answers.confirmation_pin.is_some(),
            Factor::MailOtp => answers.mail_otp.is_some(),
            Factor::TokenOtp => answers.token_otp.is_some(),
            Factor::Passkey => answers.passkey,
            Factor::AppApproval => {
                if !authorization.is_approved_by(person) && answers.approval_code.is_none() {
                    return Err(Refusal::NotApproved);
                }
                true
            }
            Factor::LogonPin | Factor::Grid | Factor::ClientCertificate => false,
        };
        if !given {
            return Err(Refusal::MissingAnswer);
        }
    }
    Ok(())
}

fn judge_token(
    person: &Person,
    facts: Facts<'_>,
    answers: &Answers<'_>,
    needs: &[Factor],
    now: Timestamp,
) -> Result<Option<Judged>, Refusal> {
    if !needs.contains(&Factor::TokenOtp) {
        return Ok(None);
    }
    let held = held_token(person, facts)?;
    let typed = answers.token_otp.unwrap_or_default();
    let judged = held
        .token
        .judge(held.key, typed, token_policy(facts)?, now)?;
    Ok(Some(judged))
}

/// APP-3: without the phone's signature the code it made from what it showed must be right, within a minute
/// either side. It covers the authorization's ID besides the content, so it is good for this one only.
fn judge_offline(
    authorization: &Authorization,
    person: &Person,
    (facts, answers): (Facts<'_>, &Answers<'_>),
    needs: &[Factor],
    now: Timestamp,
) -> Result<Option<Judged>, Refusal> {
    if !needs.contains(&Factor::AppApproval) || authorization.is_approved_by(person) {
        return Ok(None);
    }
    let held = held_token(person, facts)?;
    let typed = answers.approval_code.unwrap_or_default();
    let right = transaction_code_fits(held.key, authorization, typed, now);
    Ok(Some(held.token.counted(right)))
}

/// What the OCRA code of a phone without network answers: SHA-256 of the authorization's ID and exactly what was
/// shown (BIND-1).
#[must_use]
pub fn offline_question(id: &str, canonical: &str) -> [u8; 32] {
    Sha256::digest(format!("{id}\n{canonical}")).into()
}

fn transaction_code_fits(
    key: &OtpKey,
    authorization: &Authorization,
    typed: &str,
    now: Timestamp,
) -> bool {
    let question = offline_question(authorization.id.as_str(), &authorization.canonical);
    let (Ok(code), Ok(minute)) = (
        parse_code(typed, Digits::Eight),
        u64::try_from(now.as_second().div_euclid(60)),
    ) else {
        return false;
    };
    let mut fits = false;
    for step in [minute.saturating_sub(1), minute, minute.saturating_add(1)] {
        fits |= transaction_code(key, &question, step).matches(&code);
    }
    fits
}

/// A retry of the request answered last returns the same answer and counts nothing.
fn replay(
    authorization: &Authorization,
    request: Option<&Request>,
) -> Option<Result<String, Refusal>> {
    let (request, last) = (request?, authorization.last_request.as_ref()?);
    if request.id != last.id {
        return None;
    }
    if request.mac != last.mac {
        return Some(Err(Refusal::RequestIdReused));
    }
    Some(match (&authorization.state, last.outcome.as_str()) {
        (State::Authorized { receipt, .. }, "authorized") => Ok(receipt.clone()),
        (_, "superseded") => Err(Refusal::Superseded),
        _ => Err(Refusal::WrongAnswer),
    })
}

/// What was wrong, if anything. Every factor is judged, so that time tells nothing.
fn judge(
    authorization: &Authorization,
    answers: &Answers<'_>,
    needs: &[Factor],
    (key, epoch): (&CodeKey, u64),
) -> Vec<(Counted, Refusal)> {
    let mut wrong = Vec::new();
    if needs.contains(&Factor::ConfirmationPin) && answers.confirmation_pin != Some(PinCheck::Right)
    {
        wrong.push((Counted::ConfirmationPin, Refusal::WrongAnswer));
    }
    if needs.contains(&Factor::MailOtp)
        && let Err(refusal) = judge_code(authorization, answers.mail_otp, (key, epoch))
    {
        wrong.push((Counted::MailOtp, refusal));
    }
    wrong
}

fn judge_code(
    authorization: &Authorization,
    typed: Option<&str>,
    (key, epoch): (&CodeKey, u64),
) -> Result<(), Refusal> {
    let code = [Digits::Six, Digits::Seven, Digits::Eight]
        .into_iter()
        .find_map(|digits| parse_code(typed.unwrap_or_default(), digits).ok())
        .ok_or(Refusal::WrongAnswer)?;
    let id = authorization.id.as_str();
    let mail = &authorization.mail;
    let right = mail
        .mac
        .is_some_and(|mac| code_mac::verify(key, id, mail.issue, epoch, &code, &mac));
    if right {
        return Ok(());
    }
    let older = mail
        .superseded
        .iter()
        .any(|(issue, mac)| code_mac::verify(key, id, *issue, epoch, &code, mac));
    Err(if older {
        Refusal::Superseded
    } else {
        Refusal::WrongAnswer
    })
}

fn accept(
    decision: &mut Decision,
    person: &Person,
    factors: Vec<Factor>,
    receipt: String,
    now: Timestamp,
) {
    decision.authorization.state = State::Authorized {
        at: now,
        receipt,
        factors: factors.clone(),
    };
    decision.authorization.mail.mac = None;
    decision.authorization.mail.superseded.clear();
    if decision.authorization.approval == Approval::Waiting {
        decision.authorization.approval = Approval::NotAsked;
    }
    let mut after = person.clone();
    for factor in factors {
        match factor {
            Factor::ConfirmationPin => after.reset_failures(Counted::ConfirmationPin),
            Factor::MailOtp => after.reset_failures(Counted::MailOtp),
            Factor::TokenOtp | Factor::AppApproval => after.reset_failures(Counted::TokenOtp),
            _ => {}
        }
    }
    decision.person = (after != *person).then_some(after);
}

fn refuse(
    decision: &mut Decision,
    person: &Person,
    facts: Facts<'_>,
    wrong: &[(Counted, Refusal)],
    now: Timestamp,
) {
    let mut after = person.clone();
    for (counted, _) in wrong {
        decision.suspended |= after.count_failure(*counted, &facts.profile.suspension, now);
    }
    let code_wrong = wrong
        .iter()
        .any(|(counted, _)| *counted == Counted::MailOtp);
    let mail = &mut decision.authorization.mail;
    if code_wrong {
        mail.tries += 1;
        if mail.tries >= facts.profile.mail_otp.tries_per_code {
            mail.mac = None;
        }
    }
    // An older code is named as such only when nothing else was wrong.
    decision.outcome = Err(match wrong {
        [(Counted::MailOtp, Refusal::Superseded)] => Refusal::Superseded,
        _ => Refusal::WrongAnswer,
    });
    decision.person = Some(after);
}
