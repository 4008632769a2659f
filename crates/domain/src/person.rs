//! A person of a contract: who they are, what they may do, and the counters that suspend them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::Limits;
use crate::factor::Factor;
use crate::ids::{ContractId, PersonId, TokenId, UserId};
use crate::operation::{Operation, Stage};
use crate::policy::Suspension;
use crate::refusal::Refusal;

/// マスターユーザ / 管理者 / 一般ユーザ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// マスターユーザ.
    Master,
    /// 管理者: logs on for the contract, without a user ID.
    Administrator,
    /// 一般ユーザ.
    General,
}

/// Where a person logs on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A PC's browser.
    Pc,
    /// A smartphone's browser or app.
    Smartphone,
}

/// What a counter counts. Counters are separate: guessing one never hides behind another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Wrong logon PINs.
    LogonPin,
    /// Wrong confirmation PINs.
    ConfirmationPin,
    /// Wrong grid answers.
    Grid,
    /// Wrong mail OTPs.
    MailOtp,
    /// Wrong token codes (LCK-2).
    TokenOtp,
}

/// One counter per kind of proof; a right answer of that kind resets its own only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// See [`Counted::LogonPin`].
    pub logon_pin: u32,
    /// See [`Counted::ConfirmationPin`].
    pub confirmation_pin: u32,
    /// See [`Counted::Grid`].
    pub grid: u32,
    /// See [`Counted::MailOtp`].
    pub mail_otp: u32,
    /// See [`Counted::TokenOtp`].
    pub token_otp: u32,
}

/// When and why a person was suspended (利用停止).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspended {
    /// Since when.
    pub at: Timestamp,
    /// Which counter ran full.
    pub because: Counted,
}

/// Codes mailed to this person in the current window (MAIL-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IssueWindow {
    /// When the window began.
    pub began_at: Option<Timestamp>,
    /// Codes issued since.
    pub issued: u32,
}

/// The token in a person's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonToken {
    /// Which one; several persons may share it (TOK-2).
    pub id: TokenId,
    /// Whether it confirms transactions in the app (APP-1).
    pub confirms_in_app: bool,
}

/// Permissions of a person: pairs of operation and stage (OPS-3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(pub Vec<(Operation, Stage)>);

/// A person of a contract. PIN hashes and the grid card live apart, in the store's secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Contract and user.
    pub id: PersonId,
    /// Their contract.
    pub contract_id: ContractId,
    /// Absent for the administrator.
    pub user_id: Option<UserId>,
    /// Their role.
    pub role: Role,
    /// Name as shown.
    pub name: String,
    /// Suspended or not.
    pub suspended: Option<Suspended>,
    /// Consecutive failures.
    pub failures: Failures,
    /// What they may do.
    pub permissions: Permissions,
    /// OPS-5, set by the administrator within the contract's.
    pub limits: Limits,
    /// 送信先アドレス of mail OTPs, proven.
    pub otp_mail: Option<String>,
    /// When an existing OTP address was last *changed*; a first registration leaves it empty (MAIL-6).
    pub otp_mail_changed_at: Option<Timestamp>,
    /// 取引結果通知 address.
    pub notice_mail: Option<String>,
    /// Codes mailed lately.
    pub issue_window: IssueWindow,
    /// The token this person uses, and how.
    pub token: Option<PersonToken>,
    /// When their token was last revoked (TOK-10).
    pub token_revoked_at: Option<Timestamp>,
    /// Passkeys registered (LOG-8).
    pub passkeys: u32,
    /// The grid cells asked until they are answered right, as `B3,E1,H4` (LOG-4).
    pub grid_pending: Option<String>,
    /// When the logon PIN was last set by its owner.
    pub logon_pin_changed_at: Timestamp,
    /// When the confirmation PIN was last set by its owner.
    pub confirmation_pin_changed_at: Timestamp,
    /// Guard of the record.
    pub version: i64,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Master, Self::Administrator, Self::General];

    /// The name in profiles and the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Administrator => "administrator",
            Self::General => "general",
        }
    }

    /// Finds a role by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 2] = [Self::Pc, Self::Smartphone];

    /// The name in profiles and the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pc => "pc",
            Self::Smartphone => "smartphone",
        }
    }

    /// Finds a channel by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
}

impl Counted {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LogonPin => "logon-pin",
            Self::ConfirmationPin => "confirmation-pin",
            Self::Grid => "grid",
            Self::MailOtp => "mail-otp",
            Self::TokenOtp => "token-otp",
        }
    }

    /// Finds a counter by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::LogonPin,
            Self::ConfirmationPin,
            Self::Grid,
            Self::MailOtp,
            Self::TokenOtp,
        ]
        .into_iter()
        .find(|c| c.name() == name)
    }
}

impl Failures {
    fn slot(&mut self, what: Counted) -> &mut u32 {
        match what {
            Counted::LogonPin => &mut self.logon_pin,
            Counted::ConfirmationPin => &mut self.confirmation_pin,
            Counted::Grid => &mut self.grid,
            Counted::MailOtp => &mut self.mail_otp,
            Counted::TokenOtp => &mut self.token_otp,
        }
    }
}

impl Permissions {
    /// Whether `stage` of `operation` is allowed.
    #[must_use]
    pub fn allow(&self, operation: Operation, stage: Stage) -> bool {
        self.0.contains(&(operation, stage))
    }

    /// All stages of the given operations.
    #[must_use]
    pub fn all_stages_of(operations: &[Operation]) -> Self {
        let pairs = operations.iter().flat_map(|o| Stage::ALL.map(|s| (*o, s)));
        Self(pairs.collect())
    }
}

