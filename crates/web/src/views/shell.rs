//! What every page shares: languages, the institution, the person, notices. Every view has a field `shell`.

use std::borrow::Borrow;

use jiff::Timestamp;
use jiff::civil::Date;

use super::format;
use super::message::Message;
use crate::texts::{Locale, Texts};

/// The frame around a page.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The words, in the person's language.
    pub texts: Texts,
    /// The institution's name in that language.
    pub institution: String,
    /// The help desk's lines from the profile: telephone, hours, closed days (BNK-4).
    pub help_desk: Vec<String>,
    /// Who is logged on; `None` before and after. Under `/logon` the menu stays hidden.
    pub person: Option<Person>,
    /// Whether the institution has tokens: the menu leads to them.
    pub tokens: bool,
    /// The token every POST form carries.
    pub csrf: String,
    /// Path and query of this page, where the language switch returns to. Of a page shown in answer to a POST: the
    /// page that has the form.
    pub path: String,
    /// Shown at the foot, so that a telephone call can be matched with the log.
    pub request_id: String,
    /// A notice about what was just done.
    pub notice: Option<Message>,
    /// Whether this is the demonstration: a banner with the mailbox and the clock.
    pub demo: bool,
}

/// The person logged on.
#[derive(Clone, Debug)]
pub struct Person {
    /// The contract's name.
    pub contract_name: String,
    /// The person's name.
    pub name: String,
    /// The person's role.
    pub role: Role,
}

/// The role of a person in a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Master user.
    Master,
    /// Administrator.
    Administrator,
    /// General user.
    General,
}

impl Role {
    /// Whether the menu leads to ワンタイムパスワードの管理.
    #[must_use]
    pub fn manages_tokens(self) -> bool {
        self != Self::General
    }

    /// The id of the role's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Master => "role-master",
            Self::Administrator => "role-administrator",
            Self::General => "role-general",
        }
    }
}

impl Shell {
    /// The text `id`.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.texts.get(id)
    }

    /// The text `id` with its placeholders filled in.
    #[must_use]
    pub fn with(&self, id: &str, values: &[(&'static str, &str)]) -> String {
        self.texts.with(id, values)
    }

    /// The label of the form field `name`.
    #[must_use]
    pub fn label(&self, name: &str) -> String {
        self.texts.label(name)
    }

    /// The text of a message, without its code.
    #[must_use]
    pub fn message(&self, message: &Message) -> String {
        self.texts.message(message)
    }

    /// An amount as it is written on screens.
    #[must_use]
    pub fn yen(&self, amount_yen: impl Borrow<u64>) -> String {
        format::yen(self.texts.locale, *amount_yen.borrow())
    }

    /// A moment as it is written on screens, JST.
    #[must_use]
    pub fn time(&self, at: &Timestamp) -> String {
        format::time(self.texts.locale, *at)
    }

    /// A day as it is written on screens.
    #[must_use]
    pub fn date(&self, day: &Date) -> String {
        format::date(self.texts.locale, *day)
    }

    /// Path of a file of the portal, with its version.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        crate::assets::path_of(name)
    }

    /// The value of `lang` on the page.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        self.texts.locale.tag()
    }

    /// The other language, which the switch offers.
    #[must_use]
    pub fn other_lang(&self) -> &'static str {
        match self.texts.locale {
            Locale::Ja => Locale::En.tag(),
            Locale::En => Locale::Ja.tag(),
        }
    }

    /// Whether the page belongs to the menu entry `prefix`.
    #[must_use]
    pub fn is_under(&self, prefix: &str) -> bool {
        self.path.starts_with(prefix)
    }
}
