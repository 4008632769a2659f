//! Whatever comes, it is answered, and never as the server's fault.

use axum::http::{HeaderValue, Method};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value, json};
use warifu_testkit::TestPerson;
use warifu_web::api::ROUTES;

use super::client::{Api, transfer};

/// Any JSON value, with names and values that mean something among them.
fn any_json() -> impl Strategy<Value = Value> {
    let names = [
        "contract_id",
        "user_id",
        "operation",
        "stage",
        "content",
        "channel",
        "pin",
        "factor",
        "answer",
        "mail_otp",
        "confirmation_pin",
        "digest",
        "amount",
        "transfers",
        "date",
    ];
    let texts = [
        "1000000001",
        "keiri01",
        "transfer",
        "consecutive-transfer",
        "tax-payment",
        "payroll",
        "transmit",
        "pc",
        "grid",
        "2026-11-30",
        "",
        "\u{0}",
        "１２３４５６",
        "\u{202e}",
        "９９９９-１２-３１",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(texts.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 32, 6, move |inner| {
        let name = prop_oneof![
            4 => prop::sample::select(names.to_vec()).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A valid body with one field of it, or of its content, replaced or removed.
fn mutated(valid: Vec<Value>) -> impl Strategy<Value = Value> {
    let valid = prop::sample::select(valid);
    (
        valid,
        any::<prop::sample::Index>(),
        any::<bool>(),
        prop::option::of(any_json()),
    )
        .prop_map(|(mut body, field, inside, value)| {
            let nested = inside && body.get("content").is_some_and(Value::is_object);
            let object = if nested {
                &mut body["content"]
            } else {
                &mut body
            };
            let fields = object.as_object_mut().unwrap();
            let name = fields
                .keys()
                .nth(field.index(fields.len()))
                .unwrap()
                .clone();
            match value {
                Some(value) => fields.insert(name, value),
                None => fields.remove(&name),
            };
            body
        })
}

fn valid_bodies(person: &TestPerson) -> Vec<Value> {
    let base = transfer(person);
    let mut several = base.clone();
    several["operation"] = json!("consecutive-transfer");
    several["content"] =
        json!({ "transfers": [base["content"], base["content"]], "date": "2026-11-30" });
    vec![
        base,
        several,
        json!({ "mail_otp": "123456", "confirmation_pin": "abc", "digest": "0" }),
        json!({ "factor": "grid", "answer": "123456" }),
    ]
}

struct Fuzzed {
    runtime: tokio::runtime::Runtime,
    api: Api,
    opened: String,
}

impl Fuzzed {
    fn start(seed: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let api = runtime.block_on(Api::start(seed));
        let opened = runtime.block_on(api.client.open(&transfer(&api.test.clerk)));
        let opened = opened.text("authorization_id");
        Self {
            runtime,
            api,
            opened,
        }
    }

    fn check(
        &self,
        (method, route): &(Method, &str),
        body: Vec<u8>,
        key: &[u8],
    ) -> Result<(), TestCaseError> {
        let path = route.replace("{id}", &self.opened);
        let mut headers = vec![("content-type", "application/json")];
        let key = HeaderValue::from_bytes(key).ok();
        let key = key
            .as_ref()
            .and_then(|k| k.to_str().ok())
            .map(str::to_owned);
        if let Some(key) = &key {
            headers.push(("idempotency-key", key));
        }
        let sent = self
            .api
            .client
            .send(method.clone(), &path, &headers, body.into());
        let reply = self.runtime.block_on(sent);
        prop_assert!(reply.status.as_u16() < 500, "{reply:?}");
        prop_assert!(
            reply.status.is_success() || reply.body["code"].is_string(),
            "{reply:?}"
        );
        Ok(())
    }

    fn run<S: Strategy<Value = Vec<u8>>>(&self, cases: u32, bodies: S) {
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let route = prop::sample::select(ROUTES.to_vec());
        let key = prop::collection::vec(any::<u8>(), 0..8);
        TestRunner::new(config)
            .run(&(route, bodies, key), |(route, body, key)| {
                self.check(&route, body, &key)
            })
            .unwrap();
    }
}

#[test]
fn any_json_to_any_route_is_answered_below_500() {
    let bodies = any_json().prop_map(|body| body.to_string().into_bytes());
    Fuzzed::start("api any json").run(600, bodies);
}

#[test]
fn any_mutation_of_a_valid_body_is_answered_below_500() {
    let fuzzed = Fuzzed::start("api any mutation");
    let bodies = mutated(valid_bodies(&fuzzed.api.test.clerk));
    fuzzed.run(1_000, bodies.prop_map(|body| body.to_string().into_bytes()));
}

#[test]
fn any_mutation_of_a_logon_is_answered_below_500() {
    let fuzzed = Fuzzed::start("api any logon");
    let valid = vec![super::client::logon(&fuzzed.api.test.newcomer, "k7m2p9xw")];
    let bodies = mutated(valid).prop_map(|body| body.to_string().into_bytes());
    fuzzed.run(150, bodies);
}

#[test]
fn any_bytes_are_answered_below_500() {
    let fuzzed = Fuzzed::start("api any bytes");
    fuzzed.run(400, prop::collection::vec(any::<u8>(), 0..300));
}
