//! The only place that writes to the terminal: data to stdout, messages to stderr.

use std::io::Write;

/// Data, a line.
pub fn data(line: &str) {
    // Whoever reads us may have gone (`| head`); that is no fault of ours.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A message for people, a line.
pub fn message(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
