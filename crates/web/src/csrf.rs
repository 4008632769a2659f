//! Whether a POST comes from a page of ours: by the browser's word (`Origin`, `Sec-Fetch-Site`) and
//! by a field that only our pages know. Both must hold.

use axum::http::HeaderMap;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::state::WebSettings;

/// The field's value for a browser that holds `secret` in a cookie: the session's token, or before
/// logon a random value.
pub(crate) fn token(secret: &str) -> String {
    let digest = Sha256::new()
        .chain_update("csrf")
        .chain_update(secret)
        .finalize();
    BASE64URL_NOPAD.encode(&digest)
}

/// Whether the field belongs to that cookie.
pub(crate) fn matches(secret: &str, field: &str) -> bool {
    token(secret).as_bytes().ct_eq(field.as_bytes()).into()
}

/// Whether the browser says that the request comes from our own origin. `Origin: null` says nothing.
pub(crate) fn from_our_origin(settings: &WebSettings, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text("origin") {
        Some(origin) if origin != "null" => {
            let host = origin.split_once("://").map(|(_, host)| host);
            origin == settings.public_origin || (host.is_some() && host == text("host"))
        }
        _ => matches!(text("sec-fetch-site"), Some("same-origin" | "none")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn settings() -> WebSettings {
        WebSettings {
            public_origin: "https://bank.example".to_owned(),
            trusted_proxies: Vec::new(),
            demo: false,
            api_requests_per_second: 1,
            logons_per_minute: 1,
        }
    }

    fn ours(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        from_our_origin(&settings(), &headers)
    }

    #[test]
    fn our_origin_passes_and_every_other_is_refused() {
        assert!(ours(&[("origin", "https://bank.example")]));
        assert!(ours(&[
            ("origin", "http://127.0.0.1:80"),
            ("host", "127.0.0.1:80")
        ]));
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[
            ("origin", "null"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(!ours(&[("origin", "https://evil.example")]));
        assert!(!ours(&[
            ("origin", "https://bank.example.evil.example"),
            ("host", "bank.example")
        ]));
        assert!(!ours(&[
            ("origin", "null"),
            ("sec-fetch-site", "cross-site")
        ]));
        assert!(!ours(&[("sec-fetch-site", "same-site")]));
        assert!(!ours(&[("host", "bank.example")]));
    }

    #[test]
    fn the_field_fits_one_cookie_only() {
        assert!(matches("secret", &token("secret")));
        assert!(!matches("secret", &token("other")));
        assert!(!matches("secret", "secret"));
        assert!(!matches("secret", ""));
    }
}
