//! Asking for cells and checking the answer.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Cell, GridCard, GridError, GridShape};
use crate::typed::{fold, is_separator};
use crate::uniform;

/// The longest answer [`verify_answer`] looks at. Far more than the cells of one challenge take,
/// full width and with separators.
pub const ANSWER_BYTES_MAX: usize = 256;

/// Draws `count` distinct cells, which are not the same set as `previous` in whatever order, every
/// such draw equally likely. `random` must fill the slice with bytes from a cryptographic source.
///
/// Only a right answer entitles to a new challenge: until then the caller must ask for the same
/// cells again (LOG-4).
///
/// # Errors
/// [`GridError::CellCount`] when `count` is 0 or more than the card has cells, or when the whole
/// card is asked for and was before.
pub fn choose_cells(
    shape: GridShape,
    count: usize,
    previous: Option<&[Cell]>,
    random: &mut impl FnMut(&mut [u8]),
) -> Result<Vec<Cell>, GridError> {
    let every: Vec<Cell> = shape.cells().collect();
    let previous = previous.map(sorted);
    let only_one_set = count == every.len();
    if count == 0
        || count > every.len()
        || (only_one_set && previous.as_ref() == Some(&sorted(&every)))
    {
        return Err(GridError::CellCount);
    }
    loop {
        let chosen = draw(every.clone(), count, random);
        if previous.as_ref() != Some(&sorted(&chosen)) {
            return Ok(chosen);
        }
    }
}

/// `count` of the cells in random order.
fn draw(mut left: Vec<Cell>, count: usize, random: &mut impl FnMut(&mut [u8])) -> Vec<Cell> {
    let mut chosen = Vec::with_capacity(count);
    while chosen.len() < count {
        // At most 26 × 20 cells, so the numbers convert.
        let bound = u32::try_from(left.len()).unwrap_or(u32::MAX);
        let index = usize::try_from(uniform::below(bound, random)).unwrap_or_default();
        chosen.push(left.swap_remove(index));
    }
    chosen
}

fn sorted(cells: &[Cell]) -> Vec<Cell> {
    let mut cells = cells.to_vec();
    cells.sort_unstable();
    cells
}

/// Whether `answer` is the digits of `cells` in that order. Full-width digits count as digits;
/// spaces, hyphens and commas are dropped; anything else makes the answer wrong.
///
/// The comparison takes the same time wherever the digits differ. No cells, or a cell the card
/// does not have, have no right answer.
#[must_use]
pub fn verify_answer(card: &GridCard, cells: &[Cell], answer: &str) -> bool {
    if cells.is_empty() || answer.len() > ANSWER_BYTES_MAX {
        return false;
    }
    let width = usize::from(card.shape().cell_digits());
    let mut expected = Zeroizing::new(String::with_capacity(cells.len() * width));
    for cell in cells {
        let Some(digits) = card.digits_of(*cell) else {
            return false;
        };
        expected.push_str(digits);
    }
    let Some(typed) = typed_digits(answer) else {
        return false;
    };
    expected.as_bytes().ct_eq(typed.as_bytes()).into()
}

/// The digits of an answer, `None` when it holds something else.
fn typed_digits(answer: &str) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(String::with_capacity(ANSWER_BYTES_MAX));
    for character in answer.chars().map(fold) {
        if character.is_ascii_digit() {
            digits.push(character);
        } else if !is_separator(character) && !matches!(character, ',' | '、' | '､') {
            return None;
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests;
