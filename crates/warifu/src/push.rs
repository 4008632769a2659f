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
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Without TLS, so that the receiver can be a socket.
    fn plain(timeout: Duration) -> HttpsPush {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(aws_lc_rs::default_provider())
            .unwrap();
        let connector = connector.https_or_http().enable_http1().build();
        HttpsPush::with(connector, timeout)
    }

    fn message(endpoint: String) -> PushMessage {
        PushMessage {
            endpoint,
            headers: vec![("ttl", "120".to_owned()), ("urgency", "high".to_owned())],
            body: b"sealed".to_vec(),
        }
    }

    /// Answers one request with a status line; gives the request.
    async fn receive(listener: TcpListener, answer: &str) -> String {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"sealed") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    }

    async fn answered(answer: &str) -> (PushOutcome, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (push, message) = (
            plain(TIMEOUT),
            message(format!("http://{address}/wp/a?b=c")),
        );
        tokio::join!(push.send(&message), receive(listener, answer))
    }

    #[tokio::test]
    async fn the_message_arrives_as_it_was_made() {
        let (outcome, request) = answered("201 Created").await;
        assert_eq!(outcome, PushOutcome::Sent);
        assert!(
            request.starts_with("POST /wp/a?b=c HTTP/1.1\r\n"),
            "{request}"
        );
        for header in ["ttl: 120", "urgency: high", "content-length: 6"] {
            assert!(request.contains(&format!("\r\n{header}\r\n")), "{request}");
        }
    }

    #[tokio::test]
    async fn answers_say_whether_it_was_taken_and_redirects_are_not_followed() {
        for gone in ["404 Not Found", "410 Gone"] {
            assert_eq!(answered(gone).await.0, PushOutcome::Gone);
        }
        let elsewhere = "307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/";
        for (answer, reason) in [
            (elsewhere, "307 Temporary Redirect"),
            ("429 Too Many Requests", "429 Too Many Requests"),
            ("503 Service Unavailable", "503 Service Unavailable"),
        ] {
            let failed = PushOutcome::Failed(reason.to_owned());
            assert_eq!(answered(answer).await.0, failed);
        }
    }

    #[tokio::test]
    async fn a_silent_push_service_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let push = plain(Duration::from_millis(50));
        let outcome = push.send(&message(format!("http://{address}/"))).await;
        assert_eq!(outcome, PushOutcome::Failed("no answer in time".to_owned()));
    }

    #[tokio::test]
    async fn nothing_goes_out_without_tls() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let push = HttpsPush::new().unwrap();
        let outcome = push.send(&message(format!("http://{address}/"))).await;
        assert!(matches!(outcome, PushOutcome::Failed(_)), "{outcome:?}");
    }
}
