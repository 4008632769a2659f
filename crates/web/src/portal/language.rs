//! Which language a person reads, and the switch.

use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;

use super::cx::{Cx, with_cookie};
use super::failure::{Answer, Failure};
use super::posted::Fields;
use crate::cookies::{self, Cookies};
use crate::texts::Locale;

const A_YEAR_SECS: u32 = 365 * 24 * 3600;

/// As chosen, else as the browser prefers, else Japanese.
pub(super) fn of(cookies: &Cookies, headers: &HeaderMap) -> Locale {
    let chosen = cookies.get(cookies::LANGUAGE).and_then(Locale::from_tag);
    let accepted = headers
        .get("accept-language")
        .and_then(|value| value.to_str().ok());
    chosen
        .or_else(|| accepted.and_then(preferred))
        .unwrap_or(Locale::Ja)
}

/// The language of ours with the highest weight; the first of equals.
fn preferred(header: &str) -> Option<Locale> {
    let mut best: Option<(Locale, f32)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim();
        let primary = tag.split('-').next().unwrap_or_default();
        let weight = parts.find_map(|p| p.trim().strip_prefix("q="));
        let weight: f32 = weight.map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let known = Locale::from_tag(&primary.to_ascii_lowercase());
        if let Some(locale) = known
            && weight > best.map_or(0.0, |(_, weight)| weight)
        {
            best = Some((locale, weight));
        }
    }
    best.map(|(locale, _)| locale)
}

/// `GET /language/{tag}?back=/path`.
pub(crate) async fn choose(cx: Cx, Path(tag): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let locale = Locale::from_tag(&tag).ok_or_else(Failure::not_found)?;
    let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
    let back = fields.maybe("back").filter(|path| is_ours(path));
    let cookie = cx
        .cookies
        .set(cookies::LANGUAGE, locale.tag(), Some(A_YEAR_SECS));
    Ok(with_cookie(cx.redirect(back.unwrap_or("/")), cookie))
}

/// Whether a path can only lead to this site: `//host` and `/\host` lead elsewhere.
fn is_ours(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_preference_decides() {
        assert_eq!(preferred("en-GB,en;q=0.9,ja;q=0.8"), Some(Locale::En));
        assert_eq!(preferred("fr, ja;q=0.3, en;q=0.2"), Some(Locale::Ja));
        assert_eq!(preferred("en;q=0.2, ja"), Some(Locale::Ja));
        assert_eq!(preferred("fr, *;q=0.5"), None);
        assert_eq!(preferred("en;q=0"), None);
        assert_eq!(preferred("en;q=nan,;;,"), None);
    }

    #[test]
    fn the_switch_leads_nowhere_else() {
        assert!(is_ours("/history?from=2026-11-01"));
        assert!(is_ours("/"));
        for elsewhere in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "history",
            "/a\nb",
        ] {
            assert!(!is_ours(elsewhere), "{elsewhere}");
        }
    }
}
