//! Bodies, read strictly: JSON by its content type, within the limit, known fields only, each once,
//! each of its type. Whatever is wrong is named with its place.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use warifu_domain::content::ContentFault;

use super::json_value::UniqueJson;
use super::problem::Problem;
use crate::state::Web;

/// A body that must be there.
pub(crate) struct Body<T>(pub(crate) T);

/// No body, or `{}`.
pub(super) struct NoBody;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Web> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        refuse_other_types(request.headers())?;
        let bytes = read(request, web).await?;
        parse(&bytes).map(Self)
    }
}

impl FromRequest<Web> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let typed = refuse_other_types(request.headers());
        let bytes = read(request, web).await?;
        if !bytes.is_empty() {
            typed?;
            parse::<Nothing>(&bytes)?;
        }
        Ok(Self)
    }
}

fn refuse_other_types(headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE);
    let essence = given
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    match essence {
        Some(essence) if essence.eq_ignore_ascii_case("application/json") => Ok(()),
        _ => Err(Problem::unsupported_media_type()),
    }
}

async fn read(request: Request, web: &Web) -> Result<Bytes, Problem> {
    let bytes = Bytes::from_request(request, web).await;
    bytes.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::too_large()
        } else {
            Problem::malformed("The body ended before it was complete.".to_owned())
        }
    })
}

/// First whether it is JSON at all, then whether it is what is asked for: so a body cut short is
/// malformed, whatever its fields.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let UniqueJson(value) = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| problem(&error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| problem("", &error))?;
    // An array would be read as an object's fields by position.
    if !value.is_object() {
        return Err(Problem::invalid("", "expected an object"));
    }
    serde_path_to_error::deserialize(value)
        .map_err(|error| problem(&error.path().to_string(), error.inner()))
}

fn problem(path: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(&*text, |(m, _)| m);
    if error.is_data() {
        let fault = ContentFault::of_json(path, message);
        return Problem::invalid(&fault.field, &fault.reason);
    }
    let (line, column) = (error.line(), error.column());
    Problem::malformed(format!(
        "The body is not JSON: {message}, line {line}, column {column}."
    ))
}