impl Person {
    /// What they have registered, where policy asks for it "if registered". Whoever's token was revoked still
    /// owes its code: taking a token away must not lower what a transaction needs.
    #[must_use]
    pub fn registered(&self, factor: Factor) -> bool {
        match factor {
            Factor::MailOtp => self.otp_mail.is_some(),
            Factor::TokenOtp => self.token.is_some() || self.token_revoked_at.is_some(),
            Factor::AppApproval => self.token.as_ref().is_some_and(|t| t.confirms_in_app),
            Factor::Passkey => self.passkeys > 0,
            Factor::LogonPin
            | Factor::ConfirmationPin
            | Factor::Grid
            | Factor::ClientCertificate => true,
        }
    }

    /// Refuses a suspended person (LCK-1).
    ///
    /// # Errors
    /// [`Refusal::Suspended`].
    pub fn refuse_if_suspended(&self) -> Result<(), Refusal> {
        if self.suspended.is_some() {
            Err(Refusal::Suspended)
        } else {
            Ok(())
        }
    }

    /// Counts one wrong answer; the last one allowed suspends. Returns whether this one did.
    pub fn count_failure(&mut self, what: Counted, limits: &Suspension, now: Timestamp) -> bool {
        let limit = match what {
            Counted::LogonPin => limits.logon_pin,
            Counted::ConfirmationPin => limits.confirmation_pin,
            Counted::Grid => limits.grid,
            Counted::MailOtp => limits.mail_otp,
            Counted::TokenOtp => limits.token_otp,
        };
        let slot = self.failures.slot(what);
        *slot = slot.saturating_add(1);
        let suspends = *slot >= limit && self.suspended.is_none();
        if suspends {
            self.suspended = Some(Suspended {
                at: now,
                because: what,
            });
        }
        suspends
    }

    /// A right answer of that kind: its counter starts anew.
    pub fn reset_failures(&mut self, what: Counted) {
        *self.failures.slot(what) = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{now, person, profile};

    const KINDS: [Counted; 5] = [
        Counted::LogonPin,
        Counted::ConfirmationPin,
        Counted::Grid,
        Counted::MailOtp,
        Counted::TokenOtp,
    ];

    #[test]
    fn the_fifth_consecutive_failure_of_a_kind_suspends_and_none_before() {
        for kind in KINDS {
            let mut person = person();
            for _ in 0..4 {
                assert!(!person.count_failure(kind, &profile().suspension, now()));
                assert_eq!(person.refuse_if_suspended(), Ok(()));
            }
            assert!(person.count_failure(kind, &profile().suspension, now()));
            assert_eq!(
                person.suspended,
                Some(Suspended {
                    at: now(),
                    because: kind
                })
            );
            assert_eq!(person.refuse_if_suspended(), Err(Refusal::Suspended));
        }
    }

    #[test]
    fn four_failures_of_every_kind_do_not_suspend_together() {
        let mut person = person();
        for kind in KINDS {
            for _ in 0..4 {
                person.count_failure(kind, &profile().suspension, now());
            }
        }
        assert_eq!(person.suspended, None);
        let four = Failures {
            logon_pin: 4,
            confirmation_pin: 4,
            grid: 4,
            mail_otp: 4,
            token_otp: 4,
        };
        assert_eq!(person.failures, four);
    }

    #[test]
    fn a_right_answer_resets_its_own_counter_only() {
        for kind in KINDS {
            let mut person = person();
            for each in KINDS {
                person.count_failure(each, &profile().suspension, now());
            }
            person.reset_failures(kind);
            for each in KINDS {
                assert_eq!(*person.failures.slot(each), u32::from(each != kind));
            }
        }
    }

    #[test]
    fn a_person_is_suspended_once_and_keeps_the_first_reason() {
        let mut person = person();
        person.failures = Failures {
            grid: 4,
            mail_otp: 4,
            ..Failures::default()
        };
        assert!(person.count_failure(Counted::Grid, &profile().suspension, now()));
        assert!(!person.count_failure(Counted::MailOtp, &profile().suspension, now()));
        assert_eq!(person.suspended.map(|s| s.because), Some(Counted::Grid));
    }

    #[test]
    fn a_permission_is_for_one_operation_and_stage() {
        let may = Permissions(vec![(Operation::Transfer, Stage::Register)]);
        assert!(may.allow(Operation::Transfer, Stage::Register));
        assert!(!may.allow(Operation::Transfer, Stage::Transmit));
        assert!(!may.allow(Operation::TaxPayment, Stage::Register));
        let all = Permissions::all_stages_of(&[Operation::TaxPayment]);
        assert!(
            Stage::ALL
                .iter()
                .all(|stage| all.allow(Operation::TaxPayment, *stage))
        );
        assert!(!all.allow(Operation::Transfer, Stage::Register));
    }

    #[test]
    fn roles_channels_and_counters_are_found_by_their_names_only() {
        assert!(Role::ALL.iter().all(|r| Role::parse(r.name()) == Some(*r)));
        assert!(
            Channel::ALL
                .iter()
                .all(|c| Channel::parse(c.name()) == Some(*c))
        );
        assert!(KINDS.iter().all(|k| Counted::parse(k.name()) == Some(*k)));
        assert_eq!(Role::parse("Master"), None);
        assert_eq!(Channel::parse(""), None);
        assert_eq!(Counted::parse("token"), None);
    }
}
