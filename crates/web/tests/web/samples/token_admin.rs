//! ワンタイムパスワードの管理.

use warifu_web::views::admin_tokens::{
    Act, AdminTokenChoosePage, AdminTokenDeregisterPage, AdminTokenDonePage,
    AdminTokenExchangePage, AdminTokenModePage, AdminTokenRegisterPage, AdminTokenResultPage,
    AdminTokensPage, LentToken, ResultRow, TokenDeed, UsageMode, UserRow,
};
use warifu_web::views::message::{Errors, MessageId};
use warifu_web::views::shell::Role;
use warifu_web::views::token::TokenState;

use super::{Make, Sample, at, sample};

pub fn samples(make: Make) -> Vec<Sample> {
    let mut samples = list_samples(make);
    samples.extend(act_samples(make));
    samples.extend(lent_samples(make));
    samples
}

fn user(make: Make, id: &str, role: Role, state: TokenState) -> UserRow {
    UserRow {
        field: format!("user_{id}"),
        user_id: id.to_owned(),
        name: make.pick("データ花子", "Hanako Data"),
        role,
        state,
        suspended: id == "sachiko",
        serial: (state == TokenState::InService).then(|| "WF-00000012".to_owned()),
        sharers: match id {
            "haruki" => vec![
                make.pick("データ一郎", "Ichiro Data"),
                make.pick("データ次郎", "Jiro Data"),
            ],
            _ => Vec::new(),
        },
        chosen: id == "haruki",
    }
}

fn users(make: Make) -> Vec<UserRow> {
    [
        ("", Role::Administrator, TokenState::InService),
        ("haruki", Role::Master, TokenState::InService),
        ("ichiro", Role::General, TokenState::NotRegistered),
        ("jiro", Role::General, TokenState::Revoked(at(30))),
        ("sakuro", Role::General, TokenState::Suspended),
        ("sachiko", Role::General, TokenState::Issuing),
        ("tarou", Role::General, TokenState::Expired),
    ]
    .map(|(id, role, state)| user(make, id, role, state))
    .to_vec()
}

fn lent(make: Make, users: usize) -> LentToken {
    let names = [
        make.pick("データ花子", "Hanako Data"),
        make.pick("データ一郎", "Ichiro Data"),
    ];
    LentToken {
        serial: format!("WF-0000001{users}"),
        users: names.into_iter().take(users).collect(),
        expires_at: (users > 0).then(|| at(500_000)),
    }
}

fn list_samples(make: Make) -> Vec<Sample> {
    let page = |mode, lent| AdminTokensPage {
        shell: make.shell_of_manager("/admin/tokens"),
        users: users(make),
        mode,
        lent,
    };
    let tokens = vec![lent(make, 0), lent(make, 1), lent(make, 2)];
    vec![
        sample("admin-tokens", &page(Some(UsageMode::Shared), tokens)),
        sample(
            "admin-tokens-none-lent",
            &page(Some(UsageMode::OneEach), Vec::new()),
        ),
        sample("admin-tokens-software", &page(None, Vec::new())),
    ]
}

fn act_samples(make: Make) -> Vec<Sample> {
    let choose = |act, users, errors| AdminTokenChoosePage {
        shell: make.shell_of_manager("/admin/tokens/revoke"),
        errors,
        act,
        users,
        hold_minutes: 30,
    };
    let nobody = Errors::default()
        .field("users", MessageId::NobodyChosen)
        .field("confirmation_pin", MessageId::Required);
    let result = |act, message: MessageId| {
        let rows = users(make).into_iter().enumerate();
        AdminTokenResultPage {
            shell: make.shell_of_manager("/admin/tokens/revoke"),
            act,
            rows: rows
                .map(|(i, user)| ResultRow {
                    user,
                    refused: (i == 1).then(|| message.into()),
                })
                .collect(),
            hold_minutes: 30,
        }
    };
    vec![
        sample(
            "admin-revoke",
            &choose(Act::Revoke, users(make), Errors::default()),
        ),
        sample(
            "admin-revoke-nobody",
            &choose(Act::Revoke, users(make), nobody),
        ),
        sample(
            "admin-revoke-empty",
            &choose(Act::Revoke, Vec::new(), Errors::default()),
        ),
        sample(
            "admin-release",
            &choose(Act::Release, users(make), Errors::default()),
        ),
        sample(
            "admin-release-empty",
            &choose(Act::Release, Vec::new(), Errors::default()),
        ),
        sample(
            "admin-revoke-result",
            &result(Act::Revoke, MessageId::NothingToRevoke),
        ),
        sample(
            "admin-release-result",
            &result(Act::Release, MessageId::ReleaseNotAllowed),
        ),
    ]
}

fn lent_samples(make: Make) -> Vec<Sample> {
    let register = |mode, users, errors| AdminTokenRegisterPage {
        shell: make.shell_of_manager("/admin/tokens/register"),
        errors,
        mode,
        users,
        serial: "WF-00000012".to_owned(),
    };
    let wrong = Errors::default()
        .field("users", MessageId::NobodyChosen)
        .field("register_serial", MessageId::TokenUnavailable)
        .field("token_code", MessageId::TokenCodeUsed);
    let mode = |errors| AdminTokenModePage {
        shell: make.shell_of_manager("/admin/tokens/mode"),
        errors,
        mode: UsageMode::OneForAll,
    };
    let exchange = AdminTokenExchangePage {
        shell: make.shell_of_manager("/admin/tokens/exchange?serial=WF-00000012"),
        errors: Errors::default(),
        old: lent(make, 2),
        new_serial: String::new(),
    };
    let deregister = AdminTokenDeregisterPage {
        shell: make.shell_of_manager("/admin/tokens/deregister?serial=WF-00000012"),
        errors: Errors::default(),
        token: lent(make, 2),
        users: users(make).into_iter().take(2).collect(),
    };
    let done = |deed| AdminTokenDonePage {
        shell: make.shell_of_manager("/admin/tokens"),
        deed,
        serial: "WF-00000012".to_owned(),
        names: lent(make, 2).users,
    };
    let no_errors = Errors::default;
    vec![
        sample("admin-mode", &mode(no_errors())),
        sample(
            "admin-mode-refused",
            &mode(Errors::page(MessageId::TokenMode)),
        ),
        sample(
            "admin-register-each",
            &register(UsageMode::OneEach, users(make), no_errors()),
        ),
        sample(
            "admin-register-all",
            &register(UsageMode::OneForAll, Vec::new(), no_errors()),
        ),
        sample(
            "admin-register-shared",
            &register(UsageMode::Shared, users(make), wrong),
        ),
        sample(
            "admin-register-none",
            &register(UsageMode::OneEach, Vec::new(), no_errors()),
        ),
        sample("admin-exchange", &exchange),
        sample("admin-deregister", &deregister),
        sample("admin-registered", &done(TokenDeed::Registered)),
        sample("admin-exchanged", &done(TokenDeed::Exchanged)),
        sample("admin-deregistered", &done(TokenDeed::Deregistered)),
    ]
}
