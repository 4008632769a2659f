//! One-time codes as pure computations.
//!
//! | Codes | Module |
//! |---|---|
//! | sent by mail | [`numeric_code`], [`code_mac`] |
//! | on a printed grid card | [`grid`] |
//! | of a token: HOTP, TOTP, which are accepted | [`hotp`](mod@hotp), [`totp`], [`window`] |
//! | answering a challenge, confirming a transaction | [`ocra`] |
//! | secrets as text and as URI for an authenticator app | [`base32`], [`otpauth`] |
//! | secrets of tokens as their maker delivers them | [`pskc`] |
//!
//! What lives here: making, reading, authenticating and comparing codes. What does not: the clock,
//! the source of randomness (callers pass one in), files, storage, attempts and expiry.
//!
//! Types that hold a secret are wiped when dropped and implement neither `Debug` nor `Display`.

pub mod base32;
pub mod code_mac;
pub mod grid;
pub mod hotp;
pub mod numeric_code;
pub mod ocra;
pub mod otpauth;
pub mod pskc;
pub mod totp;
pub mod window;

mod keyed_hash;
mod typed;
mod uniform;

pub use code_mac::CodeKey;
pub use grid::{Cell, GridCard, GridShape};
pub use hotp::{Algorithm, OtpKey, hotp};
pub use numeric_code::{CodeFormatError, Digits, NumericCode};
pub use totp::Totp;
pub use window::{TokenClock, Verdict, Window, resynchronise, verify};
