//! Identifiers. Those that people type are parsed with their limits; those that the system makes
//! are made from entropy handed in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::fold;

/// ご契約先 number: ten digits, printed on the customer card.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContractId(String);

/// 利用者 ID inside one contract: 1 to 12 lower-case letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

/// A person: `contract/user`, or `contract/` for the administrator who logs on for the contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(String);

/// Why an identifier was not accepted. Never shown at logon, where all failures look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    /// Not ten digits.
    #[error("a contract ID is ten digits")]
    Contract,
    /// Not 1 to 12 letters and digits.
    #[error("a user ID is 1 to 12 letters and digits")]
    User,
}

impl ContractId {
    /// Parses ten digits, full-width ones folded.
    ///
    /// # Errors
    /// Anything else is refused.
    pub fn parse(input: &str) -> Result<Self, IdFault> {
        crate::text::digits_exactly(input, 10)
            .map(Self)
            .ok_or(IdFault::Contract)
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UserId {
    /// Parses 1 to 12 letters and digits; full-width ones are folded, capitals lowered.
    ///
    /// # Errors
    /// Anything else is refused.
    pub fn parse(input: &str) -> Result<Self, IdFault> {
        if input.len() > 100 {
            return Err(IdFault::User);
        }
        let folded = fold(input).to_ascii_lowercase();
        let fits = (1..=12).contains(&folded.len());
        let plain = folded
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        (fits && plain).then_some(Self(folded)).ok_or(IdFault::User)
    }

    /// The ID as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonId {
    /// The person `user` of `contract`; the administrator where there is no user ID.
    #[must_use]
    pub fn new(contract: &ContractId, user: Option<&UserId>) -> Self {
        Self(format!("{}/{}", contract.0, user.map_or("", |u| &u.0)))
    }

    /// Takes an ID as it was stored.
    #[must_use]
    pub fn from_stored(stored: String) -> Self {
        Self(stored)
    }

    /// `contract/user`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The contract's number.
    #[must_use]
    pub fn contract(&self) -> &str {
        self.0.split_once('/').map_or("", |(contract, _)| contract)
    }
}

impl fmt::Display for ContractId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! record_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Made from 16 random bytes; the prefix tells people what it names.
            #[must_use]
            pub fn from_entropy(random: [u8; 16]) -> Self {
                Self(format!("{}{}", $prefix, data_encoding::HEXLOWER.encode(&random)))
            }

            /// Takes an ID as it was stored, or as a caller sent it: it is only ever looked up.
            #[must_use]
            pub fn from_stored(stored: String) -> Self {
                Self(stored)
            }

            /// The whole ID.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

record_id!(
    /// One authorization (取引認証).
    AuthorizationId, "az_"
);
record_id!(
    /// One instruction (取引データ).
    InstructionId, "in_"
);
record_id!(
    /// One logon under way.
    LogonId, "lo_"
);
record_id!(
    /// One change of a mail address under way.
    AddressChangeId, "ac_"
);
record_id!(
    /// One token (トークン), hardware or software.
    TokenId, "tk_"
);
record_id!(
    /// One issue of a software token under way (トークン発行).
    TokenIssueId, "ti_"
);
record_id!(
    /// One passkey of a person.
    PasskeyId, "pk_"
);
record_id!(
    /// One outgoing mail.
    MailId, "ml_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fold_what_clerks_type_and_refuse_the_rest() {
        assert_eq!(
            ContractId::parse("１２３４５６７８９０").unwrap().as_str(),
            "1234567890"
        );
        assert_eq!(ContractId::parse("123456789"), Err(IdFault::Contract));
        assert_eq!(UserId::parse("Ｋeiri01 ").unwrap().as_str(), "keiri01");
        assert_eq!(UserId::parse("a/b"), Err(IdFault::User));
        assert_eq!(UserId::parse(""), Err(IdFault::User));
    }

    #[test]
    fn administrator_and_user_are_different_persons() {
        let contract = ContractId::parse("1234567890").unwrap();
        let user = UserId::parse("u1").unwrap();
        assert_eq!(PersonId::new(&contract, None).as_str(), "1234567890/");
        assert_ne!(
            PersonId::new(&contract, None),
            PersonId::new(&contract, Some(&user))
        );
    }
}
