//! `POST /api/v1/logons`: the first step of a logon (LOG-1). Whatever is wrong, the answer is the
//! same (LCK-4).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warifu_app::use_cases::start_logon::{self, StartLogon, Started};
use warifu_domain::factor::Factor;
use warifu_domain::person::Channel;

use super::body::Body;
use super::caller::Caller;
use super::problem::{Document, Problem};
use super::text::{Text, named};
use crate::state::Web;

/// What a person typed to log on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "contract_id": "1000000001", "user_id": "keiri01", "pin": "k7m2p9xw", "channel": "pc",
}))]
pub(super) struct LogonRequest {
    /// ご契約先 number: ten digits; full-width ones are folded.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    contract_id: Text<64>,
    /// 利用者 ID: 1 to 12 letters and digits; full-width ones are folded. Null or absent for the
    /// administrator.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    user_id: Option<Text<64>>,
    /// 暗証番号; at most 256 bytes. Full-width letters and digits are folded.
    #[schema(value_type = String, min_length = 1, max_length = 256, format = Password)]
    pin: Text<256>,
    /// Where the person logs on from.
    #[serde(deserialize_with = "named")]
    #[schema(schema_with = super::openapi::channel)]
    channel: Channel,
}

/// A logon whose first step was right.
#[derive(Serialize, ToSchema)]
pub(super) struct Logon {
    /// Names the logon.
    #[schema(example = "lo_2c1fd6b07c8b4a0f9d3e5a6b7c8d9e0f")]
    logon_id: String,
    /// Whether more is asked.
    pub(super) state: LogonState,
    /// What is still asked, in this order.
    factors: Vec<AskedFactor>,
    /// Until when the logon must be complete.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The session, once the logon is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    session: Option<Session>,
}

/// How far a logon is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LogonState {
    /// More is asked.
    NeedsFactors,
    /// There is a session.
    Complete,
}

/// One proof asked.
#[derive(Serialize, ToSchema)]
struct AskedFactor {
    /// Which.
    #[schema(schema_with = super::openapi::factor)]
    factor: Factor,
    /// For `grid`: the cells asked, as printed on the card. They stay the same until a right answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, example = json!(["B3", "E1", "H4"]))]
    cells: Vec<String>,
}

/// A session of the person.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// Whoever holds it is the person: keep it secret.
    token: String,
    /// The latest moment it can last to.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl Session {
    pub(super) fn new(token: String, expires_at: Timestamp) -> Self {
        Self { token, expires_at }
    }
}

impl From<Started> for Logon {
    fn from(started: Started) -> Self {
        let cells_of = |factor| match factor {
            Factor::Grid => started.cells.clone(),
            _ => Vec::new(),
        };
        let asked = started.remaining.iter().map(|factor| AskedFactor {
            factor: *factor,
            cells: cells_of(*factor),
        });
        Self {
            factors: asked.collect(),
            logon_id: started.logon_id.to_string(),
            state: match started.session {
                Some(_) => LogonState::Complete,
                None => LogonState::NeedsFactors,
            },
            expires_at: started.expires_at,
            session: started
                .session
                .map(|opened| Session::new(opened.token, opened.expires_at)),
        }
    }
}

#[utoipa::path(
    post,
    path = "/api/v1/logons",
    tag = "Logon",
    operation_id = "startLogon",
    summary = "First step of a logon",
    description = "An unknown ID, a wrong PIN and a suspended person are answered alike. Wrong PINs \
        are counted; too many in a row suspend the person.",
    request_body = LogonRequest,
    responses(
        (status = 201, description = "The first step was right.", body = Logon),
        (status = 401, description = "`wrong_answer`; `unauthorized` if it is the key.",
            body = Document, content_type = "application/problem+json"),
        (status = 409, description = "The PIN was right, but `revocation_hold` with `until`: the \
            person's token was revoked lately; `no_token`: this logon needs a token.",
            body = Document, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    Body(request): Body<LogonRequest>,
) -> Result<(StatusCode, Json<Logon>), Problem> {
    let command = StartLogon {
        contract_id: request.contract_id.as_str(),
        user_id: request.user_id.as_ref().map_or("", Text::as_str),
        pin: request.pin.as_str(),
        channel: request.channel,
    };
    let origin = caller.origin_by(request.channel);
    let outcome = start_logon::run(&web.app, command, &origin).await?;
    let started = outcome.map_err(|refusal| Problem::refused_logon(&refusal))?;
    Ok((StatusCode::CREATED, Json(started.into())))
}
