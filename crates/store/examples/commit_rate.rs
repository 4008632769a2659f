//! Measures durable commits a second: 64 tasks, each a guarded update and an audit event, on both
//! databases or one of them. `cargo run --release -p warifu-store --example commit_rate [seconds
//! [sqlite|postgres]]`

#[path = "../../testkit/src/postgres.rs"]
#[expect(dead_code, reason = "measurements sync; the rest is for tests")]
mod cluster;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use warifu_store::{AuditEvent, Commit, Db, DbConfig, Fill, KeyRing, SqliteMode, Tls, Value};

const TASKS: u64 = 64;
const ROWS: u64 = 10_000;
const KEY: &str = "k1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const TABLE: &str =
    "CREATE TABLE replay (id TEXT PRIMARY KEY, last_step BIGINT NOT NULL, version BIGINT NOT NULL)";
const INSERT: &str = "INSERT INTO replay (id, last_step, version) VALUES ($1, 0, 0)";
const UPDATE: &str =
    "UPDATE replay SET last_step = $1, version = version + 1 WHERE id = $2 AND last_step < $1";
const READ: &str = "SELECT last_step, version FROM replay WHERE id = $1";

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy)]
enum Work {
    Read,
    Update,
    AuditedUpdate,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let seconds = std::env::args()
        .nth(1)
        .map_or(Ok(3), |argument| argument.parse())?;
    let only = std::env::args().nth(2);
    if only.as_deref() != Some("postgres") {
        measure_sqlite(seconds).await?;
    }
    if only.as_deref() != Some("sqlite") {
        measure_postgres(seconds).await?;
    }
    Ok(())
}

async fn measure_sqlite(seconds: u64) -> Result<(), Failure> {
    let directory = std::env::temp_dir().join(format!("warifu-rate-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let path = directory.join("rate.db");
    let sqlite = DbConfig::Sqlite {
        path: path.clone(),
        mode: SqliteMode::ReadWrite,
    };
    rusqlite::Connection::open(&path)?.execute_batch(TABLE)?;
    measure("SQLite", &sqlite, seconds).await?;
    std::fs::remove_dir_all(&directory)?;
    Ok(())
}

async fn measure_postgres(seconds: u64) -> Result<(), Failure> {
    let url = cluster::fresh_database(cluster::Syncing::On).await?;
    cluster::execute(&url, TABLE).await?;
    let postgres = DbConfig::Postgres {
        url,
        readers: 2,
        senders: 2,
        tls: Tls::Off,
    };
    measure("PostgreSQL", &postgres, seconds).await
}

async fn measure(name: &str, config: &DbConfig, seconds: u64) -> Result<(), Failure> {
    let db = Db::open(config).await?;
    db.migrate().await?;
    let fill: Fill = Arc::new(|bytes: &mut [u8]| bytes.fill(1));
    db.open_vault(KeyRing::from_key_file(KEY, fill)?).await?;
    for chunk in 0..ROWS / 1000 {
        let mut commit = Commit::housekeeping();
        for row in 0..1000 {
            commit.guarded(INSERT, vec![id(chunk * 1000 + row).into()]);
        }
        db.commit(commit).await?;
    }
    for (what, work) in [
        ("point reads", Work::Read),
        ("guarded updates", Work::Update),
        ("guarded updates with audit event", Work::AuditedUpdate),
    ] {
        let rate = run(&db, work, Duration::from_secs(seconds)).await?;
        writeln!(std::io::stdout(), "{name}: {rate} {what} a second")?;
    }
    db.close().await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this is a measurement")]
async fn run(db: &Db, work: Work, duration: Duration) -> Result<u64, Failure> {
    let done = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        let (db, done, stop) = (db.clone(), Arc::clone(&done), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            let mut step = 0;
            while !stop.load(Ordering::Relaxed) {
                step += 1;
                one(&db, work, task, step).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Failure>(())
        }));
    }
    tokio::time::sleep(duration).await;
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await??;
    }
    let micros = started.elapsed().as_micros();
    Ok(u64::try_from(
        u128::from(done.load(Ordering::Relaxed)) * 1_000_000 / micros,
    )?)
}

/// One unit of work. Tasks have rows of their own, so no guard fails.
async fn one(db: &Db, work: Work, task: u64, step: u64) -> Result<(), Failure> {
    let id = id((step * 7919 % (ROWS / TASKS)) * TASKS + task);
    let at_micros = match work {
        Work::Update => i64::try_from(step)?,
        // Above everything the round before has written.
        Work::Read | Work::AuditedUpdate => i64::try_from(step)? + 1_000_000_000,
    };
    let update: Vec<Value> = vec![at_micros.into(), id.as_str().into()];
    let mut commit = match work {
        Work::Read => {
            db.read_point(READ, vec![id.into()])
                .await?
                .ok_or("no row")?;
            return Ok(());
        }
        Work::Update => Commit::housekeeping(),
        Work::AuditedUpdate => Commit::audited(AuditEvent {
            chain: id,
            at_micros,
            kind: "otp_accepted",
            person_id: Some(format!("person-{task}")),
            origin: "203.0.113.7 api 0197f3c2-7a51".to_owned(),
            data: format!("{{\"step\":{step},\"token\":\"T{task}\",\"window\":0}}"),
        }),
    };
    commit.guarded(UPDATE, update);
    Ok(db.commit(commit).await?)
}

fn id(row: u64) -> String {
    format!("token-{row:08}")
}
