//! 取引履歴: the contract's transfers, searched and in pages.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use warifu_app::use_cases::history::{self, Page, Row};

use super::cx::{Cx, LoggedOn};
use super::failure::Answer;
use super::{history_query, shown};
use crate::views::history::{HistoryFilter, HistoryPage, HistoryRow};
use crate::views::message::Errors;

/// `GET /history`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn, RawQuery(query): RawQuery) -> Answer {
    let (filter, number) = history_query::read(&query.unwrap_or_default())?;
    let app = &cx.web.app;
    let (status, errors, found) = match history_query::search(&filter, app.today(current.now)) {
        Ok(search) => {
            let found = history::run(app, &current, &search, number).await?;
            (StatusCode::OK, Errors::default(), found)
        }
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors, NOTHING),
    };
    Ok(cx.render(status, &page(&cx, errors, filter, &found)))
}

const NOTHING: Page = Page {
    rows: Vec::new(),
    page: 1,
    pages: 1,
    total: 0,
};

fn page(cx: &Cx, errors: Errors, filter: HistoryFilter, found: &Page) -> HistoryPage {
    let other = |number| history_query::path(&filter, number);
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    HistoryPage {
        shell: cx.shell(),
        errors,
        rows: found.rows.iter().map(row).collect(),
        page: count(found.page),
        pages: count(found.pages),
        total: count(found.total),
        previous_path: (found.page > 1).then(|| other(found.page - 1)),
        next_path: (found.page < found.pages).then(|| other(found.page + 1)),
        filter,
    }
}

fn row(row: &Row) -> HistoryRow {
    let instruction = &row.instruction;
    let (payee_name, count, total_yen) = shown::summary(instruction);
    HistoryRow {
        transfer_id: instruction.id.to_string(),
        receipt_number: instruction.receipt.clone(),
        at: instruction.transmitted_at.unwrap_or(instruction.created_at),
        state: shown::state(instruction.status),
        payee_name,
        count,
        total_yen,
        person: row.maker_name.clone(),
    }
}
