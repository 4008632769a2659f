//! `warifu token …`, and the demo's tokens as a program finds them. The codes are `oathtool`'s.

use std::process::Command;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::api::Person;
use crate::http::{Client, Reply};
use crate::server::Server;
use crate::site::{CONTRACT, NO_MAIL, Site};

/// The example of RFC 6030 §6.1 with time-based codes: the secret and the MAC key are encrypted under
/// [`KEY_HEX`].
const ENCRYPTED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">
  <EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>
  <MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><MACKey>
    <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
    <xenc:CipherData><xenc:CipherValue>
      ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX
    </xenc:CipherValue></xenc:CipherData>
  </MACKey></MACMethod>
  <KeyPackage>
    <DeviceInfo><Manufacturer>M</Manufacturer><SerialNo>987654321</SerialNo></DeviceInfo>
    <Key Id="12345678" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
      <AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
      <Data>
        <Secret>
          <EncryptedValue>
            <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
            <xenc:CipherData><xenc:CipherValue>
              AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv
            </xenc:CipherValue></xenc:CipherData>
          </EncryptedValue>
          <ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=</ValueMAC>
        </Secret>
        <TimeInterval><PlainValue>30</PlainValue></TimeInterval>
      </Data>
    </Key>
  </KeyPackage>
</KeyContainer>
"#;
const KEY_HEX: &str = "12345678901234567890123456789012";

/// One key package; `algorithm` is `totp` or `hotp`.
fn package(serial: &str, algorithm: &str, secret: &str) -> String {
    format!(
        r#"<KeyPackage><DeviceInfo><Manufacturer>M</Manufacturer><SerialNo>{serial}</SerialNo></DeviceInfo>
        <Key Id="{serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:{algorithm}">
        <AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
        <Data><Secret><PlainValue>{secret}</PlainValue></Secret>
        <TimeInterval><PlainValue>30</PlainValue></TimeInterval></Data>
        </Key></KeyPackage>"#
    )
}

const SECRET: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=";

fn container(packages: &[String]) -> String {
    format!(
        r#"<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">{}</KeyContainer>"#,
        packages.concat()
    )
}

