//! What a request must be: its method, type, size, origin, fields and rate.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::{JSON, OURS, POSTS, Server, well_formed};

#[tokio::test]
async fn other_methods_and_paths_are_problems() {
    let s = Server::start("app methods").await;
    for path in POSTS {
        let reply = s.send(Method::PUT, path, &[], Body::empty()).await;
        reply.assert_problem(405, "method_not_allowed");
    }
    let reply = s.post("/app/api/clock", &json!({})).await;
    reply.assert_problem(405, "method_not_allowed");
    for path in ["/app/api", "/app/api/", "/app/api/nothing", "/app/api/a/b"] {
        s.get(path).await.assert_problem(404, "not_found");
    }
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let s = Server::start("app types").await;
    for path in POSTS {
        let body = well_formed(path).to_string();
        for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let headers = [("content-type", kind), OURS];
            let reply = s.send(Method::POST, path, &headers, body.clone()).await;
            reply.assert_problem(415, "unsupported_media_type");
        }
        let reply = s.send(Method::POST, path, &[OURS], body).await;
        reply.assert_problem(415, "unsupported_media_type");
    }
}

#[tokio::test]
async fn a_body_may_have_64_kib() {
    let s = Server::start("app size").await;
    for path in POSTS {
        let body = well_formed(path).to_string();
        let padded = |bytes: usize| format!("{body}{}", " ".repeat(bytes - body.len()));
        let headers = [JSON, OURS];
        let fits = s.send(Method::POST, path, &headers, padded(65_536)).await;
        assert!([403, 404].contains(&fits.status.as_u16()), "{fits:?}");
        let large = s.send(Method::POST, path, &headers, padded(65_537)).await;
        large.assert_problem(413, "too_large");
        let huge = s.send(Method::POST, path, &headers, padded(1 << 20)).await;
        huge.assert_problem(413, "too_large");
    }
}

#[tokio::test]
async fn other_sites_can_not_ask() {
    let s = Server::start("app origin").await;
    for path in POSTS {
        let body = well_formed(path).to_string();
        for foreign in [
            Some(("origin", "https://evil.example")),
            Some(("origin", "null")),
            Some(("sec-fetch-site", "cross-site")),
            Some(("sec-fetch-site", "same-site")),
            None,
        ] {
            let mut headers = vec![JSON];
            headers.extend(foreign);
            let reply = s.send(Method::POST, path, &headers, body.clone()).await;
            reply.assert_problem(403, "forbidden");
        }
        let headers = [JSON, ("sec-fetch-site", "same-origin")];
        let reply = s.send(Method::POST, path, &headers, body).await;
        assert_ne!(reply.body["code"], "forbidden");
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    let s = Server::start("app malformed").await;
    for path in POSTS {
        for body in ["", "{", "{}{}", "{\"serial\":\"\\ud800\"}", "\u{feff}{}"] {
            let headers = [JSON, OURS];
            let reply = s.send(Method::POST, path, &headers, body).await;
            reply.assert_problem(400, "malformed_json");
        }
        for whole in [json!([]), json!("x"), json!(null)] {
            s.post(path, &whole).await.assert_invalid("");
        }
    }
}

#[tokio::test]
async fn every_field_is_needed_once_and_no_other() {
    let s = Server::start("app fields").await;
    for path in POSTS {
        let right = well_formed(path);
        for field in right.as_object().unwrap().keys() {
            let mut body = right.clone();
            body.as_object_mut().unwrap().remove(field);
            s.post(path, &body).await.assert_invalid(field);
            for wrong in [json!(null), json!([1]), json!({}), json!(0.5)] {
                if field == "subscription" && !wrong.is_number() {
                    // `null` is a removal; what is in it is tested in `push`.
                    continue;
                }
                let mut body = right.clone();
                body[field] = wrong;
                s.post(path, &body).await.assert_invalid(field);
            }
            let text = right.to_string();
            let value = right[field].to_string();
            let twice = text.replacen('{', &format!("{{\"{field}\":{value},"), 1);
            let reply = s.send(Method::POST, path, &[JSON, OURS], twice).await;
            reply.assert_problem(422, "invalid_request");
        }
        let mut body = right.clone();
        body["push"] = json!("x");
        s.post(path, &body).await.assert_invalid("push");
    }
}

#[tokio::test]
async fn fields_are_bounded() {
    let s = Server::start("app bounds").await;
    let long = |n: usize| Value::from("A".repeat(n));
    for (path, field, value) in [
        (POSTS[0], "link", long(65)),
        (POSTS[0], "link", json!("")),
        (POSTS[0], "service_id", long(65)),
        (POSTS[0], "start_password", long(257)),
        (POSTS[0], "public_key", long(86)),
        (POSTS[0], "public_key", long(88)),
        (POSTS[1], "serial", long(65)),
        (POSTS[1], "serial", json!("a\u{0}")),
        (POSTS[1], "signature", long(85)),
        (POSTS[1], "signature", json!("=".repeat(86))),
        (POSTS[1], "at", json!("0")),
        (POSTS[1], "at", json!(1_u64 << 63)),
        (POSTS[2], "authorization_id", long(65)),
        (POSTS[2], "approves", json!("true")),
        (POSTS[3], "signature", long(88)),
    ] {
        let mut body = well_formed(path);
        body[field] = value;
        s.post(path, &body).await.assert_invalid(field);
    }
    // Long user IDs are no user IDs; they look like any other wrong answer.
    let mut body = well_formed(POSTS[0]);
    body["user_id"] = long(60_000);
    s.post(POSTS[0], &body)
        .await
        .assert_problem(403, "wrong_answer");
    let mut body = well_formed(POSTS[1]);
    body["at"] = json!(i64::MIN);
    s.post(POSTS[1], &body)
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test]
async fn activations_are_as_rare_as_logons_and_other_requests_bounded() {
    let s = Server::start_with_rate("app rate", 3).await;
    let body = well_formed(POSTS[0]);
    for _ in 0..3 {
        s.post(POSTS[0], &body)
            .await
            .assert_problem(403, "wrong_answer");
    }
    let refused = s.post(POSTS[0], &body).await;
    refused.assert_problem(429, "rate_limited");
    assert_eq!(refused.headers["retry-after"], "1");
    // The app goes on asking what waits, up to twenty times as often.
    for _ in 0..56 {
        let reply = s.post(POSTS[1], &well_formed(POSTS[1])).await;
        reply.assert_problem(404, "not_found");
    }
    for path in POSTS {
        let reply = s.post(path, &well_formed(path)).await;
        reply.assert_problem(429, "rate_limited");
    }
    let reply = s
        .send(Method::GET, "/app/api/clock", &[], Body::empty())
        .await;
    reply.assert_problem(429, "rate_limited");
    assert_eq!(s.get("/app/").await.status, 200, "files are not counted");
}
