//! Whoever asks: an app that this server sent, from an address within its rate. Browsers say where a
//! request comes from; no other site may make somebody's phone ask for anything.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use warifu_app::Origin;
use warifu_domain::person::Channel;

use crate::api::kinds::Kind;
use crate::api::problem::Problem;
use crate::csrf;
use crate::origin::{client_address, origin};
use crate::state::Web;

const FOREIGN: Kind = Kind {
    status: StatusCode::FORBIDDEN,
    code: "forbidden",
    title: "Forbidden",
    detail: "Only this server's own token app may ask.",
};

/// A request of a token app.
pub(super) struct Caller {
    /// Where it came from, for the audit record.
    pub(super) origin: Origin,
}

/// The same for a request that tries a start password: as many are allowed as logons.
pub(super) struct Guesser {
    /// Where it came from, for the audit record.
    pub(super) origin: Origin,
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let address = client_address(&web.settings, &parts.headers, &parts.extensions);
        if !web.limiters.token_app_allowed(address) {
            return Err(Problem::too_many_requests());
        }
        if parts.method != Method::GET && !csrf::from_our_origin(&web.settings, &parts.headers) {
            return Err(Problem::of(&FOREIGN));
        }
        let mut origin = origin(&web.settings, &parts.headers, &parts.extensions);
        origin.channel = Channel::Smartphone;
        Ok(Self { origin })
    }
}

impl FromRequestParts<Web> for Guesser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Caller { origin } = Caller::from_request_parts(parts, web).await?;
        let address = client_address(&web.settings, &parts.headers, &parts.extensions);
        if web.limiters.logon_allowed(address) {
            Ok(Self { origin })
        } else {
            Err(Problem::too_many_requests())
        }
    }
}
