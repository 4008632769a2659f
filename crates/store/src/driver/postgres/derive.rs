//! From the text for one row to the text for many: the rows come in as one array a parameter
//! (`unnest`), and each answer says which of the given rows it belongs to.
//!
//! Purely textual. A text of another form is not derived ([`None`]); it then runs by itself.

use std::fmt::Write;

use crate::value::Kind;

/// A statement for many rows at once.
pub(super) struct Derived {
    pub text: String,
    /// The kinds of the parameters, each given as an array of that kind.
    pub kinds: Vec<Kind>,
    /// The parameter (from 0) that most likely is the key. Rows are given in its order, so that two
    /// processes lock the same rows in the same order.
    pub key: usize,
}

/// A word outside quotes and parentheses.
struct Word<'a> {
    at: usize,
    text: &'a str,
}

impl Word<'_> {
    fn is(&self, keyword: &str) -> bool {
        self.text.eq_ignore_ascii_case(keyword)
    }
}

/// `UPDATE`, `DELETE` or `INSERT … VALUES` of one row. `UPDATE` and `DELETE` return the ordinal of
/// each row that found its target; `INSERT` leaves existing rows alone and is counted.
pub(super) fn many_writes(sql: &'static str, kinds: &[Kind]) -> Option<Derived> {
    let words = words(sql);
    let first = words.first()?;
    if first.is("INSERT") {
        insert(sql, &words, kinds)
    } else if first.is("UPDATE") {
        change(sql, &words, kinds, "FROM", &["FROM", "RETURNING"])
    } else if first.is("DELETE") {
        change(sql, &words, kinds, "USING", &["USING", "RETURNING"])
    } else {
        None
    }
}

