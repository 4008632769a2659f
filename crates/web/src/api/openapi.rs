//! `GET /api/v1/openapi.json`: the description of the API, complete enough to write a client from.
//! Names of operations, stages, factors and problem codes come from where they are defined.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::{HeaderName, header};
use utoipa::openapi::path::Operation as PathOperation;
use utoipa::openapi::schema::{Array, ArrayBuilder, Object, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi as Description, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{Modify, OpenApi};
use warifu_domain::factor::Factor;
use warifu_domain::operation::{Operation, Stage};

use super::{kinds, problem, refusals};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Warifu API",
        version = "1.0.0",
        contact(name = "Warifu", url = "https://warifu.example/"),
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "Logon", description = "A person proves who they are."),
        (name = "Authorization", description = "A person agrees to one content."),
        (name = "Service", description = "Public."),
    ),
    paths(
        super::start_logon::handle,
        super::answer_logon::handle,
        super::open_authorization::handle,
        super::view_authorization::handle,
        super::issue_mail_otp::handle,
        super::answer_authorization::handle,
        handle,
        super::ping::handle,
    ),
    components(schemas(problem::Document)),
    modifiers(&BearerKey, &CommonProblems, &CodeTable)
)]
struct ApiV1;

/// Always serialises; a test reads it.
static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| ApiV1::openapi().to_json().unwrap_or_default());

#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "Service",
    operation_id = "describe",
    summary = "This document",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json"))
)]
pub(super) async fn handle() -> ([(HeaderName, &'static str); 1], &'static str) {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, DOCUMENT.as_str())
}

fn names<'a>(description: &str, names: impl Iterator<Item = &'a str>) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(names))
        .build()
}

/// Schema of an operation.
pub(super) fn operation() -> Object {
    let description = "What is protected. `reservation-cancel` is not offered in this version.";
    names(description, Operation::ALL.into_iter().map(Operation::name))
}

/// Schema of a stage.
pub(super) fn stage() -> Object {
    let description = "Which stage of the operation: 登録, 承認 or 送信.";
    names(description, Stage::ALL.into_iter().map(Stage::name))
}

/// Schema of a channel.
pub(super) fn channel() -> Object {
    let description = "Where the person is. Of an authorization `pc` if absent.";
    names(description, ["pc", "smartphone"].into_iter())
}

/// Schema of a factor.
pub(super) fn factor() -> Object {
    let description = "A kind of proof. This version asks for `logon-pin`, `confirmation-pin`, \
        `grid` and `mail-otp` only.";
    names(description, Factor::ALL.into_iter().map(Factor::name))
}

/// Schema of several factors.
pub(super) fn factors() -> Array {
    ArrayBuilder::new()
        .description(Some(
            "Kinds of proof: what must be proven, or once authorised what was.",
        ))
        .items(factor())
        .build()
}

/// Schema of an authorization's state.
pub(super) fn authorization_state() -> Object {
    let description = "`pending`: waits for proof. `expired`: its time is over. `authorized`: proven, \
        once and for all. `void`: given up or never to be proven any more.";
    let states = ["pending", "expired", "authorized", "void"];
    names(description, states.into_iter())
}

/// Schema of what the token app said.
pub(super) fn approval() -> Object {
    let description = "`not-asked`: the app has no say in this. `waiting`: shown to the phone, no answer \
        yet. `approved`: on the phone. A rejection makes the authorization `void`.";
    names(
        description,
        ["not-asked", "waiting", "approved"].into_iter(),
    )
}

/// Schema of a problem's code.
pub(super) fn problem_codes() -> Object {
    let mut codes: Vec<_> = problem_meanings().into_iter().map(|m| m.1).collect();
    codes.sort_unstable();
    codes.dedup();
    names("Stable: programs may rely on it.", codes.into_iter())
}

/// Status, code and title of every problem, by status.
fn problem_meanings() -> Vec<(u16, &'static str, &'static str)> {
    let refused = refusals::met_by_clients();
    let refused = refused.iter().map(|refusal| {
        let status = refusals::status(refusal).as_u16();
        (status, refusal.code(), refusals::title(refusal))
    });
    let others = kinds::KINDS
        .iter()
        .map(|kind| (kind.status.as_u16(), kind.code, kind.title));
    let mut all: Vec<_> = refused.chain(others).collect();
    all.sort_unstable();
    all.dedup();
    all
}

struct BearerKey;

impl Modify for BearerKey {
    fn modify(&self, description: &mut Description) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("wk_…")
            .description(Some("One key per client system, handed over once."))
            .build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Problems that any call with a key, or any call with a body, can meet.
struct CommonProblems;

impl Modify for CommonProblems {
    fn modify(&self, description: &mut Description) {
        for item in description.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                if operation.security.is_some() {
                    add_common(operation);
                }
            }
        }
    }
}

fn add_common(operation: &mut PathOperation) {
    let of_keys = [
        ("401", "`unauthorized`."),
        ("429", "`rate_limited`: wait as `Retry-After` says."),
        ("500", "`fault`."),
        (
            "503",
            "`busy`, `indeterminate`, `clock_backwards`, `clock_behind`.",
        ),
    ];
    let of_bodies = [
        ("400", "`malformed_json`."),
        ("413", "`too_large`: over 64 KiB."),
        ("415", "`unsupported_media_type`."),
        ("422", "`invalid_request` with the `field`."),
    ];
    let has_body = operation.request_body.is_some();
    let of_bodies = of_bodies.into_iter().filter(|_| has_body);
    let responses = &mut operation.responses.responses;
    for (status, codes) in of_keys.into_iter().chain(of_bodies) {
        responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(problem_response(codes)));
    }
}

fn problem_response(codes: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    ResponseBuilder::new()
        .description(codes)
        .content("application/problem+json", Content::new(Some(schema)))
        .build()
}

/// Tells in the introduction what every code means.
struct CodeTable;

impl Modify for CodeTable {
    fn modify(&self, description: &mut Description) {
        let mut text = String::from(INTRODUCTION);
        for (status, code, title) in problem_meanings() {
            // Writing to a string never fails.
            let _ = writeln!(text, "| `{code}` | {status} | {title} |");
        }
        description.info.description = Some(text);
    }
}

const INTRODUCTION: &str = "\
Authenticates persons of corporate contracts and binds every proof to the transaction it authorises.

1. `POST /api/v1/authorizations` with the content; the answer says what the person `needs` to prove.
2. If `needs` names `mail-otp`: `POST …/mail-otp` mails a code that holds for this content only.
3. `POST …/answers` with everything in `needs`. 200 brings the `receipt`; it happens at most once.

Bodies are JSON in UTF-8 of at most 64 KiB, `Content-Type: application/json`. Unknown fields, fields
named twice, values of another type and control characters are refused. Times are RFC 3339 in UTC;
dates are the institution's. Amounts are integers in yen.

Errors are `application/problem+json` (RFC 9457) with a stable `code`. Wrong answers are counted, and
too many suspend the person. After `busy` (503) nothing was counted; after `indeterminate` (503) treat
the code as used and retry with the same `Idempotency-Key`.

| code | status | meaning |
|---|---|---|
| `wrong_answer` | 401 | Wrong answer, at logon |
";
