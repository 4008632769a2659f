//! The form of dates (XML Schema's `dateTime`). Not whether they exist: that is the caller's matter.

/// More digits of a fraction of a second than any maker writes.
const TEXT_BYTES_MAX: usize = 64;

/// Whether text looks like `2006-05-01T00:00:00Z`, with a fraction or an offset where given.
pub(super) fn is_date_time(text: &str) -> bool {
    let Some((moment, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let rest = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
    };
    text.len() <= TEXT_BYTES_MAX
        && has_shape(moment, "dddd-dd-ddTdd:dd:dd")
        && (rest.is_empty()
            || rest == "Z"
            || has_shape(rest, "+dd:dd")
            || has_shape(rest, "-dd:dd"))
}

/// Whether text has a digit wherever the shape has a `d` and is the shape elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, shape)| match shape {
                b'd' => byte.is_ascii_digit(),
                _ => byte == shape,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_a_time_are_known() {
        for text in [
            "2030-12-31T23:59:59",
            "2030-12-31T23:59:59Z",
            "2030-12-31T23:59:59.123+09:00",
            "2030-12-31T23:59:59-05:30",
        ] {
            assert!(is_date_time(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "",
            "2030-12-31",
            "2030/12/31T23:59:59Z",
            "2030-12-31T23:59:59.Z",
            "2030-12-31T23:59:59 JST",
            "2030-12-31T23:59:59+0900",
            "令和12年12月31日23時",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
        let long = format!("2030-12-31T23:59:59.{}Z", "0".repeat(50));
        assert!(!is_date_time(&long));
    }
}
