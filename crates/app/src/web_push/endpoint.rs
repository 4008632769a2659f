//! Where pushes may go. The address comes from a phone: without limits the server could be made to
//! call anything it can reach.

const MAX_BYTES: usize = 2_048;

/// A permitted address at a push service.
pub(crate) struct Endpoint<'a> {
    host: &'a str,
}

impl<'a> Endpoint<'a> {
    /// Reads `https://HOST/…` with one of `hosts` or a host below it: no other port, no user name, no
    /// address in digits.
    pub(crate) fn parse(url: &'a str, hosts: &[String]) -> Option<Self> {
        let plain = url.len() <= MAX_BYTES && url.bytes().all(|b| b.is_ascii_graphic());
        let (host, _) = url.strip_prefix("https://")?.split_once('/')?;
        let below = |known: &String| {
            let above = host.strip_suffix(known.as_str());
            above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
        };
        (plain && is_host_name(host) && hosts.iter().any(below)).then_some(Self { host })
    }

    /// Scheme and host, as VAPID's `aud`.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.host)
    }
}

/// Whether a text is a host's full name in lower case: labels with dots, the last not a number, which
/// would be an address.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(inner)
    };
    let last = text.rsplit_once('.').map(|(_, last)| last);
    let is_word = |last: &str| last.bytes().all(|b| b.is_ascii_lowercase());
    text.len() <= 253 && text.split('.').all(label) && last.is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(url: &str) -> Option<String> {
        let hosts = ["push.example".to_owned(), "notify.example.net".to_owned()];
        Endpoint::parse(url, &hosts).map(|endpoint| endpoint.origin())
    }

    #[test]
    fn known_services_and_hosts_below_them_are_taken() {
        for (url, known) in [
            (
                "https://push.example/wp/a:b?c=%20#d",
                "https://push.example",
            ),
            ("https://push.example/", "https://push.example"),
            (
                "https://db5.notify.example.net/w/?token=BQ",
                "https://db5.notify.example.net",
            ),
        ] {
            assert_eq!(origin(url).as_deref(), Some(known), "{url}");
        }
    }

    #[test]
    fn nothing_else_is() {
        let long = format!("https://push.example/{}", "a".repeat(MAX_BYTES));
        for url in [
            "http://push.example/a",
            "HTTPS://push.example/a",
            "https://push.example",
            "https://push.example:8443/a",
            "https://user@push.example/a",
            "https://evil.example/@push.example/",
            "https://evil.example\\.push.example/",
            "https://push.example.evil.example/a",
            "https://evilpush.example/a",
            "https://.push.example/a",
            "https://PUSH.example/a",
            "https://push.example./a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://localhost/a",
            "https://push.example/a b",
            "https://push.example/あ",
            "https://push.example/\r\nx: y",
            "//push.example/a",
            "",
            &long,
        ] {
            assert_eq!(origin(url), None, "{url}");
        }
    }

    #[test]
    fn addresses_and_bare_names_are_no_host_names() {
        assert!(is_host_name("fcm.googleapis.com"));
        for wrong in [
            "",
            "localhost",
            "10.0.0.1",
            "a..b",
            "a.b.",
            "*.b.c",
            "[::1]",
            "A.b",
            "a.0x7f",
        ] {
            assert!(!is_host_name(wrong), "{wrong}");
        }
    }
}
