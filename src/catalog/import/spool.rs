//! Values on their way from one pass over a file to the next, sorted by a number: in memory as long as they are few,
//! in temporary files when they are not. What is held does not depend on how many there are.
//!
//! This is the sorting of files that do not fit in memory as it was done on tapes: what fits is sorted and written as
//! one run, and the runs are merged when they are read. The files have no name, so nothing of them outlives us.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// How much is kept in memory before a run is written. Less where the program is tested, so that every test of an
/// import that is not tiny meets runs.
const BYTES_KEPT: usize = if cfg!(test) { 16 * 1024 } else { 16 * 1024 * 1024 };
/// How much of each run is read ahead.
const BYTES_AHEAD: usize = 64 * 1024;

/// Where a value stands among those in memory.
#[derive(Clone, Copy, Debug)]
struct Place {
    key: u64,
    start: usize,
    end: usize,
}

/// Values that are being gathered.
#[derive(Debug)]
pub struct Spool<T> {
    bytes_kept: usize,
    bytes: Vec<u8>,
    places: Vec<Place>,
    runs: Vec<File>,
    of: PhantomData<fn(T) -> T>,
}

impl<T> Default for Spool<T> {
    fn default() -> Self {
        Self::keeping(BYTES_KEPT)
    }
}

impl<T> Spool<T> {
    /// One that keeps so much in memory.
    #[must_use]
    pub const fn keeping(bytes_kept: usize) -> Self {
        Self { bytes_kept, bytes: Vec::new(), places: Vec::new(), runs: Vec::new(), of: PhantomData }
    }
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    /// Adds a value. Values of the same key stay in the order in which they were added.
    ///
    /// # Errors
    /// When it cannot be written down, or there is no room for it.
    pub fn push(&mut self, key: u64, value: &T) -> io::Result<()> {
        let start = self.bytes.len();
        self.bytes = postcard::to_extend(value, std::mem::take(&mut self.bytes)).map_err(io::Error::other)?;
        self.places.push(Place { key, start, end: self.bytes.len() });
        let kept = self.bytes.len() + self.places.len() * size_of::<Place>();
        if kept > self.bytes_kept { self.write_run() } else { Ok(()) }
    }

    /// The values in the order of their keys.
    ///
    /// # Errors
    /// When there is no room for those that are still in memory, or the files cannot be read.
    pub fn read(mut self) -> io::Result<Values<T>> {
        let from = if self.runs.is_empty() {
            self.places.sort_by_key(|place| place.key);
            From::Memory { bytes: self.bytes, places: self.places.into_iter() }
        } else {
            self.write_run()?;
            From::Files(Merge::of(self.runs)?)
        };
        Ok(Values { from, of: PhantomData })
    }

    fn write_run(&mut self) -> io::Result<()> {
        if self.places.is_empty() {
            return Ok(());
        }
        self.places.sort_by_key(|place| place.key);
        let mut file = BufWriter::with_capacity(BYTES_AHEAD, tempfile::tempfile()?);
        for Place { key, start, end } in self.places.drain(..) {
            file.write_all(&key.to_le_bytes())?;
            file.write_all(&(end - start).to_le_bytes())?;
            file.write_all(&self.bytes[start..end])?;
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        self.bytes.clear();
        Ok(())
    }
}

/// Values that are being read.
#[derive(Debug)]
pub struct Values<T> {
    from: From,
    of: PhantomData<fn(T) -> T>,
}

#[derive(Debug)]
enum From {
    Memory { bytes: Vec<u8>, places: std::vec::IntoIter<Place> },
    Files(Merge),
}

impl<T: DeserializeOwned> Values<T> {
    fn read(&mut self) -> io::Result<Option<(u64, T)>> {
        let wrong = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        match &mut self.from {
            From::Memory { bytes, places } => {
                let Some(Place { key, start, end }) = places.next() else { return Ok(None) };
                Ok(Some((key, postcard::from_bytes(&bytes[start..end]).map_err(wrong)?)))
            }
            From::Files(merge) => {
                let Some((key, run)) = merge.first() else { return Ok(None) };
                let value = postcard::from_bytes(&merge.runs[run].value).map_err(wrong)?;
                merge.advance()?;
                Ok(Some((key, value)))
            }
        }
    }
}

impl<T: DeserializeOwned> Iterator for Values<T> {
    type Item = io::Result<(u64, T)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Runs that are read side by side, the one with the smallest key first.
#[derive(Debug)]
struct Merge {
    runs: Vec<Run>,
    firsts: BinaryHeap<Reverse<(u64, usize)>>,
}

#[derive(Debug)]
struct Run {
    file: BufReader<File>,
    value: Vec<u8>,
}

impl Merge {
    fn of(files: Vec<File>) -> io::Result<Self> {
        let run = |file| Run { file: BufReader::with_capacity(BYTES_AHEAD, file), value: Vec::new() };
        let mut runs: Vec<Run> = files.into_iter().map(run).collect();
        let mut firsts = BinaryHeap::with_capacity(runs.len());
        for (place, run) in runs.iter_mut().enumerate() {
            firsts.extend(run.next()?.map(|key| Reverse((key, place))));
        }
        Ok(Self { runs, firsts })
    }

    fn first(&self) -> Option<(u64, usize)> {
        self.firsts.peek().map(|Reverse(first)| *first)
    }

    /// Reads the next value of the run that had the first.
    fn advance(&mut self) -> io::Result<()> {
        if let Some(mut first) = self.firsts.peek_mut() {
            let Reverse((key, run)) = &mut *first;
            match self.runs[*run].next()? {
                Some(next) => *key = next,
                None => {
                    std::collections::binary_heap::PeekMut::pop(first);
                }
            }
        }
        Ok(())
    }
}

impl Run {
    /// Reads the next value; gives its key.
    fn next(&mut self) -> io::Result<Option<u64>> {
        if self.file.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let (mut key, mut length) = ([0; 8], [0; size_of::<usize>()]);
        self.file.read_exact(&mut key)?;
        self.file.read_exact(&mut length)?;
        self.value.resize(usize::from_le_bytes(length), 0);
        self.file.read_exact(&mut self.value)?;
        Ok(Some(u64::from_le_bytes(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(bytes_kept: usize, keys: &[u64]) -> Vec<(u64, String)> {
        let mut spool = Spool::keeping(bytes_kept);
        for (place, key) in keys.iter().enumerate() {
            spool.push(*key, &format!("value {place}")).unwrap();
        }
        spool.read().unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn values_come_in_the_order_of_their_keys_from_memory_and_from_files() {
        let keys: Vec<u64> = (0..500).map(|number| number * 7919 % 101).collect();
        let mut expected: Vec<(u64, String)> =
            keys.iter().enumerate().map(|(place, key)| (*key, format!("value {place}"))).collect();
        expected.sort_by_key(|(key, _)| *key);
        for bytes_kept in [1, 40, 1_000, 1_000_000] {
            assert_eq!(sorted(bytes_kept, &keys), expected, "{bytes_kept}");
        }
        assert_eq!(sorted(1, &[]), []);
    }

    #[test]
    fn what_is_held_does_not_depend_on_how_much_is_added() {
        let mut spool = Spool::keeping(10_000);
        for number in 0..10_000_u64 {
            spool.push(number, &[number; 20].to_vec()).unwrap();
            assert!(spool.bytes.len() + spool.places.len() * size_of::<Place>() <= 10_000);
        }
        assert_eq!(spool.read().unwrap().count(), 10_000);
    }
}
