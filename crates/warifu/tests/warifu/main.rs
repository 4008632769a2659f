//! Tests of the real binary: it is started, spoken to over HTTP, stopped and killed as in operation.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test program: what fails must stop the test"
)]

mod api;
mod cli;
mod demo;
mod http;
mod kill;
mod mail_sink;
mod push;
mod serve;
mod server;
mod site;
mod smtp;
mod tokens;
mod two_servers;
