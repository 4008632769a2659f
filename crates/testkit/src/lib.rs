//! For tests only: an application on a database of its own, with a clock moved by hand, entropy
//! from a seed and captured mail. Nothing here is compiled into the product.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here must stop the test"
)]

pub mod application;
pub mod bank;
pub mod clock;
pub mod entropy;
pub mod mailbox;
pub mod phone;
pub mod postgres;
pub mod push_service;
pub mod tokens;
pub mod transfers;

pub use application::{TestApp, TestPerson};
pub use bank::TestBank;
pub use clock::ManualClock;
pub use mailbox::Mailbox;
pub use phone::TestPhone;
pub use push_service::PushService;
pub use tokens::TestToken;
