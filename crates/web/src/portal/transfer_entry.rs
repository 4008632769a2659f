//! 振込（入力）: the first transfer, further ones, changes and removals (OPS-1).

use axum::extract::Path;
use axum::response::Response;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::register_transfer::{self, Change, Registered};
use warifu_domain::ids::InstructionId;
use warifu_domain::instruction::Instruction;
use warifu_domain::refusal::Refusal;

use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::{Fields, Posted};
use super::transfer_form::{self, About, Typed};
use super::{bank_search, entry_faults, transfer_confirm};
use crate::views::message::{Errors, Message, MessageId};

const NEW: About<'static> = About {
    instruction: None,
    editing: None,
};

/// `GET /transfers/new`.
pub(crate) async fn new(LoggedOn(cx, current): LoggedOn) -> Answer {
    transfer_form::show(&cx, &current, NEW, &Typed::default(), Errors::default()).await
}

/// `POST /transfers/new`.
pub(crate) async fn add_first(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    entered(&cx, &current, &form, NEW).await
}

/// `GET /transfers/{id}/edit`.
pub(crate) async fn edit(LoggedOn(cx, current): LoggedOn, Path(id): Path<String>) -> Answer {
    let instruction = own(&cx, &current, id).await?;
    list(&cx, &current, &instruction, Errors::default()).await
}

/// `POST /transfers/{id}/edit`.
pub(crate) async fn add(
    LoggedOn(cx, current): LoggedOn,
    Path(id): Path<String>,
    Posted(form): Posted,
) -> Answer {
    let instruction = own(&cx, &current, id).await?;
    let about = About {
        instruction: Some(&instruction),
        editing: None,
    };
    entered(&cx, &current, &form, about).await
}

/// `GET /transfers/{id}/lines/{line}/edit`.
pub(crate) async fn edit_line(
    LoggedOn(cx, current): LoggedOn,
    Path((id, line)): Path<(String, usize)>,
) -> Answer {
    let instruction = own(&cx, &current, id).await?;
    let index = line.checked_sub(1).ok_or_else(Failure::not_found)?;
    let found = instruction.lines.get(index);
    let transfer = &found.ok_or_else(Failure::not_found)?.transfer;
    let about = About {
        instruction: Some(&instruction),
        editing: Some(line),
    };
    let typed = Typed::of(&instruction.from_account, transfer);
    transfer_form::show(&cx, &current, about, &typed, Errors::default()).await
}

/// `POST /transfers/{id}/lines/{line}/edit`.
pub(crate) async fn replace_line(
    LoggedOn(cx, current): LoggedOn,
    Path((id, line)): Path<(String, usize)>,
    Posted(form): Posted,
) -> Answer {
    let instruction = own(&cx, &current, id).await?;
    let about = About {
        instruction: Some(&instruction),
        editing: Some(line),
    };
    entered(&cx, &current, &form, about).await
}

/// `POST /transfers/{id}/lines/{line}/remove`.
pub(crate) async fn remove_line(
    LoggedOn(cx, current): LoggedOn,
    Path((id, line)): Path<(String, usize)>,
    Posted(_): Posted,
) -> Answer {
    let id = InstructionId::from_stored(id);
    let index = line.checked_sub(1).ok_or_else(Failure::not_found)?;
    let change = ("", Change::Remove(index));
    let removed =
        register_transfer::run(&cx.web.app, &current, Some(&id), change, &cx.origin).await?;
    match removed {
        Ok(_) => Ok(to_list(&cx, &id, MessageId::LineRemoved)),
        Err(refusal) => Err(cx.refuse(&refusal)),
    }
}

/// The list of what was entered, with a form for one more.
pub(super) async fn list(
    cx: &Cx,
    current: &Current,
    instruction: &Instruction,
    errors: Errors,
) -> Answer {
    let about = About {
        instruction: Some(instruction),
        editing: None,
    };
    transfer_form::show(cx, current, about, &Typed::default(), errors).await
}

/// What the form's buttons do.
async fn entered(cx: &Cx, current: &Current, form: &Fields, about: About<'_>) -> Answer {
    let typed = Typed::read(form)?;
    if form.maybe("pick_branch").is_some() || form.maybe("return").is_some() {
        return transfer_form::show(cx, current, about, &typed, Errors::default()).await;
    }
    let action = form.get("action")?;
    if action == "find-bank" {
        return Ok(bank_search::first(cx, &about.path(), &typed));
    }
    let (change, notice) = match about.editing {
        None => (Change::Add(&typed.raw), MessageId::LineAdded),
        Some(line) => {
            let index = line.checked_sub(1).ok_or_else(Failure::not_found)?;
            let change = Change::Replace(index, &typed.raw);
            (change, MessageId::LineChanged)
        }
    };
    let app = &cx.web.app;
    let id = about.instruction.map(|i| &i.id);
    let change = (typed.debit_account.as_str(), change);
    let errors = match register_transfer::run(app, current, id, change, &cx.origin).await? {
        Ok(Registered::Instruction(instruction)) if action == "confirm" => {
            return transfer_confirm::open_for(cx, current, &instruction.id).await;
        }
        Ok(Registered::Instruction(instruction)) => {
            return Ok(to_list(cx, &instruction.id, notice));
        }
        Ok(Registered::Faults(faults)) => entry_faults::errors(&faults, |f| typed.is_empty(f)),
        Err(Refusal::NotFound) => return Err(Failure::not_found()),
        Err(refusal) => Errors::page(refused(cx, about, &refusal)),
    };
    transfer_form::show(cx, current, about, &typed, errors).await
}

/// No line fits any more, or another reason.
fn refused(cx: &Cx, about: About<'_>, refusal: &Refusal) -> Message {
    let max = usize::from(cx.web.app.profile().transfer.max_lines);
    let lines = about.instruction.map_or(0, |i| i.lines.len());
    match refusal {
        Refusal::WrongState if about.editing.is_none() && lines >= max => {
            Message::new(MessageId::LinesFull).with("max", max.to_string())
        }
        _ => cx.message(refusal),
    }
}

fn to_list(cx: &Cx, id: &InstructionId, notice: MessageId) -> Response {
    cx.redirect_with(&format!("/transfers/{id}/edit"), notice)
}

async fn own(cx: &Cx, current: &Current, id: String) -> Result<Instruction, Failure> {
    let id = InstructionId::from_stored(id);
    let found = register_transfer::own(&cx.web.app, current, &id).await?;
    found.map_err(|refusal| cx.refuse(&refusal))
}
