use super::*;
use crate::fixtures::{contract, now, person, transfer};

fn registered(lines: usize) -> Instruction {
    let line = Line {
        transfer: transfer(),
        result: LineResult::Open,
    };
    Instruction {
        id: InstructionId::from_entropy([1; 16]),
        contract_id: contract().id,
        maker_id: person().id,
        from_account: "001-7654321".into(),
        date: jiff::civil::date(2026, 11, 30),
        lines: vec![line; lines],
        status: Status::Registered,
        authorization_id: Some(authorization_id()),
        receipt: None,
        created_at: now(),
        transmitted_at: None,
        version: 1,
    }
}

fn authorization_id() -> AuthorizationId {
    AuthorizationId::from_entropy([2; 16])
}

fn in_status(status: Status) -> Instruction {
    Instruction {
        status,
        ..registered(2)
    }
}

fn digest(instruction: &Instruction) -> String {
    instruction
        .content()
        .bind(&instruction.contract_id, instruction.operation())
        .digest
}

fn refused(code: &str) -> LineResult {
    LineResult::Refused(code.into())
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    Change,
    Cancel,
    Transmit,
    Settle,
}

fn apply(event: Event, to: &mut Instruction) -> Result<(), Refusal> {
    let from_account = to.from_account.clone();
    match event {
        Event::Change => to
            .change_lines(from_account, vec![transfer()], 10)
            .map(|_| ()),
        Event::Cancel => to.cancel().map(|_| ()),
        Event::Transmit => to.transmit(&digest(to), "R1", now()),
        Event::Settle => to.settle(vec![LineResult::Accepted; to.lines.len()]),
    }
}

#[test]
fn every_event_in_every_status_moves_on_or_is_refused_without_a_trace() {
    for status in Status::ALL {
        for event in [Event::Change, Event::Cancel, Event::Transmit, Event::Settle] {
            let before = in_status(status);
            let mut after = before.clone();
            let outcome = apply(event, &mut after);
            let expected = match (status, event) {
                (Status::Registered, Event::Change) => Some(Status::Registered),
                (Status::Registered, Event::Cancel) => Some(Status::Cancelled),
                (Status::Registered, Event::Transmit) => Some(Status::Transmitting),
                (Status::Transmitting, Event::Settle) => Some(Status::Accepted),
                _ => None,
            };
            if let Some(next) = expected {
                assert_eq!(
                    (outcome, after.status),
                    (Ok(()), next),
                    "{status:?} {event:?}"
                );
            } else {
                assert_eq!(outcome, Err(Refusal::WrongState), "{status:?} {event:?}");
                assert_eq!(after, before, "{status:?} {event:?}");
            }
        }
    }
}

#[test]
fn one_line_is_a_transfer_and_several_are_consecutive_transfers() {
    assert_eq!(registered(1).operation(), Operation::Transfer);
    assert_eq!(registered(2).operation(), Operation::ConsecutiveTransfer);
}

#[test]
fn the_content_agreed_to_is_the_lines_as_they_stand() {
    let instruction = registered(2);
    assert_eq!(
        instruction.content(),
        crate::fixtures::transfers(vec![transfer(), transfer()])
    );
}

#[test]
fn changed_lines_give_back_the_authorization_to_void() {
    let mut instruction = registered(1);
    let before = digest(&instruction);
    let dearer = Transfer {
        amount: 100_649,
        ..transfer()
    };
    let to_void = instruction.change_lines("001-7654321".into(), vec![dearer], 10);
    assert_eq!(to_void, Ok(Some(authorization_id())));
    assert_eq!(instruction.authorization_id, None);
    assert_ne!(digest(&instruction), before);
}

#[test]
fn lines_are_one_to_the_profiles_most_and_never_more_than_ten() {
    for (count, max_lines, fits) in [
        (0, 10, false),
        (1, 10, true),
        (10, 10, true),
        (11, 10, false),
        (11, 99, false),
        (4, 3, false),
    ] {
        let mut instruction = registered(1);
        let outcome =
            instruction.change_lines("001-7654321".into(), vec![transfer(); count], max_lines);
        assert_eq!(outcome.is_ok(), fits, "{count} of {max_lines}");
        assert_eq!(instruction.authorization_id.is_none(), fits);
    }
}

