//! MAIL-1, BIND-4: the answers on the confirmation screen. When they are right the instruction is on
//! its way in the same commit; then the bank is asked, and if that fails a worker asks again.

use warifu_domain::ids::InstructionId;
use warifu_domain::instruction::Instruction;
use warifu_domain::refusal::Refusal;

use super::answer_authorization::{self, Answer, Typed};
use super::current_session::Current;
use super::prepare_confirmation::PORTAL;
use super::register_transfer::own;
use super::settle_instruction;
use crate::context::{App, Origin};
use crate::error::Outcome;

/// Runs the use case on what the person was shown: `shown_digest` is the digest of the screen that was
/// answered. A change made meanwhile in another window is refused (BIND-1). The instruction comes back
/// with the bank's answers, or still on its way if the bank's system is slow.
///
/// # Errors
/// [`Refusal::ContentChanged`] if it says something else by now, and anything that refuses an
/// authorization.
pub async fn run(
    app: &App,
    current: &Current,
    id: &InstructionId,
    (shown_digest, typed): (&str, Typed<'_>),
    origin: &Origin,
) -> Outcome<Instruction> {
    let instruction = match own(app, current, id).await? {
        Ok(instruction) => instruction,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let bound = instruction
        .content()
        .bind(&instruction.contract_id, instruction.operation());
    if bound.digest != shown_digest {
        return Ok(Err(Refusal::ContentChanged));
    }
    let Some(authorization_id) = instruction.authorization_id.clone() else {
        return Ok(Err(Refusal::WrongState));
    };
    let answer = Answer {
        id: &authorization_id,
        client: PORTAL,
        typed,
        digest: Some(shown_digest),
        request_id: None,
    };
    let outcome = answer_authorization::run_with(app, &answer, Some(&instruction), origin).await?;
    if let Err(refusal) = outcome {
        return Ok(Err(refusal));
    }
    if let Err(fault) = settle_instruction::run(app, id).await {
        tracing::warn!(%fault, instruction = %id, "the bank did not answer; a worker asks again");
    }
    own(app, current, id).await
}
