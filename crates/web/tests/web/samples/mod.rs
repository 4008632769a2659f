//! Every view in every state, with sample data. Used by the tests and by `examples/preview.rs`.

mod logon;
mod passkeys;
mod rest;
mod token;
mod token_admin;
mod transfer;

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use warifu_web::texts::{Locale, Texts};
use warifu_web::views::Shell;
use warifu_web::views::message::Message;
use warifu_web::views::shell::{Person, Role};

/// A page ready to be written, and the name of its state.
pub struct Sample {
    /// Page and state, such as `logon-refused`.
    pub name: &'static str,
    /// The HTML.
    pub html: askama::Result<String>,
}

/// All samples in one language.
pub fn all(locale: Locale) -> Vec<Sample> {
    let make = Make { locale };
    let mut samples = logon::samples(make);
    samples.extend(transfer::samples(make));
    samples.extend(rest::samples(make));
    samples.extend(token::samples(make));
    samples.extend(token_admin::samples(make));
    samples.extend(passkeys::samples(make));
    samples
}

/// Makes what every sample needs.
#[derive(Clone, Copy)]
pub struct Make {
    pub locale: Locale,
}

impl Make {
    pub fn shell(self, path: &str) -> Shell {
        let (institution, help_desk) = match self.locale {
            Locale::Ja => (
                "トマト銀行",
                [
                    "0120-992-996（フリーコール）",
                    "受付時間 9:00～17:00（土・日・祝日、12月31日～1月3日を除く）",
                ],
            ),
            Locale::En => (
                "Tomato Bank",
                [
                    "0120-992-996 (free)",
                    "9:00 to 17:00, closed on weekends, holidays and 31 Dec to 3 Jan",
                ],
            ),
        };
        Shell {
            texts: Texts::new(self.locale),
            institution: institution.to_owned(),
            help_desk: help_desk.map(str::to_owned).to_vec(),
            person: None,
            tokens: true,
            csrf: "sample-csrf".to_owned(),
            path: path.to_owned(),
            request_id: "7K3F-92QD".to_owned(),
            notice: None,
            demo: false,
        }
    }

    pub fn shell_of_person(self, path: &str) -> Shell {
        let (contract_name, name) = match self.locale {
            Locale::Ja => ("割符商事株式会社", "山田 花子"),
            Locale::En => ("Warifu Trading Co., Ltd.", "Hanako Yamada"),
        };
        let person = Person {
            contract_name: contract_name.to_owned(),
            name: name.to_owned(),
            role: Role::General,
        };
        Shell {
            person: Some(person),
            demo: true,
            ..self.shell(path)
        }
    }

    /// The same with an administrator.
    pub fn shell_of_manager(self, path: &str) -> Shell {
        let mut shell = self.shell_of_person(path);
        if let Some(person) = &mut shell.person {
            person.role = Role::Administrator;
        }
        shell
    }

    pub fn with_notice(self, shell: Shell, message: impl Into<Message>) -> Shell {
        Shell {
            notice: Some(message.into()),
            ..shell
        }
    }

    pub fn pick(self, ja: &str, en: &str) -> String {
        match self.locale {
            Locale::Ja => ja,
            Locale::En => en,
        }
        .to_owned()
    }
}

pub fn sample(name: &'static str, page: &impl Template) -> Sample {
    Sample {
        name,
        html: page.render(),
    }
}

/// 23 November 2026, 22:40 in Japan, and `minutes` later.
pub fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_795_441_200 + minutes * 60)
}
