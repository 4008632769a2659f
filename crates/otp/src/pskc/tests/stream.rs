//! Large files: one package is held at a time.

use std::cell::Cell;
use std::io::{BufRead, Read, Result as IoResult};
use std::rc::Rc;

use super::document::{container, encrypted_data, header, package};
use super::*;

/// A container that is written while it is read, one package at a time.
struct Generated {
    packages: u32,
    /// How many packages were begun, seen by the test too.
    begun: Rc<Cell<u32>>,
    chunk: Vec<u8>,
    place: usize,
    data: String,
    tail: Option<String>,
}

impl Generated {
    fn new(packages: u32, key: &[u8]) -> Self {
        let whole = container("|");
        let (head, tail) = whole.split_once('|').unwrap();
        Self {
            packages,
            begun: Rc::default(),
            chunk: (head.to_owned() + &header(key)).into_bytes(),
            place: 0,
            data: encrypted_data(key),
            tail: Some(tail.to_owned()),
        }
    }
}

impl BufRead for Generated {
    fn fill_buf(&mut self) -> IoResult<&[u8]> {
        if self.place == self.chunk.len() {
            self.place = 0;
            self.chunk = if self.begun.get() < self.packages {
                self.begun.set(self.begun.get() + 1);
                package(&self.begun.get().to_string(), &self.data).into_bytes()
            } else {
                self.tail.take().unwrap_or_default().into_bytes()
            };
        }
        Ok(&self.chunk[self.place..])
    }

    fn consume(&mut self, amount: usize) {
        self.place += amount;
    }
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

#[test]
fn twenty_thousand_packages_are_read_with_the_memory_of_one() {
    let key = [9; 16];
    let source = Generated::new(20_000, &key);
    let begun = Rc::clone(&source.begun);
    let mut packages = KeyPackages::new(source, pre_shared(&key));
    let held = packages.reader.bytes_held();
    for number in 1..=20_000_u32 {
        let package = packages.next().and_then(Result::ok).unwrap();
        assert_eq!(package.serial, number.to_string());
        assert_eq!(package.key.expose(), SECRET);
        // Nothing was read ahead, and the only buffer that lives on has not grown.
        assert_eq!(begun.get(), number);
        assert_eq!(packages.reader.bytes_held(), held);
    }
    assert!(packages.next().is_none());
}
