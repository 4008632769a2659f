//! The binary as a running process: started, awaited, stopped, killed, its log kept.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::http::Client;

/// A process that may not be ready yet. Killed when dropped.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    log: Arc<Mutex<String>>,
    /// Host and port, once ready.
    pub address: String,
}

impl Server {
    /// Starts the demo on a free port and waits until it serves.
    pub fn demo(directory: &Path) -> Self {
        Self::begin_demo(directory).ready()
    }

    /// The same with another shipped profile.
    pub fn demo_of(profile: &str, directory: &Path) -> Self {
        let directory = directory.to_str().unwrap();
        let mut args = vec!["demo", "--listen", "127.0.0.1:0", "--data-dir", directory];
        args.extend(["--profile", profile]);
        Self::begin(&args).ready()
    }

    /// Starts the demo without waiting.
    pub fn begin_demo(directory: &Path) -> Self {
        let directory = directory.to_str().unwrap();
        Self::begin(&["demo", "--listen", "127.0.0.1:0", "--data-dir", directory])
    }

    /// Starts the server of a configuration and waits until it serves.
    pub fn serve(config: &Path) -> Self {
        Self::begin(&["serve", "--config", config.to_str().unwrap()]).ready()
    }

    fn begin(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_warifu"))
            .args(args)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let (send, lines) = mpsc::channel();
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                *written.lock().unwrap() += &format!("{line}\n");
                // Nobody may be waiting for a line any more.
                let _ = send.send(line);
            }
        });
        Self {
            child,
            lines,
            log,
            address: String::new(),
        }
    }

    fn ready(mut self) -> Self {
        if self.wait_ready().is_none() {
            panic!("the server did not start: {}", self.log());
        }
        self
    }

    /// Waits until it serves; `None` if it ended instead.
    pub fn wait_ready(&mut self) -> Option<()> {
        let line = self.wait_for_line(|line| {
            line.starts_with("warifu serves on ") || line.starts_with("1. Portal:")
        })?;
        let address = line
            .split_whitespace()
            .find(|word| word.contains("127.0.0.1:"))?;
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        address.clone_into(&mut self.address);
        Some(())
    }

    /// Waits for a line of its log; `None` if it ended without, or half a minute passed.
    pub fn wait_for_line(&mut self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(30)).ok()?;
            if wanted(&line) {
                return Some(line);
            }
        }
    }

    /// Everything it wrote to stderr.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// A client without a key.
    pub fn client(&self) -> Client {
        Client::to(&self.address)
    }

    /// SIGTERM, as a service manager sends it.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// SIGTERM, then waits for its end.
    pub fn stop(mut self) -> (ExitStatus, String) {
        self.terminate();
        let status = self.child.wait().unwrap();
        (status, self.log())
    }

    /// Waits for its end.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer; for what another process does in its own time.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..3_000 {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never happened: {what}");
}
