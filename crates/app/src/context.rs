//! What every use case works with.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::Sha256;
use warifu_domain::ids::ContractId;
use warifu_domain::person::Channel;
use warifu_domain::policy::Profile;
use warifu_otp::CodeKey;
use warifu_store::tables::settings;
use warifu_store::{Commit, Db, Vault};

use crate::error::{Again, AppError};
use crate::master::Banks;
use crate::passkey::Passkeys;
use crate::pin_pool::PinPool;
use crate::ports::{Clock, CoreBanking, Entropy, Mailer};
use crate::web_push::{Push, Pushing};

/// A clock that steps back by more than this is broken: codes that expired would live again.
const CLOCK_TOLERANCE_MICROS: i64 = 2_000_000;

/// How often a use case reads and decides anew before it gives up.
pub(crate) const MAX_TRIES: u32 = 256;

/// What an [`App`] is made of.
pub struct Parts {
    /// Open, migrated.
    pub db: Db,
    /// Open.
    pub vault: Vault,
    /// The institution's policy.
    pub profile: Profile,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Mail.
    pub mailer: Arc<dyn Mailer>,
    /// The bank's core system.
    pub core_banking: Arc<dyn CoreBanking>,
    /// Hashes PINs.
    pub pins: PinPool,
    /// Banks and branches as shipped; one loaded into the database comes first.
    pub shipped_master: &'static str,
    /// Scheme and host under which phones reach the server, for the links to the token app.
    pub public_origin: String,
    /// Pushes to phones, where the institution wants them.
    pub push: Option<Push>,
}

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What all clones of an [`App`] share. Its fields are for use cases only.
pub struct Inner {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) profile: Profile,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) core_banking: Arc<dyn CoreBanking>,
    pub(crate) pins: PinPool,
    pub(crate) banks: Banks,
    pub(crate) code_key: CodeKey,
    pub(crate) epoch: u64,
    pub(crate) outbox_wake: tokio::sync::Notify,
    pub(crate) public_origin: String,
    pub(crate) passkeys: Option<Passkeys>,
    pub(crate) pushing: Option<Pushing>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    latest: AtomicI64,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Where a request came from, for the audit record and the list of last uses.
#[derive(Clone, Debug)]
pub struct Origin {
    /// IP address, or the API client's ID.
    pub address: String,
    /// PC or smartphone.
    pub channel: Channel,
    /// The request's ID, as in the logs.
    pub request_id: String,
}

impl App {
    /// Puts the application together: reads the epoch and the bank master data.
    ///
    /// # Errors
    /// When the database can't be read, or the master data in it is damaged.
    pub async fn new(parts: Parts) -> Result<Self, AppError> {
        let epoch = read_epoch(&parts.db).await?;
        let banks = Banks::load(&parts.db, parts.shipped_master, &parts.profile).await?;
        let passkeys = Passkeys::new(&parts.public_origin, &parts.profile.institution.name);
        Ok(Self(Arc::new(Inner {
            code_key: CodeKey::new(*parts.vault.otp_mac()),
            db: parts.db,
            vault: parts.vault,
            profile: parts.profile,
            mailer: parts.mailer,
            core_banking: parts.core_banking,
            pins: parts.pins,
            banks,
            epoch,
            outbox_wake: tokio::sync::Notify::new(),
            passkeys,
            pushing: parts.push.map(Pushing::new),
            public_origin: parts.public_origin,
            clock: parts.clock,
            entropy: parts.entropy,
            latest: AtomicI64::new(i64::MIN),
        })))
    }

    /// The time of this request. Never earlier than an answer before it.
    ///
    /// # Errors
    /// [`AppError::ClockBackwards`] while the machine's clock is behind what was seen already: then
    /// nothing that depends on time may be judged.
    pub fn now(&self) -> Result<Timestamp, AppError> {
        let read = self.clock.now().as_microsecond();
        let latest = self.latest.fetch_max(read, Ordering::Relaxed);
        if read.saturating_add(CLOCK_TOLERANCE_MICROS) < latest {
            metrics::counter!("warifu_clock_backwards_total").increment(1);
            tracing::error!(behind_micros = latest - read, "the clock went backwards");
            return Err(AppError::ClockBackwards((latest - read) / 1_000_000));
        }
        Timestamp::from_microsecond(read.max(latest))
            .map_err(|_| AppError::Inconsistent("the clock is out of range"))
    }

    /// The institution's policy.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Banks and branches.
    #[must_use]
    pub fn banks(&self) -> &Banks {
        &self.banks
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), AppError> {
        Ok(self.db.ping().await?)
    }

    /// Today at the institution.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Date {
        self.profile.local_date(now)
    }

    /// 256 random bits, base64url: a value for a browser to keep that nobody can guess.
    #[must_use]
    pub fn new_token(&self) -> String {
        BASE64URL_NOPAD.encode(&self.random::<32>())
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    pub(crate) fn fill_random(&self) -> impl FnMut(&mut [u8]) + '_ {
        |bytes| self.entropy.fill(bytes)
    }

    /// Keyed MAC of what must be recognised but not stored, such as a request's body.
    pub(crate) fn recognise(&self, parts: &[&[u8]]) -> Vec<u8> {
        // HMAC-SHA256 takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.vault.otp_mac()) else {
            return Vec::new();
        };
        mac.update(b"warifu/request/v1");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().to_vec()
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), Again> {
        let result = self.db.commit(commit).await.map_err(Again::from);
        if matches!(result, Err(Again::Conflict)) {
            metrics::counter!("warifu_conflicts_total").increment(1);
            tokio::task::yield_now().await;
        }
        result
    }

    /// A refusal's trace. Nothing is guarded, so it can't be in conflict.
    pub(crate) async fn record(&self, commit: Commit) -> Result<(), AppError> {
        match self.commit(commit).await {
            Ok(()) => Ok(()),
            Err(Again::Fault(fault)) => Err(fault),
            Err(Again::Conflict) => Err(AppError::Busy("audit chain")),
        }
    }
}

/// The chain of events that belong to no contract.
pub(crate) const INSTITUTION_CHAIN: &str = "institution";

/// What the embedded ledger and daily totals name a contract by.
pub(crate) fn contract_subject(contract: &ContractId) -> String {
    format!("contract:{contract}")
}

async fn read_epoch(db: &Db) -> Result<u64, AppError> {
    match settings::find(db, settings::EPOCH).await? {
        Some(setting) => setting
            .value
            .parse()
            .map_err(|_| AppError::Inconsistent("epoch is not a number")),
        None => Ok(1),
    }
}
