//! The databases that are measured, and the application upon one of them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use warifu_app::domain::policy::Profile;
use warifu_app::{App, EmbeddedLedger, Parts, PinPool};
use warifu_store::{Db, DbConfig, Fill, KeyRing, SqliteMode, Tls};

use crate::outside::{MachineClock, MachineEntropy, Mails, fill};

const PROFILE: &str = include_str!("../profiles/one-factor.toml");
const BANK_MASTER: &str = include_str!("../../data/bank-master.tsv");

/// How `serve` is told which database: `sqlite:<file>` or a PostgreSQL connection string.
pub fn config(database: &str) -> DbConfig {
    match database.strip_prefix("sqlite:") {
        Some(path) => DbConfig::Sqlite {
            path: Path::new(path).to_owned(),
            mode: SqliteMode::ReadWrite,
        },
        None => DbConfig::Postgres {
            url: database.to_owned(),
            readers: 2,
            senders: 2,
            tls: Tls::Off,
        },
    }
}

/// An application, its database and its mails.
pub struct Assembled {
    pub app: App,
    pub db: Db,
    pub mails: Arc<Mails>,
    /// Of the codes' MACs.
    pub otp_mac: [u8; 32],
    /// Of the codes' MACs too.
    pub profile_version: String,
}

/// Puts the application together as the product does.
pub async fn assemble(database: &str) -> anyhow::Result<Assembled> {
    let db = Db::open(&config(database)).await?;
    db.migrate().await?;
    let fill: Fill = Arc::new(fill);
    let key = format!("k1 {}\n", data_encoding::BASE64.encode(&[7; 32]));
    let vault = db.open_vault(KeyRing::from_key_file(&key, fill)?).await?;
    let otp_mac = *vault.otp_mac();
    let profile = Profile::parse(PROFILE).map_err(|faults| anyhow!("{faults:?}"))?;
    let profile_version = profile.version.clone();
    let bank = profile.institution.bank_code.clone();
    let mails = Arc::new(Mails::default());
    let mailer: Arc<Mails> = Arc::clone(&mails);
    let parts = Parts {
        core_banking: Arc::new(EmbeddedLedger::new(db.clone(), bank)),
        db: db.clone(),
        vault,
        profile,
        clock: Arc::new(MachineClock),
        entropy: Arc::new(MachineEntropy),
        mailer,
        pins: PinPool::start(threads()),
        shipped_master: BANK_MASTER,
        public_origin: "http://localhost".to_owned(),
        push: None,
    };
    let app = App::new(parts).await.context("the application")?;
    Ok(Assembled {
        app,
        db,
        mails,
        otp_mac,
        profile_version,
    })
}

/// Threads that hash PINs: one per core.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
