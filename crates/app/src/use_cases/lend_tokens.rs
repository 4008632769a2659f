//! The bank lends tokens of its stock to a contract (S3: one with every contract, more on request).

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::ids::ContractId;
use warifu_domain::refusal::Refusal;
use warifu_domain::text::fold;
use warifu_domain::token::TokenStatus;
use warifu_store::Commit;
use warifu_store::tables::{contracts, tokens};

use crate::audit;
use crate::context::{App, MAX_TRIES};
use crate::error::{Again, AppError, Outcome};

/// Runs the use case: one commit per token, and what came of each, by serial.
///
/// # Errors
/// Refused as a whole for an unknown contract; one by one with [`Refusal::TokenUnavailable`] for what is not in
/// stock.
pub async fn run(
    app: &App,
    contract: &ContractId,
    serials: &[String],
) -> Outcome<Vec<(String, Result<(), Refusal>)>> {
    let Some(contract) = contracts::find(&app.db, contract).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    let mut lent = Vec::new();
    for serial in serials {
        let serial = fold(serial);
        let result = lend(app, &contract, &serial).await?;
        lent.push((serial, result));
    }
    Ok(Ok(lent))
}

async fn lend(app: &App, contract: &Contract, serial: &str) -> Outcome<()> {
    let now = app.now()?;
    for _ in 0..MAX_TRIES {
        let found = tokens::find_by_serial(&app.db, serial).await?;
        let found = found.filter(|f| f.token.status == TokenStatus::Stock);
        let Some(mut token) = found.map(|f| f.token) else {
            return Ok(Err(Refusal::TokenUnavailable));
        };
        token.status = TokenStatus::Lent;
        token.contract_id = Some(contract.id.clone());
        let data = json!({ "token_lent": serial });
        let mut event =
            audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
        event.chain = contract.id.to_string();
        let mut commit = Commit::audited(event);
        tokens::update(&mut commit, &token);
        match app.commit(commit).await {
            Ok(()) => return Ok(Ok(())),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token conflicts"))
}
