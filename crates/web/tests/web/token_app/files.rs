//! The app's files: what the browser is told about them.

use axum::body::Body;
use axum::http::Method;

use super::Server;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

#[tokio::test]
async fn files_have_their_types_and_the_apps_own_policy() {
    let s = Server::start("app files").await;
    for (path, media_type) in [
        ("/app/", "text/html; charset=utf-8"),
        ("/app/app.js", "text/javascript; charset=utf-8"),
        ("/app/sw.js", "text/javascript; charset=utf-8"),
        ("/app/app.css", "text/css; charset=utf-8"),
        ("/app/manifest.webmanifest", "application/manifest+json"),
        ("/app/icon-192.png", "image/png"),
        ("/app/icon-512.png", "image/png"),
    ] {
        let reply = s.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(!reply.bytes.is_empty(), "{path}");
        let is = |name: &str, value: &str| assert_eq!(reply.headers[name], value, "{path}");
        is("content-type", media_type);
        is("content-security-policy", POLICY);
        is("cache-control", "no-cache");
        is("x-content-type-options", "nosniff");
        is("x-frame-options", "DENY");
        let permissions = reply.headers["permissions-policy"].to_str().unwrap();
        assert!(permissions.contains("camera=(self)"), "{permissions}");
        assert!(!reply.headers.contains_key("set-cookie"), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_kept_is_not_sent_again() {
    let s = Server::start("app etag").await;
    let first = s.get("/app/app.js").await;
    let tag = first.headers["etag"].to_str().unwrap();
    let headers = [("if-none-match", tag)];
    let again = s
        .send(Method::GET, "/app/app.js", &headers, Body::empty())
        .await;
    assert_eq!(again.status, 304);
    assert!(again.bytes.is_empty());
    let other = s
        .send(Method::GET, "/app/sw.js", &headers, Body::empty())
        .await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn nothing_else_is_served_and_the_portal_stays_without_script() {
    let s = Server::start("app others").await;
    for path in [
        "/app/none.js",
        "/app/..%2fCargo.toml",
        "/app/index.html%00",
        "/app/a/b",
    ] {
        assert_eq!(s.get(path).await.status, 404, "{path}");
    }
    for path in ["/logon", "/apply", "/app/api/clock"] {
        let reply = s.get(path).await;
        let policy = reply.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'none'"), "{path}: {policy}");
        let permissions = reply.headers["permissions-policy"].to_str().unwrap();
        assert!(permissions.contains("camera=()"), "{path}");
    }
}
