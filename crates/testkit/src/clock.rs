//! A clock moved by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use warifu_app::ports::Clock;

/// Stands still until it is moved.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at a local time in Tokyo, such as `2026-11-24T10:00:00`.
    #[must_use]
    pub fn at(local: &str) -> Self {
        let clock = Self(AtomicI64::new(0));
        clock.set(local);
        clock
    }

    /// Moves it on; a negative number moves it back, as a broken machine's would.
    pub fn advance_secs(&self, secs: i64) {
        self.advance_micros(secs * 1_000_000);
    }

    /// Moves it on by less than a second.
    pub fn advance_micros(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets it to a local time in Tokyo.
    pub fn set(&self, local: &str) {
        let local: jiff::civil::DateTime = local.parse().expect("a local time");
        let zoned = local.in_tz("Asia/Tokyo").expect("Asia/Tokyo");
        self.0
            .store(zoned.timestamp().as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("a time")
    }
}
