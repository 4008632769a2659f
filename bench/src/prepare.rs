//! What is in the database before a measurement: contracts of ten persons without a limit per day,
//! and authorizations that wait, whose codes are known here.

use std::time::Duration;

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use warifu_app::domain::account::AccountType;
use warifu_app::domain::authorization::{Approval, Authorization, MailCode, State};
use warifu_app::domain::content::{Content, Transfer};
use warifu_app::domain::contract::{Contract, Limits};
use warifu_app::domain::ids::{AuthorizationId, ContractId, PersonId, UserId};
use warifu_app::domain::operation::{Operation, Stage};
use warifu_app::domain::person::{Channel, Failures, IssueWindow, Permissions, Person, Role};
use warifu_app::domain::token::{TokenKind, UsageMode};
use warifu_app::ports::Clock;
use warifu_app::use_cases::hand_out_token::{self, NewToken};
use warifu_app::use_cases::set_up;
use warifu_otp::{Algorithm, CodeKey, Digits, OtpKey, Totp, code_mac, numeric_code};
use warifu_store::tables::person_secrets::PersonSecrets;
use warifu_store::tables::{authorizations, contracts, person_secrets, persons};
use warifu_store::{Commit, Db};

use crate::database::Assembled;
use crate::load::Request;
use crate::outside::MachineClock;

/// The client system that asks.
pub const CLIENT: &str = "bench";
const PERSONS_PER_CONTRACT: u64 = 10;
/// Records of one commit, and commits under way at once.
const PER_COMMIT: u64 = 500;
const AT_ONCE: usize = 8;
/// Beyond the persons of every database.
const FIRST_WITH_TOKEN: u64 = 500_000_000;
/// Codes made before a measurement must last until its end; a mailed one lasts ten minutes at most.
const TTL: Duration = Duration::from_secs(6 * 3600);

/// Makes an API key for the load.
pub async fn api_key(assembled: &Assembled) -> anyhow::Result<String> {
    let made = set_up::add_api_client(&assembled.app, CLIENT, "benchmark").await?;
    made.map_err(|refusal| anyhow!("{refusal:?}"))
}

/// Carries out commits, some at once.
async fn carry_out(db: &Db, commits: impl Iterator<Item = Commit>) -> anyhow::Result<()> {
    let mut under_way = tokio::task::JoinSet::new();
    for commit in commits {
        if under_way.len() >= AT_ONCE
            && let Some(done) = under_way.join_next().await
        {
            done??;
        }
        let db = db.clone();
        under_way.spawn(async move { db.commit(commit).await });
    }
    while let Some(done) = under_way.join_next().await {
        done??;
    }
    Ok(())
}

/// `count` persons in contracts of ten.
pub async fn people(db: &Db, count: u64) -> anyhow::Result<()> {
    let now = MachineClock.now();
    let commit = |first: u64| {
        let mut commit = Commit::housekeeping();
        for number in first..count.min(first + PER_COMMIT) {
            // The numbers made here always parse.
            let Ok(person) = person(number, now) else {
                continue;
            };
            if number % PERSONS_PER_CONTRACT == 0 {
                contracts::insert(&mut commit, &contract(&person.contract_id));
            }
            let secrets = PersonSecrets {
                logon_pin_hash: "unused".to_owned(),
                confirmation_pin_hash: "unused".to_owned(),
                grid_sealed: None,
            };
            persons::insert(&mut commit, &person);
            person_secrets::insert(&mut commit, &person.id, secrets);
        }
        commit
    };
    let firsts = (0..count).step_by(usize::try_from(PER_COMMIT)?);
    carry_out(db, firsts.map(commit)).await
}

/// Persons `count` of one contract of their own, with hashed PINs: their numbers and the PINs.
pub async fn people_with_pins(
    assembled: &Assembled,
    contract_number: u64,
    count: usize,
) -> anyhow::Result<Vec<(PersonId, String)>> {
    let id = ContractId::parse(&contract_number.to_string())?;
    let opened = set_up::open_contract(&assembled.app, &contract(&id)).await?;
    opened.map_err(|refusal| anyhow!("{refusal:?}"))?;
    let mut made = Vec::new();
    for number in 0..count {
        let new = set_up::NewPerson {
            user_id: Some(UserId::parse(&format!("pin{number}"))?),
            role: Role::General,
            name: format!("PIN {number}"),
            otp_mail: None,
            notice_mail: None,
            limits: Limits::default(),
        };
        let handed = set_up::add_person(&assembled.app, &id, new).await?;
        let handed = handed.map_err(|refusal| anyhow!("{refusal:?}"))?;
        made.push((handed.person_id, handed.confirmation_pin));
    }
    Ok(made)
}

