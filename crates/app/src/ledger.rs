//! The embedded ledger: the core banking system of an institution that runs Warifu by itself, and
//! of the demo. Double entry: what leaves one account arrives at another, so the sum never changes.

use warifu_domain::account::AccountType;
use warifu_domain::ids::ContractId;
use warifu_store::tables::ledger::{self, LedgerAccount, Posting};
use warifu_store::{Commit, CommitError, Db, StoreError};

use crate::context::MAX_TRIES;
use crate::ports::{
    Account, Answer, CoreBanking, CoreBankingFault, OrderAnswer, PayeeAccount, TransferOrder,
};

/// The account in which everything that went to other banks is counted.
pub const OTHER_BANKS: &str = "other-banks";

/// The ledger in Warifu's own database.
pub struct EmbeddedLedger {
    db: Db,
    own_bank_code: String,
}

impl EmbeddedLedger {
    /// A ledger for the bank with that code.
    #[must_use]
    pub fn new(db: Db, own_bank_code: String) -> Self {
        Self { db, own_bank_code }
    }

    /// Opens an account with its first balance. The books need one named [`OTHER_BANKS`].
    ///
    /// # Errors
    /// When the database fails or the account exists.
    pub async fn open_account(
        &self,
        id: &str,
        contract: Option<&ContractId>,
        holder: &str,
        balance_yen: i64,
    ) -> Result<(), CommitError> {
        let mut commit = Commit::housekeeping();
        let account = LedgerAccount {
            id: id.to_owned(),
            contract_id: contract.map(|c| c.as_str().to_owned()),
            holder: holder.to_owned(),
            balance_yen,
            version: 1,
        };
        ledger::insert_account(&mut commit, &account);
        self.db.commit(commit).await
    }

    async fn post(&self, order: &TransferOrder) -> Result<OrderAnswer, CoreBankingFault> {
        for _ in 0..MAX_TRIES {
            if let Some(outcome) = ledger::posted(&self.db, &order.idempotency_key).await? {
                return Ok(answer(&outcome));
            }
            let (commit, outcome) = self.decide(order).await?;
            match self.db.commit(commit).await {
                Ok(()) => return Ok(answer(&outcome)),
                Err(CommitError::Conflict) => tokio::task::yield_now().await,
                Err(other) => return Err(CoreBankingFault(other.to_string())),
            }
        }
        Err(CoreBankingFault("too many conflicts".to_owned()))
    }

    async fn decide(&self, order: &TransferOrder) -> Result<(Commit, String), StoreError> {
        let debit = ledger::find(&self.db, &order.from_account).await?;
        let debit = debit.filter(|a| a.contract_id.as_deref() == Some(order.contract_id.as_str()));
        let credit_id = self.credit_account(&order.payee);
        let credit = ledger::find(&self.db, &credit_id).await?;
        let mut commit = Commit::housekeeping();
        let outcome = match (&debit, &credit) {
            (None, _) => "unknown_debit_account",
            (_, None) => "unknown_payee_account",
            (Some(debit), Some(credit)) if debit.id == credit.id => "same_account",
            (Some(debit), Some(_)) if debit.balance_yen < order.amount_yen => "insufficient_funds",
            (Some(debit), Some(credit)) => {
                let left = debit.balance_yen - order.amount_yen;
                ledger::set_balance(&mut commit, debit, left);
                let arrived = credit.balance_yen.saturating_add(order.amount_yen);
                ledger::set_balance(&mut commit, credit, arrived);
                "accepted"
            }
        };
        let posting = Posting {
            idempotency_key: &order.idempotency_key,
            debit_account: &order.from_account,
            credit_account: &credit_id,
            amount_yen: order.amount_yen,
            outcome,
            at: order.at,
        };
        ledger::insert_posting(&mut commit, &posting);
        Ok((commit, outcome.to_owned()))
    }

    fn credit_account(&self, payee: &PayeeAccount) -> String {
        if payee.bank_code == self.own_bank_code {
            format!("{}-{}", payee.branch_code, payee.account_number)
        } else {
            OTHER_BANKS.to_owned()
        }
    }
}

fn answer(outcome: &str) -> OrderAnswer {
    match outcome {
        "accepted" => OrderAnswer::Accepted,
        reason => OrderAnswer::Refused(reason.to_owned()),
    }
}

impl From<StoreError> for CoreBankingFault {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl CoreBanking for EmbeddedLedger {
    fn accounts<'a>(
        &'a self,
        contract: &'a ContractId,
    ) -> Answer<'a, Result<Vec<Account>, CoreBankingFault>> {
        Box::pin(async move {
            let accounts = ledger::of_contract(&self.db, contract).await?;
            let account = |a: LedgerAccount| Account {
                id: a.id,
                holder: a.holder,
                balance_yen: a.balance_yen,
            };
            Ok(accounts.into_iter().map(account).collect())
        })
    }

    fn payee_name<'a>(
        &'a self,
        payee: &'a PayeeAccount,
    ) -> Answer<'a, Result<Option<String>, CoreBankingFault>> {
        Box::pin(async move {
            if payee.bank_code != self.own_bank_code || payee.account_type != AccountType::Ordinary
            {
                return Ok(None);
            }
            let account = ledger::find(&self.db, &self.credit_account(payee)).await?;
            Ok(account.map(|a| a.holder))
        })
    }

    fn accept<'a>(
        &'a self,
        order: &'a TransferOrder,
    ) -> Answer<'a, Result<OrderAnswer, CoreBankingFault>> {
        Box::pin(self.post(order))
    }
}
