//! 取引の詳細: one transfer in full, with what protected it.

use axum::extract::Path;
use axum::http::StatusCode;
use warifu_app::use_cases::history::{self, Detail};
use warifu_domain::factor::Factor;
use warifu_domain::ids::InstructionId;

use super::cx::{Cx, LoggedOn};
use super::failure::Answer;
use super::shown;
use crate::views::history::{HistoryDetailPage, HistoryStep, ProofUsed, StepKind};

/// `GET /history/{id}`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn, Path(id): Path<String>) -> Answer {
    let id = InstructionId::from_stored(id);
    let found = history::detail(&cx.web.app, &current, &id).await?;
    let detail = found.map_err(|refusal| cx.refuse(&refusal))?;
    Ok(cx.render(StatusCode::OK, &page(&cx, &detail)))
}

fn page(cx: &Cx, detail: &Detail) -> HistoryDetailPage {
    let instruction = &detail.instruction;
    let step = |at, kind| HistoryStep {
        at,
        kind,
        person: detail.maker_name.clone(),
    };
    let mut steps = vec![step(instruction.created_at, StepKind::Registered)];
    let mut proofs = Vec::new();
    if let Some((at, factors)) = &detail.proven {
        steps.push(step(*at, StepKind::Confirmed));
        proofs = factors.iter().copied().filter_map(proof).collect();
    }
    HistoryDetailPage {
        shell: cx.shell(),
        receipt_number: instruction.receipt.clone(),
        state: shown::state(instruction.status),
        debit_account: shown::account(cx, &instruction.from_account, None),
        lines: shown::result_lines(instruction),
        steps,
        proofs,
    }
}

/// Proofs this version can ask for a transaction.
fn proof(factor: Factor) -> Option<ProofUsed> {
    match factor {
        Factor::ConfirmationPin => Some(ProofUsed::ConfirmationPin),
        Factor::MailOtp => Some(ProofUsed::MailOtp),
        Factor::TokenOtp => Some(ProofUsed::TokenOtp),
        Factor::AppApproval => Some(ProofUsed::AppApproval),
        Factor::Passkey => Some(ProofUsed::Passkey),
        Factor::LogonPin | Factor::Grid | Factor::ClientCertificate => None,
    }
}
