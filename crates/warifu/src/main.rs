//! The `warifu` binary.
fn main() {}
