//! The server's process as seen from outside: started, looked at, ended.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::outside::instant;

/// Linux counts processor time in ticks of this length (`getconf CLK_TCK` = 100).
const TICK_MICROS: u64 = 10_000;

/// A running server.
pub struct Server {
    child: Child,
    pub address: String,
    /// From the start of the process until it listened.
    pub started_in: Duration,
}

impl Server {
    /// Starts this program's own `serve` and waits until it listens.
    pub async fn start(database: &str) -> anyhow::Result<Self> {
        let began = instant();
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", database])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().context("no output")?;
        let address = BufReader::new(output).lines().next_line().await?;
        Ok(Self {
            child,
            address: address.context("the server did not start")?,
            started_in: began.elapsed(),
        })
    }

    /// Processor time used so far, microseconds.
    pub fn cpu_micros(&self) -> anyhow::Result<u64> {
        let stat = self.read("stat")?;
        // After the name in parentheses, which may hold anything, utime and stime are 12th and 13th.
        let (_, fields) = stat.rsplit_once(')').context("stat")?;
        let mut times = fields.split_whitespace().skip(11);
        let mut next = || -> anyhow::Result<u64> { Ok(times.next().context("stat")?.parse()?) };
        Ok((next()? + next()?) * TICK_MICROS)
    }

    /// Resident memory, MB.
    pub fn memory_mb(&self) -> anyhow::Result<f64> {
        let status = self.read("status")?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(kib.context("VmRSS")?.parse::<f64>()? * 1024.0 / 1e6)
    }

    /// Ends it and waits until everything it had in hand is durable.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        self.child.wait().await?;
        Ok(())
    }

    fn read(&self, file: &str) -> anyhow::Result<String> {
        let id = self.child.id().context("the server has ended")?;
        Ok(std::fs::read_to_string(format!("/proc/{id}/{file}"))?)
    }
}
