//! The card itself and its bytes for sealing.

use thiserror::Error;
use zeroize::Zeroizing;

use super::Cell;
use crate::uniform;

/// The first byte of [`GridCard::to_bytes`]; a changed encoding gets another one.
const ENCODING_VERSION: u8 = 1;

/// Columns are lettered A to Z.
const COLUMNS_MAX: u8 = 26;

/// More rows than this do not fit on a card that is carried in a wallet.
const ROWS_MAX: u8 = 20;

/// Digits of one cell; more cannot be read off at a glance.
const CELL_DIGITS_MAX: u8 = 4;

/// Why a card or a challenge cannot be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GridError {
    /// A measure is zero or above its limit.
    #[error(
        "a grid card has 1 to {COLUMNS_MAX} columns, 1 to {ROWS_MAX} rows and 1 to \
         {CELL_DIGITS_MAX} digits in a cell"
    )]
    Shape,
    /// The bytes are of another encoding version, or are not as long as their shape says, or hold
    /// something other than digits.
    #[error("the bytes are not an encoded grid card")]
    Encoding,
    /// No cells were asked for, or more than the card has, or the card has no other set of that
    /// many cells than the previous one.
    #[error("the card cannot give that many cells different from the previous ones")]
    CellCount,
}

/// How large a card is and how many digits a cell holds. Not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridShape {
    columns: u8,
    rows: u8,
    cell_digits: u8,
}

impl GridShape {
    /// A shape of `columns` (1 to 26, lettered from A), `rows` (1 to 20, numbered from 1) and
    /// `cell_digits` (1 to 4).
    ///
    /// # Errors
    /// [`GridError::Shape`] outside these limits.
    pub fn new(columns: u8, rows: u8, cell_digits: u8) -> Result<Self, GridError> {
        let fits = (1..=COLUMNS_MAX).contains(&columns)
            && (1..=ROWS_MAX).contains(&rows)
            && (1..=CELL_DIGITS_MAX).contains(&cell_digits);
        if fits {
            Ok(Self {
                columns,
                rows,
                cell_digits,
            })
        } else {
            Err(GridError::Shape)
        }
    }

    /// The number of columns.
    #[must_use]
    pub fn columns(self) -> u8 {
        self.columns
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(self) -> u8 {
        self.rows
    }

    /// The number of digits in a cell.
    #[must_use]
    pub fn cell_digits(self) -> u8 {
        self.cell_digits
    }

    /// Every cell, row by row.
    pub(super) fn cells(self) -> impl Iterator<Item = Cell> {
        (0..self.rows)
            .flat_map(move |row| (0..self.columns).map(move |column| Cell { column, row }))
    }

    /// The number of digits on the card.
    fn digits(self) -> usize {
        usize::from(self.columns) * usize::from(self.rows) * usize::from(self.cell_digits)
    }
}

/// A person's card: the digits of every cell. Secret; wiped when dropped.
///
/// It can be neither printed nor serialised by accident: [`GridCard::rows`] is for the printed
/// card, [`GridCard::to_bytes`] for sealing.
pub struct GridCard {
    shape: GridShape,
    /// ASCII digits, row by row, exactly `shape.digits()` of them.
    digits: Zeroizing<String>,
}

impl GridCard {
    /// Draws a card, every card equally likely. `random` must fill the slice with bytes from a
    /// cryptographic source.
    #[must_use]
    pub fn generate(shape: GridShape, random: &mut impl FnMut(&mut [u8])) -> Self {
        let mut digits = Zeroizing::new(String::with_capacity(shape.digits()));
        for _ in 0..shape.digits() {
            digits.extend(char::from_digit(uniform::below(10, random), 10));
        }
        Self { shape, digits }
    }

