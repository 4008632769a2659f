//! Every view is written in both languages and all its states, and keeps the rules of the house.

use warifu_web::texts::Locale;

use crate::samples;

fn each(check: impl Fn(&str, &str)) {
    for locale in [Locale::Ja, Locale::En] {
        for sample in samples::all(locale) {
            check(
                &format!("{}.{}", sample.name, locale.tag()),
                &sample.html.unwrap(),
            );
        }
    }
}

/// The values of `attribute="…"` in `html`.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn every_view_has_its_language_title_and_all_texts() {
    each(|name, html| {
        let lang = name.rsplit('.').next().unwrap();
        assert!(html.contains(&format!("<html lang=\"{lang}\">")), "{name}");
        assert!(!html.contains("<title> |"), "{name} has no title");
        assert!(
            !html.contains("Unknown localization"),
            "{name} lacks a text"
        );
        assert!(!html.contains("{$"), "{name} has an unfilled placeholder");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
    });
}

#[test]
fn no_view_has_script_inline_style_or_foreign_addresses() {
    each(|name, html| {
        // Passkeys can't do without: one file of ours, nothing inline.
        let scripts = html.matches("<script").count();
        let ours = html.matches("<script src=\"/assets/passkey.js?v=").count();
        let state = name.split('.').next().unwrap_or(name);
        let needed = ["logon-passkey", "logon-passkey-refused", "passkey-new"].contains(&state);
        assert_eq!(
            (scripts, ours),
            (usize::from(needed), usize::from(needed)),
            "{name}"
        );
        for banned in [
            "<style",
            " style=",
            " onclick=",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!html.contains(banned), "{name} has {banned}");
        }
    });
}

#[test]
fn every_post_form_carries_the_csrf_token() {
    each(|name, html| {
        for form in html.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if form.contains("method=\"post\"") {
                assert!(
                    form.contains("name=\"csrf\" value=\"sample-csrf\""),
                    "{name}"
                );
            } else {
                assert!(
                    !form.contains("csrf"),
                    "{name} would put the token into a URL"
                );
            }
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_reference_a_target() {
    each(|name, html| {
        let ids = values(html, "id");
        for (i, id) in ids.iter().enumerate() {
            assert!(!ids[..i].contains(id), "{name} has id {id} twice");
        }
        let labelled = values(html, "for");
        for tag in html
            .split('<')
            .filter(|tag| tag.starts_with("input ") || tag.starts_with("select "))
        {
            if !tag.contains("type=\"hidden\"") {
                let id = values(tag, "id")[0];
                assert!(labelled.contains(&id), "{name}: field {id} has no label");
            }
        }
        let referred = ["for", "aria-describedby", "aria-labelledby"];
        for target in referred
            .iter()
            .flat_map(|attribute| values(html, attribute))
        {
            for id in target.split(' ') {
                assert!(
                    ids.contains(&id),
                    "{name} refers to {id}, which is not there"
                );
            }
        }
        for href in values(html, "href") {
            if let Some(id) = href.strip_prefix('#') {
                assert!(
                    ids.contains(&id),
                    "{name} links to #{id}, which is not there"
                );
            }
        }
    });
}

#[test]
fn a_refusal_shows_its_code_and_marks_its_field() {
    let html = |name: &str| {
        let samples = samples::all(Locale::Ja);
        samples
            .into_iter()
            .find(|sample| sample.name == name)
            .unwrap()
            .html
            .unwrap()
    };
    assert!(html("logon-refused").contains("<span class=\"code\">W1101</span>"));
    assert!(html("transfer-errors").contains("<a href=\"#amount\">"));
    assert!(html("transfer-errors").contains("aria-describedby=\"amount-hint amount-error\""));
    assert!(!html("transfer-new").contains("aria-invalid"));
}

#[test]
fn secrets_are_never_written_back() {
    each(|name, html| {
        for tag in html
            .split('<')
            .filter(|tag| tag.contains("type=\"password\""))
        {
            assert!(tag.contains("value=\"\""), "{name}");
        }
    });
}
