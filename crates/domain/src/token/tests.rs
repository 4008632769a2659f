//! Rules of tokens.
