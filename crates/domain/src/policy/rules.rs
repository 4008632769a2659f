//! A checked profile, and its answers.

use jiff::{Timestamp, tz::TimeZone};
use sha2::{Digest, Sha256};

use super::check::{ProfileFault, check};
use super::profile::{
    GridPolicy, HelpDesk, Institution, MailOtpPolicy, MailSender, PinPolicy, ProfileFile,
    SessionPolicy, Suspension, TokenPolicy, TransferPolicy,
};
use crate::factor::Factor;
use crate::operation::{Operation, Stage};
use crate::person::{Channel, Role};

/// One institution's policy. Can only be made by [`Profile::parse`], so every one that exists has
/// passed the check.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Who runs the service.
    pub institution: Institution,
    /// BNK-4.
    pub help_desk: HelpDesk,
    /// MAIL-7.
    pub mail: MailSender,
    /// Mail OTP.
    pub mail_otp: MailOtpPolicy,
    /// Grid card.
    pub grid: GridPolicy,
    /// Sessions.
    pub session: SessionPolicy,
    /// Suspension.
    pub suspension: Suspension,
    /// PINs.
    pub pin: PinPolicy,
    /// Transfers.
    pub transfer: TransferPolicy,
    /// Tokens, where the institution has them.
    pub token: Option<TokenPolicy>,
    /// Names this text of the profile in decisions and evidence: the start of its SHA-256.
    pub version: String,
    /// The institution's zone.
    pub time_zone: TimeZone,
    pub(super) valid_from: Timestamp,
    pub(super) logon_rows: Vec<LogonRow>,
    pub(super) operation_rows: Vec<OperationRow>,
}

/// A row of the logon table, checked.
#[derive(Clone, Debug)]
pub(super) struct LogonRow {
    pub line: usize,
    pub roles: Vec<Role>,
    pub channels: Vec<Channel>,
    pub from: Timestamp,
    pub proof: LogonProof,
}

/// What a logon needs at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogonProof {
    /// Needed of everyone, in order.
    pub needs: Vec<Factor>,
    /// Needed in addition of those who have registered it.
    pub needs_if_registered: Vec<Factor>,
    /// LOG-8: whether a passkey may stand for ID and password.
    pub passkey_instead_of_pin: bool,
}

/// A row of the operations' table, checked.
#[derive(Clone, Debug)]
pub(super) struct OperationRow {
    pub line: usize,
    pub operations: Vec<Operation>,
    pub stages: Vec<Stage>,
    pub roles: Vec<Role>,
    pub channels: Vec<Channel>,
    pub from: Timestamp,
    pub proof: Proof,
}

/// What an operation needs at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Needed of everyone.
    pub needs: Vec<Factor>,
    /// Needed in addition of those who have registered it.
    pub needs_if_registered: Vec<Factor>,
    /// Needed instead of the token's code of those who have registered it; the first that fits.
    pub instead_of_token_otp: Vec<Factor>,
}

impl LogonProof {
    /// The factors to ask of a person of whom `registered` tells what they have registered.
    #[must_use]
    pub fn for_person(&self, registered: impl Fn(Factor) -> bool) -> Vec<Factor> {
        with_registered(&self.needs, &self.needs_if_registered, registered)
    }
}

impl Proof {
    /// Whether anybody's token is asked for.
    pub(super) fn needs_token(&self) -> bool {
        let mut all = self.needs.iter().chain(&self.needs_if_registered);
        all.any(|f| matches!(f, Factor::TokenOtp | Factor::AppApproval))
    }

    /// The factors to ask of a person of whom `registered` tells what they have registered.
    #[must_use]
    pub fn for_person(&self, registered: impl Fn(Factor) -> bool) -> Vec<Factor> {
        let mut factors = with_registered(&self.needs, &self.needs_if_registered, &registered);
        let stronger = self.instead_of_token_otp.iter().find(|f| registered(**f));
        if let (Some(stronger), Some(code)) = (
            stronger,
            factors.iter_mut().find(|f| **f == Factor::TokenOtp),
        ) {
            *code = *stronger;
        }
        factors
    }
}

