//! `warifu serve`: the server.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;
use warifu_app::use_cases::deliver_mail;
use warifu_store::SqliteMode;
use warifu_web::{WebSettings, WebState};

use crate::cli::ConfigArgs;
use crate::config::{Config, Database};
use crate::http::{self, Limits};
use crate::rewind::Rewind;
use crate::smtp::Smtp;
use crate::{demo, logging, output, wiring, workers};

/// Serves until told to stop.
pub async fn run(args: &ConfigArgs) -> Result<ExitCode> {
    let config = Config::read(&args.config)?;
    logging::json(config.log.level.as_deref());
    refuse_demo(&config)?;
    let told_to_stop = told_to_stop()?;
    let metrics = PrometheusBuilder::new()
        .install_recorder()
        .context("metrics")?;
    let profile = wiring::read_profile(&config.profile_file)?;
    let (db, vault) = wiring::open(&config, SqliteMode::ReadWrite).await?;
    let clock = wiring::system_clock();
    let rewind = Rewind::new(&config.state_dir);
    rewind.check(&db, clock.now()).await?;
    let outside = wiring::Outside {
        clock,
        mailer: Arc::new(Smtp::new(&config.mail)?),
        pin_threads: wiring::pin_threads(),
        public_origin: config.server.public_origin.clone(),
        push: wiring::push(&config)?,
    };
    let app = wiring::assemble(db.clone(), vault, profile, outside).await?;
    let web = WebState::new(app.clone(), settings(&config));
    let router = warifu_web::layers(warifu_web::router(web.clone()), &web);
    if matches!(config.database, Database::Sqlite { .. }) {
        deliver_mail::take_up_again(&app).await?;
    }
    let listener = http::listen(config.server.listen).await?;
    output::message(&format!("warifu serves on {}", listener.local_addr()?));
    let (stop, stopped) = watch::channel(false);
    let workers = workers::start(&app, &db, &web, Some(rewind), &stopped);
    let scrape = metrics_server(&config, metrics, &stopped).await?;
    tokio::spawn(async move {
        told_to_stop.await;
        let _ = stop.send(true);
    });
    let limits = Limits {
        connections_max: config.server.connections_max,
        stop: Duration::from_secs(config.server.stop_secs),
    };
    http::serve(listener, router, limits, stopped).await;
    for worker in workers.into_iter().chain(scrape) {
        // A silent mail server must not keep us: its mail is leased and goes out after the next start.
        let _ = tokio::time::timeout(limits.stop, worker).await;
    }
    db.close().await;
    output::message("warifu has stopped");
    Ok(ExitCode::SUCCESS)
}

fn settings(config: &Config) -> WebSettings {
    WebSettings {
        public_origin: config.server.public_origin.clone(),
        trusted_proxies: config.server.trusted_proxies.clone(),
        demo: false,
        api_requests_per_second: config.rates.api_requests_per_second,
        logons_per_minute: config.rates.logons_per_minute,
    }
}

/// Demo data has its PINs in a file beside it: nothing of it may ever be served for real.
fn refuse_demo(config: &Config) -> Result<()> {
    let mut places = vec![&config.key_file];
    if let Database::Sqlite { path } = &config.database {
        places.push(path);
    }
    for place in places {
        let directory = place.parent().unwrap_or(place);
        if directory.join(demo::DEMO_JSON).exists() {
            bail!(
                "{} holds a demo's data; `serve` refuses it",
                directory.display()
            );
        }
    }
    Ok(())
}

async fn metrics_server(
    config: &Config,
    metrics: PrometheusHandle,
    stopped: &watch::Receiver<bool>,
) -> Result<Option<tokio::task::JoinHandle<()>>> {
    let Some(address) = config.server.metrics_listen else {
        return Ok(None);
    };
    let listener = http::listen(address).await?;
    let router = Router::new().route("/metrics", get(move || async move { metrics.render() }));
    let limits = Limits {
        connections_max: 16,
        stop: Duration::from_secs(1),
    };
    Ok(Some(tokio::spawn(http::serve(
        listener,
        router,
        limits,
        stopped.clone(),
    ))))
}

/// SIGTERM (a service manager) or SIGINT (a person). They are caught from this call on, so that one
/// that comes during the start ends the server in good order too.
pub fn told_to_stop() -> Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
