//! The portal as a person's browser uses it: scenarios, a page of readable steps each.

mod addresses;
mod bad_inputs;
mod history;
mod logon;
mod routes;
mod sessions;
mod settings;
mod token_admin;
mod token_approvals;
mod token_issue;
mod token_logon;
mod transfer_entry;
mod transfers;

use warifu_testkit::TestPerson;

use crate::browser::{Browser, Page};

/// What a clerk types for one transfer.
pub fn entry<'a>(payee: &'a str, amount: &'a str, action: &'a str) -> [(&'a str, &'a str); 8] {
    [
        ("debit_account", "001-1234567"),
        ("bank_code", "0001"),
        ("branch_code", "001"),
        ("account_type", "ordinary"),
        ("account_number", "1234567"),
        ("payee_name", payee),
        ("amount", amount),
        ("action", action),
    ]
}

/// Enters one transfer and goes on; the confirmation page.
pub async fn enter_one(browser: &mut Browser, amount: &str) -> Page {
    browser.get("/transfers/new").await;
    let fields = entry("ウケトリニン１", amount, "confirm");
    browser.post("/transfers/new", &fields).await
}

/// The transaction's path, from the path of one of its pages.
pub fn base_of(page: &Page) -> String {
    let id = page.path.split('/').nth(2).unwrap();
    format!("/transfers/{id}")
}

/// The digest that the confirmation page sends back.
pub fn shown(page: &Page) -> String {
    let rest = page.body.split("name=\"shown\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Answers on the confirmation page.
pub async fn execute(browser: &mut Browser, page: &Page, person: &TestPerson, code: &str) -> Page {
    let digest = shown(page);
    let fields = [
        ("shown", digest.as_str()),
        ("mail_otp", code),
        ("confirmation_pin", &person.confirmation_pin),
    ];
    let path = format!("{}/execute", base_of(page));
    browser.post(&path, &fields).await
}
