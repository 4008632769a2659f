//! Tests of the portal, one binary.

#[cfg(test)]
mod api;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod token_app;
#[cfg(test)]
mod views;
