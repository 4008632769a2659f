//! ワンタイムパスワードの管理: what administrators and masters do with their contract's tokens (S3, S4).

use askama::Template;
use jiff::Timestamp;

use super::Shell;
use super::message::{Errors, Message};
use super::shell::Role;
use super::token::TokenState;

/// One user in a list.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// Name and ID of the box that chooses the user.
    pub field: String,
    /// ログインID; empty for the administrator.
    pub user_id: String,
    /// 利用者名.
    pub name: String,
    /// 利用者区分.
    pub role: Role,
    /// ワンタイムパスワード状態.
    pub state: TokenState,
    /// Suspended for another reason than token codes: the bank's to lift.
    pub suspended: bool,
    /// シリアル番号 of the token.
    pub serial: Option<String>,
    /// 共有者.
    pub sharers: Vec<String>,
    /// Whether the box is ticked.
    pub chosen: bool,
}

/// One hardware token lent to the contract.
#[derive(Clone, Debug)]
pub struct LentToken {
    /// シリアル番号.
    pub serial: String,
    /// Who uses it.
    pub users: Vec<String>,
    /// After this its codes are refused.
    pub expires_at: Option<Timestamp>,
}

/// 利用形態 (S3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageMode {
    /// Form value `one-each`.
    OneEach,
    /// Form value `one-for-all`.
    OneForAll,
    /// Form value `shared`.
    Shared,
}

impl UsageMode {
    /// In the order of the form.
    pub const ALL: [Self; 3] = [Self::OneEach, Self::OneForAll, Self::Shared];

    /// The form value: the end of the name's id.
    #[must_use]
    pub fn value(self) -> &'static str {
        let id = self.text_id();
        id.strip_prefix("usage-").unwrap_or(id)
    }

    /// The id of the mode's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::OneEach => "usage-one-each",
            Self::OneForAll => "usage-one-for-all",
            Self::Shared => "usage-shared",
        }
    }

    /// The id of what the mode means.
    #[must_use]
    pub fn hint_id(self) -> &'static str {
        match self {
            Self::OneEach => "usage-one-each-hint",
            Self::OneForAll => "usage-one-for-all-hint",
            Self::Shared => "usage-shared-hint",
        }
    }
}

/// `GET /admin/tokens`. `POST /admin/tokens/initialise` with a user's `field` gives up what is being
/// issued to that user.
#[derive(Template)]
#[template(path = "admin_tokens.html")]
pub struct AdminTokensPage {
    /// The frame.
    pub shell: Shell,
    /// All users.
    pub users: Vec<UserRow>,
    /// 利用形態, where the institution has hardware tokens.
    pub mode: Option<UsageMode>,
    /// Hardware tokens lent to the contract.
    pub lent: Vec<LentToken>,
}

/// What is done to several users at once (S4 appendix 1 and 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// トークンの失効.
    Revoke,
    /// 利用停止解除.
    Release,
}

/// `GET /admin/tokens/revoke` or `/admin/tokens/release`, answered by a POST there with the users' boxes
/// and `confirmation_pin`.
#[derive(Template)]
#[template(path = "admin_token_choose.html")]
pub struct AdminTokenChoosePage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// What is to be done.
    pub act: Act,
    /// Whom it can be done to.
    pub users: Vec<UserRow>,
    /// How long logons wait after a revocation.
    pub hold_minutes: i64,
}

/// What came of one user.
#[derive(Clone, Debug)]
pub struct ResultRow {
    /// The user, as they stand now.
    pub user: UserRow,
    /// Why not; `None` when done.
    pub refused: Option<Message>,
}

/// The answer to `POST /admin/tokens/revoke` and `…/release`, one line for each user.
#[derive(Template)]
#[template(path = "admin_token_result.html")]
pub struct AdminTokenResultPage {
    /// The frame.
    pub shell: Shell,
    /// What was done.
    pub act: Act,
    /// One for each user chosen.
    pub rows: Vec<ResultRow>,
    /// How long logons wait after a revocation.
    pub hold_minutes: i64,
}

/// `GET /admin/tokens/mode`: 利用形態設定, answered by a POST there with `token_mode`, `confirmation_pin`.
#[derive(Template)]
#[template(path = "admin_token_mode.html")]
pub struct AdminTokenModePage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// As chosen, else as it is.
    pub mode: UsageMode,
}

/// `GET /admin/tokens/register`: トークンの登録, answered by a POST there with the users' boxes,
/// `register_serial`, `token_code`, `confirmation_pin` (S3 2(4), (5)).
#[derive(Template)]
#[template(path = "admin_token_register.html")]
pub struct AdminTokenRegisterPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// How the contract uses tokens.
    pub mode: UsageMode,
    /// Who can be chosen; with one token for all nobody is.
    pub users: Vec<UserRow>,
    /// As typed before.
    pub serial: String,
}

/// `GET /admin/tokens/exchange?serial=…`: 交換, answered by a POST to `/admin/tokens/exchange` with `serial`,
/// `new_serial`, `token_code`, `confirmation_pin`.
#[derive(Template)]
#[template(path = "admin_token_exchange.html")]
pub struct AdminTokenExchangePage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// The token in use.
    pub old: LentToken,
    /// As typed before.
    pub new_serial: String,
}

/// `GET /admin/tokens/deregister?serial=…`: 利用登録解除, answered by a POST to `/admin/tokens/deregister` with
/// `serial`, the users' boxes and `confirmation_pin`.
#[derive(Template)]
#[template(path = "admin_token_deregister.html")]
pub struct AdminTokenDeregisterPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// The token.
    pub token: LentToken,
    /// Who uses it.
    pub users: Vec<UserRow>,
}

/// What was done with a hardware token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenDeed {
    /// 登録.
    Registered,
    /// 交換.
    Exchanged,
    /// 利用登録解除.
    Deregistered,
}

impl TokenDeed {
    /// The id of the page's title.
    #[must_use]
    pub fn title_id(self) -> &'static str {
        match self {
            Self::Registered => "token-registered-title",
            Self::Exchanged => "token-exchanged-title",
            Self::Deregistered => "token-deregistered-title",
        }
    }

    /// The id of what it says.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Registered => "token-registered-text",
            Self::Exchanged => "token-exchanged-text",
            Self::Deregistered => "token-deregistered-text",
        }
    }
}

/// The answer to a registration, an exchange or a deregistration.
#[derive(Template)]
#[template(path = "admin_token_done.html")]
pub struct AdminTokenDonePage {
    /// The frame.
    pub shell: Shell,
    /// What was done.
    pub deed: TokenDeed,
    /// The token.
    pub serial: String,
    /// Whom it concerns.
    pub names: Vec<String>,
}
