//! Rates per process: against floods from one address or one client system. What locks a person
//! is counted in the database, not here.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::state::WebSettings;

/// A token app that is open asks again and again what waits, and several share an office's address.
const APP_REQUESTS_PER_LOGON: u32 = 20;

/// The limiters of one server process. They run on the process's own monotonic clock: a rate is
/// about real traffic, also where a demo's or a test's calendar is moved by hand.
pub struct Limiters {
    logons: DefaultKeyedRateLimiter<IpAddr>,
    api: DefaultKeyedRateLimiter<String>,
    token_app: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limiters {
    pub(crate) fn new(settings: &WebSettings) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let logons = at_least_one(settings.logons_per_minute);
        let api = at_least_one(settings.api_requests_per_second);
        let token_app = logons.saturating_mul(at_least_one(APP_REQUESTS_PER_LOGON));
        Self {
            logons: RateLimiter::keyed(Quota::per_minute(logons)),
            api: RateLimiter::keyed(Quota::per_second(api)),
            token_app: RateLimiter::keyed(Quota::per_minute(token_app)),
        }
    }

    /// Whether another logon attempt from this address may be looked at.
    #[must_use]
    pub fn logon_allowed(&self, address: IpAddr) -> bool {
        self.logons.check_key(&network_of(address)).is_ok()
    }

    /// Whether another request of this client system may be looked at.
    #[must_use]
    pub fn api_allowed(&self, client: &str) -> bool {
        self.api.check_key(&client.to_owned()).is_ok()
    }

    /// Whether another request of a token app from this address may be looked at.
    #[must_use]
    pub fn token_app_allowed(&self, address: IpAddr) -> bool {
        self.token_app.check_key(&network_of(address)).is_ok()
    }

    /// Forgets addresses and clients that were quiet; called now and then.
    pub fn forget_quiet(&self) {
        self.logons.retain_recent();
        self.api.retain_recent();
        self.token_app.retain_recent();
    }
}

/// One customer has a whole IPv6 /64: it counts as one address.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}
