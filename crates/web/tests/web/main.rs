//! Tests of the portal, one binary.

mod catalogue;
mod samples;
mod views;
