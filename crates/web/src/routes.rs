//! Every route of the portal in one table, with who may use it. The router is made from the table,
//! so no route exists outside of it; the tests walk it.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::portal::address_proof::Place;
use crate::portal::{
    address, address_proof, admin_lent_tokens, admin_tokens, bank_search, history, history_detail,
    language, logoff, logon, logon_address, logon_grid, logon_passkey, logon_token, passkeys, pin,
    status, token, token_issue, transfer_confirm, transfer_entry, transfer_result,
};
use crate::state::Web;
use crate::views::admin_tokens::Act;
use crate::{api, assets, error_page, operation, security, token_app};

/// Largest form.
const FORM_BYTES: usize = 64 * 1024;
/// Largest body of any request.
const BODY_BYTES: usize = 256 * 1024;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever gave a right PIN and has not finished the logon.
    LogonUnderWay,
    /// Whoever is logged on.
    Session,
    /// Administrators and masters who are logged on.
    Manager,
    /// Client systems; the API's own affair.
    ApiKey,
    /// The token app on a phone: its files, and requests that its key signs or its link opens.
    TokenApp,
}

/// One route.
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// With `{name}` where it varies.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: fn() -> MethodRouter<Web>,
}

const fn read(path: &'static str, access: Access, handler: fn() -> MethodRouter<Web>) -> Route {
    Route {
        method: Method::GET,
        path,
        access,
        handler,
    }
}

const fn write(path: &'static str, access: Access, handler: fn() -> MethodRouter<Web>) -> Route {
    Route {
        method: Method::POST,
        path,
        access,
        handler,
    }
}

