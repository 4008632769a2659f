//! Tokens: a person's own, from the application to the first code.

use askama::Template;
use jiff::Timestamp;

use super::Shell;
use super::message::Errors;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// ハードウェアトークン.
    Hardware,
    /// トークンアプリ.
    App,
    /// Another maker's authenticator app (TOK-13).
    Authenticator,
}

impl TokenKind {
    /// The id of the kind's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Hardware => "token-hardware",
            Self::App => "token-app",
            Self::Authenticator => "token-authenticator",
        }
    }
}

/// ワンタイムパスワード状態 (TOK-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// 非登録.
    NotRegistered,
    /// 発行中.
    Issuing,
    /// サービス利用中.
    InService,
    /// 利用停止中.
    Suspended,
    /// 失効中, until then.
    Revoked(Timestamp),
    /// 期限切れ.
    Expired,
}

impl TokenState {
    /// The id of the state's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::NotRegistered => "token-not-registered",
            Self::Issuing => "token-issuing",
            Self::InService => "token-in-service",
            Self::Suspended => "token-suspended",
            Self::Revoked(_) => "token-revoked",
            Self::Expired => "token-expired",
        }
    }

    /// How its badge looks: the looks of transfers' states.
    #[must_use]
    pub fn badge(self) -> &'static str {
        match self {
            Self::NotRegistered => "cancelled",
            Self::Issuing => "registered",
            Self::InService => "accepted",
            Self::Suspended | Self::Revoked(_) | Self::Expired => "refused",
        }
    }
}

/// A token as its users see it.
#[derive(Clone, Debug)]
pub struct TokenFacts {
    /// シリアル番号.
    pub serial: String,
    /// What it is.
    pub kind: TokenKind,
    /// After this its codes are refused.
    pub expires_at: Option<Timestamp>,
    /// Whether the expiry is near (TOK-8).
    pub renewal_due: bool,
    /// The others who use it.
    pub sharers: Vec<String>,
}

/// `GET /tokens`. `POST /tokens/cancel` gives up the issue under way.
#[derive(Template)]
#[template(path = "token.html")]
pub struct TokenPage {
    /// The frame.
    pub shell: Shell,
    /// Where it stands.
    pub state: TokenState,
    /// The token in use.
    pub token: Option<TokenFacts>,
    /// Whether an issue is under way.
    pub issuing: bool,
    /// Whether the person may have a software token issued.
    pub may_issue: bool,
}

/// What was typed into the form of トークン発行; passwords are never written back.
#[derive(Clone, Debug, Default)]
pub struct IssueForm {
    /// The phone's address.
    pub mail: String,
    /// The same again.
    pub mail_again: String,
}

/// `GET /tokens/issue`. `POST /tokens/issue/app` with `token_mail`, `token_mail_again`, `start_password`,
/// `start_password_again`, `confirmation_pin`; `POST /tokens/issue/authenticator` with
/// `authenticator_confirmation_pin` (S4 step B, TOK-13).
#[derive(Template)]
#[template(path = "token_issue.html")]
pub struct TokenIssuePage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form that was sent.
    pub errors: Errors,
    /// Whether the institution's own app can be chosen.
    pub app: bool,
    /// Whether another authenticator app can be chosen.
    pub authenticator: bool,
    /// As typed before.
    pub form: IssueForm,
    /// Fewest characters of the start password.
    pub min_length: u32,
    /// Most characters of the start password.
    pub max_length: u32,
    /// Display name of the sender of our mails (MAIL-7).
    pub sender_name: String,
    /// Address of the sender of our mails (MAIL-7).
    pub sender_address: String,
}

/// A QR code's dark modules as an SVG path, one unit a module.
#[derive(Clone, Debug)]
pub struct Qr {
    /// Modules a side, quiet zone not counted.
    pub size: usize,
    /// The `d` of the path.
    pub path: String,
}

impl Qr {
    /// The side with the quiet zone of four modules (ISO/IEC 18004).
    #[must_use]
    pub fn side(&self) -> usize {
        self.size + 8
    }
}

/// An authenticator app's secret, shown once.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// For the camera.
    pub qr: Qr,
    /// For typing, in groups of four.
    pub typed: String,
}

/// `GET /tokens/confirm`: ワンタイムパスワード認証確認 (S4 steps C and D), answered by `POST /tokens/confirm` with
/// `first_code`; `POST /tokens/cancel` gives it up.
#[derive(Template)]
#[template(path = "token_confirm.html")]
pub struct TokenConfirmPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the code.
    pub errors: Errors,
    /// What is being issued.
    pub kind: TokenKind,
    /// サービスID.
    pub service_id: String,
    /// ユーザID; empty for the administrator.
    pub user_id: String,
    /// Where the activation mail went, masked.
    pub mail_to: Option<String>,
    /// Whether the app has been set up.
    pub set_up: bool,
    /// Until when link and first code count.
    pub expires_at: Timestamp,
    /// Right after the application for an authenticator app.
    pub secret: Option<NewSecret>,
}

/// `GET /tokens/repair`, answered by `POST /tokens/repair` with `repair_first`, `repair_second` (TOK-5).
/// An administrator repairs any of the contract at `/admin/tokens/repair`, with `serial` and
/// `confirmation_pin` besides.
#[derive(Template)]
#[template(path = "token_repair.html")]
pub struct TokenRepairPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the codes.
    pub errors: Errors,
    /// The token's serial.
    pub serial: String,
    /// Whether an administrator repairs it.
    pub by_manager: bool,
}

impl TokenRepairPage {
    /// Where the form goes.
    #[must_use]
    pub fn action(&self) -> &'static str {
        if self.by_manager {
            "/admin/tokens/repair"
        } else {
            "/tokens/repair"
        }
    }

    /// Where the person goes who gives it up.
    #[must_use]
    pub fn back_path(&self) -> &'static str {
        if self.by_manager {
            "/admin/tokens"
        } else {
            "/tokens"
        }
    }
}
