//! `POST /app/api/activation`: the app is set up; the secret leaves, once (S4 step C, TOK-7).

use axum::Json;
use axum::extract::State;
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use warifu_app::use_cases::activate_token::{self, ActivateToken, Activated};
use warifu_domain::token::Algorithm;

use super::base64url::Base64Url;
use super::caller::Guesser;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::api::text::Text;
use crate::state::Web;

/// What the app sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Activation {
    /// The secret of the activation link.
    link: Text<64>,
    /// サービスID.
    service_id: Text<64>,
    /// ユーザID; the administrator has none and leaves it empty.
    user_id: String,
    /// 利用開始パスワード.
    start_password: Text<256>,
    /// A P-256 point, uncompressed.
    public_key: Base64Url<65>,
}

/// What the app keeps.
#[derive(Serialize)]
pub(super) struct Setup {
    serial: String,
    secret: String,
    algorithm: &'static str,
    digits: usize,
    period_secs: u32,
    expires_at: Option<Timestamp>,
    institution: String,
    service_id: String,
    user_id: String,
    contract_name: String,
    person_name: String,
}

pub(super) async fn handle(
    State(web): State<Web>,
    guesser: Guesser,
    Body(request): Body<Activation>,
) -> Result<Json<Setup>, Problem> {
    let command = ActivateToken {
        link: request.link.as_str(),
        service_id: request.service_id.as_str(),
        user_id: &request.user_id,
        start_password: request.start_password.as_str(),
        public_key: request.public_key.as_slice(),
    };
    let outcome = activate_token::run(&web.app, command, &guesser.origin).await?;
    let activated = outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(setup(activated)))
}

fn setup(activated: Activated) -> Setup {
    Setup {
        secret: BASE64URL_NOPAD.encode(&activated.secret),
        algorithm: name(activated.totp.algorithm()),
        digits: activated.totp.digits().count(),
        period_secs: activated.totp.period_secs(),
        serial: activated.serial,
        expires_at: activated.expires_at,
        institution: activated.institution,
        service_id: activated.service_id,
        user_id: activated.user_id,
        contract_name: activated.contract_name,
        person_name: activated.person_name,
    }
}

/// As WebCrypto names hashes.
fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha1 => "SHA-1",
        Algorithm::Sha256 => "SHA-256",
        Algorithm::Sha512 => "SHA-512",
    }
}
