//! The portal as a person sees it, and the API as a bank's own portal uses it: routes, views, words.
//!
//! Handlers parse, call a use case, render. Only here are status codes known; no rule and no SQL.

pub mod api;
mod limits;
pub mod origin;
pub mod state;
pub mod texts;
pub mod views;

pub use state::{Web, WebSettings, WebState};
