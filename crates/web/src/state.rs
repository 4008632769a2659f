//! What every handler works with.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use warifu_app::App;
use warifu_app::use_cases::authenticate_client::KnownClients;

use crate::limits::Limiters;

/// How the server stands in the network.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// `https://bank.example`: scheme and host that browsers see. Cookies are `Secure` and named
    /// `__Host-…` where it is https.
    pub public_origin: String,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Shows the demo's banner with its links.
    pub demo: bool,
    /// API requests a second per client system.
    pub api_requests_per_second: u32,
    /// Logon attempts a minute per address.
    pub logons_per_minute: u32,
}

/// Shared by all handlers.
pub struct WebState {
    /// The application.
    pub app: App,
    /// How the server stands in the network.
    pub settings: WebSettings,
    /// API keys seen lately.
    pub known_clients: KnownClients,
    /// Rates per address and client.
    pub limiters: Limiters,
    /// Names requests.
    pub request_ids: RequestIds,
}

/// Names of requests: a random part of this process, and a number. People read them out on the
/// telephone.
pub struct RequestIds {
    process: String,
    next: AtomicU64,
}

/// As handlers take it.
pub type Web = Arc<WebState>;

impl WebState {
    /// Puts the state together.
    #[must_use]
    pub fn new(app: App, settings: WebSettings) -> Web {
        let limiters = Limiters::new(&settings);
        let request_ids = RequestIds::new(&app);
        Arc::new(Self {
            app,
            settings,
            request_ids,
            known_clients: KnownClients::default(),
            limiters,
        })
    }

    /// Whether browsers reach the server over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.settings.public_origin.starts_with("https://")
    }
}

impl RequestIds {
    fn new(app: &App) -> Self {
        let digest = Sha256::digest(app.new_token());
        Self {
            process: BASE32_NOPAD.encode(digest.get(..5).unwrap_or_default()),
            next: AtomicU64::new(1),
        }
    }

    /// The next name.
    #[must_use]
    pub fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.process)
    }
}
