//! A file that is read more than once, from its beginning to its end, in pieces.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::base::fingerprint::Fingerprint;

/// How much is read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// A file, wherever its bytes lie.
#[derive(Clone, Debug)]
pub struct Source(Place);

#[derive(Clone, Debug)]
enum Place {
    Memory(Arc<[u8]>),
    Disk { file: Arc<File>, length: u64 },
}

impl Source {
    /// One whose bytes are here.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        Self(Place::Memory(bytes.into()))
    }

    /// One that lies on a disk. What comes through a pipe is laid there first.
    ///
    /// # Errors
    /// When it cannot be read, or there is no room for it.
    pub fn file(mut file: File) -> io::Result<Self> {
        if !file.metadata()?.is_file() {
            let mut laid = tempfile::tempfile()?;
            io::copy(&mut file, &mut laid)?;
            file = laid;
        }
        let length = file.metadata()?.len();
        Ok(Self(Place::Disk { file: Arc::new(file), length }))
    }

    /// How many bytes it has, or had when it was opened.
    #[must_use]
    pub fn length(&self) -> u64 {
        match &self.0 {
            Place::Memory(bytes) => bytes.len() as u64,
            Place::Disk { length, .. } => *length,
        }
    }

    /// Whether it is still what it was when it had this fingerprint: whoever is writing it may not be at its end.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_still(&self, fingerprint: Fingerprint) -> io::Result<bool> {
        match &self.0 {
            Place::Memory(_) => Ok(true),
            Place::Disk { file, length } => {
                Ok(file.metadata()?.len() == *length && self.fingerprint()? == fingerprint)
            }
        }
    }

    /// The fingerprint of its bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn fingerprint(&self) -> io::Result<Fingerprint> {
        let mut digest = Sha256::new();
        let mut file = self.open();
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match file.read(&mut piece)? {
                0 => return Fingerprint::try_from(digest.finalize().as_slice()).map_err(io::Error::other),
                read => digest.update(&piece[..read]),
            }
        }
    }

    /// Its bytes from the first on.
    #[must_use]
    pub fn open(&self) -> Box<dyn Read> {
        match &self.0 {
            Place::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            // Somebody may be adding to it.
            Place::Disk { file, length } => Box::new(FromStart { file: Arc::clone(file), at: 0 }.take(*length)),
        }
    }
}

/// A place in a file that nobody else moves.
#[derive(Debug)]
struct FromStart {
    file: Arc<File>,
    at: u64,
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_is_the_same_from_wherever_it_is_read() {
        let bytes = b"handle,title\n".repeat(20_000);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let (kept, laid) = (Source::bytes(&bytes), Source::file(file).unwrap());
        assert_eq!(kept.fingerprint().unwrap(), Fingerprint::of(&bytes));
        assert_eq!(laid.fingerprint().unwrap(), Fingerprint::of(&bytes));
        assert_eq!((kept.length(), laid.length()), (bytes.len() as u64, bytes.len() as u64));
        // Two may read it at the same time.
        let (mut one, mut other) = (laid.open(), laid.open());
        let (mut some, mut all) = ([0; 6], Vec::new());
        one.read_exact(&mut some).unwrap();
        other.read_to_end(&mut all).unwrap();
        assert_eq!((&some, all), (b"handle", bytes));
    }

    #[test]
    fn a_file_that_somebody_adds_to_or_writes_over_is_not_what_it_was() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"handle").unwrap();
        let source = Source::file(file.try_clone().unwrap()).unwrap();
        let fingerprint = source.fingerprint().unwrap();
        assert!(source.is_still(fingerprint).unwrap());
        file.write_all(b",title").unwrap();
        assert_eq!((source.fingerprint().unwrap(), source.is_still(fingerprint).unwrap()), (fingerprint, false));
        file.set_len(6).unwrap();
        file.write_all_at(b"H", 0).unwrap();
        assert!(!source.is_still(fingerprint).unwrap());
    }
}