fn change(
    sql: &str,
    words: &[Word<'_>],
    kinds: &[Kind],
    join: &str,
    foreign: &[&str],
) -> Option<Derived> {
    if words
        .iter()
        .any(|word| foreign.iter().any(|keyword| word.is(keyword)))
    {
        return None;
    }
    let (head, condition) = sql.split_at_checked(find(words, "WHERE")?)?;
    let text = format!(
        "{head}{join} {given} {condition} RETURNING given.given_nth",
        head = refer(head),
        given = given(kinds),
        condition = refer(condition),
    );
    derived(text, kinds, condition)
}

fn insert(sql: &str, words: &[Word<'_>], kinds: &[Kind]) -> Option<Derived> {
    let values = find(words, "VALUES")?;
    let has = |keyword| words.iter().any(|word| word.is(keyword));
    if has("RETURNING") || has("UPDATE") || has("SELECT") {
        return None;
    }
    let (head, rest) = sql.split_at_checked(values)?;
    let (tuple, conflict) = match find(words, "ON") {
        Some(on) => (sql.get(values..on)?, sql.get(on..)?),
        None => (rest, "ON CONFLICT DO NOTHING"),
    };
    let tuple = tuple.get("VALUES".len()..)?.trim();
    let inner = tuple.strip_prefix('(')?.strip_suffix(')')?;
    if !is_one_tuple(inner) {
        return None;
    }
    let text = format!(
        "{head}SELECT {inner} FROM {given} {conflict}",
        inner = refer(inner),
        given = given(kinds),
    );
    derived(text, kinds, inner)
}

/// A SELECT of one row by key. The first column of the answer is the ordinal of the given row.
pub(super) fn many_reads(sql: &'static str, kinds: &[Kind]) -> Option<Derived> {
    const FOREIGN: [&str; 9] = [
        "ORDER", "LIMIT", "GROUP", "HAVING", "UNION", "DISTINCT", "FOR", "WITH", "EXCEPT",
    ];
    let words = words(sql);
    let foreign = |word: &Word<'_>| FOREIGN.iter().any(|keyword| word.is(keyword));
    if !words.first()?.is("SELECT") || words.iter().any(foreign) {
        return None;
    }
    let from = find(&words, "FROM")?;
    let condition = find(&words, "WHERE")?;
    let columns = sql.get("SELECT".len()..from)?;
    let tables = sql.get(from..condition)?;
    if tables.contains('$') {
        return None;
    }
    let condition = sql.get(condition..)?;
    let text = format!(
        "SELECT given.given_nth, {columns} {tables}, {given} {condition}",
        columns = refer(columns).trim(),
        tables = tables.trim_end(),
        given = given(kinds),
        condition = refer(condition),
    );
    derived(text, kinds, condition)
}

fn derived(text: String, kinds: &[Kind], condition: &str) -> Option<Derived> {
    let key = placeholders(condition).next()?.number.checked_sub(1)?;
    (key < kinds.len()).then(|| Derived {
        text,
        kinds: kinds.to_vec(),
        key,
    })
}

/// `unnest($1::text[], …) WITH ORDINALITY AS given(given_1, …, given_nth)`.
fn given(kinds: &[Kind]) -> String {
    let mut arrays = String::new();
    let mut names = String::new();
    for (index, kind) in kinds.iter().enumerate() {
        let array = match kind {
            Kind::Text => "text[]",
            Kind::Int => "bigint[]",
            Kind::Blob => "bytea[]",
        };
        let comma = if index == 0 { "" } else { ", " };
        // Writing to a String can't fail.
        let _ = write!(arrays, "{comma}${number}::{array}", number = index + 1);
        let _ = write!(names, "given_{number}, ", number = index + 1);
    }
    format!("unnest({arrays}) WITH ORDINALITY AS given({names}given_nth)")
}

/// `$N` becomes `given.given_N`.
fn refer(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 64);
    let mut done = 0;
    for placeholder in placeholders(sql) {
        text.push_str(sql.get(done..placeholder.start).unwrap_or_default());
        let _ = write!(text, "given.given_{}", placeholder.number);
        done = placeholder.end;
    }
    text.push_str(sql.get(done..).unwrap_or_default());
    text
}

struct Placeholder {
    start: usize,
    end: usize,
    number: usize,
}

/// The placeholders outside quotes, in order of appearance.
fn placeholders(sql: &str) -> impl Iterator<Item = Placeholder> {
    let mut quoted = false;
    sql.char_indices().filter_map(move |(start, c)| {
        if c == '\'' {
            quoted = !quoted;
        }
        if c != '$' || quoted {
            return None;
        }
        let digits = sql.get(start + 1..)?;
        let length = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let number = digits.get(..length)?.parse().ok()?;
        Some(Placeholder {
            start,
            end: start + 1 + length,
            number,
        })
    })
}

fn find(words: &[Word<'_>], keyword: &str) -> Option<usize> {
    words
        .iter()
        .find(|word| word.is(keyword))
        .map(|word| word.at)
}

/// The words outside quotes and parentheses.
fn words(sql: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut depth = 0_usize;
    let mut quote = None;
    let mut start = None;
    for (at, c) in sql.char_indices().chain([(sql.len(), ' ')]) {
        let in_word = quote.is_none() && depth == 0 && (c.is_alphanumeric() || c == '_');
        match (in_word, start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                let text = sql.get(begin..at).unwrap_or_default();
                words.push(Word { at: begin, text });
                start = None;
            }
            _ => {}
        }
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
    }
    words
}

/// Whether parentheses close in order: false for `a), (b`, the inside of two tuples.
fn is_one_tuple(inner: &str) -> bool {
    let mut depth = 0_i32;
    let mut quoted = false;
    for c in inner.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Blob, Int, Text};

    #[test]
    fn update_takes_many_rows() {
        let derived = many_writes(
            "UPDATE t SET a = $1, b = '$2' WHERE id = $3 AND EXISTS (SELECT 1 FROM x WHERE id = $2)",
            &[Blob, Int, Text],
        )
        .unwrap();
        assert_eq!(
            derived.text,
            "UPDATE t SET a = given.given_1, b = '$2' FROM unnest($1::bytea[], $2::bigint[], \
             $3::text[]) WITH ORDINALITY AS given(given_1, given_2, given_3, given_nth) \
             WHERE id = given.given_3 AND EXISTS (SELECT 1 FROM x WHERE id = given.given_2) \
             RETURNING given.given_nth"
        );
        assert_eq!(derived.key, 2);
    }

    #[test]
    fn delete_and_insert_take_many_rows() {
        let delete = many_writes("DELETE FROM t WHERE id = $1", &[Text]).unwrap();
        assert_eq!(
            delete.text,
            "DELETE FROM t USING unnest($1::text[]) WITH ORDINALITY AS given(given_1, given_nth) \
             WHERE id = given.given_1 RETURNING given.given_nth"
        );
        let insert = many_writes(
            "INSERT INTO t (a, b) VALUES ($2, coalesce($1, 0))",
            &[Int, Text],
        )
        .unwrap();
        assert_eq!(
            insert.text,
            "INSERT INTO t (a, b) SELECT given.given_2, coalesce(given.given_1, 0) FROM \
             unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS given(given_1, given_2, given_nth) \
             ON CONFLICT DO NOTHING"
        );
        assert_eq!(insert.key, 1);
    }

    #[test]
    fn select_by_key_takes_many_rows() {
        let derived = many_reads(
            "SELECT t.a, u.b FROM t JOIN u ON u.id = t.u WHERE t.id = $1",
            &[Text],
        )
        .unwrap();
        assert_eq!(
            derived.text,
            "SELECT given.given_nth, t.a, u.b FROM t JOIN u ON u.id = t.u, unnest($1::text[]) \
             WITH ORDINALITY AS given(given_1, given_nth) WHERE t.id = given.given_1"
        );
    }

    #[test]
    fn other_forms_run_by_themselves() {
        for sql in [
            "UPDATE t SET a = $1",
            "UPDATE t SET a = x.a FROM x WHERE x.id = $1",
            "DELETE FROM t WHERE a < 5",
            "INSERT INTO t (a) VALUES ($1), ($1)",
            "INSERT INTO t (a) SELECT a FROM x WHERE id = $1",
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1",
            "INSERT INTO t (a) VALUES ($1) RETURNING a",
        ] {
            assert!(many_writes(sql, &[Text]).is_none(), "{sql}");
        }
        for sql in [
            "SELECT a FROM t WHERE b = $1 ORDER BY a",
            "SELECT a FROM t JOIN u ON u.id = $1 WHERE t.a = $1",
            "SELECT DISTINCT a FROM t WHERE b = $1",
        ] {
            assert!(many_reads(sql, &[Text]).is_none(), "{sql}");
        }
    }
}
