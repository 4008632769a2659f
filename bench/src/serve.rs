//! The server under measurement. It says its address on standard output once it listens, and ends
//! when its standard input does, so that it never outlives the measurement.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use warifu_app::App;
use warifu_app::use_cases::deliver_mail;
use warifu_web::{WebSettings, WebState};

use crate::database::assemble;
use crate::outside::Mails;

/// How long the mail worker rests when nothing waits.
const REST: Duration = Duration::from_millis(5);

pub async fn run(database: &str) -> anyhow::Result<()> {
    let assembled = assemble(database).await?;
    let web = WebState::new(assembled.app.clone(), settings());
    let codes = axum::Router::new()
        .route("/bench/codes/{address}", get(code))
        .with_state(Arc::clone(&assembled.mails));
    let router = warifu_web::layers(warifu_web::router(Arc::clone(&web)).merge(codes), &web);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(deliver(assembled.app.clone()));
    writeln!(std::io::stdout(), "{address}")?;
    let listener = listener.tap_io(|stream| {
        // Without it an answer may wait for an acknowledgement; a stream that refuses is just slow.
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::select! {
        served = axum::serve(listener, service) => served?,
        () = end_of_input() => {}
    }
    assembled.db.close().await;
    Ok(())
}

fn settings() -> WebSettings {
    WebSettings {
        public_origin: "http://localhost".to_owned(),
        trusted_proxies: Vec::new(),
        demo: false,
        api_requests_per_second: u32::MAX,
        logons_per_minute: u32::MAX,
    }
}

/// What a person would read in their mail.
async fn code(State(mails): State<Arc<Mails>>, Path(address): Path<String>) -> String {
    mails.take_code(&address).unwrap_or_default()
}

async fn deliver(app: App) {
    loop {
        // A mail that can't be delivered now is tried again; the journey would show it.
        let _ = deliver_mail::run(&app).await;
        tokio::time::sleep(REST).await;
    }
}

async fn end_of_input() {
    let ended = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        while std::io::stdin().read_line(&mut line).is_ok_and(|n| n > 0) {
            line.clear();
        }
    });
    let _ = ended.await;
}
