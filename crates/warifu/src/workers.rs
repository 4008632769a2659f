//! What runs beside the requests: mail, pushes, instructions left on their way, housekeeping. Each round is
//! safe on any number of servers at once, and a fault only means another round.

use std::time::Duration;

use tokio::sync::watch;
use warifu_app::App;
use warifu_app::use_cases::{deliver_mail, deliver_push, housekeeping, settle_instruction};
use warifu_store::Db;
use warifu_web::Web;

use crate::rewind::Rewind;

/// Starts all of them; they end when `stop` turns true.
pub fn start(
    app: &App,
    db: &Db,
    web: &Web,
    rewind: Option<Rewind>,
    stop: &watch::Receiver<bool>,
) -> Vec<tokio::task::JoinHandle<()>> {
    vec![
        tokio::spawn(mail(app.clone(), stop.clone())),
        tokio::spawn(push(app.clone(), stop.clone())),
        tokio::spawn(settle(app.clone(), stop.clone())),
        tokio::spawn(keep_house(
            app.clone(),
            db.clone(),
            Web::clone(web),
            rewind,
            stop.clone(),
        )),
    ]
}

async fn mail(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match deliver_mail::run(&app).await {
            // More may have come meanwhile.
            Ok(delivered) if delivered > 0 => continue,
            Ok(_) => {}
            Err(fault) => tracing::error!(%fault, "mail round failed"),
        }
        tokio::select! {
            () = deliver_mail::queued(&app) => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn push(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        if deliver_push::run(&app).await > 0 {
            continue;
        }
        tokio::select! {
            () = deliver_push::queued(&app) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn settle(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(fault) = settle_instruction::run_left_over(&app).await {
            tracing::error!(%fault, "settlement round failed");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn keep_house(
    app: App,
    db: Db,
    web: Web,
    rewind: Option<Rewind>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        if let Err(fault) = housekeeping::run(&app).await {
            tracing::error!(%fault, "housekeeping failed");
        } else if let Some(rewind) = &rewind
            && let Err(error) = rewind.remember(&db).await
        {
            tracing::error!(%error, "the clock floor was not remembered");
        }
        if let Ok(waiting) = deliver_mail::waiting(&app).await {
            #[expect(clippy::cast_precision_loss, reason = "a gauge of waiting mails")]
            metrics::gauge!("warifu_mails_waiting").set(waiting as f64);
        }
        web.limiters.forget_quiet();
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(10)) => {}
            _ = stop.changed() => return,
        }
    }
}
