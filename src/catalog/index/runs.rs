//! Many short runs of bytes in one piece of memory, one behind the other.

use std::cmp::Ordering;

/// Runs of bytes.
#[derive(Debug, Default)]
pub struct Runs {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Runs {
    /// Adds one at the end.
    pub fn push(&mut self, run: &[u8]) {
        self.bytes.extend_from_slice(run);
        self.ends.push(self.bytes.len());
    }

    /// Gives back what memory it does not need.
    pub fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&[u8]> {
        let begin = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.bytes.get(begin..*self.ends.get(at)?)
    }

    /// Which of ascending runs this is.
    #[must_use]
    pub fn find(&self, run: &[u8]) -> Option<usize> {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from.midpoint(to);
            match self.get(middle)?.cmp(run) {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// How much memory it takes, in bytes.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_among_ascending_ones() {
        let mut runs = Runs::default();
        let all: [&[u8]; 4] = [b"", b"a", b"ab", b"b"];
        for run in all {
            runs.push(run);
        }
        for (at, run) in all.iter().enumerate() {
            assert_eq!((runs.get(at), runs.find(run)), (Some(*run), Some(at)));
        }
        assert_eq!((runs.get(4), runs.find(b"aa"), Runs::default().find(b"")), (None, None, None));
    }
}
