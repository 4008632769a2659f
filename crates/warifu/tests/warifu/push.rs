//! `[push]` of the configuration: off unless it is there, its key for good, its mistakes named.

use crate::server::Server;
use crate::site::{NO_MAIL, Site};

const PATH: &str = "/app/api/push";
const PUSH: &str = "[push]\ncontact = \"mailto:push@bank.example\"\n[rates]";

#[test]
fn push_is_off_until_it_is_configured_and_then_has_one_key() {
    let site = Site::sqlite(NO_MAIL);
    let server = Server::serve(&site.config);
    let reply = server.client().get(PATH).unwrap();
    assert_eq!((reply.status, reply.code().as_str()), (404, "not_found"));
    server.stop();
    site.reconfigure("[rates]", PUSH);
    let key = || {
        let server = Server::serve(&site.config);
        let reply = server.client().get(PATH).unwrap();
        assert_eq!(reply.status, 200, "{reply:?}");
        let (ended, _) = server.stop();
        assert!(ended.success());
        reply.text("public_key")
    };
    let first = key();
    assert_eq!(first.len(), 87);
    assert_eq!(key(), first, "after a restart");
}

#[test]
fn a_faulty_section_is_refused() {
    for (section, said) in [
        (
            "[push]\ncontact = \"push@bank.example\"\n[rates]",
            "push.contact must begin with mailto: or https://",
        ),
        (
            "[push]\ncontact = \"mailto:a@b.example\"\nhosts = [\"127.0.0.1\"]\n[rates]",
            "push.hosts: \"127.0.0.1\" is not",
        ),
        ("[push]\n[rates]", "contact"),
    ] {
        let site = Site::sqlite(NO_MAIL);
        site.reconfigure("[rates]", section);
        let ran = site.run(&["serve"]);
        assert_ne!(ran.exit, 0);
        assert!(ran.err.contains(said), "{ran:?}");
    }
}
