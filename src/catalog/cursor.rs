//! Where a list of results goes on: made by one search, understood by the same search only.

use std::fmt;
use std::str::FromStr;

use crate::base::fingerprint::Fingerprint;
use crate::catalog::search::Query;

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    offset: usize,
    of: String,
}

/// A text that no search gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCursor {
    /// It cannot be read.
    #[error("this is no cursor; leave it out to begin at the beginning")]
    Unreadable,
    /// It belongs to other words or filters.
    #[error("this cursor belongs to a search with other words or filters; repeat that search, or leave it out")]
    OfAnother,
}

impl Cursor {
    /// Where a query's results go on after so many of the list.
    #[must_use]
    pub fn after(query: &Query, offset: usize) -> Self {
        Self { offset, of: mark(query) }
    }

    /// How many results of a query to leave out.
    ///
    /// # Errors
    /// When it is another query's.
    pub fn offset_in(&self, query: &Query) -> Result<usize, BadCursor> {
        if self.of == mark(query) { Ok(self.offset) } else { Err(BadCursor::OfAnother) }
    }
}

/// What tells one search from another, but for the part of the results it shows.
#[must_use]
pub fn mark(query: &Query) -> String {
    // In which language the words are is guessed, of the same words perhaps otherwise a page later.
    let Query { text, price_min, price_max, options, category, brand, tags, in_stock_only, sort, .. } = query;
    let bounds = (price_min, price_max, options, category, brand, tags, in_stock_only);
    let said = format!("{:?}", (text, bounds, sort));
    Fingerprint::of(said.as_bytes()).short()
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.offset, self.of)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (offset, of) = text.trim().split_once('-').ok_or(BadCursor::Unreadable)?;
        let offset = offset.parse().map_err(|_| BadCursor::Unreadable)?;
        Ok(Self { offset, of: of.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;

    #[test]
    fn a_cursor_goes_on_where_its_own_search_ended_and_nowhere_else() {
        let query = Query::new("mug", Language::En);
        let cursor: Cursor = Cursor::after(&query, 6).to_string().parse().unwrap();
        assert_eq!(cursor.offset_in(&Query { limit: 3, offset: 6, ..query.clone() }), Ok(6));
        assert_eq!(cursor.offset_in(&Query { in_stock_only: true, ..query }), Err(BadCursor::OfAnother));
        assert_eq!(cursor.offset_in(&Query::new("cup", Language::En)), Err(BadCursor::OfAnother));
    }

    #[test]
    fn other_texts_are_no_cursors() {
        for text in ["", "6", "-", "x-y", "99999999999999999999999-a"] {
            assert_eq!(text.parse::<Cursor>(), Err(BadCursor::Unreadable), "{text}");
        }
    }
}
