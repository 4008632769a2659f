//! `warifu demo`: everything on embedded parts, for looking around and for programs that test
//! against Warifu. Its routes exist here only; `serve` has none of them and refuses its data.

mod clock;
mod companies;
mod mailbox;
mod people;
mod routes;
mod tokens;

use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::watch;
use warifu_app::ports::Entropy;
use warifu_app::use_cases::deliver_mail;
use warifu_app::use_cases::housekeeping::clock_floor;
use warifu_store::{Db, DbConfig, SqliteMode, Vault};
use warifu_web::{WebSettings, WebState};

use crate::cli::DemoArgs;
use crate::commands::serve::told_to_stop;
use crate::config::read_text;
use crate::http::{self, Limits};
use crate::system::SystemEntropy;
use crate::wiring::{self, Outside};
use crate::{logging, output, workers};
use clock::DemoClock;
use mailbox::DemoMailbox;

/// What the demo leaves for programs, beside its database. It holds PINs: demo data only.
pub const DEMO_JSON: &str = "demo.json";

/// The shipped profiles.
const PROFILES: [(&str, &str); 4] = [
    ("mail-otp", include_str!("../../../profiles/mail-otp.toml")),
    (
        "hardware-token",
        include_str!("../../../profiles/hardware-token.toml"),
    ),
    ("two-step", include_str!("../../../profiles/two-step.toml")),
    (
        "software-token",
        include_str!("../../../profiles/software-token.toml"),
    ),
];

/// Runs the demo until told to stop.
pub async fn run(args: DemoArgs) -> Result<ExitCode> {
    logging::plain();
    let told_to_stop = told_to_stop()?;
    let profile = profile(&args.profile)?;
    std::fs::create_dir_all(&args.data_dir)
        .with_context(|| format!("can't make {}", args.data_dir.display()))?;
    let db = open(&args.data_dir).await?;
    let clock = Arc::new(DemoClock::starting_at(clock_floor(&db).await?));
    let mailbox = DemoMailbox::new(db.clone(), open_vault(&db, &args.data_dir).await?, &clock);
    let listener = http::listen(args.listen).await?;
    let url = format!("http://{}", shown(listener.local_addr()?));
    let outside = Outside {
        clock: Arc::<DemoClock>::clone(&clock),
        mailer: Arc::new(mailbox.clone()),
        pin_threads: wiring::pin_threads(),
        public_origin: url.clone(),
        push: None,
    };
    let vault = open_vault(&db, &args.data_dir).await?;
    let app = wiring::assemble(db.clone(), vault, profile, outside).await?;
    let file = args.data_dir.join(DEMO_JSON);
    people::set_up_or_read(&app, &db, &file, &url, &args.profile).await?;
    let web = WebState::new(app.clone(), settings(&url));
    let router = warifu_web::router(web.clone()).merge(routes::router(&web, mailbox, clock));
    let router = warifu_web::layers(router, &web);
    deliver_mail::take_up_again(&app).await?;
    say(&url, &file, app.profile().token.is_some());
    let (stop, stopped) = watch::channel(false);
    let workers = workers::start(&app, &db, &web, None, &stopped);
    tokio::spawn(async move {
        told_to_stop.await;
        let _ = stop.send(true);
    });
    let limits = Limits {
        connections_max: 1_000,
        stop: Duration::from_secs(5),
    };
    http::serve(listener, router, limits, stopped).await;
    for worker in workers {
        let _ = worker.await;
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// A shipped profile by its name, or one of the institution's own by its file.
fn profile(name: &str) -> Result<warifu_domain::policy::Profile> {
    match PROFILES.iter().find(|(shipped, _)| *shipped == name) {
        Some((_, text)) => wiring::parse_profile(text),
        None if Path::new(name).extension().is_some_and(|e| e == "toml") => {
            wiring::parse_profile(&read_text(Path::new(name))?)
        }
        None => {
            let names: Vec<_> = PROFILES.iter().map(|(shipped, _)| *shipped).collect();
            bail!(
                "no profile {name:?} is shipped; there is: {}",
                names.join(", ")
            )
        }
    }
}

async fn open(directory: &Path) -> Result<Db> {
    let path = directory.join("warifu.db");
    let config = DbConfig::Sqlite {
        path,
        mode: SqliteMode::ReadWrite,
    };
    let db = Db::open(&config).await.context("the demo's database")?;
    db.migrate().await?;
    Ok(db)
}

/// Opens the vault with the demo's key file, which is made at the first start.
async fn open_vault(db: &Db, directory: &Path) -> Result<Vault> {
    let file = directory.join("keys");
    if !file.exists() {
        let mut key = [0; 32];
        SystemEntropy.fill(&mut key);
        write_private(
            &file,
            &format!("demo {}\n", data_encoding::BASE64.encode(&key)),
        )?;
    }
    Ok(db.open_vault(wiring::key_ring(&file)?).await?)
}

/// Writes a file that only its owner may read, whole or not at all.
fn write_private(file: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let next = file.with_extension("new");
    let write = || {
        let mut options = std::fs::OpenOptions::new();
        let mut out = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&next)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&next, file)
    };
    write().with_context(|| format!("can't write {}", file.display()))
}

fn settings(url: &str) -> WebSettings {
    WebSettings {
        public_origin: url.to_owned(),
        trusted_proxies: Vec::new(),
        demo: true,
        // Programs that test against the demo come from one address and in bursts.
        api_requests_per_second: 2_000,
        logons_per_minute: 1_200,
    }
}

/// An address a browser can open: nobody can open 0.0.0.0.
fn shown(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

fn say(url: &str, file: &Path, has_tokens: bool) {
    output::message(&format!(
        "1. Portal:  {url}/   (people, PINs and grid cards: {})",
        file.display()
    ));
    output::message(&format!(
        "2. Mailbox: {url}/demo/mail   shows every mail the demo sends"
    ));
    output::message(&format!(
        "3. Clock:   {url}/demo/clock   moves the demo's time on"
    ));
    output::message(if has_tokens {
        "4. Log on as 1000000001 / keiri01, enter a transfer; the token's code: oathtool --totp -b -s PERIOD SECRET"
    } else {
        "4. Log on as 1000000001 / keiri01, enter a transfer, ask for a code, read it in the mailbox."
    });
    output::message(&format!(
        "5. API:     {url}/api/v1/openapi.json   (key in demo.json). Stop with Ctrl-C."
    ));
}