fn with_registered(
    needs: &[Factor],
    needs_if_registered: &[Factor],
    registered: impl Fn(Factor) -> bool,
) -> Vec<Factor> {
    let mut factors = needs.to_vec();
    for factor in needs_if_registered {
        if registered(*factor) && !factors.contains(factor) {
            factors.push(*factor);
        }
    }
    factors
}

impl Profile {
    /// Reads and checks a profile (POL-4).
    ///
    /// # Errors
    /// Every fault found, each with its line and reason.
    pub fn parse(text: &str) -> Result<Self, Vec<ProfileFault>> {
        let file: ProfileFile =
            toml::from_str(text).map_err(|e| vec![ProfileFault::from_toml(text, &e)])?;
        let digest = Sha256::digest(text.as_bytes());
        let version = data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default());
        check(text, file, version)
    }

    /// What a logon needs, or `None` where this role can't log on by this channel at that time.
    #[must_use]
    pub fn logon_needs(&self, role: Role, channel: Channel, at: Timestamp) -> Option<&LogonProof> {
        self.logon_rows
            .iter()
            .filter(|r| r.roles.contains(&role) && r.channels.contains(&channel) && r.from <= at)
            .max_by_key(|r| r.from)
            .map(|r| &r.proof)
    }

    /// LOG-8: whether a passkey can be of use anywhere.
    #[must_use]
    pub fn offers_passkeys(&self) -> bool {
        let instead =
            |row: &OperationRow| row.proof.instead_of_token_otp.contains(&Factor::Passkey);
        let asked = |row: &OperationRow| row.proof.needs.contains(&Factor::Passkey);
        self.logon_rows
            .iter()
            .any(|r| r.proof.passkey_instead_of_pin)
            || self.operation_rows.iter().any(|r| instead(r) || asked(r))
    }

    /// What an operation needs, or `None` where the institution doesn't offer it at that time.
    #[must_use]
    pub fn operation_needs(
        &self,
        operation: Operation,
        stage: Stage,
        role: Role,
        channel: Channel,
        at: Timestamp,
    ) -> Option<&Proof> {
        self.operation_rows
            .iter()
            .filter(|r| r.operations.contains(&operation) && r.stages.contains(&stage))
            .filter(|r| r.roles.contains(&role) && r.channels.contains(&channel) && r.from <= at)
            .max_by_key(|r| r.from)
            .map(|r| &r.proof)
    }

    /// From when on `operation` needs a mail OTP of everyone; `None` if no rule says so (MAIL-4).
    #[must_use]
    pub fn mail_otp_mandatory_from(&self, operation: Operation) -> Option<Timestamp> {
        self.operation_rows
            .iter()
            .filter(|r| r.operations.contains(&operation))
            .filter(|r| r.proof.needs.contains(&Factor::MailOtp))
            .map(|r| r.from)
            .min()
    }

    /// Whether at that time `operation` asks a mail OTP of anyone.
    #[must_use]
    pub fn uses_mail_otp(&self, operation: Operation, at: Timestamp) -> bool {
        let mut everyone = Stage::ALL.into_iter().flat_map(|stage| {
            Role::ALL
                .into_iter()
                .flat_map(move |role| Channel::ALL.map(|c| (stage, role, c)))
        });
        everyone.any(|(stage, role, channel)| {
            self.operation_needs(operation, stage, role, channel, at)
                .is_some_and(|proof| proof.for_person(|_| true).contains(&Factor::MailOtp))
        })
    }

    /// The local calendar day of a moment, in the institution's zone.
    #[must_use]
    pub fn local_date(&self, at: Timestamp) -> jiff::civil::Date {
        at.to_zoned(self.time_zone.clone()).date()
    }
}
