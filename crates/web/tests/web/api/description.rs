//! The description of the API: complete, and true.

use serde_json::{Value, json};
use warifu_web::api::{ROUTES, contents};

use super::client::{Api, with};

async fn document(api: &Api) -> Value {
    let reply = api.client.get("/api/v1/openapi.json").await;
    assert_eq!(reply.header("content-type"), "application/json");
    reply.body
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let api = Api::start("api document").await;
    let document = document(&api).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["license"]["identifier"], "Apache-2.0");
    let mut described = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described += 1;
            let known = ROUTES
                .iter()
                .any(|(m, p)| m.as_str().eq_ignore_ascii_case(method) && p == path);
            assert!(known, "{method} {path}");
            assert!(item[method]["summary"].is_string(), "{method} {path}");
        }
    }
    assert_eq!(described, ROUTES.len());
}

#[tokio::test]
async fn calls_with_a_key_say_so_and_name_their_problems() {
    let api = Api::start("api document keys").await;
    let document = document(&api).await;
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    for (method, path) in ROUTES {
        let operation = &document["paths"][path][method.as_str().to_lowercase()];
        let public = path.ends_with("ping") || path.ends_with(".json");
        assert_eq!(
            operation["security"] == json!([{ "bearer": [] }]),
            !public,
            "{path}"
        );
        for status in ["401", "429", "500", "503"] {
            assert_eq!(
                operation["responses"][status].is_object(),
                !public,
                "{path} {status}"
            );
        }
    }
}

#[tokio::test]
async fn every_code_is_listed_and_every_field_described() {
    let api = Api::start("api document codes").await;
    let document = document(&api).await;
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let codes = schemas["Problem"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap();
    assert_eq!(codes.len(), 36, "{codes:?}");
    let introduction = document["info"]["description"].as_str().unwrap();
    let paths = document["paths"].to_string();
    for code in codes {
        let quoted = format!("`{}`", code.as_str().unwrap());
        assert!(introduction.contains(&quoted), "{quoted}");
        let of_all = ["`not_found`", "`method_not_allowed`"].contains(&&*quoted);
        assert!(of_all || paths.contains(&quoted), "{quoted} is met nowhere");
    }
    for (name, schema) in schemas {
        let properties = schema["properties"].as_object().into_iter().flatten();
        for (field, property) in properties {
            let described = property["description"].is_string();
            assert!(described, "{name}.{field}: {property}");
        }
    }
}

#[tokio::test]
async fn every_example_is_accepted() {
    let api = Api::start("api document examples").await;
    let document = document(&api).await;
    let examples = &document["paths"]["/api/v1/authorizations"]["post"]["requestBody"]["content"]["application/json"]
        ["examples"];
    let examples = examples.as_object().unwrap();
    assert_eq!(examples.len(), 4);
    for (name, example) in examples {
        let reply = api
            .client
            .post("/api/v1/authorizations", &example["value"])
            .await;
        if name == "payroll" {
            // Its content was read; the test institution doesn't offer it.
            reply.assert_problem(403, "not_permitted");
        } else {
            assert_eq!(reply.status, 201, "{name}: {reply:?}");
        }
    }
    let schemas = &document["components"]["schemas"];
    let clerk = &api.test.clerk;
    let logon = with(
        schemas["LogonRequest"]["example"].clone(),
        "pin",
        json!(clerk.logon_pin),
    );
    assert_eq!(api.client.post("/api/v1/logons", &logon).await.status, 201);
    let path = "/api/v1/logons/lo_1/answers";
    let reply = api
        .client
        .post(path, &schemas["LogonAnswer"]["example"])
        .await;
    reply.assert_problem(404, "not_found");
    let opened = api.client.open(&contents::transfer_request()).await;
    let reply = api
        .client
        .answer(&opened.path(), &schemas["AuthorizationAnswers"]["example"])
        .await;
    reply.assert_problem(409, "not_issued");
}
