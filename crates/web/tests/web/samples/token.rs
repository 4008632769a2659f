//! A person's own token, from the application to the first code.

use warifu_web::views::message::{Errors, MessageId};
use warifu_web::views::token::{
    IssueForm, NewSecret, Qr, TokenConfirmPage, TokenFacts, TokenIssuePage, TokenKind, TokenPage,
    TokenRepairPage, TokenState,
};

use super::{Make, Sample, at, sample};

pub fn samples(make: Make) -> Vec<Sample> {
    let mut samples = own_samples(make);
    samples.extend(issue_samples(make));
    samples.extend(confirm_samples(make));
    samples.extend(repair_samples(make));
    samples
}

/// Not a real code: a few modules.
pub fn qr() -> Qr {
    Qr {
        size: 21,
        path: "M0 0h7v7h-7z M14 0h7v7h-7z M0 14h7v7h-7z".to_owned(),
    }
}

fn facts(make: Make, kind: TokenKind) -> TokenFacts {
    TokenFacts {
        serial: "WF-00000012".to_owned(),
        kind,
        expires_at: Some(at(2_000_000)),
        renewal_due: false,
        sharers: vec![make.pick("佐藤 次郎", "Jiro Sato")],
    }
}

fn own(make: Make, state: TokenState, token: Option<TokenFacts>) -> TokenPage {
    TokenPage {
        shell: make.shell_of_person("/tokens"),
        state,
        token,
        issuing: state == TokenState::Issuing,
        may_issue: state == TokenState::NotRegistered,
    }
}

fn own_samples(make: Make) -> Vec<Sample> {
    let due = |kind| {
        let mut facts = facts(make, kind);
        facts.renewal_due = true;
        own(make, TokenState::InService, Some(facts))
    };
    let with = |state| own(make, state, Some(facts(make, TokenKind::App)));
    let mut hardware = facts(make, TokenKind::Hardware);
    hardware.expires_at = None;
    let mut ask = own(make, TokenState::NotRegistered, None);
    ask.may_issue = false;
    let revoked = own(make, TokenState::Revoked(at(30)), None);
    vec![
        sample("token-none", &own(make, TokenState::NotRegistered, None)),
        sample("token-ask", &ask),
        sample("token-issuing", &own(make, TokenState::Issuing, None)),
        sample("token-in-service", &with(TokenState::InService)),
        sample(
            "token-hardware",
            &own(make, TokenState::InService, Some(hardware)),
        ),
        sample("token-due-app", &due(TokenKind::App)),
        sample("token-due-hardware", &due(TokenKind::Hardware)),
        sample("token-due-authenticator", &due(TokenKind::Authenticator)),
        sample("token-suspended", &with(TokenState::Suspended)),
        sample("token-expired", &with(TokenState::Expired)),
        sample("token-revoked", &revoked),
    ]
}

fn issue(make: Make, app: bool, authenticator: bool) -> TokenIssuePage {
    TokenIssuePage {
        shell: make.shell_of_person("/tokens/issue"),
        errors: Errors::default(),
        app,
        authenticator,
        form: IssueForm::default(),
        min_length: 6,
        max_length: 12,
        sender_name: make.pick("トマト銀行", "Tomato Bank"),
        sender_address: "otp@tomato.example".to_owned(),
    }
}

fn issue_samples(make: Make) -> Vec<Sample> {
    let mut wrong = issue(make, true, true);
    wrong.form = IssueForm {
        mail: "hanako@".to_owned(),
        mail_again: "hanako@phone.example".to_owned(),
    };
    wrong.errors = Errors::default()
        .field("token_mail", MessageId::AddressMalformed)
        .field("token_mail_again", MessageId::AddressMismatch)
        .field("start_password", MessageId::StartPasswordUnfit)
        .field("start_password_again", MessageId::StartPasswordMismatch)
        .field("confirmation_pin", MessageId::ConfirmationPinWrong);
    let mut in_use = issue(make, true, false);
    in_use.errors = Errors::page(MessageId::TokenInUse);
    vec![
        sample("token-issue", &issue(make, true, true)),
        sample("token-issue-authenticator", &issue(make, false, true)),
        sample("token-issue-wrong", &wrong),
        sample("token-issue-in-use", &in_use),
    ]
}

fn confirm(make: Make, kind: TokenKind) -> TokenConfirmPage {
    let app = kind == TokenKind::App;
    TokenConfirmPage {
        shell: make.shell_of_person("/tokens/confirm"),
        errors: Errors::default(),
        kind,
        service_id: "1000000001".to_owned(),
        user_id: "keiri01".to_owned(),
        mail_to: app.then(|| "h***@phone.example".to_owned()),
        set_up: !app,
        expires_at: at(30),
        secret: None,
    }
}

fn confirm_samples(make: Make) -> Vec<Sample> {
    let mut set_up = confirm(make, TokenKind::App);
    set_up.set_up = true;
    let mut early = confirm(make, TokenKind::App);
    early.user_id = String::new();
    early.errors = Errors::page(MessageId::AppNotSetUp);
    let mut once = confirm(make, TokenKind::Authenticator);
    once.secret = Some(NewSecret {
        qr: qr(),
        typed: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
    });
    let mut wrong = confirm(make, TokenKind::Authenticator);
    wrong.errors = Errors::default().field("first_code", MessageId::TokenWrong);
    vec![
        sample("token-confirm", &confirm(make, TokenKind::App)),
        sample("token-confirm-set-up", &set_up),
        sample("token-confirm-early", &early),
        sample("token-confirm-qr", &once),
        sample("token-confirm-wrong", &wrong),
    ]
}

fn repair_samples(make: Make) -> Vec<Sample> {
    let page = |errors, by_manager| TokenRepairPage {
        shell: make.shell_of_manager("/tokens/repair"),
        errors,
        serial: "WF-00000012".to_owned(),
        by_manager,
    };
    let wrong = Errors::page(MessageId::DriftUnrepaired);
    vec![
        sample("token-repair", &page(Errors::default(), false)),
        sample("token-repair-wrong", &page(wrong, false)),
        sample("admin-token-repair", &page(Errors::default(), true)),
    ]
}
