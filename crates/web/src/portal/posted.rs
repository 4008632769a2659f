//! Forms: read strictly, and only from pages of ours. Every POST handler takes [`Posted`], so none
//! can be reached without its check.

use axum::extract::{FromRef, FromRequest, RawForm, Request};
use axum::response::{IntoResponse, Response};

use super::cx::Cx;
use super::failure::Failure;
use crate::csrf;
use crate::state::Web;
use crate::views::message::{Errors, MessageId};

const FIELDS_MAX: usize = 64;
const VALUE_BYTES_MAX: usize = 4096;

/// A form that one of our pages sent for this browser.
pub struct Posted(pub Fields);

/// The fields of a form: each name once, no control characters. No `Debug`: there may be PINs.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded` bytes.
    ///
    /// # Errors
    /// [`Failure::unreadable`] for bytes that are no UTF-8, a name that comes twice, control
    /// characters, or more than any of our forms holds.
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let end = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let (name, rest) = pair.split_at(end);
            let name = decode(name).ok_or_else(Failure::unreadable)?;
            let value =
                decode(rest.get(1..).unwrap_or_default()).ok_or_else(Failure::unreadable)?;
            let odd = value.len() > VALUE_BYTES_MAX
                || value.chars().any(char::is_control)
                || fields.len() >= FIELDS_MAX
                || fields.iter().any(|(known, _)| *known == name);
            if odd {
                return Err(Failure::unreadable());
            }
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// A field that the form always has.
    ///
    /// # Errors
    /// [`Failure::unreadable`] if it is missing.
    pub fn get(&self, name: &str) -> Result<&str, Failure> {
        self.maybe(name).ok_or_else(Failure::unreadable)
    }

    /// A field that the form has at times: a button, a box, a choice.
    #[must_use]
    pub fn maybe(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Which of these fields were left empty.
    ///
    /// # Errors
    /// [`Failure::unreadable`] if one is missing.
    pub fn left_empty(&self, names: &[&'static str]) -> Result<Errors, Failure> {
        let mut errors = Errors::default();
        for name in names {
            if self.get(name)?.trim().is_empty() {
                errors = errors.field(name, MessageId::Required);
            }
        }
        Ok(errors)
    }
}

fn decode(bytes: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<&u8>| char::from(*b?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => *other,
        });
    }
    String::from_utf8(out).ok()
}

impl<S> FromRequest<S> for Posted
where
    Web: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let web = Web::from_ref(state);
        let (parts, body) = request.into_parts();
        let cx = Cx::read(&web, &parts);
        if !csrf::from_our_origin(&web.settings, &parts.headers) {
            return Err(Failure::forbidden().into_response());
        }
        let request = Request::from_parts(parts, body);
        let form = RawForm::from_request(request, state).await;
        let RawForm(bytes) = form.map_err(IntoResponse::into_response)?;
        let fields = Fields::parse(&bytes).map_err(IntoResponse::into_response)?;
        if fields.maybe("csrf").is_some_and(|csrf| cx.knows_csrf(csrf)) {
            Ok(Self(fields))
        } else {
            Err(Failure::forbidden().into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded() {
        let fields = Fields::parse("a=1+2&b=%E3%82%AB&c=&&d".as_bytes()).unwrap();
        assert_eq!(fields.get("a").unwrap(), "1 2");
        assert_eq!(fields.get("b").unwrap(), "カ");
        assert_eq!(fields.get("c").unwrap(), "");
        assert_eq!(fields.maybe("d"), Some(""));
        assert!(fields.get("e").is_err());
        assert!(Fields::parse(b"").is_ok());
    }

    #[test]
    fn what_no_form_of_ours_sends_is_refused() {
        let long = format!("a={}", "x".repeat(VALUE_BYTES_MAX + 1));
        let many: String = (0..=FIELDS_MAX).map(|i| format!("f{i}=1&")).collect();
        for bad in [
            "a=1&a=2", "a=%FF", "a=%E3%82", "a=%", "a=%g0", "a=%00", "a=%0A", &long, &many,
        ] {
            assert!(Fields::parse(bad.as_bytes()).is_err(), "{bad:.20}");
        }
    }
}
