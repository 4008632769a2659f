//! A client that says of each request whether it went out and whether its answer came back: one
//! connection a request, nothing is repeated.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: String,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The request did not go out.
    NotSent,
    /// It went out whole; whether it was carried out is unknown.
    NoAnswer,
}

/// Where to send, and as whom.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: String,
    pub key: Option<String>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// A text field of the body.
    pub fn text(&self, field: &str) -> String {
        let json = self.json();
        let text = json[field].as_str();
        text.unwrap_or_else(|| panic!("no {field}: {self:?}"))
            .to_owned()
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        self.text("code")
    }
}

impl Client {
    /// Without a key.
    pub fn to(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            key: None,
        }
    }

    /// With a client system's key.
    pub fn with_key(address: &str, key: &str) -> Self {
        Self {
            address: address.to_owned(),
            key: Some(key.to_owned()),
        }
    }

    /// `GET path`.
    pub fn get(&self, path: &str) -> Result<Reply, Lost> {
        self.request(&format!("GET {path}"), &[], None)
    }

    /// `POST path` with a JSON body.
    pub fn post(&self, path: &str, body: &Value) -> Result<Reply, Lost> {
        self.request(&format!("POST {path}"), &[], Some(body))
    }

    /// Method and path, further headers, a JSON body.
    pub fn request(
        &self,
        method_and_path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, Lost> {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let mut stream = self.connect().ok_or(Lost::NotSent)?;
        let text = self.head(method_and_path, headers, body.len()) + &body;
        stream
            .write_all(text.as_bytes())
            .map_err(|_| Lost::NotSent)?;
        read_reply(&mut stream).ok_or(Lost::NoAnswer)
    }

    /// A connection that waits at most half a minute for bytes.
    pub fn connect(&self) -> Option<TcpStream> {
        let stream = TcpStream::connect(&self.address).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .ok()?;
        stream.set_nodelay(true).ok()?;
        Some(stream)
    }

    /// Request line and headers of a request with a JSON body of so many bytes.
    pub fn head(&self, method_and_path: &str, headers: &[(&str, &str)], length: usize) -> String {
        let mut head = format!(
            "{method_and_path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {length}\r\n",
            self.address
        );
        if length > 0 {
            head.push_str("content-type: application/json\r\n");
        }
        if let Some(key) = &self.key {
            head.push_str(&format!("authorization: Bearer {key}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + "\r\n"
    }
}

/// Reads up to the end of the connection; an answer that was cut off is none.
pub fn read_reply(stream: &mut TcpStream) -> Option<Reply> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse().ok())?
    });
    if length.is_some_and(|length: usize| body.len() < length) {
        return None;
    }
    Some(Reply {
        status,
        body: body.to_owned(),
    })
}
