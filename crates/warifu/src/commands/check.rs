//! `warifu check FILE`: POL-4 from the command line.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use warifu_domain::policy::{Profile, explain};

use crate::config::read_text;
use crate::output;

/// Explains the profile, or names every fault with its line.
pub fn run(file: &Path) -> Result<ExitCode> {
    match Profile::parse(&read_text(file)?) {
        Ok(profile) => {
            output::data(explain(&profile).trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in faults {
                output::message(&format!("{}: {fault}", file.display()));
            }
            Ok(ExitCode::from(1))
        }
    }
}
