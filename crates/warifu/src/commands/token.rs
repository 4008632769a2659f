//! `warifu token …`: the stock of hardware tokens and what is lent to whom.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use warifu_app::use_cases::import_tokens::{self, Imported};
use warifu_app::use_cases::lend_tokens;
use warifu_domain::ids::ContractId;
use warifu_domain::token::Token;
use warifu_otp::pskc::{ImportKey, KeyPackages};
use warifu_store::SqliteMode;
use warifu_store::tables::tokens;
use zeroize::Zeroizing;

use crate::cli::{ConfigArgs, ImportTokens, TokenCommand};
use crate::config::read_secret;
use crate::output;

/// Imports, lends, lists.
pub async fn run(command: TokenCommand) -> Result<ExitCode> {
    match command {
        TokenCommand::Import(args) => import(&args).await,
        TokenCommand::Lend {
            config,
            contract,
            serials,
        } => lend(&config, &contract, &serials).await,
        TokenCommand::List { config, contract } => list(&config, contract.as_deref()).await,
    }
}

async fn import(args: &ImportTokens) -> Result<ExitCode> {
    let (app, db) = super::application(&args.config, SqliteMode::ReadWrite).await?;
    let named = || args.file.display().to_string();
    let reading = ProgressBar::new_spinner();
    reading.set_style(ProgressStyle::with_template("{spinner} {pos} tokens read")?);
    let packages = open(&args.file, import_key(args)?)?;
    let count = import_tokens::prepare(packages, &mut |n| reading.set_position(n));
    reading.finish_and_clear();
    let bar = ProgressBar::new(count.with_context(named)?);
    bar.set_style(ProgressStyle::with_template(
        "{wide_bar} {pos}/{len} tokens, {per_sec}, {eta} left",
    )?);
    let packages = open(&args.file, import_key(args)?)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let progress = &mut |n| bar.set_position(n);
    let imported = import_tokens::run(&app, packages, &name, progress).await;
    bar.finish_and_clear();
    db.close().await;
    let imported = imported.with_context(named)?;
    report(&imported, args.json);
    Ok(exit_code(imported.refused.is_empty()))
}

fn open(file: &Path, key: ImportKey) -> Result<KeyPackages<BufReader<File>>> {
    let source = File::open(file).with_context(|| format!("can't read {}", file.display()))?;
    Ok(KeyPackages::new(BufReader::new(source), key))
}

fn import_key(args: &ImportTokens) -> Result<ImportKey> {
    if let Some(file) = &args.key_hex {
        let hex = Zeroizing::new(read_secret(file)?);
        let key = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
        let key = key.with_context(|| format!("{} holds no key in hex", file.display()))?;
        return Ok(ImportKey::PreShared(Zeroizing::new(key)));
    }
    Ok(match &args.passphrase_file {
        Some(file) => ImportKey::Passphrase(Zeroizing::new(read_secret(file)?)),
        None => ImportKey::Plain,
    })
}

fn report(imported: &Imported, as_json: bool) {
    let Imported {
        added,
        skipped,
        refused,
    } = imported;
    if as_json {
        let refused: Vec<_> = refused
            .iter()
            .map(|(serial, reason)| json!({ "serial": serial, "reason": reason }))
            .collect();
        let report = json!({ "added": added, "skipped": skipped, "refused": refused });
        output::data(&report.to_string());
        return;
    }
    let count = refused.len();
    output::data(&format!(
        "{added} added, {skipped} skipped (there already), {count} refused"
    ));
    for (serial, reason) in refused {
        output::data(&format!("refused {serial}: {reason}"));
    }
}

async fn lend(config: &ConfigArgs, contract: &str, serials: &[String]) -> Result<ExitCode> {
    let (app, db) = super::application(config, SqliteMode::ReadWrite).await?;
    let lent = lend_tokens::run(&app, &ContractId::parse(contract)?, serials).await?;
    let lent = super::refused(lent, "no such contract")?;
    db.close().await;
    for (serial, result) in &lent {
        match result {
            Ok(()) => output::data(&format!("{serial}\tlent")),
            Err(refusal) => output::data(&format!("{serial}\trefused: {}", refusal.code())),
        }
    }
    Ok(exit_code(lent.iter().all(|(_, result)| result.is_ok())))
}

async fn list(config: &ConfigArgs, contract: Option<&str>) -> Result<ExitCode> {
    let (_app, db) = super::application(config, SqliteMode::ReadOnly).await?;
    if let Some(contract) = contract {
        for token in tokens::of_contract(&db, &ContractId::parse(contract)?).await? {
            line(&token);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut after = String::new();
    loop {
        let page = tokens::page(&db, &after).await?;
        page.iter().for_each(line);
        match page.last() {
            Some(last) => after.clone_from(&last.serial),
            None => return Ok(ExitCode::SUCCESS),
        }
    }
}

fn line(token: &Token) {
    let contract = token.contract_id.as_ref().map_or("-", ContractId::as_str);
    let expiry = token.expires_at.map_or("-".to_owned(), |at| at.to_string());
    output::data(&format!(
        "{}\t{}\t{}\t{contract}\t{expiry}",
        token.serial,
        token.kind.name(),
        token.status.name()
    ));
}

fn exit_code(all_well: bool) -> ExitCode {
    if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}