#[test]
fn a_cancelled_instruction_gives_back_the_authorization_to_void() {
    let mut instruction = registered(1);
    assert_eq!(instruction.cancel(), Ok(Some(authorization_id())));
    assert_eq!(instruction.authorization_id, None);
}

#[test]
fn what_was_authorized_is_transmitted_with_receipt_and_time() {
    let mut instruction = registered(1);
    assert_eq!(
        instruction.transmit(&digest(&instruction), "R1", now()),
        Ok(())
    );
    assert_eq!(instruction.receipt.as_deref(), Some("R1"));
    assert_eq!(instruction.transmitted_at, Some(now()));
}

#[test]
fn what_was_not_authorized_is_not_transmitted() {
    let authorized = digest(&registered(1));
    let changes: [fn(&mut Instruction); 5] = [
        |i| i.lines[0].transfer.amount += 1,
        |i| i.lines[0].transfer.account_number = "1234568".into(),
        |i| i.lines.push(i.lines[0].clone()),
        |i| i.from_account = "001-0000000".into(),
        |i| i.date = jiff::civil::date(2026, 12, 1),
    ];
    for change in changes {
        let mut instruction = registered(1);
        change(&mut instruction);
        let before = instruction.clone();
        let outcome = instruction.transmit(&authorized, "R1", now());
        assert_eq!(outcome, Err(Refusal::ContentChanged));
        assert_eq!(instruction, before);
    }
}

#[test]
fn another_contracts_authorization_transmits_nothing() {
    let authorized = digest(&registered(1));
    let other = ContractId::parse("0987654321").unwrap();
    let mut instruction = Instruction {
        contract_id: other,
        ..registered(1)
    };
    assert_eq!(
        instruction.transmit(&authorized, "R1", now()),
        Err(Refusal::ContentChanged)
    );
}

#[test]
fn an_instruction_without_an_authorization_of_its_own_is_not_transmitted() {
    let mut twin = Instruction {
        authorization_id: None,
        ..registered(1)
    };
    let authorized = digest(&registered(1));
    assert_eq!(
        twin.transmit(&authorized, "R1", now()),
        Err(Refusal::WrongState)
    );
    assert_eq!(twin.status, Status::Registered);
}

#[test]
fn the_banks_answers_settle_it_wholly_partly_or_not_at_all() {
    use LineResult::Accepted;
    for (results, status) in [
        (vec![Accepted, Accepted], Status::Accepted),
        (vec![Accepted, refused("0001")], Status::PartlyRefused),
        (vec![refused("0001"), Accepted], Status::PartlyRefused),
        (vec![refused("0001"), refused("0002")], Status::Refused),
    ] {
        let mut instruction = in_status(Status::Transmitting);
        assert_eq!(instruction.settle(results.clone()), Ok(()));
        assert_eq!(instruction.status, status);
        let kept: Vec<_> = instruction.lines.into_iter().map(|l| l.result).collect();
        assert_eq!(kept, results);
    }
}

#[test]
fn an_incomplete_answer_of_the_bank_settles_nothing() {
    use LineResult::{Accepted, Open};
    for results in [
        vec![],
        vec![Accepted],
        vec![Accepted, Open],
        vec![Accepted; 3],
    ] {
        let before = in_status(Status::Transmitting);
        let mut instruction = before.clone();
        assert_eq!(instruction.settle(results), Err(Refusal::WrongState));
        assert_eq!(instruction, before);
    }
}

#[test]
fn statuses_are_found_by_their_names_only() {
    assert!(
        Status::ALL
            .iter()
            .all(|s| Status::parse(s.name()) == Some(*s))
    );
    assert_eq!(Status::parse("sent"), None);
}
