//! Accounts as screens, mails and transfers name them.

use serde::{Deserialize, Serialize};

/// 預金種目 of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountType {
    /// 普通.
    Ordinary,
    /// 当座.
    Current,
    /// 貯蓄.
    Savings,
}

impl AccountType {
    /// All types, in the order screens show them.
    pub const ALL: [Self; 3] = [Self::Ordinary, Self::Current, Self::Savings];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Current => "current",
            Self::Savings => "savings",
        }
    }

    /// Finds a type by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }
}

/// `1234567` → `123***7` (S0's picture): enough to recognise, too little to copy.
#[must_use]
pub fn masked_account(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    match (chars.get(..3), chars.last()) {
        (Some(head), Some(last)) if chars.len() > 4 => {
            format!("{}***{last}", head.iter().collect::<String>())
        }
        _ => "***".to_owned(),
    }
}

/// `taro@example.co.jp` → `t***@example.co.jp`.
#[must_use]
pub fn masked_mail(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => {
            format!(
                "{}***@{domain}",
                local.chars().next().map_or(String::new(), String::from)
            )
        }
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_the_document() {
        assert_eq!(masked_account("1234567"), "123***7");
        assert_eq!(masked_account("123"), "***");
        assert_eq!(masked_mail("taro@example.co.jp"), "t***@example.co.jp");
        assert_eq!(masked_mail("no-at"), "***");
    }
}
