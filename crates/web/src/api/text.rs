//! How fields of requests are read: strings within bounds, names of known things, record IDs.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::value::StringDeserializer;
use serde::de::{Error, IntoDeserializer};
use serde::{Deserialize, Deserializer};
use warifu_domain::refusal::Refusal;

use super::problem::Problem;
use crate::state::Web;

/// Longest record ID that is looked up.
const MAX_ID_BYTES: usize = 64;

/// A string of 1 to `MAX` bytes without control characters. No `Debug`: it may hold a PIN.
pub(crate) struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            Err(Error::custom("must not be empty"))
        } else if text.len() > MAX {
            let reason = format!("must not be longer than {MAX} bytes");
            Err(Error::custom(reason))
        } else if text.chars().any(char::is_control) {
            Err(Error::custom("must not contain control characters"))
        } else {
            Ok(Self(text))
        }
    }
}

/// Reads one of a set of names, from a string only: serde itself would take an object for a name.
pub(super) fn named<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let name = String::deserialize(deserializer)?;
    let name: StringDeserializer<D::Error> = name.into_deserializer();
    T::deserialize(name)
}

/// The `{id}` of a path. What can't be an ID names nothing.
pub(super) struct RecordId(pub(super) String);

impl FromRequestParts<Web> for RecordId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, web).await;
        let plain = |id: &String| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
            id.len() <= MAX_ID_BYTES && id.bytes().all(allowed)
        };
        match path {
            Ok(Path(id)) if plain(&id) => Ok(Self(id)),
            _ => Err(Problem::refused(&Refusal::NotFound)),
        }
    }
}
