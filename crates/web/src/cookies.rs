//! The portal's cookies: names, how they are read and written. Where browsers reach us over https
//! each has the prefix `__Host-`, so that nobody else on the domain can plant one.

use axum::http::{HeaderMap, HeaderValue};

/// The session's token.
pub const SESSION: &str = "warifu";
/// The logon under way.
pub const LOGON: &str = "warifu_logon";
/// What forms are bound to before there is a session.
pub const PRE: &str = "warifu_pre";
/// The language chosen.
pub const LANGUAGE: &str = "warifu_lang";
/// A notice for the next page.
pub const NOTICE: &str = "warifu_notice";
/// The mail that carries the last code, with the instruction it is for.
pub const MAIL: &str = "warifu_mail";

/// The cookies a request came with.
#[derive(Clone, Debug)]
pub struct Cookies {
    https: bool,
    pairs: Vec<(String, String)>,
}

impl Cookies {
    /// Reads them from a request's headers.
    #[must_use]
    pub fn read(headers: &HeaderMap, https: bool) -> Self {
        let lines = headers
            .get_all("cookie")
            .iter()
            .filter_map(|v| v.to_str().ok());
        let pairs = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self { https, pairs }
    }

    /// The value of a cookie.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let full = self.full_name(name);
        let found = self.pairs.iter().find(|(name, _)| *name == full);
        found.map(|(_, value)| value.as_str())
    }

    /// The header that keeps a cookie until the browser is closed, or for `max_age_secs`. Values are
    /// our own tokens, IDs and codes; anything else is not kept.
    #[must_use]
    pub fn set(&self, name: &str, value: &str, max_age_secs: Option<u32>) -> HeaderValue {
        let name = self.full_name(name);
        let age = max_age_secs.map_or(String::new(), |secs| format!("; Max-Age={secs}"));
        let secure = if self.https { "; Secure" } else { "" };
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
        HeaderValue::try_from(line).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The header that forgets a cookie.
    #[must_use]
    pub fn forget(&self, name: &str) -> HeaderValue {
        self.set(name, "", Some(0))
    }

    fn full_name(&self, name: &str) -> String {
        let prefix = if self.https { "__Host-" } else { "" };
        format!("{prefix}{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(https: bool, line: &'static str) -> Cookies {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", HeaderValue::from_static(line));
        Cookies::read(&headers, https)
    }

    #[test]
    fn over_https_only_host_cookies_count() {
        let line = "warifu=planted; __Host-warifu=ours";
        assert_eq!(cookies(true, line).get(SESSION), Some("ours"));
        assert_eq!(cookies(true, "warifu=planted").get(SESSION), None);
        assert_eq!(cookies(false, "a=b; warifu=x").get(SESSION), Some("x"));
    }

    #[test]
    fn a_session_cookie_is_kept_from_scripts_and_other_sites() {
        let set = cookies(true, "a=b").set(SESSION, "token", None);
        assert_eq!(
            set,
            "__Host-warifu=token; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        let gone = cookies(false, "a=b").forget(SESSION);
        assert_eq!(
            gone,
            "warifu=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }
}
