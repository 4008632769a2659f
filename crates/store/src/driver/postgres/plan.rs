//! How the statements of the commits that wait are laid out as few statements for many rows.

use std::collections::HashMap;
use std::sync::Arc;

use super::derive::{Derived, many_writes};
use crate::commit::{Commit, Write};
use crate::value::Kind;

/// One statement of the shared transaction.
pub(super) enum Step<'a> {
    /// One text for many rows, each of one commit (by its index).
    Many {
        sql: &'static str,
        derived: Arc<Derived>,
        insert: bool,
        rows: Vec<(usize, &'a Write)>,
    },
    /// A text that runs by itself.
    Single { commit: usize, write: &'a Write },
}

/// The texts derived so far.
#[derive(Default)]
pub(super) struct Texts {
    derived: HashMap<&'static str, Option<Arc<Derived>>>,
}

impl Texts {
    /// The text for many rows. What may change any number of rows is not merged: two such rows with
    /// the same target would count as one.
    fn of(&mut self, write: &Write) -> Option<Arc<Derived>> {
        if !write.guarded {
            return None;
        }
        let derived = self.derived.entry(write.sql).or_insert_with(|| {
            let kinds: Vec<Kind> = write.params.iter().map(crate::Value::kind).collect();
            many_writes(write.sql, &kinds).map(Arc::new)
        });
        let derived = derived.as_ref()?;
        let kinds = write.params.iter().map(crate::Value::kind);
        kinds
            .eq(derived.kinds.iter().copied())
            .then(|| Arc::clone(derived))
    }
}

/// All UPDATE and DELETE statements, then all INSERT statements; each commit's own order is kept
/// inside each class.
pub(super) fn plan<'a>(
    commits: impl Iterator<Item = &'a Commit> + Clone,
    texts: &mut Texts,
) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for (index, commit) in commits.clone().enumerate() {
        lay_out(&mut steps, 0, index, &commit.changes, false, texts);
    }
    let inserts_from = steps.len();
    for (index, commit) in commits.enumerate() {
        lay_out(
            &mut steps,
            inserts_from,
            index,
            &commit.inserts,
            true,
            texts,
        );
    }
    for step in &mut steps {
        if let Step::Many { rows, derived, .. } = step {
            rows.sort_by(|(_, a), (_, b)| {
                a.params.get(derived.key).cmp(&b.params.get(derived.key))
            });
        }
    }
    steps
}

/// Puts each write into the first fitting step that does not come before the commit's last one.
fn lay_out<'a>(
    steps: &mut Vec<Step<'a>>,
    mut from: usize,
    commit: usize,
    writes: &'a [Write],
    insert: bool,
    texts: &mut Texts,
) {
    for write in writes {
        let Some(derived) = texts.of(write) else {
            steps.push(Step::Single { commit, write });
            from = steps.len();
            continue;
        };
        let fits = |step: &Step<'_>| matches!(step, Step::Many { sql, .. } if *sql == write.sql);
        let at = steps
            .iter()
            .skip(from)
            .position(fits)
            .map_or(steps.len(), |offset| from + offset);
        match steps.get_mut(at) {
            Some(Step::Many { rows, .. }) => rows.push((commit, write)),
            _ => steps.push(Step::Many {
                sql: write.sql,
                derived,
                insert,
                rows: vec![(commit, write)],
            }),
        }
        // Two changes of one commit may hit the same row one after the other; two rows of one
        // statement may not.
        from = if insert { at } else { at + 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    const CHANGE: &str = "UPDATE t SET a = $1 WHERE id = $2";
    const ADD: &str = "INSERT INTO t (id) VALUES ($1)";
    const OTHER: &str = "INSERT INTO u (id) VALUES ($1)";

    fn shape(commits: &[Commit]) -> Vec<String> {
        let name = |step: &Step<'_>| match step {
            Step::Many { sql, rows, .. } => format!("{} x{}", &sql[..13], rows.len()),
            Step::Single { write, .. } => format!("{} alone", &write.sql[..13]),
        };
        let steps = plan(commits.iter(), &mut Texts::default());
        steps.iter().map(name).collect()
    }

    fn commit(writes: &[&'static str]) -> Commit {
        let mut commit = Commit::housekeeping();
        for sql in writes {
            let params: Vec<Value> = match *sql {
                CHANGE => vec![1.into(), "x".into()],
                _ => vec!["x".into()],
            };
            commit.guarded(sql, params);
        }
        commit
    }

    #[test]
    fn same_texts_share_a_statement_and_changes_come_first() {
        let shape = shape(&[commit(&[ADD, CHANGE]), commit(&[CHANGE, ADD])]);
        assert_eq!(shape, ["UPDATE t SET  x2", "INSERT INTO t x2"]);
    }

    #[test]
    fn the_order_inside_a_commit_is_kept() {
        let shape = shape(&[commit(&[ADD, OTHER]), commit(&[OTHER, ADD])]);
        assert_eq!(
            shape,
            ["INSERT INTO t x1", "INSERT INTO u x2", "INSERT INTO t x1"]
        );
    }

    #[test]
    fn two_changes_of_one_commit_do_not_meet_in_one_statement() {
        let shape = shape(&[commit(&[CHANGE, CHANGE])]);
        assert_eq!(shape, ["UPDATE t SET  x1", "UPDATE t SET  x1"]);
    }

    #[test]
    fn what_may_change_any_number_of_rows_runs_alone() {
        let mut clean_up = Commit::housekeeping();
        clean_up.write("DELETE FROM t WHERE a < $1", vec![1.into()]);
        assert_eq!(shape(&[clean_up]), ["DELETE FROM t alone"]);
    }
}
