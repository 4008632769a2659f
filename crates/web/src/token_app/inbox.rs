//! `POST /app/api/inbox`: what waits for this phone (APP-1), and how the token stands (TOK-8).

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use warifu_app::use_cases::app_inbox::{self, AppRequest};
use warifu_domain::authorization::Authorization;

use super::base64url::Base64Url;
use super::caller::Caller;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::api::text::Text;
use crate::state::Web;

/// A request that only the phone with the token's key can make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signed {
    serial: Text<64>,
    /// Unix seconds at the server.
    at: i64,
    /// ECDSA P-256, r and s.
    signature: Base64Url<64>,
}

impl Signed {
    pub(super) fn request(&self) -> AppRequest<'_> {
        AppRequest {
            serial: self.serial.as_str(),
            at_secs: self.at,
            signature: self.signature.as_slice(),
        }
    }
}

/// What the app shows.
#[derive(Serialize)]
pub(super) struct Inbox {
    now_ms: i64,
    expires_at: Option<Timestamp>,
    renewal_due: bool,
    waiting: Vec<Waiting>,
}

/// One transaction to confirm.
#[derive(Serialize)]
struct Waiting {
    authorization_id: String,
    /// The app builds what it shows from these bytes and signs them.
    canonical: String,
    asked_at: Timestamp,
    expires_at: Timestamp,
}

pub(super) async fn handle(
    State(web): State<Web>,
    _: Caller,
    Body(signed): Body<Signed>,
) -> Result<Json<Inbox>, Problem> {
    let outcome = app_inbox::run(&web.app, &signed.request()).await?;
    let inbox = outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(Inbox {
        now_ms: inbox.now.as_millisecond(),
        expires_at: inbox.token.expires_at,
        renewal_due: inbox.renewal_due,
        waiting: inbox.waiting.into_iter().map(waiting).collect(),
    }))
}

fn waiting(authorization: Authorization) -> Waiting {
    Waiting {
        authorization_id: authorization.id.to_string(),
        canonical: authorization.canonical,
        asked_at: authorization.created_at,
        expires_at: authorization.expires_at,
    }
}
