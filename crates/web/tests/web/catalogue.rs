//! The catalogue and its users agree: the templates and the Rust source are read as text.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(directory: &str, extension: &str) -> String {
    let texts = files(&Path::new(ROOT).join(directory), extension);
    texts
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// Ids of the portal's texts with their placeholders, sorted.
fn catalogue(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for path in files(&Path::new(ROOT).join("../../locales").join(language), "ftl") {
        if !path
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("portal")
        {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((id, text)) = line.split_once(" = ") else {
                continue;
            };
            let names = text
                .split("{ $")
                .skip(1)
                .filter_map(|rest| rest.split(' ').next());
            let names = names.map(str::to_owned).collect();
            assert!(
                texts.insert(id.to_owned(), names).is_none(),
                "{language}: {id} is there twice"
            );
        }
    }
    assert!(texts.len() > 200, "{language}: the catalogue was not found");
    texts
}

/// String literals in `text` that stand right after `before`.
fn literals_after<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// Ids that templates and source name.
fn used() -> BTreeSet<String> {
    let templates = read("templates", "html");
    let source = read("src/views", "rs");
    let mut used = BTreeSet::new();
    for before in ["shell.t(\"", "shell.with(\"", "hint=\""] {
        used.extend(
            literals_after(&templates, before)
                .into_iter()
                .map(str::to_owned),
        );
    }
    for before in ["::field(\"", "shell.label(\""] {
        for name in literals_after(&templates, before) {
            used.insert(format!("field-{}", name.replace('_', "-")));
        }
    }
    // `Self::X => "id"` of the functions `text_id`, `title_id` and `code`.
    used.remove("");
    used.extend(
        literals_after(&source, "=> \"")
            .into_iter()
            .filter(|id| id.contains('-') || id.starts_with(['W', 'I']))
            .map(str::to_owned),
    );
    used
}

#[test]
fn both_languages_have_the_same_ids_and_placeholders() {
    assert_eq!(catalogue("ja"), catalogue("en"));
}

#[test]
fn every_id_used_exists_and_every_id_is_used() {
    let defined: BTreeSet<String> = catalogue("ja").into_keys().collect();
    let used = used();
    let missing: Vec<_> = used.difference(&defined).collect();
    assert!(
        missing.is_empty(),
        "used but not in the catalogue: {missing:?}"
    );
    let idle: Vec<_> = defined.difference(&used).collect();
    assert!(idle.is_empty(), "in the catalogue but never used: {idle:?}");
}

#[test]
fn templates_hold_no_words_of_their_own() {
    for path in files(&Path::new(ROOT).join("templates"), "html") {
        let template = fs::read_to_string(&path).unwrap();
        let words = words_outside_calls(&template);
        assert!(words.is_empty(), "{}: {words:?}", path.display());
    }
}

#[test]
fn the_scanner_sees_words() {
    assert_eq!(words_outside_calls("<p>{{ a }}</p>"), Vec::<String>::new());
    assert_eq!(words_outside_calls("<p>振込 {{ a }}</p>"), ["振込"]);
    assert_eq!(words_outside_calls("<img alt=\"Logo\">"), ["Logo"]);
}

/// Letters in text or in attributes that a person reads, outside `{{ }}`, `{% %}` and `{# #}`.
fn words_outside_calls(template: &str) -> Vec<String> {
    let mut plain = template.to_owned();
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}")] {
        while let Some(start) = plain.find(open) {
            let end = plain[start..]
                .find(close)
                .map_or(plain.len(), |end| start + end + 2);
            plain.replace_range(start..end, "");
        }
    }
    let mut words = Vec::new();
    for attribute in [
        "alt=\"",
        "title=\"",
        "placeholder=\"",
        "aria-label=\"",
        "data-label=\"",
    ] {
        words.extend(
            literals_after(&plain, attribute)
                .into_iter()
                .map(str::to_owned),
        );
    }
    for (i, part) in plain.split('<').enumerate() {
        let text = if i == 0 {
            part
        } else {
            part.split_once('>').map_or("", |(_, text)| text)
        };
        words.push(text.trim().to_owned());
    }
    // A macro that writes attributes stands outside any tag.
    words.retain(|word| word.chars().any(char::is_alphabetic) && !word.starts_with("aria-"));
    words
}
