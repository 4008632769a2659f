//! What the institution sets up: contracts, their people, keys of client systems. Initial PINs are
//! generated, never chosen (ASVS 6.4.6).

use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::{Contract, Limits};
use warifu_domain::ids::{ContractId, PersonId, UserId};
use warifu_domain::operation::Operation;
use warifu_domain::person::{Failures, IssueWindow, Permissions, Person, Role};
use warifu_domain::pin::{PinKind, check_new_pin};
use warifu_domain::refusal::Refusal;
use warifu_otp::{GridCard, GridShape};
use warifu_store::Commit;
use warifu_store::tables::api_clients::{self, ApiClient};
use warifu_store::tables::person_secrets::{self, PersonSecrets};
use warifu_store::tables::{contracts, persons};

use super::authenticate_client::key_hash;
use crate::audit;
use crate::context::App;
use crate::error::{Again, AppError, Outcome};
use crate::pin_hash::PepperedPin;

/// A person to be set up.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Absent for the administrator.
    pub user_id: Option<UserId>,
    /// [`Role::Administrator`] without a user ID, else one of the others.
    pub role: Role,
    /// Name as shown.
    pub name: String,
    /// 送信先 of mail OTPs, as on the application form.
    pub otp_mail: Option<String>,
    /// 取引結果通知 address.
    pub notice_mail: Option<String>,
    /// OPS-5.
    pub limits: Limits,
}

/// What is handed to the new person: once, on paper. No `Debug`.
pub struct HandedOut {
    /// Who.
    pub person_id: PersonId,
    /// 暗証番号.
    pub logon_pin: String,
    /// 確認暗証番号.
    pub confirmation_pin: String,
    /// The grid card's rows.
    pub grid: Vec<Vec<String>>,
}

/// Opens a contract.
///
/// # Errors
/// Refused if it exists.
pub async fn open_contract(app: &App, contract: &Contract) -> Outcome<()> {
    let data = json!({ "contract": contract.id.as_str(), "name": contract.name });
    let now = app.now()?;
    let mut event = audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
    event.chain = contract.id.to_string();
    let mut commit = Commit::audited(event);
    contracts::insert(&mut commit, contract);
    done(app.commit(commit).await)
}

/// The contract, if there is one.
///
/// # Errors
/// When the database failed.
pub async fn contract(app: &App, id: &ContractId) -> Result<Option<Contract>, AppError> {
    Ok(contracts::find(&app.db, id).await?)
}

/// Adds a person with generated PINs and a fresh grid card.
///
/// # Errors
/// Refused if the person exists, or the role doesn't go with the user ID.
pub async fn add_person(app: &App, contract: &ContractId, new: NewPerson) -> Outcome<HandedOut> {
    if new.user_id.is_none() != (new.role == Role::Administrator) {
        return Ok(Err(Refusal::NotPermitted));
    }
    let now = app.now()?;
    let id = PersonId::new(contract, new.user_id.as_ref());
    let (logon_pin, confirmation_pin) = (generate_pin(app), generate_pin(app));
    let hash = async |kind, pin: &str| {
        let peppered = PepperedPin::new(app.vault.pepper(), &id, kind, pin);
        app.pins
            .hash(contract.as_str(), peppered, app.random())
            .await
    };
    let logon_pin_hash = hash(PinKind::Logon, &logon_pin).await?;
    let confirmation_pin_hash = hash(PinKind::Confirmation, &confirmation_pin).await?;
    let card = new_card(app)?;
    let grid_sealed = app
        .vault
        .seal(person_secrets::TABLE, id.as_str(), &card.to_bytes())?;
    let person = Person {
        id: id.clone(),
        contract_id: contract.clone(),
        role: new.role,
        user_id: new.user_id,
        name: new.name,
        suspended: None,
        failures: Failures::default(),
        permissions: Permissions::all_stages_of(&[
            Operation::Transfer,
            Operation::ConsecutiveTransfer,
            Operation::TaxPayment,
        ]),
        limits: new.limits,
        otp_mail: new.otp_mail,
        otp_mail_changed_at: None,
        notice_mail: new.notice_mail,
        issue_window: IssueWindow::default(),
        token: None,
        token_revoked_at: None,
        passkeys: 0,
        grid_pending: None,
        logon_pin_changed_at: now,
        confirmation_pin_changed_at: now,
        version: 1,
    };
    let data = json!({ "person": id.as_str(), "role": person.role.name() });
    let mut event = audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
    event.chain = contract.to_string();
    let mut commit = Commit::audited(event);
    persons::insert(&mut commit, &person);
    let grid_sealed = Some(grid_sealed);
    let secrets = PersonSecrets {
        logon_pin_hash,
        confirmation_pin_hash,
        grid_sealed,
    };
    person_secrets::insert(&mut commit, &id, secrets);
    let outcome = done(app.commit(commit).await)?;
    let rows = card.rows();
    let grid = rows
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    Ok(outcome.map(|()| HandedOut {
        person_id: id,
        logon_pin,
        confirmation_pin,
        grid,
    }))
}

/// Makes a bearer key for a client system. It is told once; only its hash is kept.
///
/// # Errors
/// Refused if the client exists.
pub async fn add_api_client(app: &App, id: &str, name: &str) -> Outcome<String> {
    let key = format!("wk_{}", BASE64URL_NOPAD.encode(&app.random::<32>()));
    let now = app.now()?;
    let client = ApiClient {
        id: id.to_owned(),
        name: name.to_owned(),
        created_at: now,
        revoked_at: None,
    };
    let data = json!({ "api_client": id });
    let event = audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
    let mut commit = Commit::audited(event);
    api_clients::insert(&mut commit, &client, &key_hash(&key));
    Ok(done(app.commit(commit).await)?.map(|()| key))
}

/// Revokes a client system's key.
///
/// # Errors
/// Refused if there is no such client with a key in force.
pub async fn revoke_api_client(app: &App, id: &str) -> Outcome<()> {
    let now = app.now()?;
    let data = json!({ "api_client_revoked": id });
    let event = audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
    let mut commit = Commit::audited(event);
    api_clients::revoke(&mut commit, id, now);
    Ok(done(app.commit(commit).await)?.map_err(|_| Refusal::NotFound))
}

/// All client systems.
///
/// # Errors
/// When the database failed.
pub async fn api_clients(app: &App) -> Result<Vec<ApiClient>, AppError> {
    Ok(api_clients::list(&app.db).await?)
}

fn done(result: Result<(), Again>) -> Outcome<()> {
    match result {
        Ok(()) => Ok(Ok(())),
        Err(Again::Conflict) => Ok(Err(Refusal::WrongState)),
        Err(Again::Fault(fault)) => Err(fault),
    }
}

fn new_card(app: &App) -> Result<GridCard, AppError> {
    let grid = &app.profile.grid;
    let shape = GridShape::new(grid.columns, grid.rows, grid.cell_digits)
        .map_err(|_| AppError::Inconsistent("the grid of the profile is impossible"))?;
    Ok(GridCard::generate(shape, &mut app.fill_random()))
}

/// Eight characters that can't be mistaken for one another, by the rules for PINs.
fn generate_pin(app: &App) -> String {
    const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzA";
    loop {
        let random = app.random::<8>();
        let letter = |byte: &u8| LETTERS.get(usize::from(byte & 31)).copied().map(char::from);
        let pin: String = random.iter().filter_map(letter).collect();
        if check_new_pin(&app.profile.pin, &pin, &[]).is_ok() {
            return pin;
        }
    }
}
