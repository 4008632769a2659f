//! ログオン, second step: cells of the grid card (LOG-1, LOG-4).

use axum::http::StatusCode;
use axum::response::Response;
use warifu_app::use_cases::answer_logon::{self, LogonAnswer};
use warifu_domain::factor::Factor;
use warifu_domain::ids::LogonId;
use warifu_domain::refusal::Refusal;

use super::cx::{Cx, with_cookie};
use super::failure::Answer;
use super::logon::{go_on, refuse_flood};
use super::posted::Posted;
use crate::cookies;
use crate::views::logon::LogonGridPage;
use crate::views::message::{Errors, MessageId};

/// Cells a form of ours has at most: as many as a card's row.
const CELLS_MAX: usize = 10;

/// `GET /logon/grid`. Asks the same cells however often it is loaded.
pub(crate) async fn show(cx: Cx) -> Answer {
    let Some(id) = under_way(&cx) else {
        return Ok(cx.redirect_with("/logon", MessageId::NotLoggedOn));
    };
    page(&cx, &id, Errors::default(), StatusCode::OK).await
}

/// `POST /logon/grid`.
pub(crate) async fn submit(cx: Cx, Posted(form): Posted) -> Answer {
    refuse_flood(&cx)?;
    let Some(id) = under_way(&cx) else {
        return Ok(cx.redirect_with("/logon", MessageId::NotLoggedOn));
    };
    let cells = (0..CELLS_MAX).map_while(|i| form.maybe(&format!("cell_{i}")));
    let typed: String = cells.collect();
    let answer = LogonAnswer {
        factor: Factor::Grid,
        typed: &typed,
    };
    match answer_logon::run(&cx.web.app, &id, answer, &cx.origin).await? {
        Ok(progress) => go_on(&cx, progress).await,
        Err(Refusal::WrongAnswer) => {
            let errors = Errors::page(MessageId::GridWrong);
            page(&cx, &id, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal) => Ok(over(&cx, &refusal)),
    }
}

async fn page(cx: &Cx, id: &LogonId, errors: Errors, status: StatusCode) -> Answer {
    match answer_logon::challenge(&cx.web.app, id).await? {
        Ok(challenge) => {
            let page = LogonGridPage {
                shell: cx.shell(),
                errors,
                cells: challenge.cells,
            };
            Ok(cx.render(status, &page))
        }
        Err(refusal) => Ok(over(cx, &refusal)),
    }
}

/// The logon is over. That the person is suspended is told here: the PIN was right.
fn over(cx: &Cx, refusal: &Refusal) -> Response {
    let notice = match refusal {
        Refusal::Suspended => MessageId::Suspended,
        _ => MessageId::LogonExpired,
    };
    let response = cx.redirect_with("/logon", notice);
    with_cookie(response, cx.cookies.forget(cookies::LOGON))
}

pub(super) fn under_way(cx: &Cx) -> Option<LogonId> {
    let id = cx.cookies.get(cookies::LOGON).filter(|id| !id.is_empty());
    id.map(|id| LogonId::from_stored(id.to_owned()))
}
