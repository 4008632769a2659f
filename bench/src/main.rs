//! Measures the product on this machine: `cargo run --release -p warifu-bench -- all`.
//!
//! The server under measurement is a process of its own (`serve`), assembled from the same crates as
//! the product; the load comes from this one. Each figure is a median of interleaved rounds. Here
//! are the commands; `scenario` says what is measured.

mod database;
mod load;
mod outside;
mod pins;
mod prepare;
mod process;
mod report;
mod scenario;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every scenario, prints one table, and fails if a floor is missed.
    All(Plan),
    /// The server under measurement; ends with its standard input.
    Serve {
        /// `sqlite:<file>`, or a PostgreSQL connection string.
        database: String,
    },
}

/// How much is measured.
#[derive(Clone, clap::Args)]
struct Plan {
    /// Interleaved rounds of each scenario.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Prepared codes answered in one round.
    #[arg(long, default_value_t = 30_000)]
    answers: usize,
    /// Tokens whose codes are answered in one round.
    #[arg(long, default_value_t = 8_000)]
    tokens: usize,
    /// Seconds of a round of the no-op endpoint.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Persons in the small database.
    #[arg(long, default_value_t = 10_000)]
    few: u64,
    /// Persons in the large database.
    #[arg(long, default_value_t = 1_000_000)]
    many: u64,
    /// Where SQLite files go: a directory on a real disk.
    #[arg(long, default_value = "target/bench")]
    directory: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Serve { database } => serve::run(&database).await.map(|()| ExitCode::SUCCESS),
        Command::All(plan) => {
            let met = scenario::all(&plan).await?;
            Ok(if met {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}
