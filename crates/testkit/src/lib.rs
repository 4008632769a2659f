//! For tests only: an application on a database of its own, with a clock moved by hand, entropy
//! from a seed and captured mail. Nothing here is compiled into the product.

pub mod application;
pub mod clock;
pub mod entropy;
pub mod mailbox;
pub mod postgres;

pub use application::{TestApp, TestPerson};
pub use clock::ManualClock;
pub use mailbox::Mailbox;
