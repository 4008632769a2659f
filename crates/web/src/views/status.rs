//! The page after logon (LOG-5).

use askama::Template;
use jiff::Timestamp;

use super::Shell;
use super::message::Message;
use super::transfer::{AccountRow, TransferState};

/// `GET /status`.
#[derive(Template)]
#[template(path = "status.html")]
pub struct StatusPage {
    /// The frame; a person is always present.
    pub shell: Shell,
    /// When this session began.
    pub logged_on_at: Timestamp,
    /// What the person should know now.
    pub notices: Vec<StatusNotice>,
    /// Transfers that wait for this person.
    pub waiting: Vec<Waiting>,
    /// The contract's accounts that the person may see.
    pub accounts: Vec<AccountRow>,
    /// Until when the person's token counts (LOG-5).
    pub token_expires_at: Option<Timestamp>,
    /// The last three uses, newest first.
    pub last_uses: Vec<LastUse>,
    /// Whether the person may make transfers.
    pub may_transfer: bool,
}

/// A notice, with the way to act on it.
#[derive(Clone, Debug)]
pub struct StatusNotice {
    /// What it says.
    pub message: Message,
    /// Where the person can act on it.
    pub action: Option<NoticeAction>,
}

/// Where a notice leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeAction {
    /// To the PIN page.
    ChangePin,
    /// To the address page.
    RegisterAddress,
    /// To the page that confirms the token being issued.
    ConfirmToken,
    /// To the page of one's own token.
    SeeToken,
}

/// A transfer that waits for this person.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The transfer's id, part of the path.
    pub transfer_id: String,
    /// The first payee's name.
    pub payee_name: String,
    /// How many transfers it holds.
    pub count: usize,
    /// Sum of all.
    pub total_yen: u64,
    /// When it was entered.
    pub entered_at: Timestamp,
}

/// One use of the service.
#[derive(Clone, Debug)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: UseKind,
    /// Done, or refused.
    pub done: bool,
    /// Where from: an IP address.
    pub from: String,
}

/// Kinds of use that the status page lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// A logon.
    Logon,
    /// A transfer.
    Transfer,
    /// A change of a PIN.
    PinChange,
    /// A change of a mail address.
    AddressChange,
}

impl UseKind {
    /// The id of the kind's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Logon => "use-logon",
            Self::Transfer => "use-transfer",
            Self::PinChange => "use-pin-change",
            Self::AddressChange => "use-address-change",
        }
    }
}
