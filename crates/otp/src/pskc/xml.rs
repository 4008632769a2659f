//! The XML of a container: its root and then one child element at a time, within bounds.
//!
//! The parser is `quick-xml` (MIT; a pull parser with namespaces and one small dependency), so that
//! nothing but the element being read is held. Whatever could make a small file expensive is
//! refused: document types, entities, depth, attributes and sizes.

use std::io::BufRead;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, Event};
use zeroize::Zeroizing;

use super::error::XmlFault;
use bounded::Bounded;

mod bounded;
mod element;

pub(super) use element::{Element, Namespace, Repeated};

/// The most bytes one child of the root may have, with what stands before it.
pub const ELEMENT_BYTES_MAX: usize = 64 * 1024;
/// The deepest nesting, the root included. The deepest element of RFC 6030 is the ninth.
pub const DEPTH_MAX: usize = 16;
/// The most attributes of one element, namespace declarations included.
pub const ATTRIBUTES_MAX: usize = 32;

/// Reads the root's start and then child by child.
pub(super) struct XmlReader<R> {
    reader: NsReader<Bounded<R>>,
    /// As large as any event may become, so that it never grows and leaves a copy behind.
    buffer: Zeroizing<Vec<u8>>,
}

impl<R: BufRead> XmlReader<R> {
    pub(super) fn new(source: R) -> Self {
        let mut reader = NsReader::from_reader(Bounded::new(source));
        reader.config_mut().expand_empty_elements = true;
        reader
            .resolver_mut()
            .set_max_namespace_bindings(ATTRIBUTES_MAX * DEPTH_MAX);
        Self {
            reader,
            buffer: Zeroizing::new(Vec::with_capacity(ELEMENT_BYTES_MAX)),
        }
    }

    /// The room of the buffer that lives from element to element.
    #[cfg(test)]
    pub(super) fn bytes_held(&self) -> usize {
        self.buffer.capacity()
    }

    /// The root element without its content.
    pub(super) fn read_root(&mut self) -> Result<Element, XmlFault> {
        self.reader.get_mut().allow(ELEMENT_BYTES_MAX);
        loop {
            self.buffer.clear();
            match self.reader.read_resolved_event_into(&mut self.buffer) {
                Ok((resolved, Event::Start(start))) => return Element::new(&resolved, &start),
                Ok((_, event)) => check_outside_root(&event)?,
                Err(error) => return Err(fault(&error)),
            }
        }
    }

    /// The next child of the root; `None` once the document has ended as it should.
    pub(super) fn next_child(&mut self) -> Result<Option<Element>, XmlFault> {
        self.reader.get_mut().allow(ELEMENT_BYTES_MAX);
        let mut open: Vec<Element> = Vec::new();
        loop {
            self.buffer.clear();
            let (resolved, event) = self
                .reader
                .read_resolved_event_into(&mut self.buffer)
                .map_err(|error| fault(&error))?;
            match event {
                Event::Start(start) => {
                    // The root is open too.
                    if open.len() + 1 >= DEPTH_MAX {
                        return Err(XmlFault::TooDeep);
                    }
                    open.push(Element::new(&resolved, &start)?);
                }
                Event::End(_) => match (open.pop(), open.last_mut()) {
                    (Some(element), None) => return Ok(Some(element)),
                    (Some(element), Some(parent)) => parent.push(element),
                    (None, _) => {
                        self.read_end()?;
                        return Ok(None);
                    }
                },
                Event::Text(text) => add_text(&mut open, &text)?,
                Event::CData(text) => add_text(&mut open, &text)?,
                Event::GeneralRef(reference) => {
                    let character = resolve(&reference)?;
                    add_text(&mut open, character.encode_utf8(&mut [0; 4]))?;
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::DocType(_) => return Err(XmlFault::DocumentType),
                Event::Eof => return Err(XmlFault::Truncated),
                Event::Empty(_) | Event::Decl(_) => return Err(XmlFault::Malformed),
            }
        }
    }

    /// Reads what follows the root, which may only be white space and comments.
    fn read_end(&mut self) -> Result<(), XmlFault> {
        loop {
            self.buffer.clear();
            match self.reader.read_resolved_event_into(&mut self.buffer) {
                Ok((_, Event::Eof)) => return Ok(()),
                Ok((_, Event::Decl(_))) => return Err(XmlFault::Malformed),
                Ok((_, event)) => check_outside_root(&event)?,
                Err(error) => return Err(fault(&error)),
            }
        }
    }
}

/// Refuses what may not stand before or after the root.
fn check_outside_root(event: &Event<'_>) -> Result<(), XmlFault> {
    match event {
        Event::Decl(declaration) => match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
            Some(_) => Err(XmlFault::Malformed),
        },
        Event::Text(text) if text.trim().is_empty() => Ok(()),
        Event::Comment(_) | Event::PI(_) => Ok(()),
        Event::DocType(_) => Err(XmlFault::DocumentType),
        Event::Eof => Err(XmlFault::Truncated),
        _ => Err(XmlFault::Malformed),
    }
}

/// Text between the root's children belongs to no element and must be white space.
fn add_text(open: &mut [Element], text: &str) -> Result<(), XmlFault> {
    match open.last_mut() {
        Some(element) => element.append(text),
        None if text.trim().is_empty() => {}
        None => return Err(XmlFault::Malformed),
    }
    Ok(())
}

/// The character a reference stands for: a numbered one or one of the five of XML 1.0 §4.6.
fn resolve(reference: &BytesRef<'_>) -> Result<char, XmlFault> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => return Ok(character),
        Ok(None) => {}
        Err(_) => return Err(XmlFault::Malformed),
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(XmlFault::Entity),
    }
}

fn fault(error: &quick_xml::Error) -> XmlFault {
    match error {
        quick_xml::Error::Io(error) if error.kind() == bounded::TOO_LARGE => XmlFault::TooLarge,
        quick_xml::Error::Io(error) => XmlFault::Read(error.kind()),
        _ => XmlFault::Malformed,
    }
}
