use super::*;
use crate::kana::{KanaFault, KanaReason};

const HEADER: &str = "#warifu-bank-master\t1\t2026-08-24\ta test, no licence\n";

const BODY: &str = "B\t0001\tみずほ\tﾐｽﾞﾎ\n\
                    b\t001\t東京営業部\tﾄｳｷﾖｳ\n\
                    b\t004\t丸の内中央\tﾏﾙﾉｳﾁﾁﾕｳｵｳ\n\
                    B\t0005\t三菱ＵＦＪ\tﾐﾂﾋﾞｼUFJ\n\
                    B\t9900\tゆうちょ\tﾕｳﾁﾖ\n\
                    b\t008\t〇〇八\tｾﾞﾛｾﾞﾛﾊﾁ\n";

fn table() -> BankMaster {
    BankMaster::parse(&format!("{HEADER}{BODY}")).unwrap()
}

/// The fault of a table with this body.
fn fault(body: &str) -> (usize, MasterReason) {
    let fault = BankMaster::parse(&format!("{HEADER}{body}")).err().unwrap();
    (fault.line, fault.reason)
}

#[test]
fn banks_are_found_by_code() {
    let table = table();
    let mizuho = Bank {
        code: "0001",
        name: "みずほ",
        kana: "ﾐｽﾞﾎ",
    };
    assert_eq!(table.bank("0001"), Some(mizuho));
    for absent in ["0002", "9999", "1", "00001", "", "０００１", "+001"] {
        assert_eq!(table.bank(absent), None, "{absent}");
    }
}

#[test]
fn branches_are_found_within_their_bank() {
    let table = table();
    let yucho = Branch {
        code: "008",
        name: "〇〇八",
        kana: "ｾﾞﾛｾﾞﾛﾊﾁ",
    };
    assert_eq!(table.branch("9900", "008"), Some(yucho));
    assert_eq!(table.branch("0001", "004").unwrap().name, "丸の内中央");
    for (bank, branch) in [
        ("0001", "008"),
        ("0005", "001"),
        ("0002", "001"),
        ("0001", "1"),
    ] {
        assert_eq!(table.branch(bank, branch), None, "{bank} {branch}");
    }
}

