//! The configuration file: one struct a section, read once, unknown keys refused with their line.
//! Every key is explained in `packaging/warifu.example.toml`.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The institution's profile.
    pub profile_file: PathBuf,
    /// Sealing keys.
    pub key_file: PathBuf,
    /// Where this server keeps what must not be part of a database backup.
    pub state_dir: PathBuf,
    /// Network.
    pub server: Server,
    /// Database.
    pub database: Database,
    /// Mail server.
    pub mail: Mail,
    /// Pushes to phones; none without it.
    pub push: Option<Push>,
    /// Rates.
    #[serde(default)]
    pub rates: Rates,
    /// Logs.
    #[serde(default)]
    pub log: Log,
}

/// Network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where the portal and the API listen.
    pub listen: SocketAddr,
    /// Scheme and host that browsers see.
    pub public_origin: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// Where `/metrics` is, if anywhere. Not for the public.
    pub metrics_listen: Option<SocketAddr>,
    /// Connections open at once.
    #[serde(default = "connections_max")]
    pub connections_max: usize,
    /// Seconds that requests under way get when the server is told to stop.
    #[serde(default = "stop_secs")]
    pub stop_secs: u64,
}

/// Database.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Database {
    /// A file on this machine.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
    /// A server.
    Postgres {
        /// A file that holds the connection string, since it may hold a password.
        url_file: PathBuf,
        /// Connections for lists; reads by key share one more.
        #[serde(default = "readers")]
        readers: usize,
        /// Connections that commit.
        #[serde(default = "senders")]
        senders: usize,
        /// Trusted certificates; with it TLS is required.
        ca_file: Option<PathBuf>,
    },
}

/// Mail server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Trusted certificates, PEM; the usual public ones without it.
    pub ca_file: Option<PathBuf>,
    /// User name, if the server wants one.
    pub username: Option<String>,
    /// A file that holds the password.
    pub password_file: Option<PathBuf>,
    /// Seconds one mail may take.
    #[serde(default = "mail_timeout_secs")]
    pub timeout_secs: u64,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, required.
    Starttls,
    /// None: a relay on this machine.
    None,
}

/// Pushes to phones.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// Whom push services may write to about this server: `mailto:` or `https:`.
    pub contact: String,
    /// Push services by host; hosts below them count too.
    #[serde(default = "push_hosts")]
    pub hosts: Vec<String>,
}

/// Rates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// Per address.
    pub logons_per_minute: u32,
    /// Per client system.
    pub api_requests_per_second: u32,
}

/// Logs.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `info`, or a filter such as `warn,warifu_app=debug`.
    pub level: Option<String>,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            logons_per_minute: 30,
            api_requests_per_second: 500,
        }
    }
}

fn connections_max() -> usize {
    10_000
}

fn stop_secs() -> u64 {
    20
}

fn readers() -> usize {
    4
}

fn senders() -> usize {
    2
}

/// Those of Chrome and Edge on Android, Firefox, Safari, and Edge on Windows.
fn push_hosts() -> Vec<String> {
    [
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
        "notify.windows.com",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn mail_timeout_secs() -> u64 {
    30
}

impl Config {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = read_text(path)?;
        let config: Self = toml::from_str(&text)
            .map_err(|e| anyhow::anyhow!("{}: {}", path.display(), e.to_string().trim_end()))?;
        let origin = &config.server.public_origin;
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        if host.is_none_or(|h| h.is_empty() || h.contains('/')) {
            bail!("server.public_origin must be scheme and host, like https://ib.bank.example");
        }
        if let Some(push) = &config.push {
            push.check()?;
        }
        Ok(config)
    }
}

impl Push {
    fn check(&self) -> Result<()> {
        let known = ["mailto:", "https://"];
        if !known.iter().any(|scheme| self.contact.starts_with(scheme)) {
            bail!("push.contact must begin with mailto: or https://");
        }
        for host in &self.hosts {
            if !warifu_app::is_host_name(host) {
                bail!("push.hosts: {host:?} is not a host's full name in lower case");
            }
        }
        Ok(())
    }
}

/// Reads a text file, naming it in the error.
pub fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))
}

/// Reads a file that holds one secret.
pub fn read_secret(path: &Path) -> Result<String> {
    Ok(read_text(path)?.trim().to_owned())
}
