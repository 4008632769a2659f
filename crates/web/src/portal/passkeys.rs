//! パスキー: a person's own, listed, added and removed (LOG-8).

use axum::extract::Path;
use axum::http::StatusCode;
use warifu_app::use_cases::current_session::Current;
use warifu_app::use_cases::passkey_challenges::PasskeyReply;
use warifu_app::use_cases::{own_passkeys, register_passkey};
use warifu_domain::ids::PasskeyId;
use warifu_domain::refusal::Refusal;

use super::cx::{Cx, LoggedOn};
use super::failure::{Answer, Failure};
use super::posted::Posted;
use crate::views::message::{Errors, MessageId};
use crate::views::passkeys::{PasskeyNewPage, PasskeyRow, PasskeysPage};

const LIST: &str = "/settings/passkeys";

/// `GET /settings/passkeys`.
pub(crate) async fn show(LoggedOn(cx, current): LoggedOn) -> Answer {
    if !own_passkeys::offered(&cx.web.app) {
        return Err(cx.refuse(&Refusal::NotFound));
    }
    page(&cx, &current, Errors::default(), StatusCode::OK).await
}

/// `POST /settings/passkeys/new`.
pub(crate) async fn begin(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let mut errors = form.left_empty(&["confirmation_pin"])?;
    if errors.is_empty() {
        let pin = form.get("confirmation_pin")?;
        match register_passkey::start(&cx.web.app, &current, pin, &cx.origin).await? {
            Ok(challenge) => {
                let page = PasskeyNewPage {
                    shell: cx.shell_at(LIST),
                    errors: Errors::default(),
                    challenge: challenge.id,
                    options: challenge.options,
                };
                return Ok(cx.render_with_passkey(StatusCode::OK, &page));
            }
            Err(refusal) => errors = refused(&cx, &refusal)?,
        }
    }
    page(&cx, &current, errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `POST /settings/passkeys/register`.
pub(crate) async fn register(LoggedOn(cx, current): LoggedOn, Posted(form): Posted) -> Answer {
    let reply = PasskeyReply {
        challenge: form.get("challenge")?,
        reply: form.get("reply")?,
    };
    let name = form.get("passkey_name")?;
    match register_passkey::finish(&cx.web.app, &current, reply, name, &cx.origin).await? {
        Ok(()) => Ok(cx.redirect_with(LIST, MessageId::PasskeyRegistered)),
        Err(_) => {
            let errors = Errors::page(MessageId::PasskeyNotRegistered);
            page(&cx, &current, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /settings/passkeys/{id}/remove`.
pub(crate) async fn remove(
    LoggedOn(cx, current): LoggedOn,
    Path(id): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let id = PasskeyId::from_stored(id);
    match own_passkeys::remove(&cx.web.app, &current, &id, &cx.origin).await? {
        Ok(()) => Ok(cx.redirect_with(LIST, MessageId::PasskeyRemoved)),
        Err(refusal) => Err(cx.refuse(&refusal)),
    }
}

fn refused(cx: &Cx, refusal: &Refusal) -> Result<Errors, Failure> {
    match refusal {
        Refusal::WrongAnswer => {
            let wrong = MessageId::ConfirmationPinWrong;
            Ok(Errors::default().field("confirmation_pin", wrong))
        }
        Refusal::WrongState => Ok(Errors::page(MessageId::PasskeysFull)),
        _ => Err(cx.refuse(refusal)),
    }
}

async fn page(cx: &Cx, current: &Current, errors: Errors, status: StatusCode) -> Answer {
    let own = own_passkeys::list(&cx.web.app, current).await?;
    let page = PasskeysPage {
        shell: cx.shell_at(LIST),
        errors,
        passkeys: own
            .into_iter()
            .map(|p| PasskeyRow {
                id: p.id.to_string(),
                name: p.name,
                created_at: p.created_at,
                used_at: p.used_at,
            })
            .collect(),
    };
    Ok(cx.render(status, &page))
}
