//! A real SMTP server beside the tests: Debian's python3-aiosmtpd, with a certificate of a CA made
//! for the occasion.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde::Deserialize;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/warifu/smtp_sink.py");

/// Makes a CA, a certificate of it for 127.0.0.1, and another CA that has nothing to do with them.
const CERTIFICATES: &str = r#"
set -e
new="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
openssl req -x509 $new -days 2 -subj /CN=test-ca -keyout ca.key -out ca.pem
openssl req -x509 $new -days 2 -subj /CN=other-ca -keyout other.key -out other-ca.pem
openssl req $new -subj /CN=mail -keyout key.pem -out mail.csr
echo subjectAltName=IP:127.0.0.1 >san
openssl x509 -req -in mail.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out cert.pem
"#;

/// A mail as it arrived, decoded by another program than the one that wrote it.
#[derive(Debug, Deserialize)]
pub struct Arrived {
    /// What the server answered.
    pub answer: String,
    /// The file with the bytes on the wire.
    pub raw: PathBuf,
    pub to: Vec<String>,
    pub sender: String,
    pub tls: bool,
    pub authenticated: bool,
    pub message_id: String,
    pub subject: String,
    pub from_: String,
    pub date: Option<String>,
    pub content_type: String,
    pub text: String,
}

#[derive(Deserialize)]
struct Ready {
    port: u16,
}

/// The server. Ends when dropped.
pub struct MailSink {
    child: Child,
    lines: Mutex<Receiver<String>>,
    pub port: u16,
}

/// Certificates and mails of one test.
pub struct MailDir(tempfile::TempDir);

impl MailDir {
    /// With fresh certificates.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut openssl = Command::new("sh");
        let made = openssl
            .args(["-c", CERTIFICATES])
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        std::fs::write(dir.path().join("password"), "mail-password\n").unwrap();
        Self(dir)
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts a server; `port` 0 takes a free one. `answers` go to the first mails.
    pub fn start(&self, mode: &str, port: u16, answers: &[&str]) -> MailSink {
        let mut child = Command::new("/usr/bin/python3")
            .arg(SCRIPT)
            .arg(self.path())
            .arg(mode)
            .args(answers)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.as_mut().unwrap(), "{port}").unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // Ends with the process or with the test.
            let _ = stdout
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| send.send(line));
        });
        let mut sink = MailSink {
            child,
            lines: Mutex::new(lines),
            port: 0,
        };
        let ready: Ready = serde_json::from_str(&sink.line()).unwrap();
        sink.port = ready.port;
        sink
    }

    /// The section `[mail]` for a server on `port` that asks for STARTTLS and AUTH.
    pub fn config(&self, port: u16, ca: &str) -> String {
        let at = self.path().display();
        format!(
            "host = \"127.0.0.1\"\nport = {port}\nsecurity = \"starttls\"\nca_file = \"{at}/{ca}\"\n\
             username = \"warifu\"\npassword_file = \"{at}/password\"\ntimeout_secs = 5"
        )
    }
}

impl MailSink {
    fn line(&self) -> String {
        let lines = self.lines.lock().unwrap();
        lines
            .recv_timeout(Duration::from_secs(30))
            .expect("a line from the mail server")
    }

    /// Waits for the next mail.
    pub fn next(&self) -> Arrived {
        serde_json::from_str(&self.line()).unwrap()
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
