//! What is measured, in which order, and against which targets.

use std::path::Path;
use std::time::Duration;

use anyhow::{anyhow, ensure};
use warifu_testkit::postgres::{self, Syncing};

use crate::Plan;
use crate::database::assemble;
use crate::load::{self, Request, Source, Target};
use crate::prepare;
use crate::process::Server;
use crate::report::{self, Line, Spread, Verdict, spread};

mod confirm;
mod journey;
mod token;
mod with_pin;

/// Connections of the two load levels.
const CONNECTIONS: [usize; 2] = [64, 256];
/// Codes answered before anything is measured.
const WARM_UP: usize = 2_000;
/// Codes that the flood's other traffic answers, twice.
const BESIDE_FLOOD: usize = 12_000;

/// A database with its server.
struct Subject {
    name: String,
    database: String,
    persons: u64,
    sqlite: bool,
    server: Server,
    target: Target,
    /// Answers of codes not used yet; taken from the end.
    mailed: Vec<Request>,
    with_pin: Option<with_pin::Prepared>,
    /// Tokens whose codes are made at the moment they are answered.
    tokens: Vec<prepare::Tokened>,
    /// Authorizations that the server said are proven.
    proven: u64,
}

impl Subject {
    /// A few prepared answers, each to be used once.
    fn take(&mut self, count: usize) -> Vec<Request> {
        let rest = self.mailed.len().saturating_sub(count);
        self.mailed.split_off(rest)
    }
}

/// Runs everything and prints the table; whether every floor was held.
pub async fn all(plan: &Plan) -> anyhow::Result<bool> {
    std::fs::create_dir_all(&plan.directory)?;
    let directory = tempfile::tempdir_in(&plan.directory)?;
    let mut subjects = Vec::new();
    for persons in [plan.few, plan.many] {
        for sqlite in [true, false] {
            subjects.push(subject(plan, directory.path(), persons, sqlite).await?);
        }
    }
    let mut lines = start_and_rest(&subjects)?;
    lines.extend(confirm::measure(plan, &mut subjects).await?);
    for subject in subjects.iter_mut().take(2) {
        lines.extend(token::measure(plan, subject).await?);
        lines.push(journey::measure(subject).await?);
        lines.extend(with_pin::measure(plan, subject).await?);
    }
    for subject in subjects {
        lines.push(reconcile(subject).await?);
    }
    println(&report::table(&lines));
    Ok(lines.iter().all(|line| line.verdict != Verdict::BelowFloor))
}

async fn subject(
    plan: &Plan,
    directory: &Path,
    persons: u64,
    sqlite: bool,
) -> anyhow::Result<Subject> {
    let database = if sqlite {
        format!("sqlite:{}/{persons}.db", directory.display())
    } else {
        postgres::fresh_database(Syncing::On)
            .await
            .map_err(|error| anyhow!(error))?
    };
    let kind = if sqlite { "SQLite" } else { "PostgreSQL" };
    let name = format!("{kind}, {persons} users");
    progress(&format!("preparing {name}"));
    let assembled = assemble(&database).await?;
    let bearer = format!("Bearer {}", prepare::api_key(&assembled).await?);
    prepare::people(&assembled.db, persons).await?;
    let answers = WARM_UP + CONNECTIONS.len() * plan.rounds * plan.answers + 2 * BESIDE_FLOOD;
    let mailed = prepare::mailed(&assembled, persons, u64::try_from(answers)?).await?;
    let with_pin = if persons == plan.few {
        Some(with_pin::prepare(plan, &assembled).await?)
    } else {
        None
    };
    let tokens = if persons == plan.few {
        prepare::tokened(&assembled, token::count(plan)).await?
    } else {
        Vec::new()
    };
    assembled.db.close().await;
    drop(assembled);
    if !sqlite {
        let executed = postgres::execute(&database, "VACUUM ANALYZE").await;
        executed.map_err(|error| anyhow!(error))?;
        let executed = postgres::execute(&database, "CHECKPOINT").await;
        executed.map_err(|error| anyhow!(error))?;
    }
    let server = Server::start(&database).await?;
    let target = Target {
        address: server.address.clone(),
        bearer,
    };
    Ok(Subject {
        name,
        database,
        persons,
        sqlite,
        server,
        target,
        mailed,
        with_pin,
        tokens,
        proven: 0,
    })
}

fn start_and_rest(subjects: &[Subject]) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for subject in subjects {
        let started = subject.server.started_in.as_secs_f64() * 1e3;
        lines.push(Line {
            what: format!("start to ready ({})", subject.name),
            figure: format!("{started:.0} ms"),
            target: "under 100 ms",
            verdict: Verdict::at_most(started, 100.0),
        });
        let memory = subject.server.memory_mb()?;
        lines.push(Line {
            what: format!("idle memory ({})", subject.name),
            figure: format!("{memory:.0} MB"),
            target: "under 60 MB",
            verdict: Verdict::at_most(memory, 60.0),
        });
    }
    lines.push(binary());
    Ok(lines)
}

/// The product's own binary, if it was built: `cargo build --profile dist -p warifu`.
fn binary() -> Line {
    let this = std::env::current_exe().ok();
    let built = this.as_deref().and_then(Path::parent);
    let size = |profile: &str| {
        let path = built?.parent()?.join(profile).join("warifu");
        Some(std::fs::metadata(path).ok()?.len() as f64 / 1e6)
    };
    let what = "size of the binary".to_owned();
    let target = "under 40 MB";
    match size("dist") {
        Some(size) => Line {
            what,
            figure: format!("{size:.1} MB"),
            target,
            verdict: Verdict::at_most(size, 40.0),
        },
        None => Line {
            what,
            figure: "not built: `cargo build --profile dist -p warifu`".to_owned(),
            target,
            verdict: Verdict::Given,
        },
    }
}

/// Holds what the server answered against what the database and the audit log say.
async fn reconcile(subject: Subject) -> anyhow::Result<Line> {
    subject.server.stop().await?;
    let assembled = assemble(&subject.database).await?;
    let found = prepare::reconcile(&assembled.db).await?;
    assembled.db.close().await;
    let agrees = found.authorized == subject.proven && found.events == subject.proven;
    Ok(Line {
        what: format!("answers = records = audit events ({})", subject.name),
        figure: format!(
            "{} = {} = {}; audit log {}",
            subject.proven,
            found.authorized,
            found.events,
            if found.sound { "sound" } else { "NOT sound" }
        ),
        target: "equal, sound",
        verdict: if agrees && found.sound {
            Verdict::Met
        } else {
            Verdict::BelowFloor
        },
    })
}

/// Fails unless every answer was the expected one: a rate of refusals is no rate.
fn all_were(answers: &load::Answers, status: u16, subject: &str) -> anyhow::Result<()> {
    ensure!(
        answers.count(status) == answers.total(),
        "{subject}: not only {status}: {:?}",
        answers.statuses
    );
    Ok(())
}

fn progress(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn println(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{text}");
}
