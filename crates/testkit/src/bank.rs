//! The embedded ledger as the bank's core system, with a line to it that can be cut.

use std::sync::atomic::{AtomicBool, Ordering};

use warifu_app::EmbeddedLedger;
use warifu_app::domain::ids::ContractId;
use warifu_app::ports::{
    Account, Answer, CoreBanking, CoreBankingFault, OrderAnswer, PayeeAccount, TransferOrder,
};

/// A bank that answers until it is cut off.
pub struct TestBank {
    ledger: EmbeddedLedger,
    cut_off: AtomicBool,
}

impl TestBank {
    pub(crate) fn new(ledger: EmbeddedLedger) -> Self {
        let cut_off = AtomicBool::new(false);
        Self { ledger, cut_off }
    }

    /// From now on no order gets through, or it does again.
    pub fn cut_off(&self, cut_off: bool) {
        self.cut_off.store(cut_off, Ordering::SeqCst);
    }
}

impl CoreBanking for TestBank {
    fn accounts<'a>(
        &'a self,
        contract: &'a ContractId,
    ) -> Answer<'a, Result<Vec<Account>, CoreBankingFault>> {
        self.ledger.accounts(contract)
    }

    fn payee_name<'a>(
        &'a self,
        payee: &'a PayeeAccount,
    ) -> Answer<'a, Result<Option<String>, CoreBankingFault>> {
        self.ledger.payee_name(payee)
    }

    fn accept<'a>(
        &'a self,
        order: &'a TransferOrder,
    ) -> Answer<'a, Result<OrderAnswer, CoreBankingFault>> {
        if self.cut_off.load(Ordering::SeqCst) {
            return Box::pin(async { Err(CoreBankingFault("no answer".to_owned())) });
        }
        self.ledger.accept(order)
    }
}
