//! Logs to stderr: JSON lines for a server, short lines for the demo. Never a secret (AUD-2): what
//! is logged are ids, codes of refusals and durations.

use tracing_subscriber::EnvFilter;

/// JSON lines.
pub fn json(filter: Option<&str>) {
    let filter = EnvFilter::new(filter.unwrap_or("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// Short lines, only what needs attention.
pub fn plain() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
