//! PostgreSQL for tests: one private cluster per test program, one fresh database per test.
//!
//! The cluster lives in a temporary directory, listens on a Unix socket only, and is stopped and
//! erased when the program ends, however it ends: a shell holds the other end of a pipe. With
//! `WARIFU_TEST_POSTGRES_URL` set, databases are made on that server instead (and stay there).
//! A missing PostgreSQL is an error; nothing is skipped.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Why there is no database.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Whether the cluster syncs to disk. Tests don't need it; measurements do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syncing {
    /// `fsync=off`: nothing here must survive a power cut.
    Off,
    /// As in production.
    On,
}

/// Makes the directory, the cluster in it and the server; says the directory when the server is
/// ready; waits for the end of its input; stops the server and erases the directory.
const SCRIPT: &str = r#"
trap '' INT
dir=$(mktemp -d "${TMPDIR:-/tmp}/warifu-pg.XXXXXX") || exit 1
log=$dir/log
"$1/initdb" -D "$dir/data" -A trust -U warifu -E UTF8 --locale=C --no-sync >"$log" 2>&1 &&
"$1/pg_ctl" -D "$dir/data" -w -l "$dir/server-log" \
  -o "-k $dir -c listen_addresses='' -c max_connections=300 -c fsync=$2" start >>"$log" 2>&1 ||
{ cat "$log" "$dir/server-log" >&2; rm -rf "$dir"; exit 1; }
echo "$dir"
cat >/dev/null
"$1/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1
rm -rf "$dir"
"#;

struct Cluster {
    directory: String,
    /// Its input stays open as long as this program lives.
    _shell: Child,
}

static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Makes an empty database and gives its connection string. The first call in a program starts the
/// cluster; it decides about `syncing`.
pub async fn fresh_database(syncing: Syncing) -> Result<String, Failure> {
    let server = match std::env::var("WARIFU_TEST_POSTGRES_URL") {
        Ok(url) => url,
        Err(_) => match CLUSTER.get_or_init(|| start(syncing).map_err(|e| e.to_string())) {
            Ok(cluster) => format!("host={} user=warifu dbname=postgres", cluster.directory),
            Err(error) => return Err(error.clone().into()),
        },
    };
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("warifu_test_{}_{number}", std::process::id());
    execute(&server, &format!("CREATE DATABASE {name}")).await?;
    Ok(with_database(&server, &name))
}

/// Runs statements on a connection of their own, as an administrator or an attacker would.
pub async fn execute(url: &str, sql: &str) -> Result<(), Failure> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let running = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    running.await??;
    Ok(())
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    if !url.contains("://") {
        // In this form the last mention wins.
        return format!("{url} dbname={name}");
    }
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address
        .get(host..)
        .and_then(|rest| rest.find('/'))
        .map_or(address.len(), |at| host + at);
    let server = address.get(..end).unwrap_or(address);
    format!("{server}/{name}?{query}")
}

fn start(syncing: Syncing) -> Result<Cluster, Failure> {
    let programs = programs().ok_or(
        "PostgreSQL is not installed: install the package `postgresql` (initdb, pg_ctl, postgres), \
         or set WARIFU_TEST_POSTGRES_URL",
    )?;
    let fsync = match syncing {
        Syncing::Off => "off",
        Syncing::On => "on",
    };
    let mut shell = unprivileged()
        .args(["sh", "-c", SCRIPT, "sh"])
        .arg(programs)
        .arg(fsync)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = shell.stdout.take().ok_or("the shell has no output")?;
    let mut directory = String::new();
    BufReader::new(output).read_line(&mut directory)?;
    let directory = directory.trim_end().to_owned();
    if directory.is_empty() {
        return Err("the PostgreSQL cluster did not start; its log is above".into());
    }
    Ok(Cluster {
        directory,
        _shell: shell,
    })
}

/// PostgreSQL refuses to run as root; then its own user runs it.
fn unprivileged() -> Command {
    if std::fs::metadata("/proc/self").map_or(1, |own| own.uid()) != 0 {
        return Command::new("env");
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    command
}

/// The directory of PostgreSQL's programs: the newest Debian package, else one in `PATH`.
fn programs() -> Option<PathBuf> {
    let complete = |directory: &Path| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|program| directory.join(program).is_file())
    };
    let packaged = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let newest = packaged
        .filter_map(Result::ok)
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let directory = version.path().join("bin");
            complete(&directory).then_some((number, directory))
        })
        .max()
        .map(|(_, directory)| directory);
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|directory| complete(directory))
    })
}
