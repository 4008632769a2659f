//! Puts the application together from its parts.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use warifu_app::ports::{Clock, Entropy, Mailer};
use warifu_app::{App, EmbeddedLedger, Parts, PinPool, Push};
use warifu_domain::policy::Profile;
use warifu_store::{Db, DbConfig, KeyRing, SqliteMode, Tls, Vault};

use crate::config::{Config, Database, read_secret, read_text};
use crate::push::HttpsPush;
use crate::system::{SystemClock, SystemEntropy};

/// Banks and branches as shipped.
pub const SHIPPED_MASTER: &str = include_str!("../../../data/bank-master.tsv");

/// What differs between `serve`, the commands and the demo.
pub struct Outside {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Mail.
    pub mailer: Arc<dyn Mailer>,
    /// Threads that hash PINs.
    pub pin_threads: usize,
    /// Scheme and host under which browsers and phones reach the server.
    pub public_origin: String,
    /// Pushes to phones, if wanted.
    pub push: Option<Push>,
}

/// The profile in a file.
pub fn read_profile(path: &Path) -> Result<Profile> {
    parse_profile(&read_text(path)?).map_err(|error| anyhow!("{}:\n{error}", path.display()))
}

/// A profile, every fault on a line of its own if it is refused.
pub fn parse_profile(text: &str) -> Result<Profile> {
    Profile::parse(text).map_err(|faults| {
        let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
        anyhow!(lines.join("\n"))
    })
}

/// The database of a configuration.
pub fn db_config(config: &Database, mode: SqliteMode) -> Result<DbConfig> {
    Ok(match config {
        Database::Sqlite { path } => DbConfig::Sqlite {
            path: path.clone(),
            mode,
        },
        Database::Postgres {
            url_file,
            readers,
            senders,
            ca_file,
        } => DbConfig::Postgres {
            url: read_secret(url_file)?,
            readers: *readers,
            senders: *senders,
            tls: match ca_file {
                Some(ca_file) => Tls::Require {
                    ca_file: ca_file.clone(),
                },
                None => Tls::Off,
            },
        },
    })
}

/// The key ring in a file.
pub fn key_ring(path: &Path) -> Result<KeyRing> {
    let fill = Arc::new(|bytes: &mut [u8]| SystemEntropy.fill(bytes));
    KeyRing::from_key_file(&read_text(path)?, fill)
        .with_context(|| format!("key file {}", path.display()))
}

/// Opens database and vault of a configuration, with its schema checked.
pub async fn open(config: &Config, mode: SqliteMode) -> Result<(Db, Vault)> {
    let db = Db::open(&db_config(&config.database, mode)?)
        .await
        .context("database")?;
    db.check_schema().await?;
    let vault = db.open_vault(key_ring(&config.key_file)?).await?;
    Ok((db, vault))
}

/// The application.
pub async fn assemble(db: Db, vault: Vault, profile: Profile, outside: Outside) -> Result<App> {
    let bank = profile.institution.bank_code.clone();
    let parts = Parts {
        core_banking: Arc::new(EmbeddedLedger::new(db.clone(), bank)),
        db,
        vault,
        profile,
        clock: outside.clock,
        entropy: Arc::new(SystemEntropy),
        mailer: outside.mailer,
        pins: PinPool::start(outside.pin_threads),
        shipped_master: SHIPPED_MASTER,
        public_origin: outside.public_origin,
        push: outside.push,
    };
    App::new(parts).await.context("application")
}

/// Pushes to phones as configured.
pub fn push(config: &Config) -> Result<Option<Push>> {
    let Some(push) = &config.push else {
        return Ok(None);
    };
    Ok(Some(Push {
        sender: Arc::new(HttpsPush::new()?),
        contact: push.contact.clone(),
        hosts: push.hosts.clone(),
    }))
}

/// The machine's clock.
pub fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// As many as there are cores.
pub fn pin_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
