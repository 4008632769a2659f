//! Who asks, in which language, and the frame around what is answered.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use warifu_app::Origin;
use warifu_app::use_cases::current_session::{self, Current};
use warifu_domain::refusal::Refusal;

use super::failure::Failure;
use super::language;
use super::refusals;
use super::shown;
use crate::cookies::{self, Cookies};
use crate::csrf;
use crate::origin::origin;
use crate::security::AsksPasskey;
use crate::state::Web;
use crate::texts::{Locale, Texts};
use crate::views::message::{Message, MessageId};
use crate::views::shell::{Person, Shell};

/// The circumstances of a request to the portal.
pub struct Cx {
    /// What all handlers work with.
    pub web: Web,
    /// The language to answer in.
    pub locale: Locale,
    /// The cookies it came with.
    pub cookies: Cookies,
    /// Where it came from.
    pub origin: Origin,
    path: String,
    secret: String,
    secret_is_new: bool,
    notice: Option<MessageId>,
    person: Option<Person>,
}

/// A request of a person who is logged on; anybody else is sent to the logon page.
pub struct LoggedOn(pub Cx, pub Current);

impl Cx {
    /// Reads them from a request.
    #[must_use]
    pub fn read(web: &Web, parts: &Parts) -> Self {
        let cookies = Cookies::read(&parts.headers, web.is_https());
        let kept = cookies
            .get(cookies::SESSION)
            .or_else(|| cookies.get(cookies::PRE))
            .filter(|kept| !kept.is_empty())
            .map(str::to_owned);
        let secret_is_new = kept.is_none();
        let path = parts.uri.path_and_query();
        Self {
            web: Web::clone(web),
            locale: language::of(&cookies, &parts.headers),
            origin: origin(&web.settings, &parts.headers, &parts.extensions),
            path: path.map_or_else(|| "/".to_owned(), ToString::to_string),
            secret: kept.unwrap_or_else(|| web.app.new_token()),
            secret_is_new,
            notice: cookies.get(cookies::NOTICE).and_then(MessageId::of_notice),
            cookies,
            person: None,
        }
    }

    /// Whether a form's field `csrf` was written for this browser.
    #[must_use]
    pub fn knows_csrf(&self, field: &str) -> bool {
        !self.secret_is_new && csrf::matches(&self.secret, field)
    }

    /// The words, in the person's language.
    #[must_use]
    pub fn texts(&self) -> Texts {
        Texts::new(self.locale)
    }

    /// The frame of the page at this request's own path.
    #[must_use]
    pub fn shell(&self) -> Shell {
        self.shell_at(&self.path)
    }

    /// The frame of a page that is found at `path`.
    #[must_use]
    pub fn shell_at(&self, path: &str) -> Shell {
        let profile = self.web.app.profile();
        let institution = &profile.institution;
        Shell {
            texts: self.texts(),
            institution: match self.locale {
                Locale::Ja => institution.name.clone(),
                Locale::En => institution.name_en.clone(),
            },
            help_desk: shown::help_desk(&profile.help_desk, self.locale),
            person: self.person.clone(),
            tokens: profile.token.is_some(),
            csrf: csrf::token(&self.secret),
            path: path.to_owned(),
            request_id: self.origin.request_id.clone(),
            notice: self.notice.map(Message::from),
            demo: self.web.settings.demo,
        }
    }

    /// Writes a page.
    #[must_use]
    pub fn render(&self, status: StatusCode, page: &impl askama::Template) -> Response {
        let html = match page.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(%error, "a page could not be written");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
        let mut response = (status, kind, html).into_response();
        response.extensions_mut().insert(crate::error_page::AsIs);
        let headers = response.headers_mut();
        if self.secret_is_new {
            let pre = self.cookies.set(cookies::PRE, &self.secret, None);
            headers.append(SET_COOKIE, pre);
        }
        if self.notice.is_some() {
            headers.append(SET_COOKIE, self.cookies.forget(cookies::NOTICE));
        }
        response
    }

    /// Writes a page that asks for a passkey, which takes a script of ours.
    #[must_use]
    pub fn render_with_passkey(
        &self,
        status: StatusCode,
        page: &impl askama::Template,
    ) -> Response {
        let mut response = self.render(status, page);
        response.extensions_mut().insert(AsksPasskey);
        response
    }

    /// Sends the browser on with a GET.
    #[must_use]
    pub fn redirect(&self, to: &str) -> Response {
        (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
    }

    /// The same, with a notice on the page that follows.
    #[must_use]
    pub fn redirect_with(&self, to: &str, notice: MessageId) -> Response {
        let cookie = self.cookies.set(cookies::NOTICE, notice.code(), Some(60));
        with_cookie(self.redirect(to), cookie)
    }

    /// A refusal in words.
    #[must_use]
    pub fn message(&self, refusal: &Refusal) -> Message {
        refusals::message(refusal, self)
    }

    /// A refusal that leaves no page to stay on.
    #[must_use]
    pub fn refuse(&self, refusal: &Refusal) -> Failure {
        refusals::failure(refusal, self)
    }
}

/// Adds a cookie to a response.
#[must_use]
pub fn with_cookie(mut response: Response, cookie: axum::http::HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

impl<S> FromRequestParts<S> for Cx
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::read(&Web::from_ref(state), parts))
    }
}

impl<S> FromRequestParts<S> for LoggedOn
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let mut cx = Cx::read(&Web::from_ref(state), parts);
        let Some(token) = cx.cookies.get(cookies::SESSION) else {
            return Err(cx.redirect_with("/logon", MessageId::NotLoggedOn));
        };
        let found = current_session::run(&cx.web.app, token, &cx.origin).await;
        match found.map_err(|fault| Failure::from(fault).into_response())? {
            Ok(current) => {
                cx.person = Some(shown::person(&current));
                Ok(Self(cx, current))
            }
            // The logon page says why: the cookie still names the session.
            Err(Some(_)) => Err(cx.redirect("/logon")),
            Err(None) => Err(cx.redirect_with("/logon", MessageId::NotLoggedOn)),
        }
    }
}
