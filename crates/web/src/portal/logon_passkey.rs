//! パスキーでログオン (LOG-8).

use axum::http::StatusCode;
use warifu_app::use_cases::answer_logon::Progress;
use warifu_app::use_cases::passkey_challenges::PasskeyReply;
use warifu_app::use_cases::passkey_logon;

use super::cx::{Cx, with_cookie};
use super::failure::Answer;
use super::logon::{first_refusal, go_on, refuse_flood};
use super::posted::Posted;
use crate::cookies;
use crate::views::message::{Errors, MessageId};
use crate::views::passkeys::LogonPasskeyPage;

/// `GET /logon/passkey`.
pub(crate) async fn show(cx: Cx) -> Answer {
    refuse_flood(&cx)?;
    page(&cx, Errors::default(), StatusCode::OK).await
}

/// `POST /logon/passkey`.
pub(crate) async fn submit(cx: Cx, Posted(form): Posted) -> Answer {
    refuse_flood(&cx)?;
    let reply = PasskeyReply {
        challenge: form.get("challenge")?,
        reply: form.get("reply")?,
    };
    let channel = cx.origin.channel;
    match passkey_logon::finish(&cx.web.app, reply, channel, &cx.origin).await? {
        Ok(started) => {
            let id = started.logon_id.as_str();
            let cookie = cx.cookies.set(cookies::LOGON, id, None);
            let progress = Progress {
                remaining: started.remaining,
                session: started.session,
            };
            Ok(with_cookie(go_on(&cx, progress).await?, cookie))
        }
        Err(refusal) => {
            let mut message = first_refusal(&cx, &refusal);
            if message.id == MessageId::LogonRefused {
                message = MessageId::PasskeyRefused.into();
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&cx, Errors::page(message), status).await
        }
    }
}

async fn page(cx: &Cx, errors: Errors, status: StatusCode) -> Answer {
    match passkey_logon::start(&cx.web.app).await? {
        Ok(challenge) => {
            let page = LogonPasskeyPage {
                shell: cx.shell_at("/logon/passkey"),
                errors,
                challenge: challenge.id,
                options: challenge.options,
            };
            Ok(cx.render_with_passkey(status, &page))
        }
        Err(refusal) => Err(cx.refuse(&refusal)),
    }
}
