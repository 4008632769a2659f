//! A few threads that hash PINs. argon2id takes ten thousand times as long as anything else here:
//! threads are as many as given, of low priority, and what waits is bounded, per contract and in all.
//! Contracts take turns, so that a flood at one doesn't keep the others waiting.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::error::AppError;
use crate::pin_hash::{Hasher, PepperedPin};

/// Waiting jobs of one contract.
const PER_CONTRACT_MAX: usize = 32;
/// Waiting jobs in all.
const TOTAL_MAX: usize = 512;
/// How long whoever finds the queue full waits for that answer: a flood over few connections then
/// spends its time waiting, not the server's.
const HOLD_BACK: Duration = Duration::from_millis(250);
/// How much the threads step back behind others (`nice`).
const NICE: i32 = 10;

/// How long a thread keeps its 19 MiB after its last PIN.
const WARM: Duration = Duration::from_secs(30);

enum Job {
    Verify(PepperedPin, String, oneshot::Sender<bool>),
    Hash(PepperedPin, [u8; 16], oneshot::Sender<Option<String>>),
}

#[derive(Default)]
struct Waiting {
    by_contract: HashMap<String, VecDeque<Job>>,
    turns: VecDeque<String>,
    total: usize,
    closed: bool,
}

struct Shared {
    waiting: Mutex<Waiting>,
    ready: Condvar,
}

/// The pool. Dropping it ends the threads once nothing waits.
pub struct PinPool {
    shared: Arc<Shared>,
}

impl PinPool {
    /// Starts `threads` threads: as many as there are cores.
    #[must_use]
    pub fn start(threads: usize) -> Self {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            ready: Condvar::new(),
        });
        for number in 0..threads.max(1) {
            let shared = Arc::clone(&shared);
            let name = format!("pin-{number}");
            let started = std::thread::Builder::new()
                .name(name)
                .spawn(move || work(&shared));
            if let Err(error) = started {
                tracing::error!(%error, "a PIN hashing thread did not start");
            }
        }
        Self { shared }
    }

    /// Whether the PIN is the one that was hashed.
    pub(crate) async fn verify(
        &self,
        contract: &str,
        pin: PepperedPin,
        stored: String,
    ) -> Result<bool, AppError> {
        let (answer, answered) = oneshot::channel();
        self.submit(contract, Job::Verify(pin, stored, answer))
            .await?;
        answered.await.map_err(|_| AppError::Busy("PIN pool"))
    }

    /// The hash to store for a PIN.
    pub(crate) async fn hash(
        &self,
        contract: &str,
        pin: PepperedPin,
        salt: [u8; 16],
    ) -> Result<String, AppError> {
        let (answer, answered) = oneshot::channel();
        self.submit(contract, Job::Hash(pin, salt, answer)).await?;
        let hash = answered.await.map_err(|_| AppError::Busy("PIN pool"))?;
        hash.ok_or(AppError::Inconsistent("argon2id refused its parameters"))
    }

    async fn submit(&self, contract: &str, job: Job) -> Result<(), AppError> {
        let pushed = self.push(contract, job);
        if pushed.is_err() {
            tokio::time::sleep(HOLD_BACK).await;
        }
        pushed
    }

    fn push(&self, contract: &str, job: Job) -> Result<(), AppError> {
        let mut waiting = lock(&self.shared.waiting);
        let of_contract = waiting.by_contract.get(contract).map_or(0, VecDeque::len);
        if waiting.total >= TOTAL_MAX || of_contract >= PER_CONTRACT_MAX {
            metrics::counter!("warifu_pin_pool_full_total").increment(1);
            return Err(AppError::Busy("PIN pool"));
        }
        waiting.total += 1;
        if of_contract == 0 {
            waiting.turns.push_back(contract.to_owned());
        }
        waiting
            .by_contract
            .entry(contract.to_owned())
            .or_default()
            .push_back(job);
        drop(waiting);
        self.shared.ready.notify_one();
        Ok(())
    }
}

impl Drop for PinPool {
    fn drop(&mut self) {
        lock(&self.shared.waiting).closed = true;
        self.shared.ready.notify_all();
    }
}

