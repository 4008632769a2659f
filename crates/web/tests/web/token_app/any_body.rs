//! Whatever comes, it is answered, and never as the server's fault.

use axum::http::Method;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::{JSON, OURS, POSTS, Server, well_formed};

struct Fuzzed {
    runtime: tokio::runtime::Runtime,
    server: Server,
    /// Bodies that mean something: a live link, a phone in service.
    valid: Vec<Value>,
}

impl Fuzzed {
    fn start(seed: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let server = runtime.block_on(Server::start(seed));
        let (phone, _) = runtime.block_on(server.phone());
        let mut valid: Vec<_> = POSTS.map(well_formed).to_vec();
        valid.push(server.signed(&phone, "inbox"));
        valid.push(server.signed(&phone, "renewal"));
        Self {
            runtime,
            server,
            valid,
        }
    }

    fn run(&self, cases: u32, bodies: impl Strategy<Value = Vec<u8>>) {
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let path = prop::sample::select(POSTS.to_vec());
        TestRunner::new(config)
            .run(&(path, bodies), |(path, body)| self.check(path, body))
            .unwrap();
    }

    fn check(&self, path: &str, body: Vec<u8>) -> Result<(), TestCaseError> {
        let sent = self.server.send(Method::POST, path, &[JSON, OURS], body);
        let reply = self.runtime.block_on(sent);
        prop_assert!(reply.status.as_u16() < 500, "{reply:?}");
        let said = reply.status.is_success() || reply.body["code"].is_string();
        prop_assert!(said, "{reply:?}");
        Ok(())
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec!["", "\u{0}", "１", "A", "\u{202e}"]).prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 64..66)
            .prop_map(|bytes| json!(data_encoding::BASE64URL_NOPAD.encode(&bytes))),
    ]
}

/// A valid body with one field replaced.
fn mutated(valid: Vec<Value>) -> impl Strategy<Value = Vec<u8>> {
    let body = prop::sample::select(valid);
    (body, any::<prop::sample::Index>(), any_value()).prop_map(|(mut body, field, value)| {
        let fields = body.as_object_mut().unwrap();
        let name = fields
            .keys()
            .nth(field.index(fields.len()))
            .unwrap()
            .clone();
        fields.insert(name, value);
        body.to_string().into_bytes()
    })
}

#[test]
fn any_bytes_are_answered_below_500() {
    let fuzzed = Fuzzed::start("app any bytes");
    fuzzed.run(400, prop::collection::vec(any::<u8>(), 0..300));
}

#[test]
fn any_mutation_of_a_valid_body_is_answered_below_500() {
    let fuzzed = Fuzzed::start("app any mutation");
    fuzzed.run(600, mutated(fuzzed.valid.clone()));
}
