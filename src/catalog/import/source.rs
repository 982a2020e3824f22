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
    Disk(Arc<File>),
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
        Ok(Self(Place::Disk(Arc::new(file))))
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn length(&self) -> io::Result<u64> {
        match &self.0 {
            Place::Memory(bytes) => Ok(bytes.len() as u64),
            Place::Disk(file) => Ok(file.metadata()?.len()),
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
            Place::Disk(file) => Box::new(FromStart { file: Arc::clone(file), at: 0 }),
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
        assert_eq!((kept.length().unwrap(), laid.length().unwrap()), (bytes.len() as u64, bytes.len() as u64));
        // Two may read it at the same time.
        let (mut one, mut other) = (laid.open(), laid.open());
        let (mut some, mut all) = ([0; 6], Vec::new());
        one.read_exact(&mut some).unwrap();
        other.read_to_end(&mut all).unwrap();
        assert_eq!((&some, all), (b"handle", bytes));
    }
}