/// Writes a file of the installation; its path.
fn write(site: &Site, name: &str, text: &str) -> String {
    let file = site.path(name);
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_makers_file_comes_into_stock_once_and_what_is_unusable_is_named() {
    let site = Site::sqlite(NO_MAIL);
    let file = write(
        &site,
        "tokens.xml",
        &container(&[
            package("WF-00000001", "totp", SECRET),
            package("WF-00000002", "hotp", SECRET),
            package("WF-00000003", "totp", "MTIz"),
            package("WF-00000004", "totp", SECRET),
            package("WF-00000004", "totp", SECRET),
        ]),
    );
    let first = site.run(&["token", "import", &file]);
    assert_eq!(first.exit, 1, "{first:?}");
    let lines: Vec<_> = first.out.lines().collect();
    assert_eq!(lines[0], "2 added, 1 skipped (there already), 2 refused");
    assert!(lines[1].starts_with("refused WF-00000002: "), "{first:?}");
    assert!(lines[2].starts_with("refused WF-00000003: "), "{first:?}");
    let again = site.run(&["token", "import", &file, "--json"]);
    let report: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(
        (&report["added"], &report["skipped"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(report["refused"][0]["serial"], "WF-00000002");
    let listed = site.done(&["token", "list"]);
    let serials: Vec<_> = listed.lines().map(|l| l.split('\t').next()).collect();
    assert_eq!(serials, [Some("WF-00000001"), Some("WF-00000004")]);
    assert!(site.done(&["audit", "verify"]).contains("No sign"));
}

#[test]
fn an_encrypted_file_needs_its_key_and_a_cut_off_one_leaves_nothing() {
    let site = Site::sqlite(NO_MAIL);
    let file = write(&site, "tokens.xml", ENCRYPTED);
    let key = write(&site, "key", &format!("{KEY_HEX}\n"));
    let other = write(&site, "other-key", &"00".repeat(16));
    let no_hex = write(&site, "no-hex", "not hex");
    let passphrase = write(&site, "passphrase", "qwerty");
    for (args, says) in [
        (&["--key-hex", &other][..], "does not decrypt"),
        (&["--key-hex", &no_hex], "no key in hex"),
        (&["--passphrase-file", &passphrase], "pre-shared key"),
        (&[], "pre-shared key"),
    ] {
        let refused = site.run(&[&["token", "import", &file], args].concat());
        assert_eq!((refused.exit, refused.out.as_str()), (2, ""), "{refused:?}");
        assert!(refused.err.contains(says), "{refused:?}");
    }
    let packages = [package("WF-00000001", "totp", SECRET)];
    let whole = container(&packages);
    let cut = write(&site, "cut.xml", &whole[..whole.len() - 10]);
    let refused = site.run(&["token", "import", &cut]);
    assert_eq!(refused.exit, 2, "{refused:?}");
    assert_eq!(site.done(&["token", "list"]), "");
    let done = site.done(&["token", "import", &file, "--key-hex", &key]);
    assert!(done.starts_with("1 added"), "{done}");
    assert!(
        site.done(&["token", "list"])
            .starts_with("987654321\thardware\tstock")
    );
}

#[test]
fn tokens_of_the_stock_are_lent_once() {
    let site = Site::sqlite(NO_MAIL);
    site.open_contract();
    let packages: Vec<_> = (1..=3)
        .map(|n| package(&format!("WF-{n:08}"), "totp", SECRET))
        .collect();
    let file = write(&site, "tokens.xml", &container(&packages));
    site.done(&["token", "import", &file]);
    let lend = ["token", "lend", "--contract", CONTRACT, "WF-00000002"];
    assert_eq!(site.done(&lend), "WF-00000002\tlent\n");
    let again = site.run(&[&lend[..], &["WF-00000003", "WF-9"]].concat());
    assert_eq!(again.exit, 1, "{again:?}");
    let expected = "WF-00000002\trefused: token_unavailable\nWF-00000003\tlent\n\
                    WF-9\trefused: token_unavailable\n";
    assert_eq!(again.out, expected);
    let of_contract = site.done(&["token", "list", "--contract", CONTRACT]);
    assert_eq!(of_contract.lines().count(), 2);
    assert!(of_contract.contains("WF-00000002\thardware\tlent\t1000000001\t-"));
    let unknown = site.run(&["token", "lend", "--contract", "1000000009", "WF-00000001"]);
    assert_eq!(unknown.exit, 2, "{unknown:?}");
    assert!(unknown.err.contains("no such contract"), "{unknown:?}");
}

/// A running demo of a profile.
struct Demo {
    _server: Server,
    _directory: tempfile::TempDir,
    json: Value,
    client: Client,
}

impl Demo {
    fn of(profile: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::demo_of(profile, directory.path());
        let text = std::fs::read_to_string(directory.path().join("demo.json")).unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        let client = Client::with_key(&server.address, json["api_key"].as_str().unwrap());
        Self {
            _server: server,
            _directory: directory,
            json,
            client,
        }
    }

    fn people(&self) -> &Vec<Value> {
        self.json["people"].as_array().unwrap()
    }

    fn person(&self, contract: &str, user: &str) -> &Value {
        let is = |p: &&Value| p["contract_id"] == contract && p["user_id"] == user;
        self.people().iter().find(is).unwrap()
    }

    /// What a token of `demo.json` shows now, by the demo's clock.
    fn code(&self, token: &Value) -> String {
        let now: Timestamp = self
            .client
            .get("/demo/clock")
            .unwrap()
            .text("now")
            .parse()
            .unwrap();
        let output = Command::new("oathtool")
            .args(["--totp=sha1", "-b", "-d", &token["digits"].to_string()])
            .args(["-s", &format!("{}s", token["period"])])
            .args(["--now", &format!("@{}", now.as_second())])
            .arg(token["secret"].as_str().unwrap())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Opens an authorization and answers it with PIN and code.
    fn prove(&self, person: &Value, code: &str) -> Reply {
        let person: Person = serde_json::from_value(person.clone()).unwrap();
        let opened = self.client.open(&person, "ウケトリニン", 648).unwrap();
        let path = format!(
            "/api/v1/authorizations/{}/answers",
            opened.text("authorization_id")
        );
        let body = json!({ "confirmation_pin": person.confirmation_pin, "token_otp": code });
        self.client.post(&path, &body).unwrap()
    }
}

#[test]
fn the_hardware_demos_tokens_prove_transactions_each_code_once() {
    let demo = Demo::of("hardware-token");
    for person in demo.people() {
        let token = &person["token"];
        assert!(
            token["serial"].as_str().unwrap().starts_with("WF-"),
            "{person}"
        );
        assert_eq!(
            (&token["period"], &token["digits"]),
            (&json!(30), &json!(6))
        );
    }
    let clerk = demo.person("1000000001", "keiri01");
    let proven = demo.prove(clerk, &demo.code(&clerk["token"]));
    assert_eq!(proven.status, 200, "{proven:?}");
    // One company shares one token: a colleague waits for the next code.
    let (one, other) = (
        demo.person("1000000003", "shiharai"),
        demo.person("1000000003", "kaikei"),
    );
    assert_eq!(one["token"], other["token"]);
    let code = demo.code(&one["token"]);
    assert_eq!(demo.prove(one, &code).status, 200);
    assert_eq!(demo.prove(other, &code).code(), "code_used");
    let spare = demo.json["spare_tokens"].as_array().unwrap();
    let contracts: Vec<_> = spare.iter().map(|t| t["contract_id"].as_str()).collect();
    assert_eq!(
        contracts,
        ["1000000001", "1000000002", "1000000003"].map(Some)
    );
    let used: Vec<_> = demo
        .people()
        .iter()
        .map(|p| &p["token"]["serial"])
        .collect();
    assert!(spare.iter().all(|t| !used.contains(&&t["serial"])));
}

#[test]
fn the_software_demos_tokens_work_and_newcomers_have_none() {
    for profile in ["two-step", "software-token"] {
        let demo = Demo::of(profile);
        let clerk = demo.person("1000000001", "keiri01");
        assert_eq!(clerk["token"]["period"], 60);
        let proven = demo.prove(clerk, &demo.code(&clerk["token"]));
        assert_eq!(proven.status, 200, "{profile}: {proven:?}");
        assert!(demo.person("1000000001", "shinjin")["token"].is_null());
        assert_eq!(demo.json["spare_tokens"], json!([]));
        for contract in ["1000000001", "1000000002", "1000000003"] {
            let is_master = |p: &&Value| p["contract_id"] == contract && p["role"] == "master";
            assert_eq!(demo.people().iter().filter(is_master).count(), 1);
        }
    }
}
