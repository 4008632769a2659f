//! `warifu audit verify`: AUD-1 from the command line, beside running servers.

use std::process::ExitCode;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use warifu_store::SqliteMode;

use crate::cli::AuditCommand;
use crate::config::Config;
use crate::{output, wiring};

/// Reads every chain and says what was tampered with.
pub async fn run(command: AuditCommand) -> Result<ExitCode> {
    let AuditCommand::Verify { config, json } = command;
    let config = Config::read(&config.config)?;
    let (db, _vault) = wiring::open(&config, SqliteMode::ReadOnly).await?;
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template(
        "{spinner} {pos} events, {per_sec}",
    )?);
    let report = db
        .verify_audit(&mut |events| bar.set_position(events))
        .await?;
    bar.finish_and_clear();
    let faults: Vec<_> = report
        .faults
        .iter()
        .map(|f| json!({ "chain": f.chain, "seq": f.seq, "reason": f.reason.to_string() }))
        .collect();
    if json {
        let report = json!({
            "chains": report.chains, "events": report.events, "faults": faults,
        });
        output::data(&report.to_string());
    } else {
        output::data(&format!(
            "{} chains, {} events",
            report.chains, report.events
        ));
        for fault in &report.faults {
            output::data(&format!(
                "chain {} event {}: {}",
                fault.chain, fault.seq, fault.reason
            ));
        }
        let verdict = if faults.is_empty() {
            "No sign of tampering."
        } else {
            "TAMPERED: see above."
        };
        output::data(verdict);
    }
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
