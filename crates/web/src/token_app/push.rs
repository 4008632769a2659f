//! `GET` and `POST /app/api/push`: whether the phone can be told that something waits, and where.

use axum::Json;
use axum::extract::State;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize};
use warifu_app::use_cases::app_inbox::AppRequest;
use warifu_app::use_cases::push_subscription::{self, NewSubscription};

use super::base64url::Base64Url;
use super::caller::Caller;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::api::text::Text;
use crate::state::Web;

/// What a browser subscribes with.
#[derive(Serialize)]
pub(super) struct ServerKey {
    /// A P-256 point, uncompressed, base64url.
    public_key: String,
}

/// What the app sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    serial: Text<64>,
    /// Unix seconds at the server.
    at: i64,
    /// ECDSA P-256, r and s.
    signature: Base64Url<64>,
    /// `null` to be told no more; it must be said.
    #[serde(deserialize_with = "present")]
    subscription: Option<Subscription>,
}

/// A browser's subscription (W3C Push API).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subscription {
    endpoint: Text<2048>,
    /// A P-256 point, uncompressed.
    p256dh: Base64Url<65>,
    auth: Base64Url<16>,
}

/// It was taken.
#[derive(Serialize)]
pub(super) struct Taken {
    subscribed: bool,
}

pub(super) async fn key(State(web): State<Web>, _: Caller) -> Result<Json<ServerKey>, Problem> {
    let outcome = push_subscription::public_key(&web.app).await?;
    let key = outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(ServerKey {
        public_key: BASE64URL_NOPAD.encode(&key),
    }))
}

pub(super) async fn handle(
    State(web): State<Web>,
    _: Caller,
    Body(wish): Body<Wish>,
) -> Result<Json<Taken>, Problem> {
    let request = AppRequest {
        serial: wish.serial.as_str(),
        at_secs: wish.at,
        signature: wish.signature.as_slice(),
    };
    let wanted = wish.subscription.as_ref().map(|wanted| NewSubscription {
        endpoint: wanted.endpoint.as_str(),
        p256dh: wanted.p256dh.as_slice(),
        auth: wanted.auth.as_slice(),
    });
    let outcome = push_subscription::run(&web.app, &request, wanted.as_ref()).await?;
    outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(Taken {
        subscribed: wanted.is_some(),
    }))
}

/// Without this, serde would take a missing field for `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Subscription>, D::Error> {
    Option::deserialize(deserializer)
}
