//! Files that are broken or made to hurt.

use std::io::BufReader;

use proptest::prelude::*;

use super::document::{container, package, plain_data};
use super::*;

fn xml_fault(document: &str) -> XmlFault {
    match end(document.as_bytes(), ImportKey::Plain) {
        ContainerError::Xml(fault) => fault,
        other => unreachable!("{other}"),
    }
}

#[test]
fn a_document_cut_anywhere_is_noticed() {
    let documents = [
        (figures::FIGURE_6.to_owned(), Some(FIGURE_6_KEY)),
        (figures::figure_10(), None),
        (figures::FIGURE_9.to_owned(), None),
    ];
    for (document, key) in documents {
        let document = document.trim_end().as_bytes();
        for length in 0..document.len() {
            let import_key = key.map_or(ImportKey::Plain, |key| pre_shared(&key));
            let last = KeyPackages::new(&document[..length], import_key).last();
            let error = last.and_then(Result::err);
            assert!(
                matches!(error, Some(PskcError::Container(_))),
                "cut at {length}: {error:?}"
            );
        }
    }
}

/// With one iteration, so that the derivation is quick; the key is then wrong even for the whole.
#[test]
fn a_derivation_cut_anywhere_never_panics() {
    let document = figures::FIGURE_7.replace(">1000<", ">1<");
    for length in 0..=document.len() {
        let source = &document.as_bytes()[..length];
        assert!(KeyPackages::new(source, passphrase("qwerty")).all(|package| package.is_err()));
    }
}

#[test]
fn small_reads_make_no_difference() {
    let document = figures::figure_10();
    let source = BufReader::with_capacity(1, document.as_bytes());
    let serials: Vec<_> = KeyPackages::new(source, ImportKey::Plain)
        .flatten()
        .map(|package| package.serial)
        .collect();
    assert_eq!(serials, ["654321", "123456", "9999999", "9999999"]);
}

#[test]
fn document_types_are_refused() {
    let whole = container(&package("1", &plain_data()));
    let plain = format!("<!DOCTYPE KeyContainer>{whole}");
    assert_eq!(xml_fault(&plain), XmlFault::DocumentType);
    let outside = format!(
        r#"<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]>{whole}"#
    );
    assert_eq!(xml_fault(&outside), XmlFault::DocumentType);
    let bomb = format!(
        r#"<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>{}"#,
        container(&package("&c;", &plain_data()))
    );
    assert_eq!(xml_fault(&bomb), XmlFault::DocumentType);
    let inside = container("<!DOCTYPE KeyContainer>");
    assert_eq!(xml_fault(&inside), XmlFault::DocumentType);
}