    /// The card in a compact form for sealing: version, columns, rows, cell digits, then the
    /// digits row by row. In clear, so it must be sealed before it is stored.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let GridShape {
            columns,
            rows,
            cell_digits,
        } = self.shape;
        let mut bytes = Zeroizing::new(Vec::with_capacity(4 + self.digits.len()));
        bytes.extend_from_slice(&[ENCODING_VERSION, columns, rows, cell_digits]);
        bytes.extend_from_slice(self.digits.as_bytes());
        bytes
    }

    /// Reads what [`GridCard::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`GridError::Encoding`] when it is anything else, [`GridError::Shape`] when its measures
    /// are outside the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, GridError> {
        let [ENCODING_VERSION, columns, rows, cell_digits, digits @ ..] = bytes else {
            return Err(GridError::Encoding);
        };
        let shape = GridShape::new(*columns, *rows, *cell_digits)?;
        if digits.len() != shape.digits() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(GridError::Encoding);
        }
        let text = str::from_utf8(digits).map_err(|_| GridError::Encoding)?;
        Ok(Self {
            shape,
            digits: Zeroizing::new(text.to_owned()),
        })
    }

    /// The card's shape.
    #[must_use]
    pub fn shape(&self) -> GridShape {
        self.shape
    }

    /// The digits of every cell in clear, row by row, for printing the card.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<&str>> {
        let row_of = |row| {
            (0..self.shape.columns)
                .filter_map(|column| self.digits_of(Cell { column, row }))
                .collect()
        };
        (0..self.shape.rows).map(row_of).collect()
    }

    /// The digits of one cell; `None` when the card has no such cell.
    pub(super) fn digits_of(&self, cell: Cell) -> Option<&str> {
        let GridShape {
            columns,
            rows,
            cell_digits,
        } = self.shape;
        if cell.column >= columns || cell.row >= rows {
            return None;
        }
        let width = usize::from(cell_digits);
        let index = usize::from(cell.row) * usize::from(columns) + usize::from(cell.column);
        self.digits.get(index * width..(index + 1) * width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two columns and two rows: A1 = 11, B1 = 23, A2 = 58, B2 = 00.
    const SMALL: &[u8] = b"\x01\x02\x02\x0211235800";

    #[test]
    fn limits_of_the_shape_are_kept() {
        assert!(GridShape::new(26, 20, 4).is_ok());
        for (columns, rows, cell_digits) in [
            (0, 5, 2),
            (27, 5, 2),
            (10, 0, 2),
            (10, 21, 2),
            (10, 5, 0),
            (10, 5, 5),
        ] {
            assert_eq!(
                GridShape::new(columns, rows, cell_digits),
                Err(GridError::Shape)
            );
        }
    }

    #[test]
    fn a_card_prints_row_by_row() {
        let card = GridCard::from_bytes(SMALL).ok().unwrap();
        assert_eq!(card.rows(), [["11", "23"], ["58", "00"]]);
        assert_eq!(card.digits_of(Cell { column: 0, row: 1 }), Some("58"));
        assert_eq!(card.digits_of(Cell { column: 2, row: 0 }), None);
        assert_eq!(card.digits_of(Cell { column: 0, row: 2 }), None);
    }

    #[test]
    fn bytes_round_trip() {
        let card = GridCard::from_bytes(SMALL).ok().unwrap();
        assert_eq!(card.to_bytes().as_slice(), SMALL);
    }

    #[test]
    fn foreign_bytes_are_refused() {
        let refusal = |bytes: &[u8]| GridCard::from_bytes(bytes).err();
        assert_eq!(refusal(b""), Some(GridError::Encoding));
        assert_eq!(
            refusal(b"\x02\x02\x02\x0211235800"),
            Some(GridError::Encoding)
        );
        assert_eq!(
            refusal(b"\x01\x02\x02\x021123580"),
            Some(GridError::Encoding)
        );
        assert_eq!(
            refusal(b"\x01\x02\x02\x02112358000"),
            Some(GridError::Encoding)
        );
        assert_eq!(
            refusal(b"\x01\x02\x02\x021123580a"),
            Some(GridError::Encoding)
        );
        assert_eq!(refusal(b"\x01\x00\x02\x02"), Some(GridError::Shape));
    }

    #[test]
    fn drawn_digits_avoid_bias() {
        // 2^32 mod 10 = 6: the draw 0 is thrown away, 2^32 - 1 gives 5.
        let mut draws = [0_u32, u32::MAX, u32::MAX].into_iter();
        let mut random =
            |bytes: &mut [u8]| bytes.copy_from_slice(&draws.next().unwrap().to_be_bytes());
        let card = GridCard::generate(GridShape::new(1, 1, 2).unwrap(), &mut random);
        assert_eq!(card.rows(), [["55"]]);
    }
}
