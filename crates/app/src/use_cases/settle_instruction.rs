//! Asks the bank to carry out an instruction on its way, and writes what it said. Safe to run again
//! at any time and on any server: each transfer has its own idempotency key, and the result is
//! written once (NOT-1, OPS-6).

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::{InstructionId, PersonId};
use warifu_domain::instruction::{Instruction, LineResult, Status};
use warifu_domain::person::{Channel, Person};
use warifu_domain::policy::ResultNotice;
use warifu_store::Commit;
use warifu_store::tables::{contracts, instructions, persons};

use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError};
use crate::mail_texts::{self, Asked};
use crate::outbox::Letter;
use crate::ports::{OrderAnswer, PayeeAccount, TransferOrder};

/// Settles one instruction, if it is on its way.
///
/// # Errors
/// When the bank or the database failed; it stays on its way.
pub async fn run(app: &App, id: &InstructionId) -> Result<(), AppError> {
    for _ in 0..MAX_TRIES {
        let found = instructions::find(&app.db, id).await?;
        let Some(mut instruction) = found.filter(|i| i.status == Status::Transmitting) else {
            return Ok(());
        };
        let results = ask_bank(app, &instruction).await?;
        if instruction.settle(results).is_err() {
            return Ok(());
        }
        match write(app, &instruction).await {
            Ok(()) => {
                app.outbox_wake.notify_one();
                return Ok(());
            }
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("instruction conflicts"))
}

/// Settles whatever was left on its way for some seconds, after a crash or a fault of the bank's
/// system. Returns how many were tried.
///
/// # Errors
/// When the database failed.
pub async fn run_left_over(app: &App) -> Result<usize, AppError> {
    let now = app.now()?;
    let until = now
        .saturating_sub(SignedDuration::from_secs(5))
        .unwrap_or(now);
    let left = instructions::transmitting(&app.db, until).await?;
    for instruction in &left {
        if let Err(fault) = run(app, &instruction.id).await {
            tracing::warn!(%fault, instruction = %instruction.id, "not settled yet");
        }
    }
    Ok(left.len())
}

async fn ask_bank(app: &App, instruction: &Instruction) -> Result<Vec<LineResult>, AppError> {
    let mut results = Vec::with_capacity(instruction.lines.len());
    for (number, line) in instruction.lines.iter().enumerate() {
        let t = &line.transfer;
        let order = TransferOrder {
            idempotency_key: format!("{}/{number}", instruction.id),
            contract_id: instruction.contract_id.clone(),
            from_account: instruction.from_account.clone(),
            payee: PayeeAccount {
                bank_code: t.bank_code.clone(),
                branch_code: t.branch_code.clone(),
                account_type: t.account_type,
                account_number: t.account_number.clone(),
            },
            payee_name: t.payee_name.clone(),
            amount_yen: t.amount,
            at: instruction.transmitted_at.unwrap_or(instruction.created_at),
        };
        let answer = app.core_banking.accept(&order).await;
        results.push(match answer.map_err(|f| AppError::CoreBanking(f.0))? {
            OrderAnswer::Accepted => LineResult::Accepted,
            OrderAnswer::Refused(reason) => LineResult::Refused(reason),
        });
    }
    Ok(results)
}

async fn write(app: &App, instruction: &Instruction) -> Result<(), Again> {
    let now = app.now().map_err(Again::Fault)?;
    let maker = persons::find(&app.db, &instruction.maker_id)
        .await
        .map_err(fault)?;
    let maker = maker.ok_or(Again::Fault(AppError::Inconsistent("no maker")))?;
    let results: Vec<_> = instruction
        .lines
        .iter()
        .map(|l| match &l.result {
            LineResult::Refused(reason) => reason.as_str(),
            LineResult::Accepted => "accepted",
            LineResult::Open => "open",
        })
        .collect();
    let data = json!({
        "instruction": instruction.id.as_str(),
        "receipt": instruction.receipt,
        "status": instruction.status.name(),
        "results": results,
    });
    let origin = Origin {
        address: "core-banking".to_owned(),
        channel: Channel::Pc,
        request_id: "-".to_owned(),
    };
    let event = audit::of_person(&maker, EventKind::InstructionResult, &data, &origin, now);
    let mut commit = Commit::audited(event);
    instructions::update(&mut commit, instruction);
    tell(app, &mut commit, instruction, &maker, now)
        .await
        .map_err(Again::Fault)?;
    app.commit(commit).await
}

/// OPS-6: the result goes to whom the profile names, at their notice address or else where their
/// codes go.
async fn tell(
    app: &App,
    commit: &mut Commit,
    instruction: &Instruction,
    maker: &Person,
    now: Timestamp,
) -> Result<(), AppError> {
    let contract = contracts::find(&app.db, &instruction.contract_id).await?;
    let contract = contract.ok_or(AppError::Inconsistent("an instruction without a contract"))?;
    let administrator_id = PersonId::new(&instruction.contract_id, None);
    let administrator = persons::find(&app.db, &administrator_id).await?;
    let rule = app.profile.mail.result_notice;
    let to_maker = rule != ResultNotice::Administrator;
    let to_administrator = rule != ResultNotice::ActingUser;
    let mut recipients: Vec<&str> = Vec::new();
    for (wanted, person) in [
        (to_maker, Some(maker)),
        (to_administrator, administrator.as_ref()),
    ] {
        let address = person.and_then(|p| p.notice_mail.as_deref().or(p.otp_mail.as_deref()));
        if let Some(address) = address.filter(|a| wanted && !recipients.contains(a)) {
            recipients.push(address);
        }
    }
    let at = instruction.transmitted_at.unwrap_or(now);
    let asked = Asked {
        contract_name: &contract.name,
        person_name: &maker.name,
        at,
    };
    let text = mail_texts::transfer_result(&app.profile, instruction, &asked);
    for recipient in recipients {
        let kind = "transfer-result";
        let letter = Letter {
            person: maker,
            recipient,
            kind,
            text: &text,
            drop_at: None,
        };
        app.queue_mail(commit, &letter, now)?;
    }
    Ok(())
}

fn fault(error: warifu_store::StoreError) -> Again {
    Again::Fault(error.into())
}
