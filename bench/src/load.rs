//! The load: a number of connections that stay open, each sending its next request when the last
//! one is answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::outside::instant;

/// One request.
#[derive(Clone)]
pub struct Request {
    /// `GET` if there is no body, else `POST`.
    pub path: String,
    pub body: Option<String>,
}

/// What all connections take their requests from.
pub struct Source {
    requests: Vec<Request>,
    again: bool,
    /// Stops by itself so long after the connections are open.
    lasts: Option<Duration>,
    next: AtomicUsize,
    stopped: AtomicBool,
}

impl Source {
    /// Each request once.
    pub fn once(requests: Vec<Request>) -> Arc<Self> {
        Self::new(requests, false, None)
    }

    /// The requests over and over, until stopped.
    pub fn again(requests: Vec<Request>) -> Arc<Self> {
        Self::new(requests, true, None)
    }

    fn new(requests: Vec<Request>, again: bool, lasts: Option<Duration>) -> Arc<Self> {
        Arc::new(Self {
            requests,
            again,
            lasts,
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        })
    }

    /// Lets what is under way end.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// The time it lasts counts from here: opening many connections may itself take a second.
    fn begin(self: &Arc<Self>) {
        if let Some(duration) = self.lasts {
            let source = Arc::clone(self);
            tokio::spawn(async move {
                tokio::time::sleep(duration).await;
                source.stop();
            });
        }
    }

    fn next(&self) -> Option<&Request> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let at = if self.again {
            at.checked_rem(self.requests.len())?
        } else {
            at
        };
        self.requests.get(at)
    }
}

/// What came back.
#[derive(Default)]
pub struct Answers {
    /// How often each status.
    pub statuses: BTreeMap<u16, u64>,
    /// Of every request, microseconds, sorted.
    pub latencies: Vec<u64>,
    /// From the first request to the last answer.
    pub elapsed: Duration,
}

impl Answers {
    /// Answers of one status a second.
    pub fn rate(&self, status: u16) -> f64 {
        let count = self.statuses.get(&status).copied().unwrap_or(0);
        count as f64 / self.elapsed.as_secs_f64()
    }

    /// How many answers there were of one status.
    pub fn count(&self, status: u16) -> u64 {
        self.statuses.get(&status).copied().unwrap_or(0)
    }

    /// All answers.
    pub fn total(&self) -> u64 {
        self.statuses.values().sum()
    }

    /// The latency that this share of requests did not exceed, milliseconds.
    pub fn percentile_ms(&self, share: f64) -> f64 {
        let at = (self.latencies.len() as f64 * share) as usize;
        let last = self.latencies.len().saturating_sub(1);
        let micros = self.latencies.get(at.min(last)).copied().unwrap_or(0);
        micros as f64 / 1000.0
    }
}

/// Who asks, and of whom.
#[derive(Clone)]
pub struct Target {
    pub address: String,
    /// `Bearer` and the key.
    pub bearer: String,
}

/// Sends what `source` gives over `connections` connections.
pub async fn run(
    target: &Target,
    source: &Arc<Source>,
    connections: usize,
) -> anyhow::Result<Answers> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(connect(&target.address).await?);
    }
    let began = instant();
    source.begin();
    let mut tasks = Vec::with_capacity(connections);
    for connection in open {
        let (target, source) = (target.clone(), Arc::clone(source));
        tasks.push(tokio::spawn(converse(connection, target, source)));
    }
    let mut all = Answers::default();
    for task in tasks {
        let mut one = task.await??;
        for (status, count) in one.statuses {
            *all.statuses.entry(status).or_default() += count;
        }
        all.latencies.append(&mut one.latencies);
    }
    all.elapsed = began.elapsed();
    all.latencies.sort_unstable();
    Ok(all)
}

/// The same request for so long.
pub async fn repeat(
    target: &Target,
    request: Request,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<Answers> {
    let source = Source::new(vec![request], true, Some(duration));
    run(target, &source, connections).await
}

/// A connection that stays open.
pub type Connection = SendRequest<Full<Bytes>>;

/// Opens one.
pub async fn connect(address: &str) -> anyhow::Result<Connection> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Sends one request and reads its whole answer: the status and the body.
pub async fn send(
    connection: &mut Connection,
    target: &Target,
    request: &Request,
) -> anyhow::Result<(u16, Bytes)> {
    let body = request.body.clone();
    let method = if body.is_some() { "POST" } else { "GET" };
    let message = hyper::Request::builder()
        .method(method)
        .uri(request.path.as_str())
        .header(HOST, "localhost")
        .header(AUTHORIZATION, target.bearer.as_str())
        .header(CONTENT_TYPE, "application/json")
        .body(Full::from(body.unwrap_or_default()))?;
    connection.ready().await?;
    let answer = connection.send_request(message).await?;
    let status = answer.status().as_u16();
    Ok((status, answer.into_body().collect().await?.to_bytes()))
}

async fn converse(
    mut connection: Connection,
    target: Target,
    source: Arc<Source>,
) -> anyhow::Result<Answers> {
    let mut answers = Answers::default();
    while let Some(request) = source.next() {
        let began = instant();
        let (status, _) = send(&mut connection, &target, request).await?;
        let micros = u64::try_from(began.elapsed().as_micros())?;
        answers.latencies.push(micros);
        *answers.statuses.entry(status).or_default() += 1;
    }
    Ok(answers)
}
