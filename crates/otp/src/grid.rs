//! Grid cards: a printed table of secret digits, some cells of which are asked for at logon
//! (LOG-4).
//!
//! What lives here: the card, its cells, choosing the cells of a challenge and checking an answer.
//! What does not: when a challenge may change and how many answers are allowed, which are the
//! caller's rules.

mod card;
mod cell;
mod challenge;

pub use card::{GridCard, GridError, GridShape};
pub use cell::{Cell, CellFormatError};
pub use challenge::{ANSWER_BYTES_MAX, choose_cells, verify_answer};
