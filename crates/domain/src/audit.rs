//! AUD-1: the kinds of audited events. Their data never holds a secret (AUD-2).

/// What happened. The names are stored and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A logon's first factor was right.
    LogonStarted,
    /// A logon was completed.
    LogonCompleted,
    /// A logon answer was refused.
    LogonRefused,
    /// A session ended.
    SessionEnded,
    /// A person was suspended.
    PersonSuspended,
    /// A PIN was changed.
    PinChanged,
    /// A PIN change was refused.
    PinChangeRefused,
    /// A code was mailed to prove an address.
    AddressProofSent,
    /// An address was registered or changed.
    AddressChanged,
    /// An address, or the proof of it, was refused.
    AddressRefused,
    /// An authorization was opened.
    AuthorizationOpened,
    /// A mail OTP was issued.
    MailOtpIssued,
    /// A mail OTP was not issued.
    MailOtpRefused,
    /// An authorization was proven.
    Authorized,
    /// An answer was refused.
    AuthorizationRefused,
    /// An authorization was voided.
    AuthorizationVoided,
    /// An instruction was registered or changed.
    InstructionRegistered,
    /// An instruction was cancelled before money left.
    InstructionCancelled,
    /// An instruction went to the bank.
    InstructionTransmitted,
    /// The bank answered.
    InstructionResult,
    /// A mail could not be delivered.
    MailFailed,
    /// A contract, person or key was set up by the institution.
    InstitutionAct,
    /// A software token was made and its activation mailed (TOK-6).
    TokenIssued,
    /// A token app was set up; the secret left once (TOK-7).
    TokenActivated,
    /// A token came into use for persons (TOK-3, TOK-6).
    TokenRegistered,
    /// A token was taken from persons (TOK-3).
    TokenDeregistered,
    /// A token was revoked (TOK-10).
    TokenRevoked,
    /// The drift of a token was learnt anew (TOK-5).
    TokenRepaired,
    /// A software token lives on (TOK-8).
    TokenRenewed,
    /// Something about a token was refused.
    TokenRefused,
    /// A person was released by the contract (LCK-2).
    PersonReleased,
    /// A transaction was approved in the app (APP-1).
    ApprovalGiven,
    /// A transaction was rejected in the app (APP-2).
    ApprovalRejected,
    /// A passkey was registered (LOG-8).
    PasskeyRegistered,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey was not accepted.
    PasskeyRefused,
    /// The contract changed a setting of its own.
    ContractChanged,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 37] = [
        Self::LogonStarted,
        Self::LogonCompleted,
        Self::LogonRefused,
        Self::SessionEnded,
        Self::PersonSuspended,
        Self::PinChanged,
        Self::PinChangeRefused,
        Self::AddressProofSent,
        Self::AddressChanged,
        Self::AddressRefused,
        Self::AuthorizationOpened,
        Self::MailOtpIssued,
        Self::MailOtpRefused,
        Self::Authorized,
        Self::AuthorizationRefused,
        Self::AuthorizationVoided,
        Self::InstructionRegistered,
        Self::InstructionCancelled,
        Self::InstructionTransmitted,
        Self::InstructionResult,
        Self::MailFailed,
        Self::InstitutionAct,
        Self::TokenIssued,
        Self::TokenActivated,
        Self::TokenRegistered,
        Self::TokenDeregistered,
        Self::TokenRevoked,
        Self::TokenRepaired,
        Self::TokenRenewed,
        Self::TokenRefused,
        Self::PersonReleased,
        Self::ApprovalGiven,
        Self::ApprovalRejected,
        Self::PasskeyRegistered,
        Self::PasskeyRemoved,
        Self::PasskeyRefused,
        Self::ContractChanged,
    ];

    /// The name as stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LogonStarted => "logon-started",
            Self::LogonCompleted => "logon-completed",
            Self::LogonRefused => "logon-refused",
            Self::SessionEnded => "session-ended",
            Self::PersonSuspended => "person-suspended",
            Self::PinChanged => "pin-changed",
            Self::PinChangeRefused => "pin-change-refused",
            Self::AddressProofSent => "address-proof-sent",
            Self::AddressChanged => "address-changed",
            Self::AddressRefused => "address-refused",
            Self::AuthorizationOpened => "authorization-opened",
            Self::MailOtpIssued => "mail-otp-issued",
            Self::MailOtpRefused => "mail-otp-refused",
            Self::Authorized => "authorized",
            Self::AuthorizationRefused => "authorization-refused",
            Self::AuthorizationVoided => "authorization-voided",
            Self::InstructionRegistered => "instruction-registered",
            Self::InstructionCancelled => "instruction-cancelled",
            Self::InstructionTransmitted => "instruction-transmitted",
            Self::InstructionResult => "instruction-result",
            Self::MailFailed => "mail-failed",
            Self::InstitutionAct => "institution-act",
            Self::TokenIssued => "token-issued",
            Self::TokenActivated => "token-activated",
            Self::TokenRegistered => "token-registered",
            Self::TokenDeregistered => "token-deregistered",
            Self::TokenRevoked => "token-revoked",
            Self::TokenRepaired => "token-repaired",
            Self::TokenRenewed => "token-renewed",
            Self::TokenRefused => "token-refused",
            Self::PersonReleased => "person-released",
            Self::ApprovalGiven => "approval-given",
            Self::ApprovalRejected => "approval-rejected",
            Self::PasskeyRegistered => "passkey-registered",
            Self::PasskeyRemoved => "passkey-removed",
            Self::PasskeyRefused => "passkey-refused",
            Self::ContractChanged => "contract-changed",
        }
    }

    /// The kinds a person counts as a use of the service (LOG-5).
    #[must_use]
    pub fn is_use(self) -> bool {
        matches!(
            self,
            Self::LogonCompleted
                | Self::LogonRefused
                | Self::PinChanged
                | Self::AddressChanged
                | Self::Authorized
                | Self::AuthorizationRefused
        )
    }
}
