use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

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
async fn receive(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
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
    let receiving = async {
        let (stream, _) = listener.accept().await.unwrap();
        receive(stream, answer).await
    };
    tokio::join!(push.send(&message), receiving)
}

/// A certificate for `localhost` that nobody signed, and its key.
fn certificate(dir: &Path) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
         -keyout key.pem -out cert.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost \
         -addext basicConstraints=critical,CA:FALSE";
    let made = Command::new("openssl")
        .args(args.split_whitespace())
        .current_dir(dir)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let certificate = CertificateDer::from_pem_file(dir.join("cert.pem")).unwrap();
    (
        certificate,
        PrivateKeyDer::from_pem_file(dir.join("key.pem")).unwrap(),
    )
}

/// Sends to a push service with that certificate; the request, if one came.
async fn sent_over_tls(
    push: &HttpsPush,
    (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
) -> (PushOutcome, Option<String>) {
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let message = message(format!("https://localhost:{port}/wp/a"));
    let receiving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = TlsAcceptor::from(Arc::new(config)).accept(stream).await;
        Some(receive(stream.ok()?, "201 Created").await)
    };
    tokio::join!(push.send(&message), receiving)
}

fn trusting(certificate: CertificateDer<'static>) -> HttpsPush {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = HttpsConnectorBuilder::new().with_tls_config(config);
    HttpsPush::with(connector.https_only().enable_http1().build(), TIMEOUT)
}

#[tokio::test]
async fn it_goes_out_over_tls_to_a_trusted_certificate_only() {
    let dir = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(dir.path());
    let push = trusting(certificate.clone());
    let (outcome, request) = sent_over_tls(&push, (certificate.clone(), key.clone_key())).await;
    assert_eq!(outcome, PushOutcome::Sent);
    assert!(request.unwrap().starts_with("POST /wp/a HTTP/1.1\r\n"));
    let push = HttpsPush::new().unwrap();
    let (outcome, request) = sent_over_tls(&push, (certificate, key)).await;
    assert!(matches!(outcome, PushOutcome::Failed(_)), "{outcome:?}");
    assert_eq!(request, None);
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
