//! How amounts, dates and times are written on a screen. Times are Japan Standard Time, which has no summer time.

use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, Zoned};

use crate::texts::Locale;

/// `100,648 円` or `¥100,648`.
#[must_use]
pub fn yen(locale: Locale, amount_yen: u64) -> String {
    let digits = thousands(amount_yen);
    match locale {
        Locale::Ja => format!("{digits} 円"),
        Locale::En => format!("¥{digits}"),
    }
}

/// `2026年11月23日 22:40` or `23 Nov 2026 22:40 JST`.
#[must_use]
pub fn time(locale: Locale, at: Timestamp) -> String {
    let at = jst(at);
    match locale {
        Locale::Ja => at.strftime("%Y年%-m月%-d日 %H:%M").to_string(),
        Locale::En => at.strftime("%-d %b %Y %H:%M JST").to_string(),
    }
}

/// `2026年11月23日` or `23 Nov 2026`.
#[must_use]
pub fn date(locale: Locale, day: Date) -> String {
    match locale {
        Locale::Ja => day.strftime("%Y年%-m月%-d日").to_string(),
        Locale::En => day.strftime("%-d %b %Y").to_string(),
    }
}

/// The Japanese calendar day of a moment, for a machine: `2026-11-23T22:40:05+09:00`.
#[must_use]
pub fn machine_time(at: Timestamp) -> String {
    jst(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn jst(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::fixed(offset(9)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_separators_and_the_currency() {
        assert_eq!(yen(Locale::Ja, 100_648), "100,648 円");
        assert_eq!(yen(Locale::En, 100_648), "¥100,648");
        assert_eq!(yen(Locale::Ja, 0), "0 円");
        assert_eq!(yen(Locale::Ja, 999), "999 円");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn times_are_in_japan_even_across_midnight() {
        let at: Timestamp = "2026-11-23T15:05:09Z".parse().unwrap();
        assert_eq!(time(Locale::Ja, at), "2026年11月24日 00:05");
        assert_eq!(time(Locale::En, at), "24 Nov 2026 00:05 JST");
        assert_eq!(machine_time(at), "2026-11-24T00:05:09+09:00");
    }

    #[test]
    fn dates_have_no_time() {
        let day = jiff::civil::date(2026, 1, 5);
        assert_eq!(date(Locale::Ja, day), "2026年1月5日");
        assert_eq!(date(Locale::En, day), "5 Jan 2026");
    }
}
