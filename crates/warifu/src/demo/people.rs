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
use warifu_domain::token::UsageMode;
use warifu_store::Db;

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
}

/// A person with everything they hold.
#[derive(Serialize, Deserialize)]
struct DemoPerson {
    contract_id: String,
    user_id: Option<String>,
    role: String,
    name: String,
    logon_pin: String,
    confirmation_pin: String,
    otp_mail: Option<String>,
    notice_mail: Option<String>,
    grid: Option<Vec<Vec<String>>>,
    grid_columns: Vec<String>,
    grid_rows: Vec<String>,
    token: Option<String>,
    accounts: Vec<String>,
}

struct Company {
    id: &'static str,
    name: &'static str,
    holder: &'static str,
    domain: &'static str,
    accounts: &'static [(&'static str, i64)],
    limits: Limits,
    /// User ID, name, and whether an OTP address is registered.
    people: &'static [(Option<&'static str>, &'static str, bool)],
}

const COMPANIES: [Company; 3] = [
    Company {
        id: "1000000001",
        name: "株式会社みなと商事",
        holder: "ｶ)ﾐﾅﾄｼﾖｳｼﾞ",
        domain: "minato-shoji.example",
        accounts: &[("001-1234567", 50_000_000), ("002-2345678", 8_000_000)],
        limits: Limits {
            per_transfer_yen: Some(10_000_000),
            per_day_yen: None,
        },
        people: &[
            (None, "港 花子", true),
            (Some("keiri01"), "山田 太郎", true),
            (Some("keiri02"), "佐藤 次郎", true),
            (Some("keiri03"), "鈴木 三郎", true),
            (Some("shinjin"), "田中 四季", false),
        ],
    },
    Company {
        id: "1000000002",
        name: "有限会社かもめ運送",
        holder: "ﾕ)ｶﾓﾒｳﾝｿｳ",
        domain: "kamome-unso.example",
        accounts: &[("010-3456789", 3_000_000)],
        limits: Limits {
            per_transfer_yen: Some(1_000_000),
            per_day_yen: Some(2_000_000),
        },
        people: &[
            (None, "鴎 一郎", true),
            (Some("jimu01"), "高橋 五月", true),
            (Some("jimu02"), "伊藤 六花", false),
        ],
    },
    Company {
        id: "1000000003",
        name: "医療法人さくら会",
        holder: "ｲ)ｻｸﾗｶｲ",
        domain: "sakura-kai.example",
        accounts: &[("001-4567890", 120_000_000), ("001-4567891", 0)],
        limits: Limits {
            per_transfer_yen: None,
            per_day_yen: None,
        },
        people: &[
            (None, "桜井 七海", true),
            (Some("shiharai"), "渡辺 八重", true),
            (Some("kaikei"), "中村 九郎", true),
        ],
    },
];

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
    let mut people = Vec::new();
    for company in &COMPANIES {
        let id = ContractId::parse(company.id)?;
        let representative = company.accounts.first().map_or("", |(account, _)| account);
        let contract = Contract {
            id: id.clone(),
            name: company.name.to_owned(),
            stopped: false,
            limits: company.limits,
            representative_account: representative.to_owned(),
            token_mode: UsageMode::OneEach,
            version: 1,
        };
        made(set_up::open_contract(app, &contract).await?)?;
        for (account, balance_yen) in company.accounts {
            ledger
                .open_account(account, Some(&id), company.holder, *balance_yen)
                .await?;
        }
        for person in company.people {
            people.push(add(app, &id, company, *person).await?);
        }
    }
    let api_key = made(set_up::add_api_client(app, "demo", "demo.json").await?)?;
    Ok(DemoFile {
        url: String::new(),
        api_key,
        mail_url: String::new(),
        clock_url: String::new(),
        profile: profile.to_owned(),
        people,
    })
}

async fn add(
    app: &App,
    contract: &ContractId,
    company: &Company,
    (user, name, registered): (Option<&str>, &str, bool),
) -> Result<DemoPerson> {
    let local = user.unwrap_or("kanri");
    let otp_mail = registered.then(|| format!("{local}-otp@{}", company.domain));
    let notice_mail = Some(format!("{local}@{}", company.domain));
    let new = NewPerson {
        user_id: user.map(UserId::parse).transpose()?,
        name: name.to_owned(),
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
        user_id: user.map(str::to_owned),
        role: if user.is_some() {
            "general"
        } else {
            "administrator"
        }
        .to_owned(),
        name: name.to_owned(),
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

fn made<T>(outcome: Result<T, Refusal>) -> Result<T> {
    outcome.map_err(|refusal| anyhow!("demo data: {}", refusal.code()))
}
