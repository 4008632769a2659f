//! The words of the screens, in Japanese and English, from `locales/`. What a message is *about* (its stable id) is
//! decided in [`crate::views::message`]; how amounts and times are written is in [`crate::views::format`].

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

use crate::views::message::Message;

static_loader! {
    static CATALOGUE = {
        locales: "../../locales",
        fallback_language: "ja",
        // Isolation marks (U+2068, U+2069) around values would break copying and searching.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static JA: LanguageIdentifier = langid!("ja");
static EN: LanguageIdentifier = langid!("en");

/// The language a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// Japanese, the first language of every screen.
    Ja,
    /// English.
    En,
}

impl Locale {
    /// The value of `lang` in HTML, and of the language cookie.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The locale that [`Locale::tag`] names; anything unknown is `None`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// The catalogue in one language.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// The language of every text given out.
    pub locale: Locale,
}

impl Texts {
    /// The catalogue in `locale`.
    #[must_use]
    pub fn new(locale: Locale) -> Self {
        Self { locale }
    }

    /// The text `id`. Both languages hold the same ids (tested), so a text is never missing in one.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        CATALOGUE.lookup(self.language(), id)
    }

    /// The text `id` with its placeholders filled in.
    #[must_use]
    pub fn with(&self, id: &str, values: &[(&'static str, &str)]) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value)))
            .collect();
        CATALOGUE.lookup_with_args(self.language(), id, &values)
    }

    /// The text of a message; its code is [`Message::code`].
    #[must_use]
    pub fn message(&self, message: &Message) -> String {
        let values: Vec<(&'static str, &str)> = message
            .values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.with(message.code(), &values)
    }

    /// The label of the form field `name`: the text `field-…`.
    #[must_use]
    pub fn label(&self, name: &str) -> String {
        self.get(&format!("field-{}", name.replace('_', "-")))
    }

    fn language(&self) -> &'static LanguageIdentifier {
        match self.locale {
            Locale::Ja => &JA,
            Locale::En => &EN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::message::MessageId;

    #[test]
    fn values_are_filled_in_without_invisible_marks() {
        let message = Message::new(MessageId::OverTransferLimit).with("limit", "1,000,000 円");
        let ja = Texts::new(Locale::Ja).message(&message);
        assert_eq!(ja, "1 件あたりの限度額 1,000,000 円 を超えています。");
        let en = Texts::new(Locale::En).message(&message);
        assert_eq!(en, "Over the limit of 1,000,000 円 per transfer.");
    }

    #[test]
    fn a_label_is_found_by_the_name_of_its_field() {
        assert_eq!(
            Texts::new(Locale::Ja).label("confirmation_pin"),
            "確認暗証番号"
        );
    }

    #[test]
    fn only_the_two_languages_have_tags() {
        for locale in [Locale::Ja, Locale::En] {
            assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
        }
        assert_eq!(Locale::from_tag("fr"), None);
    }
}
