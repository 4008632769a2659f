//! The demo's clock: the machine's, moved on by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use warifu_app::ports::Clock;

use crate::system::SystemClock;

/// At most this far in one go: about ten years.
pub const ADVANCE_SECS_MAX: i64 = 10 * 366 * 86_400;

/// Runs like the machine's clock, at a distance.
pub struct DemoClock {
    offset_micros: AtomicI64,
}

impl DemoClock {
    /// Goes on from where an earlier run of the demo was, if that is ahead of the machine.
    pub fn starting_at(floor: Option<Timestamp>) -> Self {
        let real = SystemClock.now().as_microsecond();
        let ahead = floor
            .map_or(0, |floor| floor.as_microsecond() - real)
            .max(0);
        Self {
            offset_micros: AtomicI64::new(ahead),
        }
    }

    /// Moves it. Backwards is possible too, to see that the server notices.
    pub fn advance_secs(&self, secs: i64) {
        let micros = secs.clamp(-ADVANCE_SECS_MAX, ADVANCE_SECS_MAX) * 1_000_000;
        self.offset_micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let micros = SystemClock.now().as_microsecond();
        let moved = micros.saturating_add(self.offset_micros.load(Ordering::SeqCst));
        Timestamp::from_microsecond(moved).unwrap_or(Timestamp::MAX)
    }
}