impl Waiting {
    /// The next job of the contract whose turn it is.
    fn next(&mut self) -> Option<Job> {
        let contract = self.turns.pop_front()?;
        let jobs = self.by_contract.get_mut(&contract)?;
        let job = jobs.pop_front()?;
        self.total -= 1;
        if jobs.is_empty() {
            self.by_contract.remove(&contract);
        } else {
            self.turns.push_back(contract);
        }
        Some(job)
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(shared: &Shared) {
    step_back();
    let mut hasher = Hasher::new();
    loop {
        let mut waiting = lock(&shared.waiting);
        let job = loop {
            if let Some(job) = waiting.next() {
                break job;
            }
            if waiting.closed {
                return;
            }
            waiting = wait(shared, waiting, &mut hasher);
        };
        drop(waiting);
        match job {
            // Whoever asked may have gone; nobody misses the answer then.
            Job::Verify(pin, stored, answer) => {
                let _ = answer.send(hasher.verify(&pin, &stored));
            }
            Job::Hash(pin, salt, answer) => {
                let _ = answer.send(hasher.hash(&pin, salt));
            }
        }
    }
}

/// Waits for a job; a thread that has had none for a while gives its memory back.
fn wait<'a>(
    shared: &'a Shared,
    waiting: MutexGuard<'a, Waiting>,
    hasher: &mut Hasher,
) -> MutexGuard<'a, Waiting> {
    if !hasher.is_warm() {
        let woken = shared.ready.wait(waiting);
        return woken.unwrap_or_else(PoisonError::into_inner);
    }
    let woken = shared.ready.wait_timeout(waiting, WARM);
    let (waiting, time) = woken.unwrap_or_else(PoisonError::into_inner);
    if time.timed_out() {
        hasher.cool_down();
    }
    waiting
}

/// Lets everything else go first. Where that isn't allowed, hashing just isn't polite.
fn step_back() {
    let thread = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(thread), NICE) {
        tracing::debug!(%error, "PIN hashing keeps its priority");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        let person = warifu_domain::ids::PersonId::from_stored("1/".into());
        let pin = PepperedPin::new(&[0; 32], &person, warifu_domain::pin::PinKind::Logon, "x");
        Job::Verify(pin, String::new(), oneshot::channel().0)
    }

    fn pool_without_threads() -> PinPool {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            ready: Condvar::new(),
        });
        PinPool { shared }
    }

    #[test]
    fn contracts_take_turns() {
        let pool = pool_without_threads();
        for contract in ["flooded", "flooded", "flooded", "other"] {
            pool.push(contract, job()).unwrap();
        }
        let mut waiting = lock(&pool.shared.waiting);
        waiting.next().unwrap();
        assert_eq!(waiting.by_contract["flooded"].len(), 2);
        waiting.next().unwrap();
        assert!(
            !waiting.by_contract.contains_key("other"),
            "the other contract comes second"
        );
    }

    #[test]
    fn what_waits_is_bounded_per_contract_and_in_all() {
        let pool = pool_without_threads();
        for _ in 0..PER_CONTRACT_MAX {
            pool.push("a", job()).unwrap();
        }
        assert!(pool.push("a", job()).is_err());
        pool.push("b", job()).unwrap();
        for n in 0..TOTAL_MAX {
            let _ = pool.push(&format!("c{}", n / 8), job());
        }
        assert!(pool.push("last", job()).is_err());
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_kept_waiting_for_that_answer() {
        let pool = pool_without_threads();
        for _ in 0..PER_CONTRACT_MAX {
            pool.submit("flooded", job()).await.unwrap();
        }
        let refused = pool.submit("flooded", job());
        let at_once = tokio::time::timeout(HOLD_BACK / 10, refused).await;
        assert!(at_once.is_err(), "answered before {HOLD_BACK:?}");
        let refused = pool.submit("flooded", job()).await;
        assert!(matches!(refused, Err(AppError::Busy(_))));
        pool.submit("other", job()).await.unwrap();
    }
}
