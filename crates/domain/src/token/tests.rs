//! Rules of tokens.

mod codes;
mod management;
mod registration;
mod state;
