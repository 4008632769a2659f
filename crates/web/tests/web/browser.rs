//! A browser: keeps cookies and the form token, follows redirects, sends no script.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;
use warifu_testkit::application::START;
use warifu_testkit::{TestApp, TestPerson};
use warifu_web::{WebSettings, WebState};

/// The origin under which the test portal is known.
pub const ORIGIN: &str = "http://localhost";

/// A test application with the whole portal before it.
pub struct Portal {
    pub test: TestApp,
    pub router: Router,
}

/// One person's browser.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    /// Sent as `Accept-Language`.
    pub language: &'static str,
    /// Name and value.
    pub cookies: BTreeMap<String, String>,
    /// From the last page that had a form.
    pub csrf: String,
}

/// What was answered.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Portal {
    pub async fn start(seed: &str) -> Self {
        Self::start_with(seed, ORIGIN, 1_000_000).await
    }

    pub async fn start_with(seed: &str, public_origin: &str, logons_per_minute: u32) -> Self {
        Self::before(
            TestApp::sqlite(seed).await,
            public_origin,
            logons_per_minute,
        )
    }

    /// With another profile.
    pub async fn start_on(seed: &str, profile: &str) -> Self {
        let test = TestApp::sqlite_with(seed, profile, START).await;
        Self::before(test, ORIGIN, 1_000_000)
    }

    fn before(test: TestApp, public_origin: &str, logons_per_minute: u32) -> Self {
        let settings = WebSettings {
            public_origin: public_origin.to_owned(),
            trusted_proxies: Vec::new(),
            demo: false,
            api_requests_per_second: 1_000,
            logons_per_minute,
        };
        let web = WebState::new(test.app.clone(), settings);
        let router = warifu_web::layers(warifu_web::router(web.clone()), &web);
        Self { test, router }
    }

    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            language: "ja",
            cookies: BTreeMap::new(),
            csrf: String::new(),
        }
    }

    /// A browser in which that person is logged on.
    pub async fn logged_on(&self, person: &TestPerson) -> Browser {
        let mut browser = self.browser();
        browser.log_on(person).await;
        browser
    }
}

impl Browser {
    /// One request, no redirect followed.
    pub async fn send(&mut self, request: Request<Body>) -> Page {
        let path = request.uri().to_string();
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        if let Some(rest) = body.split("name=\"csrf\" value=\"").nth(1) {
            rest.split('"').next().unwrap().clone_into(&mut self.csrf);
        }
        Page {
            status: parts.status,
            path,
            headers: parts.headers,
            body,
        }
    }

    /// A request of this browser, not sent yet.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header("accept-language", self.language)
            .header("cookie", cookies.join("; "))
    }

    pub async fn get_once(&mut self, path: &str) -> Page {
        let request = self.request(Method::GET, path).body(Body::empty());
        self.send(request.unwrap()).await
    }

    /// A page, after its redirects.
    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.get_once(path).await;
        self.follow(page).await
    }

    pub async fn post_once(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        let request = self
            .request(Method::POST, path)
            .header("origin", ORIGIN)
            .header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(encoded(&all))).unwrap();
        self.send(request).await
    }

    /// Sends a form; the page after its redirects.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post_once(path, fields).await;
        self.follow(page).await
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            if page.status != StatusCode::SEE_OTHER {
                return page;
            }
            let to = page.location().to_owned();
            page = self.get_once(&to).await;
        }
        panic!("too many redirects: {}", page.path)
    }

    /// The first step; the grid page.
    pub async fn give_pin(&mut self, person: &TestPerson) -> Page {
        self.get("/logon").await;
        let fields = [
            ("contract_id", person.contract_id.as_str()),
            ("user_id", &person.user_id),
            ("logon_pin", &person.logon_pin),
        ];
        self.post("/logon", &fields).await
    }

    /// Answers the cells of a grid page.
    pub async fn give_cells(&mut self, person: &TestPerson, page: &Page) -> Page {
        let cells = page.cells();
        let names = ["cell_0", "cell_1", "cell_2"];
        let answers: Vec<String> = cells
            .iter()
            .map(|c| person.cells(std::slice::from_ref(c)))
            .collect();
        let fields: Vec<_> = names
            .into_iter()
            .zip(answers.iter().map(String::as_str))
            .collect();
        self.post("/logon/grid", &fields).await
    }

    /// The first step, where the token's code is asked next.
    pub async fn give_token_code(&mut self, code: &str) -> Page {
        self.post("/logon/token", &[("token_code", code)]).await
    }

    /// Both steps.
    pub async fn log_on(&mut self, person: &TestPerson) -> Page {
        let page = self.give_pin(person).await;
        self.give_cells(person, &page).await
    }
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers["location"].to_str().unwrap()
    }

    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// Fails with the page where something is missing.
    pub fn assert(&self, status: u16, texts: &[&str]) {
        assert_eq!(self.status, status, "{}: {}", self.path, self.main());
        for text in texts {
            assert!(
                self.has(text),
                "{text} is not in {}: {}",
                self.path,
                self.main()
            );
        }
    }

    /// Cells asked on the grid page.
    pub fn cells(&self) -> Vec<String> {
        let labels = self.body.split("<label for=\"cell_").skip(1);
        let cells = labels.map(|rest| rest.split(['>', '<']).nth(1).unwrap().to_owned());
        let cells: Vec<String> = cells.collect();
        assert_eq!(cells.len(), 3, "{}", self.main());
        cells
    }

    fn main(&self) -> &str {
        self.body.split("<main").nth(1).unwrap_or(&self.body)
    }
}

/// `application/x-www-form-urlencoded`.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    let text = |value: &str| value.bytes().map(byte).collect::<String>();
    let pairs = fields
        .iter()
        .map(|(n, v)| format!("{}={}", text(n), text(v)));
    pairs.collect::<Vec<_>>().join("&")
}
