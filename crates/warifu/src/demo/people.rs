//! The demo's contracts and people, and `demo.json` that names them. Made at the first start; a
//! later start finds them as they were.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Serialize};
use warifu_app::use_cases::set_up::{self, NewPerson};
use warifu_app::{App, EmbeddedLedger, OTHER_BANKS};
use warifu_domain::contract::{Contract, Limits};
use warifu_domain::ids::{ContractId, UserId};
use warifu_domain::refusal::Refusal;
use warifu_store::Db;

use super::companies::{COMPANIES, Company, Someone};
use super::tokens::{self, DemoToken, SpareToken, TokenMaker};
use super::write_private;
use crate::config::read_text;

/// What `demo.json` says.
#[derive(Serialize, Deserialize)]
struct DemoFile {
    url: String,
    api_key: String,
    mail_url: String,
    clock_url: String,
    profile: String,
    people: Vec<DemoPerson>,
    /// Lent to a contract, used by nobody yet.
    spare_tokens: Vec<SpareToken>,
}

/// A person with everything they hold.
#[derive(Serialize, Deserialize)]
pub(super) struct DemoPerson {
    contract_id: String,
    pub(super) user_id: Option<String>,
    role: String,
    name: String,
    logon_pin: String,
    confirmation_pin: String,
    otp_mail: Option<String>,
    notice_mail: Option<String>,
    grid: Option<Vec<Vec<String>>>,
    grid_columns: Vec<String>,
    grid_rows: Vec<String>,
    pub(super) token: Option<DemoToken>,
    accounts: Vec<String>,
}

/// Makes the demo's data, or takes up what is there, and writes the file anew.
pub async fn set_up_or_read(
    app: &App,
    db: &Db,
    file: &Path,
    url: &str,
    profile: &str,
) -> Result<()> {
    let mut demo = if file.exists() {
        let damaged = || {
            format!(
                "{} is damaged; remove its directory to start anew",
                file.display()
            )
        };
        serde_json::from_str::<DemoFile>(&read_text(file)?).with_context(damaged)?
    } else {
        make(app, db, profile).await.context(
            "the demo's data can't be made; if an earlier start was cut off, remove its directory",
        )?
    };
    if demo.profile != profile {
        return Err(anyhow!(
            "{} was made with profile {}; use another --data-dir",
            file.display(),
            demo.profile
        ));
    }
    url.clone_into(&mut demo.url);
    demo.mail_url = format!("{url}/demo/mail");
    demo.clock_url = format!("{url}/demo/clock");
    write_private(file, &serde_json::to_string_pretty(&demo)?)
}

async fn make(app: &App, db: &Db, profile: &str) -> Result<DemoFile> {
    let ledger = EmbeddedLedger::new(db.clone(), app.profile().institution.bank_code.clone());
    ledger.open_account(OTHER_BANKS, None, "", 0).await?;
    let (mut people, mut spare_tokens) = (Vec::new(), Vec::new());
    let mut maker = TokenMaker::default();
    for company in &COMPANIES {
        let id = ContractId::parse(company.id)?;
        let representative = company.accounts.first().map_or("", |(account, _)| account);
        let contract = Contract {
            id: id.clone(),
            name: company.name.to_owned(),
            stopped: false,
            limits: company.limits,
            representative_account: representative.to_owned(),
            token_mode: tokens::mode(app, company),
            version: 1,
        };
        made(set_up::open_contract(app, &contract).await?)?;
        for (account, balance_yen) in company.accounts {
            ledger
                .open_account(account, Some(&id), company.holder, *balance_yen)
                .await?;
        }
        let mut own = Vec::new();
        for person in company.people {
            own.push(add(app, &id, company, person).await?);
        }
        spare_tokens.extend(maker.hand_out(app, company, &mut own).await?);
        people.extend(own);
    }
    let api_key = made(set_up::add_api_client(app, "demo", "demo.json").await?)?;
    Ok(DemoFile {
        url: String::new(),
        api_key,
        mail_url: String::new(),
        clock_url: String::new(),
        profile: profile.to_owned(),
        people,
        spare_tokens,
    })
}

async fn add(
    app: &App,
    contract: &ContractId,
    company: &Company,
    person: &Someone,
) -> Result<DemoPerson> {
    let local = person.user.unwrap_or("kanri");
    let otp_mail = person
        .equipped
        .then(|| format!("{local}-otp@{}", company.domain));
    let notice_mail = Some(format!("{local}@{}", company.domain));
    let new = NewPerson {
        user_id: person.user.map(UserId::parse).transpose()?,
        role: person.role,
        name: person.name.to_owned(),
        otp_mail: otp_mail.clone(),
        notice_mail: notice_mail.clone(),
        limits: Limits::default(),
    };
    let handed = made(set_up::add_person(app, contract, new).await?)?;
    let grid = &app.profile().grid;
    let columns = (b'A'..)
        .take(usize::from(grid.columns))
        .map(|c| char::from(c).to_string());
    Ok(DemoPerson {
        contract_id: contract.to_string(),
        user_id: person.user.map(str::to_owned),
        role: person.role.name().to_owned(),
        name: person.name.to_owned(),
        logon_pin: handed.logon_pin,
        confirmation_pin: handed.confirmation_pin,
        otp_mail,
        notice_mail,
        grid: Some(handed.grid),
        grid_columns: columns.collect(),
        grid_rows: (1..=grid.rows).map(|row| row.to_string()).collect(),
        token: None,
        accounts: company
            .accounts
            .iter()
            .map(|(id, _)| (*id).to_owned())
            .collect(),
    })
}

/// What was to be made was made.
pub(super) fn made<T>(outcome: Result<T, Refusal>) -> Result<T> {
    outcome.map_err(|refusal| anyhow!("demo data: {}", refusal.code()))
}
