//! Half-width kana: converting what people type, and checking what a field may hold.
//!
//! On-screen input is converted and shown again; files are only checked, never repaired.

mod class;
mod convert;
mod corporate;
mod payee;

pub use class::{CharacterClass, FAULTS_MAX, KanaFault, KanaReason, check};
pub use convert::{byte_len, to_half_width, truncate_bytes};
pub use corporate::abbreviate;
pub use payee::{PAYEE_NAME_BYTES_MAX, PayeeNameFault, payee_name};
