//! ログオフ (LOG-9).

use axum::http::StatusCode;
use axum::response::Response;
use warifu_app::use_cases::logoff;

use super::cx::{Cx, LoggedOn, with_cookie};
use super::failure::Answer;
use super::posted::Posted;
use crate::cookies;
use crate::views::logon::LogoffPage;

/// `POST /logoff`.
pub(crate) async fn submit(LoggedOn(cx, current): LoggedOn, Posted(_): Posted) -> Answer {
    logoff::run(&cx.web.app, &current, &cx.origin).await?;
    let response = cx.redirect("/logged-off");
    Ok(with_cookie(response, cx.cookies.forget(cookies::SESSION)))
}

/// `GET /logged-off`.
pub(crate) async fn show(cx: Cx) -> Response {
    cx.render(StatusCode::OK, &LogoffPage { shell: cx.shell() })
}
