//! Scenarios: the use cases as people and client systems meet them, on a database of their own and
//! with a clock that is moved by hand.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test program: what fails must stop the test"
)]

mod acceptance_s0;
mod acceptance_s1;
mod acceptance_s2;
mod acceptance_s3;
mod acceptance_s4_issue;
mod acceptance_s4_management;
mod addresses;
mod api_clients;
mod approvals;
mod audit;
mod clock;
mod consecutive_transfers;
mod fourteen_faults;
mod history;
mod limits;
mod mail;
mod passkeys;
mod pushes;
mod races;
mod secrets;
mod set_up;
mod token_races;
mod tokens;
