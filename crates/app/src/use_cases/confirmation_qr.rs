//! APP-3: what the confirmation screen shows to a phone without network: a link with the transaction
//! and a tag by which the app knows, before it shows anything, that it comes from its own institution.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use warifu_domain::authorization::Approval;
use warifu_domain::ids::InstructionId;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::TokenKind;
use warifu_otp::OtpKey;

use super::current_session::Current;
use super::prepare_confirmation;
use crate::context::App;
use crate::error::Outcome;

const TAG_BYTES: usize = 16;

/// Runs the use case on the confirmation that is open; the URL for the QR code. Changes nothing.
///
/// # Errors
/// [`Refusal::WrongState`] unless it waits for an app; [`Refusal::NoToken`].
pub async fn run(app: &App, current: &Current, id: &InstructionId) -> Outcome<String> {
    let confirmation = match prepare_confirmation::view(app, current, id).await? {
        Ok(Some(confirmation)) => confirmation,
        Ok(None) => return Ok(Err(Refusal::WrongState)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let authorization = confirmation.authorization;
    if authorization.approval != Approval::Waiting {
        return Ok(Err(Refusal::WrongState));
    }
    let held = app.token_of(&current.person).await?;
    let Some(held) = held.filter(|held| held.token.kind == TokenKind::App) else {
        return Ok(Err(Refusal::NoToken));
    };
    let (id, canonical) = (authorization.id.as_str(), &authorization.canonical);
    let shown = json!({
        "v": 1,
        "serial": held.token.serial,
        "id": id,
        "canonical": canonical,
        "tag": BASE64URL_NOPAD.encode(&tag(&held.key, id, canonical)),
    });
    let shown = BASE64URL_NOPAD.encode(shown.to_string().as_bytes());
    Ok(Ok(format!("{}/app/#t={shown}", app.public_origin)))
}

fn tag(key: &OtpKey, id: &str, canonical: &str) -> Vec<u8> {
    // HMAC-SHA256 takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose()) else {
        return Vec::new();
    };
    mac.update(format!("warifu/confirm/v1\n{id}\n{canonical}").as_bytes());
    let mut tag = mac.finalize().into_bytes().to_vec();
    tag.truncate(TAG_BYTES);
    tag
}
