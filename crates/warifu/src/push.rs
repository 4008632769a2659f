//! Push services over HTTPS: TLS with the usual public certificates, a time-out, no redirects, no
//! retries. Where a message may go was decided before it came here.

use std::time::Duration;

use anyhow::{Context, Result};
use axum::http::{Request, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::aws_lc_rs;
use warifu_app::ports::{Answer, PushMessage, PushOutcome, PushSender};

/// What one message may take, from the name's look-up to the head of the answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next message.
const IDLE: Duration = Duration::from_secs(60);

type Connector = HttpsConnector<HttpConnector>;

/// Posts messages to push services.
pub struct HttpsPush {
    client: Client<Connector, Full<Bytes>>,
    timeout: Duration,
}

impl HttpsPush {
    /// Prepares connections; they are made when messages go out.
    pub fn new() -> Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(aws_lc_rs::default_provider())
            .context("TLS of push services")?;
        let connector = connector.https_only().enable_http1().build();
        Ok(Self::with(connector, TIMEOUT))
    }

    fn with(connector: Connector, timeout: Duration) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Self { client, timeout }
    }

    async fn post(&self, message: &PushMessage) -> Result<StatusCode> {
        let mut request = Request::post(&message.endpoint);
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::from(message.body.clone()))?;
        let answered = tokio::time::timeout(self.timeout, self.client.request(request)).await;
        Ok(answered.ok().context("no answer in time")??.status())
    }
}

impl PushSender for HttpsPush {
    fn send<'a>(&'a self, message: &'a PushMessage) -> Answer<'a, PushOutcome> {
        Box::pin(async move {
            match self.post(message).await {
                Ok(status) if status.is_success() => PushOutcome::Sent,
                // RFC 8030 §7.3
                Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => PushOutcome::Gone,
                Ok(status) => PushOutcome::Failed(status.to_string()),
                Err(error) => PushOutcome::Failed(format!("{error:#}")),
            }
        })
    }
}

#[cfg(test)]
mod tests;
