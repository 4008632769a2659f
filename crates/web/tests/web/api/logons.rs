//! Logging a person on for the bank's own portal.

use serde_json::{Value, json};

use super::client::{Api, Reply, logon, wide, with};

fn cells(started: &Reply) -> Vec<String> {
    let cells = started.body["factors"][0]["cells"].as_array().unwrap();
    cells
        .iter()
        .map(|c| c.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_clerk_logs_on_with_pin_and_grid() {
    let api = Api::start("api logon").await;
    let clerk = &api.test.clerk;
    let started = api.client.start_logon(clerk, &clerk.logon_pin).await;
    assert_eq!(started.status, 201);
    assert_eq!(started.body["state"], "needs_factors");
    assert_eq!(started.body["factors"][0]["factor"], "grid");
    assert_eq!(started.body["expires_at"], "2026-11-24T01:10:00Z");
    assert_eq!(started.body["session"], Value::Null);
    let path = format!("/api/v1/logons/{}/answers", started.text("logon_id"));
    let answer = json!({ "factor": "grid", "answer": clerk.cells(&cells(&started)) });
    let complete = api.client.post(&path, &answer).await;
    assert_eq!(complete.status, 200, "{complete:?}");
    assert_eq!(complete.body["state"], "complete");
    assert_eq!(
        complete.body["session"]["expires_at"],
        "2026-11-24T09:00:00Z"
    );
    let token = complete.body["session"]["token"].as_str().unwrap();
    assert_eq!(
        api.test.current(token).await.person.id.as_str(),
        "1000000001/keiri01"
    );
    let again = api.client.post(&path, &answer).await;
    again.assert_problem(409, "already_used");
}

#[tokio::test]
async fn the_administrator_has_no_user_id() {
    let api = Api::start("api logon admin").await;
    let admin = &api.test.admin;
    let mut body = logon(admin, &admin.logon_pin);
    assert_eq!(api.client.post("/api/v1/logons", &body).await.status, 201);
    body.as_object_mut().unwrap().remove("user_id");
    assert_eq!(api.client.post("/api/v1/logons", &body).await.status, 201);
}

#[tokio::test]
async fn full_width_ids_and_pins_are_folded() {
    let api = Api::start("api logon wide").await;
    let clerk = &api.test.clerk;
    let body = json!({
        "contract_id": "１０００００００01", "user_id": "ＫＥＩＲＩ０１", "pin": wide(&clerk.logon_pin),
        "channel": "smartphone",
    });
    let started = api.client.post("/api/v1/logons", &body).await;
    assert_eq!(started.status, 201, "{started:?}");
    let answer = json!({ "factor": "grid", "answer": wide(&clerk.cells(&cells(&started))) });
    let path = format!("/api/v1/logons/{}/answers", started.text("logon_id"));
    assert_eq!(api.client.post(&path, &answer).await.status, 200);
}

#[tokio::test]
async fn whatever_is_wrong_in_the_first_step_the_body_is_the_same() {
    let api = Api::start("api logon wrong").await;
    let clerk = &api.test.clerk;
    let right = logon(clerk, &clerk.logon_pin);
    let newcomer = &api.test.newcomer;
    let mut replies = Vec::new();
    for _ in 0..5 {
        replies.push(api.client.start_logon(newcomer, "wrong-pin").await);
    }
    // Suspended by now.
    replies.push(api.client.start_logon(newcomer, &newcomer.logon_pin).await);
    for wrong in [
        with(right.clone(), "contract_id", json!("9999999999")),
        with(right.clone(), "contract_id", json!("no digits")),
        with(right.clone(), "user_id", json!("nobody")),
        with(right.clone(), "user_id", json!("../..")),
        with(right.clone(), "pin", json!("x")),
    ] {
        replies.push(api.client.post("/api/v1/logons", &wrong).await);
    }
    for reply in &replies {
        reply.assert_problem(401, "wrong_answer");
        assert_eq!(reply.body, replies[0].body);
    }
    assert_eq!(api.client.post("/api/v1/logons", &right).await.status, 201);
}

#[tokio::test]
async fn a_further_answer_is_refused_as_wrong_void_expired_or_unknown() {
    let api = Api::start("api logon answers").await;
    let clerk = &api.test.clerk;
    let first = api.client.start_logon(clerk, &clerk.logon_pin).await;
    let second = api.client.start_logon(clerk, &clerk.logon_pin).await;
    let third = api.client.start_logon(clerk, &clerk.logon_pin).await;
    let path = |started: &Reply| format!("/api/v1/logons/{}/answers", started.text("logon_id"));
    let right = json!({ "factor": "grid", "answer": clerk.cells(&cells(&first)) });
    let wrong = json!({ "factor": "grid", "answer": "x" });
    let reply = api.client.post(&path(&first), &wrong).await;
    reply.assert_problem(401, "wrong_answer");
    let reply = api
        .client
        .post(&path(&first), &with(wrong, "factor", json!("passkey")))
        .await;
    reply.assert_problem(422, "not_offered");
    let reply = api
        .client
        .post("/api/v1/logons/lo_unknown/answers", &right)
        .await;
    reply.assert_problem(404, "not_found");
    assert_eq!(api.client.post(&path(&first), &right).await.status, 200);
    // The same cells were asked in all three: they are used up.
    let reply = api.client.post(&path(&second), &right).await;
    reply.assert_problem(409, "wrong_state");
    api.test.clock.advance_secs(601);
    let reply = api.client.post(&path(&third), &right).await;
    reply.assert_problem(409, "expired");
}
