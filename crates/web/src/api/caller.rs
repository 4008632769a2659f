//! Who asks: the client system whose bearer key came along, within its rate.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use warifu_app::Origin;
use warifu_app::use_cases::authenticate_client;
use warifu_domain::person::Channel;

use super::problem::Problem;
use crate::origin;
use crate::state::Web;

/// Keys are `wk_` and 43 letters; nothing longer is hashed.
const MAX_KEY_BYTES: usize = 128;

/// A client system with a key in force.
pub(super) struct Caller {
    /// Its ID; authorizations belong to it.
    pub(super) client: String,
    origin: Origin,
}

impl Caller {
    /// Where the request came from, for the audit record: client system and address.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The same for a person who uses `channel`.
    pub(super) fn origin_by(&self, channel: Channel) -> Origin {
        Origin {
            channel,
            ..self.origin.clone()
        }
    }
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let key = bearer_key(&parts.headers).ok_or_else(Problem::unauthorized)?;
        let found = authenticate_client::run(&web.app, &web.known_clients, key).await?;
        let client = found.ok_or_else(Problem::unauthorized)?.id;
        if !web.limiters.api_allowed(&client) {
            return Err(Problem::too_many_requests());
        }
        let mut origin = origin::origin(&web.settings, &parts.headers, &parts.extensions);
        origin.address = format!("{client}@{}", origin.address);
        origin.channel = Channel::Pc;
        Ok(Self { client, origin })
    }
}

fn bearer_key(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, key) = value.to_str().ok()?.split_once(' ')?;
    let plausible = key.starts_with("wk_") && key.len() <= MAX_KEY_BYTES;
    (scheme.eq_ignore_ascii_case("bearer") && plausible).then_some(key)
}
