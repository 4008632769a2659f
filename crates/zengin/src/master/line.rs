//! One line of the table.

/// The four fields of a line without its line feed, `None` when there are more or fewer.
pub(super) fn fields(line: &str) -> Option<[&str; 4]> {
    let mut fields = line.split('\t');
    let four = [
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    ];
    fields.next().is_none().then_some(four)
}

/// The number of a code of exactly `digits` ASCII digits, at most four.
pub(super) fn code(text: &str, digits: usize) -> Option<u16> {
    let well_formed = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if well_formed { text.parse().ok() } else { None }
}
