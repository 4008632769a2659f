//! The name of a cell: a column letter and a row number.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::typed::fold;

/// One cell of a card, written as on the card: `A1` is the upper left one. Not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Counted from 0, below 26.
    pub(super) column: u8,
    /// Counted from 0, below 99.
    pub(super) row: u8,
}

impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}{}",
            char::from(b'A' + self.column),
            self.row + 1
        )
    }
}

/// The text names no cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a cell is a letter A to Z and a row number from 1 to 99")]
pub struct CellFormatError;

impl FromStr for Cell {
    type Err = CellFormatError;

    /// Reads `A3`, `a3` or `Ａ３`. Whether a card has the cell is another question.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut characters = text.chars().map(fold);
        let letter = characters
            .next()
            .ok_or(CellFormatError)?
            .to_ascii_uppercase();
        if !letter.is_ascii_uppercase() {
            return Err(CellFormatError);
        }
        let column = u8::try_from(letter).map_err(|_| CellFormatError)? - b'A';
        let number = match (characters.next(), characters.next(), characters.next()) {
            (Some(units @ '1'..='9'), None, None) => units.to_digit(10),
            (Some(tens @ '1'..='9'), Some(units @ '0'..='9'), None) => tens
                .to_digit(10)
                .zip(units.to_digit(10))
                .map(|(tens, units)| tens * 10 + units),
            _ => None,
        };
        let row = number
            .and_then(|number| u8::try_from(number - 1).ok())
            .ok_or(CellFormatError)?;
        Ok(Self { column, row })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_reads_back() {
        for column in 0..26 {
            for row in 0..99 {
                let cell = Cell { column, row };
                assert_eq!(cell.to_string().parse(), Ok(cell));
            }
        }
    }

    #[test]
    fn full_width_and_small_letters_are_read() {
        let a3 = Cell { column: 0, row: 2 };
        assert_eq!(a3.to_string(), "A3");
        assert_eq!("Ａ３".parse(), Ok(a3));
        assert_eq!("a3".parse(), Ok(a3));
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "", "A", "3", "3A", "A0", "A03", "A100", "AA1", "A-1", "あ1", "A3 ",
        ] {
            assert_eq!(text.parse::<Cell>(), Err(CellFormatError), "{text}");
        }
    }
}
