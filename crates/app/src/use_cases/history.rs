//! The contract's instructions, searched and in pages.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use warifu_domain::authorization::State;
use warifu_domain::factor::Factor;
use warifu_domain::ids::{InstructionId, PersonId};
use warifu_domain::instruction::{Instruction, Status};
use warifu_domain::refusal::Refusal;
use warifu_store::tables::{authorizations, instructions, persons};

use super::current_session::Current;
use crate::context::App;
use crate::error::{AppError, Outcome};

/// Instructions on a page.
pub const PAGE_SIZE: i64 = 20;

/// What to search for.
#[derive(Clone, Debug)]
pub struct Search {
    /// First day, at the institution.
    pub from: Date,
    /// Last day, included.
    pub to: Date,
    /// Only this status.
    pub status: Option<Status>,
    /// Only with this in a payee's name, in any width.
    pub payee: String,
    /// Only with this total in yen.
    pub total_yen: Option<i64>,
}

/// One page.
#[derive(Debug)]
pub struct Page {
    /// The newest first.
    pub rows: Vec<Row>,
    /// Which page, from 1.
    pub page: i64,
    /// How many pages; at least 1.
    pub pages: i64,
    /// How many instructions in all.
    pub total: i64,
}

/// An instruction in the list.
#[derive(Debug)]
pub struct Row {
    /// The instruction.
    pub instruction: Instruction,
    /// Who entered it.
    pub maker_name: String,
}

/// An instruction with what its page tells.
#[derive(Debug)]
pub struct Detail {
    /// The instruction.
    pub instruction: Instruction,
    /// Who entered it.
    pub maker_name: String,
    /// When it was proven, and by what.
    pub proven: Option<(Timestamp, Vec<Factor>)>,
}

/// Runs the search. A page past the end is the last one.
///
/// # Errors
/// When the database failed.
pub async fn run(
    app: &App,
    current: &Current,
    search: &Search,
    page: i64,
) -> Result<Page, AppError> {
    let search = instructions::Search {
        from: midnight(app, search.from)?,
        until: midnight(app, search.to.saturating_add(jiff::Span::new().days(1)))?,
        status: search.status,
        payee: warifu_zengin::kana::to_half_width(search.payee.trim()),
        total_yen: search.total_yen,
    };
    let contract = &current.contract.id;
    let total = instructions::count(&app.db, contract, &search).await?;
    let pages = ((total + PAGE_SIZE - 1) / PAGE_SIZE).max(1);
    let page = page.clamp(1, pages);
    let window = (PAGE_SIZE, (page - 1) * PAGE_SIZE);
    let found = instructions::page(&app.db, contract, &search, window).await?;
    Ok(Page {
        rows: with_makers(app, found).await?,
        page,
        pages,
        total,
    })
}

/// One instruction of this contract with its proofs.
///
/// # Errors
/// Refused as not found, for another contract's too.
pub async fn detail(app: &App, current: &Current, id: &InstructionId) -> Outcome<Detail> {
    let found = instructions::find(&app.db, id).await?;
    let Some(instruction) = found.filter(|i| i.contract_id == current.contract.id) else {
        return Ok(Err(Refusal::NotFound));
    };
    let maker = persons::find(&app.db, &instruction.maker_id).await?;
    let authorization = match &instruction.authorization_id {
        Some(id) => authorizations::find(&app.db, id).await?,
        None => None,
    };
    let proven = authorization.and_then(|a| match a.state {
        State::Authorized { at, factors, .. } => Some((at, factors)),
        State::Pending | State::Void(_) => None,
    });
    let maker_name = maker.map_or_else(String::new, |m| m.name);
    Ok(Ok(Detail {
        instruction,
        maker_name,
        proven,
    }))
}

async fn with_makers(app: &App, found: Vec<Instruction>) -> Result<Vec<Row>, AppError> {
    let mut names: HashMap<PersonId, String> = HashMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for instruction in found {
        let maker_name = match names.get(&instruction.maker_id) {
            Some(name) => name.clone(),
            None => {
                let maker = persons::find(&app.db, &instruction.maker_id).await?;
                let name = maker.map_or_else(String::new, |m| m.name);
                names.insert(instruction.maker_id.clone(), name.clone());
                name
            }
        };
        rows.push(Row {
            instruction,
            maker_name,
        });
    }
    Ok(rows)
}

fn midnight(app: &App, date: Date) -> Result<Timestamp, AppError> {
    date.to_zoned(app.profile.time_zone.clone())
        .map(|zoned| zoned.timestamp())
        .map_err(|_| AppError::Inconsistent("a day without a beginning"))
}
