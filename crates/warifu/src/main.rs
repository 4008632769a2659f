//! The `warifu` binary: command line, configuration, wiring, workers, demo. No rules live here.
//!
//! Data goes to stdout, messages to stderr. Exit codes: 0 done, 1 the answer is no (a faulty
//! profile, a broken audit chain), 2 it could not be done.

mod cli;
mod commands;
mod config;
mod demo;
mod http;
mod logging;
mod output;
mod push;
mod rewind;
mod smtp;
mod system;
mod wiring;
mod workers;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output::message(&format!("warifu: no runtime: {error}"));
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(commands::run(cli.command)) {
        Ok(code) => code,
        Err(error) => {
            output::message(&format!("warifu: {error:#}"));
            ExitCode::from(2)
        }
    }
}
