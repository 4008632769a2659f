//! Passkeys.

use warifu_web::views::message::{Errors, MessageId};
use warifu_web::views::passkeys::{LogonPasskeyPage, PasskeyNewPage, PasskeyRow, PasskeysPage};

use super::{Make, Sample, at, sample};

pub fn samples(make: Make) -> Vec<Sample> {
    let row = |name: &str, used: bool| PasskeyRow {
        id: "pk_0".to_owned(),
        name: name.to_owned(),
        created_at: at(0),
        used_at: used.then(|| at(5)),
    };
    let logon = |errors| LogonPasskeyPage {
        shell: make.shell("/logon/passkey"),
        errors,
        challenge: "c".to_owned(),
        options: "{}".to_owned(),
    };
    let own = |passkeys, errors| PasskeysPage {
        shell: make.shell_of_person("/settings/passkeys"),
        errors,
        passkeys,
    };
    let new = PasskeyNewPage {
        shell: make.shell_of_person("/settings/passkeys"),
        errors: Errors::default(),
        challenge: "c".to_owned(),
        options: "{}".to_owned(),
    };
    let two = vec![
        row("会社のスマートフォン", true),
        row("ノートパソコン", false),
    ];
    let full = Errors::page(MessageId::PasskeysFull);
    vec![
        sample("logon-passkey", &logon(Errors::default())),
        sample(
            "logon-passkey-refused",
            &logon(Errors::page(MessageId::PasskeyRefused)),
        ),
        sample("passkeys-none", &own(Vec::new(), Errors::default())),
        sample("passkeys", &own(two.clone(), Errors::default())),
        sample("passkeys-full", &own(two, full)),
        sample("passkey-new", &new),
    ]
}