/// The portal's routes.
pub static ROUTES: &[Route] = {
    use Access::{LogonUnderWay, Manager, Public, Session};
    &[
        read("/healthz", Public, || get(operation::healthz)),
        read("/readyz", Public, || get(operation::readyz)),
        read("/assets/{name}", Public, || get(assets::serve)),
        read("/language/{tag}", Public, || get(language::choose)),
        read("/", Public, || get(logon::root)),
        read("/logon", Public, || get(logon::show)),
        write("/logon", Public, || post(logon::submit)),
        read("/logon/grid", LogonUnderWay, || get(logon_grid::show)),
        write("/logon/grid", LogonUnderWay, || post(logon_grid::submit)),
        read("/logon/token", LogonUnderWay, || get(logon_token::show)),
        write("/logon/token", LogonUnderWay, || post(logon_token::submit)),
        read("/logon/passkey", Public, || get(logon_passkey::show)),
        write("/logon/passkey", Public, || post(logon_passkey::submit)),
        read("/logged-off", Public, || get(logoff::show)),
        write("/logoff", Session, || post(logoff::submit)),
        read("/logon/address", Session, || get(logon_address::show)),
        write("/logon/address", Session, || post(logon_address::submit)),
        write("/logon/address/skip", Session, || post(logon_address::skip)),
        read("/logon/address/{change}", Session, || {
            get(|on, path| address_proof::show(on, path, Place::Logon))
        }),
        write("/logon/address/{change}/verify", Session, || {
            post(|on, path, form| address_proof::verify(on, path, form, Place::Logon))
        }),
        write("/logon/address/{change}/resend", Session, || {
            post(|on, path, form| address_proof::resend(on, path, form, Place::Logon))
        }),
        read("/status", Session, || get(status::show)),
        read("/transfers/new", Session, || get(transfer_entry::new)),
        write("/transfers/new", Session, || {
            post(transfer_entry::add_first)
        }),
        write("/transfers/banks", Session, || post(bank_search::search)),
        read("/transfers/{id}", Session, || get(transfer_result::show)),
        read("/transfers/{id}/edit", Session, || {
            get(transfer_entry::edit)
        }),
        write("/transfers/{id}/edit", Session, || {
            post(transfer_entry::add)
        }),
        read("/transfers/{id}/lines/{line}/edit", Session, || {
            get(transfer_entry::edit_line)
        }),
        write("/transfers/{id}/lines/{line}/edit", Session, || {
            post(transfer_entry::replace_line)
        }),
        write("/transfers/{id}/lines/{line}/remove", Session, || {
            post(transfer_entry::remove_line)
        }),
        read("/transfers/{id}/confirm", Session, || {
            get(transfer_confirm::show)
        }),
        write("/transfers/{id}/confirm", Session, || {
            post(transfer_confirm::open)
        }),
        write("/transfers/{id}/mail-otp", Session, || {
            post(transfer_confirm::mail_otp)
        }),
        write("/transfers/{id}/execute", Session, || {
            post(transfer_confirm::execute)
        }),
        write("/transfers/{id}/cancel", Session, || {
            post(transfer_confirm::cancel)
        }),
        read("/history", Session, || get(history::show)),
        read("/history/{id}", Session, || get(history_detail::show)),
        read("/tokens", Session, || get(token::show)),
        write("/tokens/cancel", Session, || post(token::cancel)),
        read("/tokens/repair", Session, || get(token::repair)),
        write("/tokens/repair", Session, || post(token::submit_repair)),
        read("/tokens/issue", Session, || get(token_issue::show)),
        write("/tokens/issue/app", Session, || post(token_issue::app)),
        write("/tokens/issue/authenticator", Session, || {
            post(token_issue::authenticator)
        }),
        read("/tokens/confirm", Session, || get(token_issue::confirm)),
        write("/tokens/confirm", Session, || {
            post(token_issue::submit_confirm)
        }),
        read("/admin/tokens", Manager, || get(admin_tokens::show)),
        write("/admin/tokens/initialise", Manager, || {
            post(admin_tokens::initialise)
        }),
        read("/admin/tokens/revoke", Manager, || {
            get(|on| admin_tokens::choose(on, Act::Revoke))
        }),
        write("/admin/tokens/revoke", Manager, || {
            post(|on, form| admin_tokens::submit(on, form, Act::Revoke))
        }),
        read("/admin/tokens/release", Manager, || {
            get(|on| admin_tokens::choose(on, Act::Release))
        }),
        write("/admin/tokens/release", Manager, || {
            post(|on, form| admin_tokens::submit(on, form, Act::Release))
        }),
        read("/admin/tokens/mode", Manager, || {
            get(admin_lent_tokens::mode)
        }),
        write("/admin/tokens/mode", Manager, || {
            post(admin_lent_tokens::set_mode)
        }),
        read("/admin/tokens/register", Manager, || {
            get(admin_lent_tokens::register)
        }),
        write("/admin/tokens/register", Manager, || {
            post(admin_lent_tokens::submit_register)
        }),
        read("/admin/tokens/exchange", Manager, || {
            get(admin_lent_tokens::exchange)
        }),
        write("/admin/tokens/exchange", Manager, || {
            post(admin_lent_tokens::submit_exchange)
        }),
        read("/admin/tokens/deregister", Manager, || {
            get(admin_lent_tokens::deregister)
        }),
        write("/admin/tokens/deregister", Manager, || {
            post(admin_lent_tokens::submit_deregister)
        }),
        read("/admin/tokens/repair", Manager, || {
            get(admin_lent_tokens::repair)
        }),
        write("/admin/tokens/repair", Manager, || {
            post(admin_lent_tokens::submit_repair)
        }),
        read("/settings/pin", Session, || get(pin::show)),
        write("/settings/pin", Session, || post(pin::submit)),
        read("/settings/passkeys", Session, || get(passkeys::show)),
        write("/settings/passkeys/new", Session, || post(passkeys::begin)),
        write("/settings/passkeys/register", Session, || {
            post(passkeys::register)
        }),
        write("/settings/passkeys/{id}/remove", Session, || {
            post(passkeys::remove)
        }),
        read("/settings/address", Session, || get(address::show)),
        write("/settings/address/otp", Session, || {
            post(address::change_otp)
        }),
        write("/settings/address/notice", Session, || {
            post(address::change_notice)
        }),
        read("/settings/address/{change}", Session, || {
            get(|on, path| address_proof::show(on, path, Place::Settings))
        }),
        write("/settings/address/{change}/verify", Session, || {
            post(|on, path, form| address_proof::verify(on, path, form, Place::Settings))
        }),
        write("/settings/address/{change}/resend", Session, || {
            post(|on, path, form| address_proof::resend(on, path, form, Place::Settings))
        }),
    ]
};

/// All routes, those of the API and the token app too: method, path, who may use it.
pub fn all() -> impl Iterator<Item = (Method, &'static str, Access)> {
    let portal = ROUTES.iter().map(|r| (r.method.clone(), r.path, r.access));
    let api = api::ROUTES.iter();
    let api = api.map(|(method, path)| (method.clone(), *path, Access::ApiKey));
    let app = token_app::ROUTES.iter();
    let app = app.map(|(method, path)| (method.clone(), *path, Access::TokenApp));
    portal.chain(api).chain(app)
}

/// Portal, API and token app, without what goes around them: see [`layers`].
pub fn router(web: Web) -> Router {
    let mut portal = Router::new();
    for route in ROUTES {
        portal = portal.route(route.path, (route.handler)());
    }
    let portal = portal.layer(DefaultBodyLimit::max(FORM_BYTES));
    let portal = portal.with_state(web.clone());
    portal
        .merge(token_app::router(web.clone()))
        .merge(api::router(web))
}

/// Around all routes, the outermost last: error pages, time-out, traces, security headers.
pub fn layers(router: Router, web: &Web) -> Router {
    router
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES))
        .layer(from_fn(operation::limit_time))
        .layer(from_fn_with_state(web.clone(), error_page::render))
        .layer(from_fn_with_state(web.clone(), operation::observe))
        .layer(from_fn_with_state(web.clone(), security::headers))
}
