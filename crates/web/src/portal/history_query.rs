//! The filter of the history as it stands in the query, and as the search takes it.

use jiff::civil::Date;
use warifu_app::use_cases::history::Search;
use warifu_domain::instruction::Status;
use warifu_domain::text::fold;

use super::failure::Failure;
use super::posted::Fields;
use super::shown;
use crate::views::history::HistoryFilter;
use crate::views::message::{Errors, Message, MessageId};
use crate::views::transfer::TransferState;

const PAYEE_CHARS_MAX: usize = 48;

/// Reads the filter and the page's number. What a link of ours would not hold is refused.
pub(super) fn read(query: &str) -> Result<(HistoryFilter, i64), Failure> {
    let fields = Fields::parse(query.as_bytes())?;
    let text = |name| fields.maybe(name).unwrap_or_default().trim().to_owned();
    let state = match fields.maybe("state") {
        None | Some("") => None,
        Some(value) => {
            let mut states = TransferState::ALL.into_iter();
            let found = states.find(|state| state.value() == value);
            Some(found.ok_or_else(Failure::unreadable)?)
        }
    };
    let page = match fields.maybe("page") {
        None => 1,
        Some(number) => number.parse().map_err(|_| Failure::unreadable())?,
    };
    let filter = HistoryFilter {
        from: text("from"),
        to: text("to"),
        state,
        payee: text("payee"),
        amount_yen: text("amount_yen"),
    };
    Ok((filter, page))
}

/// The search, from a year ago until today where nothing is said.
pub(super) fn search(filter: &HistoryFilter, today: Date) -> Result<Search, Errors> {
    let mut errors = Errors::default();
    let a_year_ago = today.saturating_sub(jiff::Span::new().years(1));
    let from = day(&filter.from, a_year_ago);
    let to = day(&filter.to, today);
    if from.is_none() {
        errors = errors.field("from", MessageId::DateUnreadable);
    }
    match (from, to) {
        (_, None) => errors = errors.field("to", MessageId::DateUnreadable),
        (Some(from), Some(to)) if to < from => {
            errors = errors.field("to", MessageId::PeriodBackwards);
        }
        _ => {}
    }
    if filter.payee.chars().count() > PAYEE_CHARS_MAX {
        let message = Message::new(MessageId::TooLong).with("max", PAYEE_CHARS_MAX.to_string());
        errors = errors.field("payee", message);
    }
    let total_yen = amount(&filter.amount_yen);
    if total_yen.is_none() {
        errors = errors.field("amount_yen", MessageId::AmountUnreadable);
    }
    let (Some(from), Some(to), Some(total_yen), true) = (from, to, total_yen, errors.is_empty())
    else {
        return Err(errors);
    };
    Ok(Search {
        from,
        to,
        status: filter.state.and_then(status),
        payee: filter.payee.clone(),
        total_yen,
    })
}

/// The path of another page with the same filter.
pub(super) fn path(filter: &HistoryFilter, page: i64) -> String {
    let state = filter.state.map_or("", TransferState::value);
    let fields = [
        ("from", filter.from.as_str()),
        ("to", &filter.to),
        ("state", state),
        ("payee", &filter.payee),
        ("amount_yen", &filter.amount_yen),
    ];
    let set = fields.iter().filter(|(_, value)| !value.is_empty());
    let query: String = set
        .map(|(name, value)| format!("{name}={}&", encode(value)))
        .collect();
    format!("/history?{query}page={page}")
}

fn encode(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    value.bytes().fold(String::new(), |mut out, b| {
        if plain(b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
        out
    })
}

fn day(typed: &str, default: Date) -> Option<Date> {
    match typed {
        "" => Some(default),
        typed if typed.len() == 10 => typed.parse().ok(),
        _ => None,
    }
}

/// The outer `None` is unreadable, the inner one says that nothing was asked.
fn amount(typed: &str) -> Option<Option<i64>> {
    let digits: String = fold(typed).chars().filter(|c| *c != ',').collect();
    if digits.is_empty() {
        return typed.is_empty().then_some(None);
    }
    let readable = digits.bytes().all(|b| b.is_ascii_digit());
    let yen = digits.parse().ok().filter(|yen| readable && *yen > 0);
    yen.map(Some)
}

fn status(state: TransferState) -> Option<Status> {
    let mut all = Status::ALL.into_iter();
    all.find(|status| shown::state(*status) == state)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        jiff::civil::date(2026, 11, 24)
    }

    #[test]
    fn an_empty_filter_is_the_last_year() {
        let (filter, page) = read("").unwrap();
        let search = search(&filter, today()).unwrap();
        assert_eq!(
            (search.from, search.to),
            (jiff::civil::date(2025, 11, 24), today())
        );
        assert_eq!((search.status, search.total_yen, page), (None, None, 1));
    }

    #[test]
    fn a_filter_survives_in_the_path_of_another_page() {
        let typed =
            "from=2026-11-01&to=2026-11-30&state=partly&payee=%E3%82%AB%26&amount_yen=1%2C000";
        let (filter, _) = read(typed).unwrap();
        let search = search(&filter, today()).unwrap();
        assert_eq!(search.status, Some(Status::PartlyRefused));
        assert_eq!(search.total_yen, Some(1_000));
        let path = path(&filter, 3);
        let (again, page) = read(path.split_once('?').unwrap().1).unwrap();
        assert_eq!((again.payee.as_str(), page), ("カ&", 3));
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let wrong = |query: &str| {
            let (filter, _) = read(query).unwrap();
            let errors = search(&filter, today()).unwrap_err();
            errors
                .fields
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
        };
        assert_eq!(wrong("from=yesterday&to=2026-02-30"), ["from", "to"]);
        assert_eq!(wrong("from=2026-11-02&to=2026-11-01"), ["to"]);
        assert_eq!(wrong("amount_yen=0"), ["amount_yen"]);
        assert_eq!(wrong("amount_yen=-5"), ["amount_yen"]);
        assert_eq!(wrong(&format!("payee={}", "a".repeat(49))), ["payee"]);
        assert!(read("state=nonsense").is_err());
        assert!(read("page=x").is_err());
    }
}
