//! OPS-1: a clerk's entry becomes a line of an instruction; lines can be added, changed and taken
//! out while nothing has left. Each change voids the authorization of the old content (MAIL-2).

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::account::AccountType;
use warifu_domain::audit::EventKind;
use warifu_domain::authorization::Void;
use warifu_domain::content::{EntryFault, RawEntry, Transfer, check_entry};
use warifu_domain::ids::InstructionId;
use warifu_domain::instruction::{Instruction, Line, LineResult, Status};
use warifu_domain::operation::{Operation, Stage};
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::instructions;

use super::current_session::Current;
use super::prepare_confirmation;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::ports::PayeeAccount;

/// What to do with the lines.
pub enum Change<'a> {
    /// A new line, in a new instruction or at the end of one.
    Add(&'a RawEntry),
    /// Another content for line `.0`, counted from 0.
    Replace(usize, &'a RawEntry),
    /// Line `.0` taken out.
    Remove(usize),
}

/// What came of it.
pub enum Registered {
    /// The instruction as it is now.
    Instruction(Instruction),
    /// The entry is faulty; nothing was changed.
    Faults(Vec<EntryFault>),
}

/// The instruction of this person's contract, for showing.
///
/// # Errors
/// Refused as not found, also for another contract's.
pub async fn find(app: &App, current: &Current, id: &InstructionId) -> Outcome<Instruction> {
    let found = instructions::find(&app.db, id).await?;
    Ok(found
        .filter(|i| i.contract_id == current.contract.id)
        .ok_or(Refusal::NotFound))
}

/// Runs the use case. `id` is absent for the first line of a new instruction.
///
/// # Errors
/// Refused without the permission to register, or once the instruction left.
pub async fn run(
    app: &App,
    current: &Current,
    id: Option<&InstructionId>,
    (from_account, change): (&str, Change<'_>),
    origin: &Origin,
) -> Outcome<Registered> {
    if !current
        .person
        .permissions
        .allow(Operation::Transfer, Stage::Register)
    {
        return Ok(Err(Refusal::NotPermitted));
    }
    let entered = match &change {
        Change::Add(raw) | Change::Replace(_, raw) => {
            match entry(app, current, from_account, raw).await? {
                Ok(transfer) => Some(transfer),
                Err(faults) => return Ok(Ok(Registered::Faults(faults))),
            }
        }
        Change::Remove(_) => None,
    };
    for _ in 0..MAX_TRIES {
        let before = match id {
            None => None,
            Some(id) => match own(app, current, id).await? {
                Ok(instruction) => Some(instruction),
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        let changed = decide(
            app,
            current,
            before,
            from_account,
            (&change, entered.as_ref()),
        );
        let (instruction, void) = match changed {
            Ok(changed) => changed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut commit = Commit::audited(event(&instruction, current, origin));
        if id.is_some() {
            instructions::update(&mut commit, &instruction);
        } else {
            instructions::insert(&mut commit, &instruction);
        }
        if let Some(void) = void {
            prepare_confirmation::void(&mut commit, current, &void, Void::ContentChanged, origin);
        }
        match app.commit(commit).await {
            Ok(()) => return Ok(Ok(Registered::Instruction(instruction))),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("instruction conflicts"))
}

/// The instruction if this person made it: nobody changes another's entry.
///
/// # Errors
/// Refused as not found, also for a colleague's.
pub async fn own(app: &App, current: &Current, id: &InstructionId) -> Outcome<Instruction> {
    let found = instructions::find(&app.db, id).await?;
    Ok(found
        .filter(|i| i.maker_id == current.person.id)
        .ok_or(Refusal::NotFound))
}

type Changed = (Instruction, Option<warifu_domain::ids::AuthorizationId>);

fn decide(
    app: &App,
    current: &Current,
    before: Option<Instruction>,
    from_account: &str,
    (change, entered): (&Change<'_>, Option<&Transfer>),
) -> Result<Changed, Refusal> {
    let most = usize::from(app.profile.transfer.max_lines);
    let Some(mut instruction) = before else {
        let transfer = entered.cloned().ok_or(Refusal::WrongState)?;
        return Ok((new_instruction(app, current, from_account, transfer), None));
    };
    let mut transfers: Vec<_> = instruction
        .lines
        .iter()
        .map(|l| l.transfer.clone())
        .collect();
    match (change, entered) {
        (Change::Add(_), Some(transfer)) => transfers.push(transfer.clone()),
        (Change::Replace(line, _), Some(transfer)) => {
            *transfers.get_mut(*line).ok_or(Refusal::NotFound)? = transfer.clone();
        }
        (Change::Remove(line), _) if *line < transfers.len() => {
            transfers.remove(*line);
        }
        _ => return Err(Refusal::NotFound),
    }
    let from_account = match change {
        Change::Remove(_) => instruction.from_account.clone(),
        Change::Add(_) | Change::Replace(..) => from_account.to_owned(),
    };
    instruction.date = app.today(current.now);
    let void = instruction.change_lines(from_account, transfers, most)?;
    Ok((instruction, void))
}

fn new_instruction(
    app: &App,
    current: &Current,
    from_account: &str,
    transfer: Transfer,
) -> Instruction {
    Instruction {
        id: InstructionId::from_entropy(app.random()),
        contract_id: current.contract.id.clone(),
        maker_id: current.person.id.clone(),
        from_account: from_account.to_owned(),
        date: app.today(current.now),
        lines: vec![Line {
            transfer,
            result: LineResult::Open,
        }],
        status: Status::Registered,
        authorization_id: None,
        receipt: None,
        created_at: current.now,
        transmitted_at: None,
        version: 1,
    }
}

/// The entry as checked by the rules, against the master data, and with 口座確認 where the payee's
/// bank answers.
async fn entry(
    app: &App,
    current: &Current,
    from_account: &str,
    raw: &RawEntry,
) -> Result<Result<Transfer, Vec<EntryFault>>, AppError> {
    let mut faults = Vec::new();
    let accounts = app.core_banking.accounts(&current.contract.id).await;
    let accounts = accounts.map_err(|f| AppError::CoreBanking(f.0))?;
    if !accounts.iter().any(|a| a.id == from_account) {
        faults.push(EntryFault::FromAccount);
    }
    let checked = check_entry(raw, |bank, branch| app.banks.names(bank, branch));
    let transfer = match checked {
        Ok(transfer) => transfer,
        Err(more) => {
            faults.extend(more);
            return Ok(Err(faults));
        }
    };
    if name_differs(app, &transfer).await {
        faults.push(EntryFault::PayeeNameDiffers);
    }
    Ok(if faults.is_empty() {
        Ok(transfer)
    } else {
        Err(faults)
    })
}

async fn name_differs(app: &App, transfer: &Transfer) -> bool {
    let account_type: AccountType = transfer.account_type;
    let payee = PayeeAccount {
        bank_code: transfer.bank_code.clone(),
        branch_code: transfer.branch_code.clone(),
        account_type,
        account_number: transfer.account_number.clone(),
    };
    // Where the other side is closed or doesn't answer, what was typed stands.
    match app.core_banking.payee_name(&payee).await {
        Ok(Some(name)) => name != transfer.payee_name,
        Ok(None) | Err(_) => false,
    }
}

fn event(
    instruction: &Instruction,
    current: &Current,
    origin: &Origin,
) -> warifu_store::AuditEvent {
    let data = json!({
        "instruction": instruction.id.as_str(),
        "lines": instruction.lines.len(),
        "total_yen": instruction.content().total_yen(),
    });
    let kind = EventKind::InstructionRegistered;
    let now: Timestamp = current.now;
    audit::of_person(&current.person, kind, &data, origin, now)
}
