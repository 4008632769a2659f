//! `warifu contract …`: what a bank sets up before a customer's first logon, and its release of
//! suspended persons.

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::json;
use warifu_app::use_cases::{release_person, set_up};
use warifu_app::{EmbeddedLedger, OTHER_BANKS};
use warifu_domain::address::parse_address;
use warifu_domain::contract::{Contract, Limits};
use warifu_domain::ids::{ContractId, PersonId, UserId};
use warifu_store::{CommitError, SqliteMode};

use crate::cli::ContractCommand;
use crate::output;

/// Opens a contract or adds a person.
pub async fn run(command: ContractCommand) -> Result<ExitCode> {
    match command {
        ContractCommand::Open {
            config,
            id,
            name,
            account,
            holder,
            balance_yen,
            per_transfer_yen,
            per_day_yen,
        } => {
            let (app, db) = super::application(&config, SqliteMode::ReadWrite).await?;
            let contract = Contract {
                id: ContractId::parse(&id)?,
                name,
                stopped: false,
                limits: Limits {
                    per_transfer_yen,
                    per_day_yen,
                },
                representative_account: account.clone(),
                version: 1,
            };
            let opened = set_up::open_contract(&app, &contract).await?;
            super::refused(opened, "the contract exists already")?;
            let bank = app.profile().institution.bank_code.clone();
            let ledger = EmbeddedLedger::new(db.clone(), bank);
            match ledger.open_account(OTHER_BANKS, None, "", 0).await {
                Ok(()) | Err(CommitError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
            let account = ledger.open_account(&account, Some(&contract.id), &holder, balance_yen);
            account.await.context("the account")?;
            db.close().await;
            output::message("Opened. Add its people with `warifu contract add-person`.");
        }
        ContractCommand::AddPerson {
            config,
            id,
            user,
            name,
            otp_mail,
            notice_mail,
        } => {
            let (app, db) = super::application(&config, SqliteMode::ReadWrite).await?;
            let id = ContractId::parse(&id)?;
            set_up::contract(&app, &id)
                .await?
                .context("no such contract")?;
            let address = |typed: Option<String>| {
                typed
                    .map(|a| super::refused(parse_address(&a), "mail address"))
                    .transpose()
            };
            let new = set_up::NewPerson {
                user_id: user.as_deref().map(UserId::parse).transpose()?,
                name,
                otp_mail: address(otp_mail)?,
                notice_mail: address(notice_mail)?,
                limits: Limits::default(),
            };
            let added = set_up::add_person(&app, &id, new).await?;
            let handed = super::refused(added, "the person exists already")?;
            db.close().await;
            output::message("Shown once: print it, hand it over, keep no copy.");
            let sheet = json!({
                "contract_id": id.as_str(), "user_id": user,
                "logon_pin": handed.logon_pin, "confirmation_pin": handed.confirmation_pin,
                "grid": handed.grid,
            });
            output::data(&sheet.to_string());
        }
        ContractCommand::ReleasePerson {
            config,
            id,
            user,
            request,
        } => {
            let (app, db) = super::application(&config, SqliteMode::ReadWrite).await?;
            let user = user.as_deref().map(UserId::parse).transpose()?;
            let person = PersonId::new(&ContractId::parse(&id)?, user.as_ref());
            let released = release_person::run(&app, &person, &request).await?;
            super::refused(released, "nobody suspended by that ID")?;
            db.close().await;
            output::message("Released; all counters start anew.");
        }
    }
    Ok(ExitCode::SUCCESS)
}
