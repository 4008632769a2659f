//! The calls of API v1 as a bank's own portal makes them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{Client, Lost, Reply};

/// A person with what they hold, as `demo.json` and `warifu contract add-person` tell it.
#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    pub contract_id: String,
    pub user_id: Option<String>,
    pub logon_pin: String,
    pub confirmation_pin: String,
    pub otp_mail: Option<String>,
    pub grid: Option<Vec<Vec<String>>>,
}

impl Person {
    /// What the card says at the asked cells.
    pub fn cells(&self, asked: &Value) -> String {
        let grid = self.grid.as_ref().unwrap();
        let cell = |name: &Value| {
            let name = name.as_str().unwrap();
            let column = usize::from(name.as_bytes()[0] - b'A');
            let row: usize = name[1..].parse().unwrap();
            grid[row - 1][column].clone()
        };
        asked.as_array().unwrap().iter().map(cell).collect()
    }

    /// Everything of this person that must never be found in a log or a database.
    pub fn secrets(&self) -> Vec<String> {
        vec![self.logon_pin.clone(), self.confirmation_pin.clone()]
    }
}

impl Client {
    /// First step of a logon.
    pub fn start_logon(&self, person: &Person, pin: &str) -> Result<Reply, Lost> {
        let body = json!({
            "contract_id": person.contract_id, "user_id": person.user_id, "pin": pin, "channel": "pc",
        });
        self.post("/api/v1/logons", &body)
    }

    /// Second step, with the card.
    pub fn answer_logon(&self, person: &Person, started: &Reply) -> Result<Reply, Lost> {
        let answer = person.cells(&started.json()["factors"][0]["cells"]);
        let path = format!("/api/v1/logons/{}/answers", started.text("logon_id"));
        self.post(&path, &json!({ "factor": "grid", "answer": answer }))
    }

    /// Opens an authorization for a transfer.
    pub fn open(&self, person: &Person, payee_name: &str, amount: u64) -> Result<Reply, Lost> {
        let content = json!({
            "payee_name": payee_name, "bank_code": "0001", "branch_code": "001",
            "account_type": "ordinary", "account_number": "1234567", "amount": amount,
        });
        let body = json!({
            "contract_id": person.contract_id, "user_id": person.user_id,
            "operation": "transfer", "stage": "transmit", "content": content,
        });
        self.post("/api/v1/authorizations", &body)
    }

    /// Asks for a code.
    pub fn issue(&self, id: &str) -> Result<Reply, Lost> {
        let path = format!("POST /api/v1/authorizations/{id}/mail-otp");
        self.request(&path, &[], None)
    }

    /// Proves the authorization; `key` is the Idempotency-Key.
    pub fn answer(&self, id: &str, person: &Person, code: &str, key: &str) -> Result<Reply, Lost> {
        let body = json!({ "confirmation_pin": person.confirmation_pin, "mail_otp": code });
        let path = format!("POST /api/v1/authorizations/{id}/answers");
        self.request(&path, &[("idempotency-key", key)], Some(&body))
    }

    /// Where the authorization stands.
    pub fn view(&self, id: &str) -> Result<Reply, Lost> {
        self.get(&format!("/api/v1/authorizations/{id}"))
    }
}

/// The code in a mail's text: the line of nothing but six digits.
pub fn code_in(text: &str) -> String {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    text.lines()
        .map(str::trim)
        .find(is_code)
        .unwrap()
        .to_owned()
}

/// Another code than this one.
pub fn wrong(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}
