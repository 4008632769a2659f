//! The portal as a person sees it, and the API as a bank's own portal uses it: routes, views, words.
//!
//! Handlers parse, call a use case, render. Only here are status codes known; no rule and no SQL.

pub mod api;
mod assets;
pub mod cookies;
mod csrf;
mod error_page;
mod limits;
mod operation;
pub mod origin;
pub mod portal;
pub mod routes;
mod security;
pub mod state;
pub mod texts;
pub mod token_app;
pub mod views;

pub use routes::{layers, router};
pub use state::{Web, WebSettings, WebState};
