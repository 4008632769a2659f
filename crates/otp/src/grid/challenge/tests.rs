use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// A deterministic source: the bytes of an xorshift generator, whose state is never zero.
fn source(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut state = seed | 1;
    move |bytes| {
        for byte in bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = state.to_be_bytes()[0];
        }
    }
}

fn shape() -> GridShape {
    GridShape::new(10, 5, 2).unwrap()
}

/// A1 = 11, B1 = 23, A2 = 58, B2 = 00.
fn small_card() -> GridCard {
    GridCard::from_bytes(b"\x01\x02\x02\x0211235800")
        .ok()
        .unwrap()
}

fn cells(names: &[&str]) -> Vec<Cell> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn answer_to(card: &GridCard, cells: &[Cell]) -> String {
    cells
        .iter()
        .map(|cell| card.digits_of(*cell).unwrap())
        .collect()
}

#[test]
fn the_answer_is_the_digits_in_the_order_asked() {
    let asked = cells(&["B1", "A2"]);
    assert!(verify_answer(&small_card(), &asked, "2358"));
    assert!(!verify_answer(&small_card(), &asked, "5823"));
    assert!(!verify_answer(&small_card(), &asked, "235"));
    assert!(!verify_answer(&small_card(), &asked, "23580"));
    assert!(!verify_answer(&small_card(), &asked, ""));
}

#[test]
fn typing_habits_are_forgiven() {
    let asked = cells(&["B1", "A2"]);
    for answer in [
        "２３５８",
        "23 58",
        "23-58",
        "23,58",
        "２３、５８",
        " 23　ー58 ",
    ] {
        assert!(verify_answer(&small_card(), &asked, answer), "{answer}");
    }
    for answer in ["23.58", "23/58", "2358a", "②358", "2358\n"] {
        assert!(!verify_answer(&small_card(), &asked, answer), "{answer}");
    }
}

#[test]
fn long_answers_are_not_read() {
    let asked = cells(&["B1"]);
    assert!(verify_answer(
        &small_card(),
        &asked,
        &format!("23{}", " ".repeat(254))
    ));
    assert!(!verify_answer(
        &small_card(),
        &asked,
        &format!("23{}", " ".repeat(255))
    ));
}

#[test]
fn cells_the_card_lacks_have_no_answer() {
    assert!(!verify_answer(&small_card(), &cells(&["C1"]), ""));
    assert!(!verify_answer(&small_card(), &cells(&["A1", "A3"]), "11"));
    assert!(!verify_answer(&small_card(), &[], ""));
}

#[test]
fn impossible_challenges_are_refused() {
    let shape = GridShape::new(2, 1, 2).unwrap();
    let whole = cells(&["B1", "A1"]);
    let refused = Err(GridError::CellCount);
    assert_eq!(choose_cells(shape, 0, None, &mut source(1)), refused);
    assert_eq!(choose_cells(shape, 3, None, &mut source(1)), refused);
    assert_eq!(
        choose_cells(shape, 2, Some(&whole), &mut source(1)),
        refused
    );
    assert!(choose_cells(shape, 2, None, &mut source(1)).is_ok());
    assert!(choose_cells(shape, 2, Some(&cells(&["A1"])), &mut source(1)).is_ok());
}

#[test]
fn every_cell_is_asked_for_about_equally_often() {
    let mut random = source(3);
    let mut asked = vec![0_u32; 50];
    for _ in 0..5_000 {
        for cell in choose_cells(shape(), 2, None, &mut random).unwrap() {
            asked[usize::from(cell.row) * 10 + usize::from(cell.column)] += 1;
        }
    }
    // 200 expected each, standard deviation 14: ±70 is five of them.
    assert!(
        asked.iter().all(|count| (130..=270).contains(count)),
        "{asked:?}"
    );
}

proptest! {
    #[test]
    fn cells_are_distinct_on_the_card_and_new(seed: u64, count in 1_usize..=4) {
        let mut random = source(seed);
        let mut previous = choose_cells(shape(), count, None, &mut random).unwrap();
        for _ in 0..20 {
            let next = choose_cells(shape(), count, Some(&previous), &mut random).unwrap();
            let set: BTreeSet<_> = next.iter().copied().collect();
            prop_assert_eq!(set.len(), count);
            prop_assert!(set.iter().all(|cell| cell.column < 10 && cell.row < 5));
            prop_assert_ne!(set, previous.iter().copied().collect());
            previous = next;
        }
    }

    #[test]
    fn with_two_sets_they_alternate(seed: u64) {
        let shape = GridShape::new(2, 1, 2).unwrap();
        let next = choose_cells(shape, 1, Some(&cells(&["A1"])), &mut source(seed)).unwrap();
        prop_assert_eq!(next, cells(&["B1"]));
    }

    #[test]
    fn a_drawn_card_survives_its_bytes_and_answers(
        seed: u64,
        columns in 1_u8..=26,
        rows in 1_u8..=20,
        digits in 1_u8..=4,
    ) {
        let mut random = source(seed);
        let shape = GridShape::new(columns, rows, digits).unwrap();
        let card = GridCard::generate(shape, &mut random);
        let again = GridCard::from_bytes(&card.to_bytes()).ok().unwrap();
        let asked = choose_cells(shape, 1, None, &mut random).unwrap();
        prop_assert!(verify_answer(&again, &asked, &answer_to(&card, &asked)));
        prop_assert_eq!(again.rows(), card.rows());
    }

    #[test]
    fn a_wrong_digit_is_refused(seed: u64, place in 0_usize..4, shift in 1_u8..=9) {
        let mut random = source(seed);
        let card = GridCard::generate(shape(), &mut random);
        let asked = choose_cells(shape(), 2, None, &mut random).unwrap();
        let mut answer = answer_to(&card, &asked).into_bytes();
        answer[place] = b'0' + (answer[place] - b'0' + shift) % 10;
        prop_assert!(!verify_answer(&card, &asked, &String::from_utf8(answer).unwrap()));
    }
}
