//! SIGKILL at random moments under load, restart, and at the end an account of everything that was
//! acknowledged. Faults are counted where they happened: a run without them shows nothing.
//!
//! `WARIFU_KILL_CYCLES` sets the number of kills, `WARIFU_KILL_SEED` their moments.

mod customer;
mod reconcile;
mod world;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Client;
use crate::server::{Server, eventually};
use world::World;

/// Fewer kills than this may miss a kind of fault by chance.
const CYCLES: u64 = 25;
/// Between two kills up to so many requests are answered.
const REQUESTS: u64 = 120;
/// From here on people may ask for codes again.
const WINDOW_SECS: i64 = 700;

#[test]
fn nothing_acknowledged_is_lost_and_nothing_happens_twice() {
    let cycles = number("WARIFU_KILL_CYCLES").unwrap_or(CYCLES);
    let seed = number("WARIFU_KILL_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("{cycles} kills, WARIFU_KILL_SEED={seed}");
    let directory = tempfile::tempdir().unwrap();
    let mut chance = Chance(seed | 1);
    let first = Server::demo(directory.path());
    let mut start_takes = Duration::from_millis(50);
    let world = Arc::new(World::of_demo(directory.path()));
    let customers = customer::all(&world);

    let mut server = Some(first);
    for _ in 0..cycles {
        let running = server.take().unwrap_or_else(|| {
            kill_in_start(directory.path(), &world, &mut chance, start_takes);
            let (server, took) = timed_start(directory.path());
            start_takes = took;
            server
        });
        world.serve_at(&running.address);
        work(&world, &customers, &running, chance.below(REQUESTS));
        sleep(Duration::from_micros(chance.below(5_000)));
        world.kill(running);
    }
    let last = Server::demo(directory.path());
    world.serve_at(&last.address);
    world.ended.store(true, Ordering::SeqCst);
    world.next_window();
    for customer in customers {
        customer.join().unwrap();
    }
    quiet(&world, &last);
    let figures = reconcile::everything(&world, &last);
    reconcile::beneath(&world, last, directory.path());
    println!("{figures}");
    let faults = &world.faults;
    println!("{faults}");
    if cycles >= CYCLES {
        assert!(
            faults.kills_in_flight.load(Ordering::SeqCst) > 0,
            "no kill hit a request"
        );
        assert!(
            faults.kills_in_start.load(Ordering::SeqCst) > 0,
            "no kill hit a start"
        );
        assert!(
            faults.answers_lost.load(Ordering::SeqCst) > 0,
            "no answer was lost"
        );
    }
}

/// Waits until so many more requests were answered.
fn work(world: &World, customers: &[JoinHandle<()>], server: &Server, requests: u64) {
    let enough = world.answered.load(Ordering::SeqCst) + requests;
    while world.answered.load(Ordering::SeqCst) < enough {
        let given_up = customers.iter().any(JoinHandle::is_finished);
        assert!(!given_up, "a customer met what must not happen: see above");
        if world.all_wait() {
            quiet(world, server);
        }
        sleep(Duration::from_millis(1));
    }
}

/// Every other time, a start that is killed within the time that starts take.
fn kill_in_start(directory: &Path, world: &World, chance: &mut Chance, start_takes: Duration) {
    if chance.below(2) == 0 {
        return;
    }
    let starting = Server::begin_demo(directory);
    let takes = u64::try_from(start_takes.as_micros()).unwrap().max(1);
    sleep(Duration::from_micros(chance.below(takes)));
    let had_started = starting.log().contains("1. Portal:");
    starting.kill();
    if !had_started {
        world.faults.kills_in_start.fetch_add(1, Ordering::SeqCst);
    }
}

#[expect(clippy::disallowed_methods, reason = "measures")]
fn timed_start(directory: &Path) -> (Server, Duration) {
    let begun = Instant::now();
    let server = Server::demo(directory);
    (server, begun.elapsed())
}

/// Lets everybody finish what they began, waits until every acknowledged mail has arrived, then
/// moves the clock on so that people may ask for codes again.
fn quiet(world: &World, server: &Server) {
    let nobody_works = world.gate.write().unwrap();
    let client = server.client();
    eventually("every acknowledged mail arrives", || {
        world.collect_mails(&client);
        world.all_mails_arrived().then_some(())
    });
    world.window_is_over();
    advance(&client, WINDOW_SECS);
    drop(nobody_works);
    world.next_window();
}

fn advance(client: &Client, secs: i64) {
    let moved = client
        .post("/demo/clock", &json!({ "advance_secs": secs }))
        .unwrap();
    assert_eq!(moved.status, 200, "{moved:?}");
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Repeatable chance (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
