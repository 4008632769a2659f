//! An installation in a directory of its own: profile, keys, configuration, database; and the
//! command line run on it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::api::Person;

/// The shipped profile, with room for many codes in a short time.
const PROFILE: &str = include_str!("../../../../profiles/mail-otp.toml");
/// The contract of every installation.
pub const CONTRACT: &str = "1000000001";

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

/// An installation.
pub struct Site {
    pub dir: tempfile::TempDir,
    pub config: PathBuf,
}

/// How mails go out; nowhere by default.
pub const NO_MAIL: &str = "host = \"127.0.0.1\"\nport = 1\nsecurity = \"none\"";

impl Site {
    /// On SQLite, schema not made yet.
    pub fn bare(mail: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = format!(
            "kind = \"sqlite\"\npath = \"{}/warifu.db\"",
            dir.path().display()
        );
        Self::new(dir, &database, mail)
    }

    /// On SQLite, migrated.
    pub fn sqlite(mail: &str) -> Self {
        let site = Self::bare(mail);
        site.done(&["migrate"]);
        site
    }

    /// On a PostgreSQL database, migrated.
    pub fn postgres(url: &str, mail: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("database-url");
        std::fs::write(&file, url).unwrap();
        let database = format!("kind = \"postgres\"\nurl_file = \"{}\"", file.display());
        let site = Self::new(dir, &database, mail);
        site.done(&["migrate"]);
        site
    }

    fn new(dir: tempfile::TempDir, database: &str, mail: &str) -> Self {
        let profile = PROFILE.replace("issues_per_window = 10", "issues_per_window = 100");
        std::fs::write(dir.path().join("profile.toml"), profile).unwrap();
        let key = data_encoding::BASE64.encode(&[7; 32]);
        std::fs::write(dir.path().join("keys"), format!("k1 {key}\n")).unwrap();
        let site = Self {
            config: dir.path().join("warifu.toml"),
            dir,
        };
        site.write_config("warifu.toml", "state", database, mail);
        site
    }

    fn write_config(&self, name: &str, state: &str, database: &str, mail: &str) {
        let at = self.dir.path().display();
        std::fs::create_dir(self.dir.path().join(state)).unwrap();
        let text = format!(
            "profile_file = \"{at}/profile.toml\"\nkey_file = \"{at}/keys\"\nstate_dir = \"{at}/{state}\"\n\
             [server]\nlisten = \"127.0.0.1:0\"\npublic_origin = \"http://127.0.0.1\"\n\
             [database]\n{database}\n[mail]\n{mail}\n\
             [rates]\napi_requests_per_second = 5000\n"
        );
        std::fs::write(self.dir.path().join(name), text).unwrap();
    }

    /// The configuration of a second server on the same database, with a state directory of its own.
    pub fn second_config(&self) -> PathBuf {
        let second = self.dir.path().join("second.toml");
        let text = std::fs::read_to_string(&self.config).unwrap();
        std::fs::create_dir(self.dir.path().join("state-2")).unwrap();
        std::fs::write(&second, text.replace("/state\"", "/state-2\"")).unwrap();
        second
    }

    /// Changes the configuration's text.
    pub fn reconfigure(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(&self.config).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&self.config, text.replacen(from, to, 1)).unwrap();
    }

    /// Changes the profile's text, everywhere.
    pub fn change_profile(&self, from: &str, to: &str) {
        let file = self.path("profile.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&file, text.replace(from, to)).unwrap();
    }

    /// A file of the installation.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs a command with this configuration.
    pub fn run(&self, args: &[&str]) -> Ran {
        let mut args = args.to_vec();
        args.extend(["--config", self.config.to_str().unwrap()]);
        warifu(&args)
    }

    /// The same for a command that must succeed: what it printed.
    pub fn done(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.exit, 0, "{args:?}: {ran:?}");
        ran.out
    }

    /// Opens the contract.
    pub fn open_contract(&self) {
        self.done(&[
            "contract",
            "open",
            "--id",
            CONTRACT,
            "--name",
            "株式会社テスト商事",
            "--account",
            "001-1234567",
            "--holder",
            "ｶ)ﾃｽﾄｼﾖｳｼﾞ",
            "--balance-yen",
            "1000000",
        ]);
    }

    /// Adds a user with an OTP address.
    pub fn add_person(&self, user: &str) -> Person {
        let mail = format!("{user}@test-shoji.example");
        let sheet = self.done(&[
            "contract",
            "add-person",
            "--id",
            CONTRACT,
            "--user",
            user,
            "--name",
            "山田 太郎",
            "--otp-mail",
            &mail,
        ]);
        let person: Person = serde_json::from_str(&sheet).unwrap();
        Person {
            otp_mail: Some(mail),
            ..person
        }
    }

    /// A key for a client system.
    pub fn add_client(&self, id: &str) -> String {
        self.done(&["api-client", "add", id]).trim().to_owned()
    }
}

/// Runs the binary to its end.
pub fn warifu(args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_warifu"));
    let output = command
        .args(args)
        .env_remove("WARIFU_CONFIG")
        .output()
        .unwrap();
    Ran {
        exit: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Every file below a directory with its bytes.
pub fn files_below(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    files
}

/// Whether a secret is among the bytes. A code's digits within a longer number, or after a point as
/// in a time, are not the code.
pub fn holds(bytes: &[u8], secret: &str) -> bool {
    let part_of_number = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_digit() || *b == b'.');
    let is_number = secret.bytes().all(|b| b.is_ascii_digit());
    let found = |(at, window): (usize, &[u8])| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let within = part_of_number(before) || part_of_number(bytes.get(at + secret.len()));
        window == secret.as_bytes() && !(is_number && within)
    };
    bytes.windows(secret.len()).enumerate().any(found)
}
