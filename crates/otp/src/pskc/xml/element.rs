//! An element held whole, and the namespaces it may be in.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::name::ResolveResult;
use zeroize::Zeroizing;

use super::ATTRIBUTES_MAX;
use crate::pskc::error::XmlFault;

/// The namespaces that matter (RFC 6030 §1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pskc) enum Namespace {
    /// PSKC itself.
    Pskc,
    /// XML Encryption 1.0.
    XmlEnc,
    /// XML Encryption 1.1, for derived keys.
    XmlEnc11,
    /// XML Signature, for key names.
    XmlDsig,
    /// Any other, or none.
    Other,
}

impl Namespace {
    fn of(resolved: &ResolveResult<'_>) -> Result<Self, XmlFault> {
        match resolved {
            ResolveResult::Unbound => Ok(Self::Other),
            ResolveResult::Unknown(_) => Err(XmlFault::Malformed),
            ResolveResult::Bound(namespace) => Ok(match namespace.0 {
                "urn:ietf:params:xml:ns:keyprov:pskc" => Self::Pskc,
                "http://www.w3.org/2001/04/xmlenc#" => Self::XmlEnc,
                "http://www.w3.org/2009/xmlenc11#" => Self::XmlEnc11,
                "http://www.w3.org/2000/09/xmldsig#" => Self::XmlDsig,
                _ => Self::Other,
            }),
        }
    }
}

/// An element comes twice where it may come once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pskc) struct Repeated;

/// An element with all it holds. Text may be a secret and is wiped when dropped.
pub(in crate::pskc) struct Element {
    namespace: Namespace,
    name: String,
    /// Those without a prefix; PSKC has no others.
    attributes: Vec<(String, String)>,
    text: Zeroizing<String>,
    children: Vec<Element>,
}

impl Element {
    /// An element without text and children.
    pub(super) fn new(
        resolved: &ResolveResult<'_>,
        start: &BytesStart<'_>,
    ) -> Result<Self, XmlFault> {
        let mut attributes = Vec::new();
        for (count, attribute) in start.attributes().enumerate() {
            if count >= ATTRIBUTES_MAX {
                return Err(XmlFault::TooManyAttributes);
            }
            let attribute = attribute.map_err(|_| XmlFault::Malformed)?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| XmlFault::Entity)?;
            if attribute.key.prefix().is_none() {
                let name = attribute.key.local_name().as_ref().to_owned();
                attributes.push((name, value.into_owned()));
            }
        }
        Ok(Self {
            namespace: Namespace::of(resolved)?,
            name: start.local_name().as_ref().to_owned(),
            attributes,
            text: Zeroizing::new(String::new()),
            children: Vec::new(),
        })
    }

    /// Whether it is this element.
    pub(in crate::pskc) fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// Its name without prefix.
    pub(in crate::pskc) fn name(&self) -> &str {
        &self.name
    }

    /// The namespace of its name.
    pub(in crate::pskc) fn namespace(&self) -> Namespace {
        self.namespace
    }

    /// The value of an attribute without prefix.
    pub(in crate::pskc) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The text directly in it, without white space around.
    pub(in crate::pskc) fn text(&self) -> &str {
        self.text.trim()
    }

    /// All child elements.
    pub(in crate::pskc) fn children(&self) -> &[Self] {
        &self.children
    }

    /// The only child of this name, if there is one.
    pub(in crate::pskc) fn child(
        &self,
        namespace: Namespace,
        name: &str,
    ) -> Result<Option<&Self>, Repeated> {
        only(
            self.children
                .iter()
                .filter(|child| child.is(namespace, name)),
        )
    }

    /// The only child of this name in whatever namespace.
    pub(in crate::pskc) fn child_in_any_namespace(
        &self,
        name: &str,
    ) -> Result<Option<&Self>, Repeated> {
        only(self.children.iter().filter(|child| child.name == name))
    }

    /// Appends a child.
    pub(super) fn push(&mut self, child: Self) {
        self.children.push(child);
    }

    /// Appends text without leaving an unwiped copy behind.
    pub(super) fn append(&mut self, more: &str) {
        let mut whole = Zeroizing::new(String::with_capacity(self.text.len() + more.len()));
        whole.push_str(&self.text);
        whole.push_str(more);
        self.text = whole;
    }
}

fn only<'a>(mut found: impl Iterator<Item = &'a Element>) -> Result<Option<&'a Element>, Repeated> {
    let first = found.next();
    match found.next() {
        None => Ok(first),
        Some(_) => Err(Repeated),
    }
}
