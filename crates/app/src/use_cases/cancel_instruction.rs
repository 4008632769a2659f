//! A clerk gives an instruction up before money left; its authorization dies with it.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::Void;
use warifu_domain::ids::InstructionId;
use warifu_store::Commit;
use warifu_store::tables::instructions;

use super::current_session::Current;
use super::prepare_confirmation;
use super::register_transfer::own;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// Runs the use case.
///
/// # Errors
/// Refused once it left, or if it is not this person's.
pub async fn run(app: &App, current: &Current, id: &InstructionId, origin: &Origin) -> Outcome<()> {
    for _ in 0..MAX_TRIES {
        let mut instruction = match own(app, current, id).await? {
            Ok(instruction) => instruction,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let void = match instruction.cancel() {
            Ok(void) => void,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let data = json!({ "instruction": id.as_str() });
        let kind = EventKind::InstructionCancelled;
        let event = audit::of_person(&current.person, kind, &data, origin, current.now);
        let mut commit = Commit::audited(event);
        instructions::update(&mut commit, &instruction);
        if let Some(void) = void {
            prepare_confirmation::void(&mut commit, current, &void, Void::Cancelled, origin);
        }
        match app.commit(commit).await {
            Ok(()) => return Ok(Ok(())),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("instruction conflicts"))
}
