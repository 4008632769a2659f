//! The portal as a person sees it: pages, words and looks.

pub mod texts;
pub mod views;
