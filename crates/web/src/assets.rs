//! Style sheets, the logo and the script for passkeys, compiled in. Their paths carry a version made of their content, so
//! that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 4] = [
    Asset {
        name: "logo.svg",
        media_type: "image/svg+xml",
        bytes: include_bytes!("../assets/logo.svg"),
    },
    Asset {
        name: "passkey.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/passkey.js"),
    },
    Asset {
        name: "tokens.css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../assets/tokens.css"),
    },
    Asset {
        name: "warifu.css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../assets/warifu.css"),
    },
];

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in &ASSETS {
        hash.update(asset.bytes);
    }
    let digest = hash.finalize();
    HEXLOWER.encode(digest.get(..6).unwrap_or_default())
});

/// The path of a file with its version.
pub(crate) fn path_of(name: &str) -> String {
    format!("/assets/{name}?v={}", *VERSION)
}

/// `GET /assets/{name}`.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, asset.media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.bytes).into_response()
}
