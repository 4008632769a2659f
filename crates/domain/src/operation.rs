//! Operations (取引) and their three stages.

use serde::{Deserialize, Serialize};

/// What is protected (OPS, FILE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// 振込・振替.
    Transfer,
    /// 連続資金移動: several transfers confirmed together.
    ConsecutiveTransfer,
    /// 資金移動予約取消.
    ReservationCancel,
    /// 税金・各種料金の払込.
    TaxPayment,
    /// 総合振込.
    BulkTransfer,
    /// 給与振込.
    Payroll,
    /// 賞与振込.
    Bonus,
    /// 預金口座振替.
    DirectDebit,
    /// 外部ファイル送信.
    ExternalSend,
    /// 外部ファイル受信.
    ExternalReceive,
}

/// The three stages of an instruction, each with its own permission (OPS-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 登録.
    Register,
    /// 承認.
    Approve,
    /// 送信.
    Transmit,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 10] = [
        Self::Transfer,
        Self::ConsecutiveTransfer,
        Self::ReservationCancel,
        Self::TaxPayment,
        Self::BulkTransfer,
        Self::Payroll,
        Self::Bonus,
        Self::DirectDebit,
        Self::ExternalSend,
        Self::ExternalReceive,
    ];

    /// The name in profiles and the API, e.g. `tax-payment`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::ConsecutiveTransfer => "consecutive-transfer",
            Self::ReservationCancel => "reservation-cancel",
            Self::TaxPayment => "tax-payment",
            Self::BulkTransfer => "bulk-transfer",
            Self::Payroll => "payroll",
            Self::Bonus => "bonus",
            Self::DirectDebit => "direct-debit",
            Self::ExternalSend => "external-send",
            Self::ExternalReceive => "external-receive",
        }
    }

    /// Finds an operation by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == name)
    }
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 3] = [Self::Register, Self::Approve, Self::Transmit];

    /// The name in profiles and the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Approve => "approve",
            Self::Transmit => "transmit",
        }
    }

    /// Finds a stage by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}
