//! 金融機関・支店の検索. Everything travels in forms: payee and amount must not stand in a URL.

use axum::http::StatusCode;
use axum::response::Response;

use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::{Fields, Posted};
use super::transfer_form::Typed;
use crate::views::transfer::{BankChoice, BankSearchPage};

/// Enough for all branches of most banks; more are found by a word.
const CHOICES_MAX: usize = 100;

/// `POST /transfers/banks`.
pub(crate) async fn search(LoggedOn(cx, _): LoggedOn, Posted(form): Posted) -> Answer {
    let typed = Typed::read(&form)?;
    let form_path = form.get("form_path")?;
    if !is_form_path(form_path) {
        return Err(Failure::unreadable());
    }
    let bank = chosen_bank(&cx, &form);
    let picked_now = form.maybe("pick_bank").is_some();
    let query = form.get("query")?;
    let query = if picked_now { "" } else { query };
    let banks = cx.web.app.banks();
    let found = match &bank {
        Some(bank) => banks.search_branches(&bank.code, query, CHOICES_MAX),
        None => banks.search_banks(query, CHOICES_MAX),
    };
    let choice = |named: warifu_app::Named| BankChoice {
        code: named.code,
        name: named.name,
        kana: named.kana,
    };
    let mut page = page(&cx, form_path, &typed);
    page.query = query.to_owned();
    page.bank = bank;
    page.choices = found.into_iter().map(choice).collect();
    page.searched = true;
    Ok(cx.render(StatusCode::OK, &page))
}

/// The first page of a search, from the form at `form_path`.
pub(super) fn first(cx: &Cx, form_path: &str, typed: &Typed) -> Response {
    cx.render(StatusCode::OK, &page(cx, form_path, typed))
}

fn page(cx: &Cx, form_path: &str, typed: &Typed) -> BankSearchPage {
    BankSearchPage {
        shell: cx.shell_at(form_path),
        form_path: form_path.to_owned(),
        query: String::new(),
        bank: None,
        choices: Vec::new(),
        searched: false,
        carry: typed.carried(),
    }
}

fn chosen_bank(cx: &Cx, form: &Fields) -> Option<BankChoice> {
    let code = form.maybe("pick_bank").or(form.maybe("chosen_bank"))?;
    let (name, _) = cx.web.app.banks().names(code, "")?;
    Some(BankChoice {
        code: code.to_owned(),
        name,
        kana: String::new(),
    })
}

/// Whether the path is one of the entry form's.
fn is_form_path(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match parts.as_slice() {
        ["", "transfers", "new"] => true,
        ["", "transfers", id, "edit"] => word(id),
        ["", "transfers", id, "lines", line, "edit"] => word(id) && word(line),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_form_path;

    #[test]
    fn a_search_returns_to_an_entry_form_only() {
        for ours in [
            "/transfers/new",
            "/transfers/in_1a/edit",
            "/transfers/in_1a/lines/2/edit",
        ] {
            assert!(is_form_path(ours), "{ours}");
        }
        for other in [
            "",
            "/logoff",
            "//evil.example/edit",
            "/transfers/../edit",
            "/transfers/a/execute",
        ] {
            assert!(!is_form_path(other), "{other}");
        }
    }
}
