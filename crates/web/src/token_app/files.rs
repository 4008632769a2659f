//! The app's files, compiled in. They are asked for anew each time and answered `304` while they are the
//! same: the service worker keeps them, and must find a new version as soon as there is one.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

const INDEX: &str = "index.html";

macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../token_app/", $name)))
    };
}

/// Every file of `crates/web/token_app`.
const FILES: &[(&str, &[u8])] = &[
    file!("about_page.js"),
    file!("answer.js"),
    file!("app.css"),
    file!("app.js"),
    file!("app_pin.js"),
    file!("approve_page.js"),
    file!("bytes.js"),
    file!("canonical.js"),
    file!("code_display.js"),
    file!("codes.js"),
    file!("codes_page.js"),
    file!("content_view.js"),
    file!("dom.js"),
    file!("form.js"),
    file!("frame.js"),
    file!("icon-192.png"),
    file!("icon-512.png"),
    file!("inbox.js"),
    file!("inbox_page.js"),
    file!("index.html"),
    file!("keys.js"),
    file!("manifest.webmanifest"),
    file!("offline_page.js"),
    file!("offline_request.js"),
    file!("pin_form.js"),
    file!("push.js"),
    file!("remove_page.js"),
    file!("routes.js"),
    file!("scan_page.js"),
    file!("server.js"),
    file!("server_clock.js"),
    file!("set_up.js"),
    file!("setup_page.js"),
    file!("sw.js"),
    file!("texts.js"),
    file!("texts_en.js"),
    file!("texts_ja.js"),
    file!("token_store.js"),
    file!("updates.js"),
];

static TAGS: LazyLock<Vec<Option<HeaderValue>>> = LazyLock::new(|| {
    let tag = |(_, bytes): &(&str, &[u8])| {
        let digest = Sha256::digest(bytes);
        let hex = HEXLOWER.encode(digest.get(..8).unwrap_or_default());
        HeaderValue::try_from(format!("\"{hex}\"")).ok()
    };
    FILES.iter().map(tag).collect()
});

/// `GET /app/`.
pub(super) async fn index(headers: HeaderMap) -> Response {
    answer(INDEX, &headers)
}

/// `GET /app/{file}`.
pub(super) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    answer(&name, &headers)
}

fn answer(name: &str, headers: &HeaderMap) -> Response {
    let found = FILES.iter().zip(TAGS.iter()).find(|(f, _)| f.0 == name);
    let (Some(((_, bytes), Some(tag))), Some(media_type)) = (found, media_type(name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = HeaderValue::from_static("no-cache");
    if headers.get(IF_NONE_MATCH) == Some(tag) {
        let headers = [(CACHE_CONTROL, kept), (ETAG, tag.clone())];
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let media_type = HeaderValue::from_static(media_type);
    let headers = [
        (CACHE_CONTROL, kept),
        (ETAG, tag.clone()),
        (CONTENT_TYPE, media_type),
    ];
    (headers, *bytes).into_response()
}

fn media_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "webmanifest" => Some("application/manifest+json"),
        "png" => Some("image/png"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_app_is_served_and_nothing_else() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/token_app");
        let mut there: Vec<_> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        let mut served: Vec<_> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        served.sort();
        assert_eq!(served, there);
        assert!(there.iter().all(|name| media_type(name).is_some()));
    }

    #[test]
    fn a_kept_file_is_not_sent_again_until_it_changes() {
        let first = answer(INDEX, &HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[CACHE_CONTROL], "no-cache");
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());
        assert_eq!(answer(INDEX, &headers).status(), StatusCode::NOT_MODIFIED);
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("\"older\""));
        assert_eq!(answer(INDEX, &headers).status(), StatusCode::OK);
        assert_eq!(answer("../Cargo.toml", &headers).status(), 404);
    }
}
