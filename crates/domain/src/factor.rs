//! The proofs a person can give, and which of them are alive in this version.

use serde::{Deserialize, Serialize};

/// One kind of proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// 暗証番号: what the person knows, asked at logon.
    LogonPin,
    /// 確認暗証番号: what the person knows, asked for a transaction.
    ConfirmationPin,
    /// 乱数表: cells of the printed grid card.
    Grid,
    /// メールワンタイムパスワード: a code mailed for one transaction.
    MailOtp,
    /// トークン: a time-based code.
    TokenOtp,
    /// 電子証明書: identifies the PC.
    ClientCertificate,
    /// A passkey with user verification.
    Passkey,
    /// Approval signed on the phone.
    AppApproval,
}

impl Factor {
    /// All factors the policy model knows.
    pub const ALL: [Self; 8] = [
        Self::LogonPin,
        Self::ConfirmationPin,
        Self::Grid,
        Self::MailOtp,
        Self::TokenOtp,
        Self::ClientCertificate,
        Self::Passkey,
        Self::AppApproval,
    ];

    /// The name in profiles and the API, e.g. `mail-otp`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LogonPin => "logon-pin",
            Self::ConfirmationPin => "confirmation-pin",
            Self::Grid => "grid",
            Self::MailOtp => "mail-otp",
            Self::TokenOtp => "token-otp",
            Self::ClientCertificate => "client-certificate",
            Self::Passkey => "passkey",
            Self::AppApproval => "app-approval",
        }
    }

    /// Finds a factor by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// Whether this version can really ask for it. A profile that names another factor is refused:
    /// no profile may pretend a proof (LOG-1).
    #[must_use]
    pub fn is_available(self) -> bool {
        self != Self::ClientCertificate
    }

    /// Whether it can be asked when a person logs on. A passkey is not asked beside the others: it
    /// stands for ID and PIN (LOG-8).
    #[must_use]
    pub fn proves_logon(self) -> bool {
        !matches!(
            self,
            Self::ConfirmationPin | Self::MailOtp | Self::AppApproval | Self::Passkey
        )
    }

    /// Whether it can be asked for a transaction. The logon PIN never can: a logon proof and a
    /// transaction proof must not be confused (OWASP Transaction Authorization 1.4).
    #[must_use]
    pub fn proves_operation(self) -> bool {
        !matches!(self, Self::LogonPin | Self::Grid | Self::ClientCertificate)
    }

    /// Whether it is a one-time password (LOG-3: a smartphone logon always needs one).
    #[must_use]
    pub fn is_one_time(self) -> bool {
        matches!(self, Self::Grid | Self::MailOtp | Self::TokenOtp)
    }
}