#[test]
fn lists_ascend_and_belong_together() {
    let table = table();
    assert_eq!(
        table.banks().map(|bank| bank.code).collect::<Vec<_>>(),
        ["0001", "0005", "9900"]
    );
    let codes = |bank| {
        table
            .branches(bank)
            .map(|branch| branch.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("0001"), ["001", "004"]);
    assert_eq!(codes("0005"), [""; 0]);
    assert_eq!(codes("9900"), ["008"]);
    assert_eq!(codes("0002"), [""; 0]);
    assert_eq!((table.bank_count(), table.branch_count()), (3, 3));
}

#[test]
fn the_first_line_tells_date_and_source() {
    assert_eq!(table().snapshot_date(), "2026-08-24");
    assert_eq!(table().source(), "a test, no licence");
}

#[test]
fn a_missing_last_line_feed_does_no_harm() {
    let table = BankMaster::parse(&format!("{HEADER}{}", BODY.trim_end())).unwrap();
    assert_eq!(table.branch("9900", "008").unwrap().kana, "ｾﾞﾛｾﾞﾛﾊﾁ");
}

#[test]
fn other_first_lines_are_refused() {
    let reason = |first: &str| {
        BankMaster::parse(&format!("{first}\n{BODY}"))
            .err()
            .unwrap()
    };
    for first in [
        "",
        "B\t0001\tみずほ\tﾐｽﾞﾎ",
        "#warifu-bank-master\t2\t2026-08-24\tx",
        "#warifu-bank-master\t1\t2026-08-24",
        "#warifu-bank-master\t1\t2026-08-24\t",
        "#warifu-bank-master\t1\t2026-08-24\tx\ty",
        "#warifu-bank-master\t1\t2026-08-24\tx\r",
    ] {
        assert_eq!(
            reason(first),
            MasterFault {
                line: 1,
                reason: MasterReason::Header
            },
            "{first}"
        );
    }
    for date in [
        "2026-13-01",
        "2026-00-01",
        "2026-01-32",
        "26-01-01",
        "20260824",
        "2026-08-24-01",
    ] {
        let fault = reason(&format!("#warifu-bank-master\t1\t{date}\tx"));
        assert_eq!(
            fault,
            MasterFault {
                line: 1,
                reason: MasterReason::SnapshotDate
            },
            "{date}"
        );
    }
}

#[test]
fn unsorted_and_repeated_codes_are_refused() {
    let bank = |code: &str| format!("B\t{code}\t名\tｱ\n");
    let branch = |code: &str| format!("b\t{code}\t名\tｱ\n");
    assert_eq!(
        fault(&(bank("0002") + &bank("0001"))),
        (3, MasterReason::Order)
    );
    assert_eq!(
        fault(&(bank("0001") + &bank("0001"))),
        (3, MasterReason::Order)
    );
    let two_branches = |first, second| bank("0001") + &branch(first) + &branch(second);
    assert_eq!(fault(&two_branches("002", "001")), (4, MasterReason::Order));
    assert_eq!(fault(&two_branches("001", "001")), (4, MasterReason::Order));
    let next_bank = two_branches("001", "002") + &bank("0002") + &branch("001");
    assert!(BankMaster::parse(&format!("{HEADER}{next_bank}")).is_ok());
}

#[test]
fn malformed_lines_are_refused_by_number() {
    assert_eq!(fault(""), (1, MasterReason::Empty));
    assert_eq!(
        fault("b\t001\t名\tｱ\n"),
        (2, MasterReason::BranchWithoutBank)
    );
    assert_eq!(fault("B\t0001\t名\tｱ\n\n"), (3, MasterReason::Fields));
    assert_eq!(fault("B\t0001\t名\n"), (2, MasterReason::Fields));
    assert_eq!(fault("B\t0001\t名\tｱ\tｱ\n"), (2, MasterReason::Fields));
    assert_eq!(fault("C\t0001\t名\tｱ\n"), (2, MasterReason::Kind));
    for code in ["001", "00001", "000a", "０００１", "+001", ""] {
        assert_eq!(
            fault(&format!("B\t{code}\t名\tｱ\n")),
            (2, MasterReason::Code),
            "{code}"
        );
    }
    assert_eq!(
        fault("B\t0001\t名\tｱ\nb\t0001\t名\tｱ\n"),
        (3, MasterReason::Code)
    );
}

#[test]
fn bad_names_and_kana_are_refused() {
    let of = |name: &str, kana: &str| fault(&format!("B\t0001\t{name}\t{kana}\n"));
    assert_eq!(of("", "ｱ"), (2, MasterReason::Name));
    assert_eq!(of("　", "ｱ"), (2, MasterReason::Name));
    assert_eq!(of("a\u{7}", "ｱ"), (2, MasterReason::Name));
    assert_eq!(of(&"名".repeat(41), "ｱ"), (2, MasterReason::Name));
    assert_eq!(of("名", ""), (2, MasterReason::KanaLength));
    assert_eq!(of("名", &"ｱ".repeat(16)), (2, MasterReason::KanaLength));
    let small = KanaFault {
        position: 2,
        character: 'ｮ',
        reason: KanaReason::SmallKana,
    };
    assert_eq!(of("名", "ﾁｮ"), (2, MasterReason::Kana(small)));
    let line_feed = KanaFault {
        position: 2,
        character: '\r',
        reason: KanaReason::Control,
    };
    assert_eq!(of("名", "ｱ\r"), (2, MasterReason::Kana(line_feed)));
    assert!(
        BankMaster::parse(&format!(
            "{HEADER}B\t0001\t{}\t{}\n",
            "名".repeat(40),
            "ｱ".repeat(15)
        ))
        .is_ok()
    );
}

#[test]
fn oversized_tables_are_not_read() {
    let text = " ".repeat(TABLE_BYTES_MAX + 1);
    let fault = MasterFault {
        line: 1,
        reason: MasterReason::TooLarge,
    };
    assert_eq!(BankMaster::parse(&text).err(), Some(fault));
    let fault = MasterFault {
        line: 1,
        reason: MasterReason::Header,
    };
    assert_eq!(BankMaster::parse("").err(), Some(fault));
}
