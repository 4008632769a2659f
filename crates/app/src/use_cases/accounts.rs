//! The accounts a contract may debit.

use super::current_session::Current;
use crate::context::App;
use crate::ports::Account;

/// Reads them; empty if the core system doesn't answer.
pub async fn run(app: &App, current: &Current) -> Vec<Account> {
    let accounts = app.core_banking.accounts(&current.contract.id).await;
    accounts.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "core banking did not tell the accounts");
        Vec::new()
    })
}
