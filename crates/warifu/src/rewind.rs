//! A restored backup brings back codes and counters of the past. Each server keeps, outside the
//! database, the latest clock floor it wrote into it: a database that is older was restored, and
//! nothing is served from it before `warifu after-restore`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp};
use warifu_app::use_cases::housekeeping::clock_floor;
use warifu_store::Db;

/// How far a machine's clock may be behind what another server wrote.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// The file that remembers.
pub struct Rewind {
    file: PathBuf,
}

impl Rewind {
    /// Remembers in `state_dir`.
    pub fn new(state_dir: &Path) -> Self {
        Self {
            file: state_dir.join("clock-floor"),
        }
    }

    /// Refuses a database older than what this server saw, and a clock that is behind the database.
    pub async fn check(&self, db: &Db, now: Timestamp) -> Result<()> {
        let in_database = clock_floor(db).await?.unwrap_or(Timestamp::MIN);
        if let Some(seen) = self.read()?
            && in_database < seen
        {
            bail!(
                "the database is older than what this server saw at {seen}: it was restored from a \
                 backup. Run `warifu after-restore` before serving"
            );
        }
        if now.saturating_add(SKEW).unwrap_or(now) < in_database {
            bail!(
                "this machine's clock ({now}) is behind the database ({in_database}). Set the clock"
            );
        }
        Ok(())
    }

    /// Remembers what the database says now.
    pub async fn remember(&self, db: &Db) -> Result<()> {
        let Some(floor) = clock_floor(db).await? else {
            return Ok(());
        };
        let next = self.file.with_extension("new");
        let write = || {
            std::fs::write(&next, floor.to_string())?;
            std::fs::rename(&next, &self.file)
        };
        write().with_context(|| format!("can't write {}", self.file.display()))
    }

    fn read(&self) -> Result<Option<Timestamp>> {
        match std::fs::read_to_string(&self.file) {
            Ok(text) => {
                let seen = text.trim().parse();
                let damaged = || format!("{} is damaged", self.file.display());
                Ok(Some(seen.with_context(damaged)?))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("can't read {}", self.file.display())),
        }
    }
}
