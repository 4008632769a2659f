//! 振込（完了): what the bank answered. Until it has, the browser asks again.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode};
use warifu_app::use_cases::register_transfer;
use warifu_domain::ids::InstructionId;
use warifu_domain::instruction::{Instruction, Status};

use super::cx::{Cx, LoggedOn};
use super::failure::Answer;
use super::shown;
use crate::views::transfer_confirm::TransferResultPage;

const AGAIN_SECS: HeaderValue = HeaderValue::from_static("3");

/// `GET /transfers/{id}`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn, Path(id): Path<String>) -> Answer {
    let id = InstructionId::from_stored(id);
    let found = register_transfer::find(&cx.web.app, &current, &id).await?;
    let instruction = found.map_err(|refusal| cx.refuse(&refusal))?;
    match instruction.status {
        Status::Registered => Ok(cx.redirect(&format!("/transfers/{id}/edit"))),
        Status::Cancelled => Ok(cx.redirect(&format!("/history/{id}"))),
        Status::Transmitting => {
            let mut response = cx.render(StatusCode::OK, &page(&cx, &instruction));
            response.headers_mut().insert("refresh", AGAIN_SECS);
            Ok(response)
        }
        Status::Accepted | Status::PartlyRefused | Status::Refused => {
            Ok(cx.render(StatusCode::OK, &page(&cx, &instruction)))
        }
    }
}

fn page(cx: &Cx, instruction: &Instruction) -> TransferResultPage {
    TransferResultPage {
        shell: cx.shell(),
        transfer_id: instruction.id.to_string(),
        on_its_way: instruction.status == Status::Transmitting,
        receipt_number: instruction.receipt.clone().unwrap_or_default(),
        accepted_at: instruction.transmitted_at.unwrap_or(instruction.created_at),
        debit_account: shown::account(cx, &instruction.from_account, None),
        lines: shown::result_lines(instruction),
    }
}