#[test]
fn only_predefined_entities_are_resolved() {
    let good = container(&package("A&amp;B&#x31;&#50;", &plain_data()));
    let document = good.replace(r#"Id="KA&amp;B&#x31;&#50;""#, r#"Id="A&lt;B""#);
    let package_read = one(&document, ImportKey::Plain);
    assert_eq!(package_read.serial, "A&B12");
    assert_eq!(package_read.key_id, "A<B");
    let text = good.replace("<SerialNo>A", "<SerialNo>&x;");
    assert_eq!(xml_fault(&text), XmlFault::Entity);
    let attribute = container(r#"<KeyPackage Id="&x;"/>"#);
    assert_eq!(xml_fault(&attribute), XmlFault::Entity);
}

#[test]
fn deep_nesting_is_refused() {
    let nested = |depth: usize| container(&("<a>".repeat(depth) + &"</a>".repeat(depth)));
    assert!(read(&nested(DEPTH_MAX - 1), ImportKey::Plain).is_empty());
    assert_eq!(xml_fault(&nested(DEPTH_MAX)), XmlFault::TooDeep);
    assert_eq!(
        xml_fault(&container(&"<a>".repeat(100_000))),
        XmlFault::TooDeep
    );
}

#[test]
fn many_attributes_are_refused() {
    let with = |count: usize| {
        let attributes: String = (0..count).map(|n| format!(" a{n}=''")).collect();
        container(&format!("<a{attributes}/>"))
    };
    assert!(read(&with(ATTRIBUTES_MAX), ImportKey::Plain).is_empty());
    assert_eq!(
        xml_fault(&with(ATTRIBUTES_MAX + 1)),
        XmlFault::TooManyAttributes
    );
    let namespaces: String = (0..5000).map(|n| format!(" xmlns:n{n}='u'")).collect();
    let document = container(&format!("<a{namespaces}/>"));
    assert!(read(&document, ImportKey::Plain).iter().all(Result::is_err));
}

#[test]
fn large_elements_are_refused_unread() {
    let large = "A".repeat(ELEMENT_BYTES_MAX);
    let cases = [
        container(&package(&large, &plain_data())),
        container(&format!("<!--{large}-->")),
        container(&format!("<?x {large}?>")),
        container(&format!("<a b='{large}'/>")),
        container(&format!("<a><![CDATA[{large}]]></a>")),
        container(&" ".repeat(ELEMENT_BYTES_MAX + 1)),
        format!("<{large}"),
        format!("<!DOCTYPE {large}>"),
        format!("{}<a/>", " ".repeat(ELEMENT_BYTES_MAX + 1)),
    ];
    for document in cases {
        assert_eq!(xml_fault(&document), XmlFault::TooLarge, "{document:.40}");
    }
    // As large as it may be: what stands before it counts as well.
    let room = ELEMENT_BYTES_MAX - "<!---->".len() - package("1", &plain_data()).len();
    let fits = format!("<!--{}-->{}", "A".repeat(room), package("1", &plain_data()));
    assert_eq!(one(&container(&fits), ImportKey::Plain).serial, "1");
}

#[test]
fn broken_xml_is_refused() {
    let cases = [
        "no XML at all".to_owned(),
        container("<a></b>"),
        container("<a b=c/>"),
        container("<a b='1' b='2'/>"),
        container("<x:a/>"),
        container("text"),
        container("<a>&</a>"),
        container("<a>&#0;</a>"),
        container("") + "<a/>",
        container("") + "text",
        r#"<?xml version="1.0" encoding="Shift_JIS"?>"#.to_owned() + &container(""),
    ];
    for document in cases {
        let fault = xml_fault(&document);
        assert!(
            matches!(fault, XmlFault::Malformed | XmlFault::Entity),
            "{document}: {fault}"
        );
    }
    assert_eq!(xml_fault(""), XmlFault::Truncated);
    assert_eq!(xml_fault("<!-- nothing -->"), XmlFault::Truncated);
}

#[test]
fn other_encodings_are_refused() {
    let utf_16: Vec<u8> = container("")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let error = end(&utf_16, ImportKey::Plain);
    assert_eq!(error, ContainerError::Xml(XmlFault::Malformed));
    let broken: Vec<u8> = container("<a>|</a>")
        .bytes()
        .map(|byte| if byte == b'|' { 0xFF } else { byte })
        .collect();
    let error = end(&broken, ImportKey::Plain);
    assert_eq!(error, ContainerError::Xml(XmlFault::Malformed));
}

#[test]
fn other_documents_are_refused() {
    let cases = [
        ("<a/>".to_owned(), ContainerError::NotAContainer),
        (
            "<KeyContainer Version='1.0'/>".to_owned(),
            ContainerError::NotAContainer,
        ),
        (
            container("").replace("keyprov:pskc", "keyprov:pskc:1.0"),
            ContainerError::NotAContainer,
        ),
        (container("").replace("1.0", "2.0"), ContainerError::Version),
        (
            container("").replace(r#"Version="1.0""#, ""),
            ContainerError::Version,
        ),
    ];
    for (document, error) in cases {
        assert_eq!(
            end(document.as_bytes(), ImportKey::Plain),
            error,
            "{document}"
        );
    }
}

/// A source that fails in the middle.
struct Failing;

impl std::io::Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::ConnectionReset.into())
    }
}

#[test]
fn a_failing_source_is_reported() {
    let mut packages = KeyPackages::new(BufReader::new(Failing), ImportKey::Plain);
    let error = packages.next().and_then(Result::err);
    let fault = XmlFault::Read(std::io::ErrorKind::ConnectionReset);
    assert_eq!(
        error,
        Some(PskcError::Container(ContainerError::Xml(fault)))
    );
    assert!(packages.next().is_none());
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = KeyPackages::new(bytes.as_slice(), ImportKey::Plain).count();
    }

    #[test]
    fn any_markup_never_panics(inner in "[<>/!?&;'\"= \\[\\]a-c-]{0,200}") {
        let _ = read(&container(&inner), ImportKey::Plain);
    }

    #[test]
    fn changed_bytes_never_panic(
        changes in prop::collection::vec((0_usize..4000, any::<u8>()), 1..8),
    ) {
        let mut document = figures::figure_10().into_bytes();
        let length = document.len();
        for (place, byte) in changes {
            document[place % length] = byte;
        }
        let _ = KeyPackages::new(document.as_slice(), ImportKey::Plain).count();
    }
}
