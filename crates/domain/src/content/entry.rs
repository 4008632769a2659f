//! One transfer as a clerk types it into the portal: every field is checked, and each fault names
//! its field, so that the page can show all of them at once.

use warifu_zengin::kana::{self, PayeeNameFault};

use super::{MAX_AMOUNT_YEN, Transfer};
use crate::account::AccountType;
use crate::text::{digits_exactly, fold};

/// What was typed, untouched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawEntry {
    /// 金融機関コード.
    pub bank_code: String,
    /// 支店コード.
    pub branch_code: String,
    /// 預金種目.
    pub account_type: String,
    /// 口座番号.
    pub account_number: String,
    /// 受取人名.
    pub payee_name: String,
    /// 金額.
    pub amount: String,
}

/// One thing wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryFault {
    /// Not four digits.
    BankCode,
    /// No such bank.
    BankUnknown,
    /// Not three digits.
    BranchCode,
    /// No such branch at that bank.
    BranchUnknown,
    /// None chosen.
    AccountType,
    /// Not one to seven digits.
    AccountNumber,
    /// Not a name that fits a Zengin record.
    PayeeName(PayeeNameFault),
    /// The account's holder has another name (口座確認).
    PayeeNameDiffers,
    /// Not a whole number of yen from 1 on.
    Amount,
    /// Not an account of the contract.
    FromAccount,
}

/// Checks an entry. `names` answers the names of a bank and branch: the outer option is the bank,
/// the inner the branch.
///
/// # Errors
/// Every fault, in the order of the fields.
pub fn check_entry(
    raw: &RawEntry,
    names: impl Fn(&str, &str) -> Option<(String, Option<String>)>,
) -> Result<Transfer, Vec<EntryFault>> {
    let bank_code = digits_exactly(&raw.bank_code, 4).ok_or(EntryFault::BankCode);
    let branch_code = digits_exactly(&raw.branch_code, 3).ok_or(EntryFault::BranchCode);
    let account_type = AccountType::parse(&raw.account_type).ok_or(EntryFault::AccountType);
    let account_number = account_number(&raw.account_number).ok_or(EntryFault::AccountNumber);
    let payee_name = payee_name(&raw.payee_name).map_err(EntryFault::PayeeName);
    let amount = amount(&raw.amount).ok_or(EntryFault::Amount);
    let bank = match &bank_code {
        Ok(bank) => {
            let branch = branch_code.as_deref().unwrap_or_default();
            names(bank, branch).ok_or(EntryFault::BankUnknown)
        }
        Err(_) => Ok((String::new(), None)),
    };
    let branch_unknown = bank_code.is_ok() && branch_code.is_ok() && matches!(&bank, Ok((_, None)));
    match (
        bank_code,
        bank,
        branch_code,
        account_type,
        account_number,
        payee_name,
        amount,
    ) {
        (
            Ok(bank_code),
            Ok((bank_name, Some(branch_name))),
            Ok(branch_code),
            Ok(account_type),
            Ok(account_number),
            Ok(payee_name),
            Ok(amount),
        ) => Ok(Transfer {
            bank_code,
            bank_name,
            branch_code,
            branch_name,
            account_type,
            account_number,
            payee_name,
            amount,
        }),
        (bank_code, bank, branch_code, account_type, account_number, payee_name, amount) => {
            let faults = [
                bank_code.err(),
                bank.err(),
                branch_code.err(),
                branch_unknown.then_some(EntryFault::BranchUnknown),
                account_type.err(),
                account_number.err(),
                payee_name.err(),
                amount.err(),
            ];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

/// Account numbers are printed without leading zeros at times: up to seven digits, filled up.
fn account_number(typed: &str) -> Option<String> {
    let folded = if typed.len() <= 64 {
        fold(typed)
    } else {
        return None;
    };
    let fits = (1..=7).contains(&folded.len()) && folded.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| format!("{folded:0>7}"))
}

fn payee_name(typed: &str) -> Result<String, PayeeNameFault> {
    // Longer than any name can be; the check would only count it.
    let bounded: String = typed.chars().take(200).collect();
    kana::payee_name(&bounded)
}

/// `100,648`, `１００６４８`, `¥100,648` and `100648円` are the same amount.
fn amount(typed: &str) -> Option<i64> {
    if typed.len() > 100 {
        return None;
    }
    let folded = fold(typed);
    let bare = folded
        .trim_start_matches(['¥', '\\'])
        .trim_end_matches('円')
        .trim();
    let digits: String = bare.chars().filter(|c| *c != ',').collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits
        .parse()
        .ok()
        .filter(|yen| (1..=MAX_AMOUNT_YEN).contains(yen))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bank: &str, branch: &str) -> Option<(String, Option<String>)> {
        (bank == "0001").then(|| {
            (
                "みずほ".to_owned(),
                (branch == "001").then(|| "東京営業部".to_owned()),
            )
        })
    }

    fn entry() -> RawEntry {
        RawEntry {
            bank_code: "０００１".into(),
            branch_code: "001".into(),
            account_type: "ordinary".into(),
            account_number: "123".into(),
            payee_name: "株式会社ヤマダ".into(),
            amount: "１００，６４８円".into(),
        }
    }

    #[test]
    fn what_a_clerk_types_is_folded_and_named() {
        let transfer = check_entry(&entry(), names).unwrap();
        assert_eq!(transfer.account_number, "0000123");
        assert_eq!(transfer.payee_name, "ｶ)ﾔﾏﾀﾞ");
        assert_eq!(transfer.amount, 100_648);
        assert_eq!(transfer.bank_name, "みずほ");
        assert_eq!(transfer.branch_name, "東京営業部");
    }

    #[test]
    fn every_fault_is_named_in_one_go() {
        let faults = check_entry(&RawEntry::default(), names).unwrap_err();
        assert_eq!(faults.len(), 6, "{faults:?}");
        let unknown = RawEntry {
            branch_code: "999".into(),
            ..entry()
        };
        assert_eq!(
            check_entry(&unknown, names),
            Err(vec![EntryFault::BranchUnknown])
        );
        let unknown = RawEntry {
            bank_code: "9999".into(),
            ..entry()
        };
        assert_eq!(
            check_entry(&unknown, names),
            Err(vec![EntryFault::BankUnknown])
        );
        for bad in [
            "0",
            "-1",
            "1.5",
            "99999999999",
            "",
            "abc",
            "１２３４５６７８９０１",
        ] {
            let typed = RawEntry {
                amount: bad.into(),
                ..entry()
            };
            assert_eq!(
                check_entry(&typed, names),
                Err(vec![EntryFault::Amount]),
                "{bad}"
            );
        }
    }
}
