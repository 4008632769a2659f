//! One-time codes as pure computations: codes sent by mail and printed grid cards.
//!
//! What lives here: making, reading, authenticating and comparing codes. What does not: the clock,
//! the source of randomness (callers pass one in), storage, attempts and expiry.
//!
//! Types that hold a secret are wiped when dropped and implement neither `Debug` nor `Display`.

pub mod code_mac;
pub mod grid;
pub mod numeric_code;

mod typed;
mod uniform;

pub use code_mac::CodeKey;
pub use grid::{Cell, GridCard, GridShape};
pub use numeric_code::{CodeFormatError, Digits, NumericCode};