/// Transfers that wait for their mailed codes: the requests that answer them rightly. Persons take
/// turns.
pub async fn mailed(
    assembled: &Assembled,
    persons: u64,
    count: u64,
) -> anyhow::Result<Vec<Request>> {
    let key = CodeKey::new(assembled.otp_mac);
    let now = MachineClock.now();
    let mut requests = Vec::new();
    let mut waiting = Vec::new();
    for number in 0..count {
        let person = person(spread(number, persons), now)?;
        let code = format!("{:06}", number.wrapping_mul(7919) % 1_000_000);
        let parsed = numeric_code::parse_code(&code, Digits::Six)?;
        let mut authorization = authorization(&format!("m{number}"), &person.id, &transfer(now))?;
        authorization
            .policy_version
            .clone_from(&assembled.profile_version);
        let id = authorization.id.as_str();
        authorization.mail = MailCode {
            issue: 1,
            mac: Some(code_mac::mac(&key, id, 1, 1, &parsed)),
            superseded: Vec::new(),
            sent_to: person.otp_mail.clone(),
            expires_at: Some(now + TTL),
            tries: 0,
        };
        requests.push(answer(id, &format!(r#"{{"mail_otp":"{code}"}}"#)));
        waiting.push(authorization);
    }
    insert(&assembled.db, waiting).await?;
    Ok(requests)
}

/// Tax payments that wait for a confirmation PIN, `each` of every person; the requests that answer
/// them, persons taking turns.
pub async fn pinned(
    assembled: &Assembled,
    people: &[(PersonId, String)],
    name: &str,
    each: usize,
) -> anyhow::Result<Vec<Request>> {
    let mut requests = Vec::new();
    let mut waiting = Vec::new();
    for turn in 0..each {
        for (number, (person, pin)) in people.iter().enumerate() {
            let id = format!("{name}x{turn}x{number}");
            let mut authorization = authorization(&id, person, &tax_payment())?;
            authorization
                .policy_version
                .clone_from(&assembled.profile_version);
            let body = format!(r#"{{"confirmation_pin":"{pin}"}}"#);
            requests.push(answer(authorization.id.as_str(), &body));
            waiting.push(authorization);
        }
    }
    insert(&assembled.db, waiting).await?;
    Ok(requests)
}

/// A person with a token in service, and an authorization that waits for its code.
pub struct Tokened {
    authorization: AuthorizationId,
    key: OtpKey,
}

/// `count` of them, in contracts of their own.
pub async fn tokened(assembled: &Assembled, count: u64) -> anyhow::Result<Vec<Tokened>> {
    let now = MachineClock.now();
    let mut made = Vec::new();
    let mut waiting = Vec::new();
    for number in FIRST_WITH_TOKEN..FIRST_WITH_TOKEN + count {
        let person = person(number, now)?;
        let mut commit = Commit::housekeeping();
        if number % PERSONS_PER_CONTRACT == 0 {
            contracts::insert(&mut commit, &contract(&person.contract_id));
        }
        persons::insert(&mut commit, &person);
        assembled.db.commit(commit).await?;
        let key = hand_out_token::new_key(&assembled.app)?;
        let new = NewToken {
            serial: &format!("B{number}"),
            kind: TokenKind::Hardware,
            totp: way()?,
            key: &key,
        };
        let users = std::slice::from_ref(&person.id);
        let handed = hand_out_token::run(&assembled.app, &person.contract_id, new, users).await?;
        handed.map_err(|refusal| anyhow!("{refusal:?}"))?;
        let mut authorization = authorization(&format!("t{number}"), &person.id, &transfers(now))?;
        authorization
            .policy_version
            .clone_from(&assembled.profile_version);
        made.push(Tokened {
            authorization: authorization.id.clone(),
            key,
        });
        waiting.push(authorization);
    }
    insert(&assembled.db, waiting).await?;
    Ok(made)
}

/// What answers them rightly at this moment.
pub fn codes(tokened: &[Tokened]) -> anyhow::Result<Vec<Request>> {
    let way = way()?;
    let step = way.step_at(MachineClock.now().as_second()).context("now")?;
    let request = |token: &Tokened| {
        let code = way.code(&token.key, step);
        let body = format!(r#"{{"token_otp":"{}"}}"#, code.expose());
        answer(token.authorization.as_str(), &body)
    };
    Ok(tokened.iter().map(request).collect())
}

fn way() -> anyhow::Result<Totp> {
    Totp::new(Algorithm::Sha1, Digits::Six, 30).context("30 seconds")
}

async fn insert(db: &Db, waiting: Vec<Authorization>) -> anyhow::Result<()> {
    let commits = waiting.chunks(usize::try_from(PER_COMMIT)?).map(|chunk| {
        let mut commit = Commit::housekeeping();
        for authorization in chunk {
            authorizations::insert(&mut commit, authorization);
        }
        commit
    });
    carry_out(db, commits).await
}

fn answer(id: &str, body: &str) -> Request {
    Request {
        path: format!("/api/v1/authorizations/{id}/answers"),
        body: Some(body.to_owned()),
    }
}

/// Neighbours in time are strangers in the tables: the step is prime to every count used.
fn spread(number: u64, persons: u64) -> u64 {
    number.wrapping_mul(7_368_787) % persons
}

/// The OTP address of a person.
pub fn address(number: u64) -> String {
    format!("u{number}@customer.example")
}

/// Contract and user of a person.
pub fn ids(number: u64) -> anyhow::Result<(ContractId, UserId)> {
    let contract = 1_000_000_000 + number / PERSONS_PER_CONTRACT;
    let user = format!("u{}", number % PERSONS_PER_CONTRACT);
    Ok((
        ContractId::parse(&contract.to_string())?,
        UserId::parse(&user)?,
    ))
}

fn contract(id: &ContractId) -> Contract {
    Contract {
        id: id.clone(),
        name: format!("株式会社 {id}"),
        stopped: false,
        limits: Limits::default(),
        representative_account: "001-1234567".to_owned(),
        token_mode: UsageMode::OneEach,
        version: 1,
    }
}

fn person(number: u64, now: Timestamp) -> anyhow::Result<Person> {
    let (contract_id, user_id) = ids(number)?;
    Ok(Person {
        id: PersonId::new(&contract_id, Some(&user_id)),
        contract_id,
        user_id: Some(user_id),
        role: Role::General,
        name: format!("利用者 {number}"),
        suspended: None,
        failures: Failures::default(),
        permissions: Permissions::all_stages_of(&[
            Operation::Transfer,
            Operation::ConsecutiveTransfer,
            Operation::TaxPayment,
        ]),
        limits: Limits::default(),
        otp_mail: Some(address(number)),
        otp_mail_changed_at: None,
        notice_mail: None,
        issue_window: IssueWindow::default(),
        token: None,
        token_revoked_at: None,
        passkeys: 0,
        grid_pending: None,
        logon_pin_changed_at: now,
        confirmation_pin_changed_at: now,
        version: 1,
    })
}

fn authorization(id: &str, person: &PersonId, content: &Content) -> anyhow::Result<Authorization> {
    let now = MachineClock.now();
    let contract_id = ContractId::parse(person.contract())?;
    let operation = match content {
        Content::TaxPayment { .. } => Operation::TaxPayment,
        Content::Transfers { transfers, .. } if transfers.len() > 1 => {
            Operation::ConsecutiveTransfer
        }
        Content::Transfers { .. } | Content::File { .. } => Operation::Transfer,
    };
    let bound = content.bind(&contract_id, operation);
    Ok(Authorization {
        id: AuthorizationId::from_stored(format!("az_{id}")),
        contract_id,
        person_id: person.clone(),
        operation,
        stage: Stage::Transmit,
        channel: Channel::Pc,
        client: CLIENT.to_owned(),
        canonical: bound.canonical,
        digest: bound.digest,
        state: State::Pending,
        created_at: now,
        expires_at: now + TTL,
        policy_version: String::new(),
        mail: MailCode::default(),
        approval: Approval::NotAsked,
        last_request: None,
        version: 1,
    })
}

/// Two transfers confirmed together: for those the bench's profile asks a token's code.
fn transfers(now: Timestamp) -> Content {
    let mut content = transfer(now);
    if let Content::Transfers { transfers, .. } = &mut content {
        transfers.extend_from_within(..);
    }
    content
}

fn transfer(now: Timestamp) -> Content {
    let line = Transfer {
        bank_code: "9990".to_owned(),
        bank_name: "割符銀行".to_owned(),
        branch_code: "002".to_owned(),
        branch_name: "駅前支店".to_owned(),
        account_type: AccountType::Ordinary,
        account_number: "7654321".to_owned(),
        payee_name: "ヤマダ タロウ".to_owned(),
        amount: 100_648,
    };
    Content::Transfers {
        from_account: "001-1234567".to_owned(),
        date: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
        transfers: vec![line],
    }
}

fn tax_payment() -> Content {
    Content::TaxPayment {
        from_account: "001-1234567".to_owned(),
        collector_number: "00200".to_owned(),
        payment_number: "12345678901".to_owned(),
        payee_name: "ワリフシ".to_owned(),
        amount: 5_000,
    }
}

/// What the database says after a measurement.
pub struct Reconciled {
    pub authorized: u64,
    pub events: u64,
    pub sound: bool,
}

/// Counts what became of the authorizations and walks the whole audit log.
pub async fn reconcile(db: &Db) -> anyhow::Result<Reconciled> {
    const STATES: &str = "SELECT count(*) FROM authorizations WHERE state = 'authorized'";
    const EVENTS: &str = "SELECT count(*) FROM audit_events WHERE kind = 'authorized'";
    let mut counts = Vec::new();
    for sql in [STATES, EVENTS] {
        let rows = db.read(sql, &[]).await?;
        counts.push(u64::try_from(rows.first().context("a count")?.int(0)?)?);
    }
    let report = db.verify_audit(&mut |_| {}).await?;
    Ok(Reconciled {
        authorized: counts.first().copied().unwrap_or(0),
        events: counts.last().copied().unwrap_or(0),
        sound: report.is_sound(),
    })
}
