//! A limit on what one element takes from the source.

use std::io::{self, BufRead, Read};

/// How the limit shows itself to the parser, which only knows errors of reading.
pub(super) const TOO_LARGE: io::ErrorKind = io::ErrorKind::FileTooLarge;

/// A source that fails with [`TOO_LARGE`] once `left` bytes were taken from it.
pub(super) struct Bounded<R> {
    source: R,
    left: usize,
}

impl<R> Bounded<R> {
    /// A source from which nothing may be taken yet.
    pub(super) fn new(source: R) -> Self {
        Self { source, left: 0 }
    }

    /// From now on this many bytes may be taken.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.left = bytes;
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let bytes = self.source.fill_buf()?;
        if self.left == 0 && !bytes.is_empty() {
            return Err(TOO_LARGE.into());
        }
        Ok(bytes.get(..self.left).unwrap_or(bytes))
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.source.consume(amount);
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
