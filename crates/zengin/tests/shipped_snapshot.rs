//! The snapshot in `data/` is readable and plausible.

use warifu_zengin::BankMaster;
use warifu_zengin::kana::{CharacterClass, check, to_half_width};

const SNAPSHOT: &str = include_str!("../../../data/bank-master.tsv");

#[test]
fn well_known_banks_and_branches_are_found() {
    let table = BankMaster::parse(SNAPSHOT).unwrap();
    let mizuho = table.bank("0001").unwrap();
    assert_eq!((mizuho.name, mizuho.kana), ("みずほ", "ﾐｽﾞﾎ"));
    let branch = table.branch("0001", "001").unwrap();
    assert_eq!((branch.name, branch.kana), ("東京営業部", "ﾄｳｷﾖｳ"));
    let yucho = table.bank("9900").unwrap();
    assert_eq!((yucho.name, yucho.kana), ("ゆうちょ", "ﾕｳﾁﾖ"));
    assert!(table.branches("9900").count() > 50);
    for unassigned in ["0000", "9999"] {
        assert_eq!(table.bank(unassigned), None);
    }
}

#[test]
fn the_whole_country_is_there() {
    let table = BankMaster::parse(SNAPSHOT).unwrap();
    assert!(table.bank_count() > 1_000, "{} banks", table.bank_count());
    assert!(
        table.branch_count() > 25_000,
        "{} branches",
        table.branch_count()
    );
    let listed: usize = table
        .banks()
        .map(|bank| table.branches(bank.code).count())
        .sum();
    assert_eq!(listed, table.branch_count());
}

#[test]
fn every_entry_is_found_again_and_its_kana_pass() {
    let table = BankMaster::parse(SNAPSHOT).unwrap();
    for bank in table.banks() {
        assert_eq!(table.bank(bank.code), Some(bank));
        assert_eq!(check(CharacterClass::BranchName, bank.kana), Ok(()));
        for branch in table.branches(bank.code) {
            assert_eq!(table.branch(bank.code, branch.code), Some(branch));
            assert_eq!(check(CharacterClass::BranchName, branch.kana), Ok(()));
            assert_eq!(to_half_width(branch.kana), branch.kana);
        }
    }
}

#[test]
fn it_tells_its_date_and_licence() {
    let table = BankMaster::parse(SNAPSHOT).unwrap();
    assert_eq!(table.snapshot_date().len(), 10);
    assert!(table.source().contains("MIT"));
}
