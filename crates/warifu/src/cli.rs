//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Warifu (割符): corporate internet banking in which a proof authorises exactly one transaction.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// All commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs everything on embedded parts, with demo data, a mailbox page and a clock moved by hand.
    Demo(DemoArgs),
    /// Runs the server.
    Serve(ConfigArgs),
    /// Checks a profile and explains it in words. Exit code 1 if it is refused.
    Check {
        /// The profile.
        file: PathBuf,
    },
    /// Brings the database's schema up to date.
    Migrate(ConfigArgs),
    /// Opens contracts and adds people to them.
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Tokens: the stock, and what is lent to whom.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Keys of client systems of the API.
    #[command(subcommand)]
    ApiClient(ApiClientCommand),
    /// Mails that could not be delivered.
    FailedMails {
        #[command(flatten)]
        config: ConfigArgs,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// The audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Bank and branch master data.
    #[command(subcommand)]
    BankMaster(BankMasterCommand),
    /// After a backup was restored: voids every code and authorization from before.
    AfterRestore(ConfigArgs),
}

/// Where the configuration is.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file.
    #[arg(long, env = "WARIFU_CONFIG", default_value = "/etc/warifu/warifu.toml")]
    pub config: PathBuf,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where the demo keeps its database and writes `demo.json`.
    #[arg(long, default_value = "warifu-demo")]
    pub data_dir: PathBuf,
    /// Name of a shipped profile, or the path of a profile (`….toml`).
    #[arg(long, default_value = "mail-otp")]
    pub profile: String,
}

/// `warifu contract …`
#[derive(Debug, Subcommand)]
pub enum ContractCommand {
    /// Opens a contract with its first account in the embedded ledger.
    Open(OpenContract),
    /// Adds a person; prints the generated PINs and grid card once, as JSON.
    AddPerson(AddPerson),
    /// Restores a suspended person, on the customer's written request.
    ReleasePerson(ReleasePerson),
}

/// Arguments of `contract open`.
#[derive(Debug, Args)]
pub struct OpenContract {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Ten digits.
    #[arg(long)]
    pub id: String,
    /// The customer's name.
    #[arg(long)]
    pub name: String,
    /// 代表口座, e.g. 001-1234567.
    #[arg(long)]
    pub account: String,
    /// 口座名義 in kana.
    #[arg(long)]
    pub holder: String,
    /// First balance in yen.
    #[arg(long, default_value_t = 0)]
    pub balance_yen: i64,
    /// Limit for one transfer, yen.
    #[arg(long)]
    pub per_transfer_yen: Option<i64>,
    /// Limit for one day, yen.
    #[arg(long)]
    pub per_day_yen: Option<i64>,
}

/// A person of a contract.
#[derive(Debug, Args)]
pub struct PersonArgs {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// The contract.
    #[arg(long)]
    pub id: String,
    /// 利用者 ID; without it the administrator.
    #[arg(long)]
    pub user: Option<String>,
}

/// Arguments of `contract add-person`.
#[derive(Debug, Args)]
pub struct AddPerson {
    /// Whom.
    #[command(flatten)]
    pub person: PersonArgs,
    /// What a user is; `general` unless said otherwise.
    #[arg(long, requires = "user")]
    pub role: Option<UserRole>,
    /// Name as shown.
    #[arg(long)]
    pub name: String,
    /// Where codes go, as on the application form.
    #[arg(long)]
    pub otp_mail: Option<String>,
    /// Where results and notices go.
    #[arg(long)]
    pub notice_mail: Option<String>,
}

/// What a person with a user ID may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UserRole {
    /// 一般ユーザ.
    General,
    /// マスターユーザ: manages tokens beside the administrator.
    Master,
}

/// Arguments of `contract release-person`.
#[derive(Debug, Args)]
pub struct ReleasePerson {
    /// Whom.
    #[command(flatten)]
    pub person: PersonArgs,
    /// Number of the written request, for the record.
    #[arg(long)]
    pub request: String,
}

/// `warifu token …`
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Takes a maker's PSKC file into the stock. Exit code 1 if any token in it was refused.
    Import(ImportTokens),
    /// Lends tokens of the stock to a contract. Exit code 1 if any was refused.
    Lend {
        #[command(flatten)]
        config: ConfigArgs,
        /// The contract.
        #[arg(long)]
        contract: String,
        /// シリアル番号.
        #[arg(required = true)]
        serials: Vec<String>,
    },
    /// Lists tokens: serial, kind, status, contract, expiry.
    List {
        #[command(flatten)]
        config: ConfigArgs,
        /// Only those of one contract that are not revoked.
        #[arg(long)]
        contract: Option<String>,
    },
}

/// Arguments of `token import`.
#[derive(Debug, Args)]
pub struct ImportTokens {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// The PSKC file (RFC 6030).
    pub file: PathBuf,
    /// A file with the pre-shared AES key the file is encrypted with, in hex.
    #[arg(long, conflicts_with = "passphrase_file")]
    pub key_hex: Option<PathBuf>,
    /// A file with the passphrase the file is encrypted with.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
    /// The report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `warifu api-client …`
#[derive(Debug, Subcommand)]
pub enum ApiClientCommand {
    /// Makes a key and prints it once.
    Add {
        #[command(flatten)]
        config: ConfigArgs,
        /// Short name used in records, e.g. `bank-portal`.
        id: String,
        /// What it is.
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Revokes a key.
    Revoke {
        #[command(flatten)]
        config: ConfigArgs,
        /// Whose.
        id: String,
    },
    /// Lists client systems.
    List {
        #[command(flatten)]
        config: ConfigArgs,
    },
}

/// `warifu audit …`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Verifies every chain. Exit code 1 if anything was tampered with.
    Verify {
        #[command(flatten)]
        config: ConfigArgs,
        /// The report as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `warifu bank-master …`
#[derive(Debug, Subcommand)]
pub enum BankMasterCommand {
    /// Checks a file and loads it; servers use it from their next start on.
    Load {
        #[command(flatten)]
        config: ConfigArgs,
        /// In the format of `data/bank-master.tsv`.
        file: PathBuf,
    },
}
