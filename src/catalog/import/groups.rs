//! Columns such as `Grupo` and `Modelo`, which say in one file whose variant a row is and in another what shelf it
//! stands on. The titles of a group's rows tell.

use std::collections::HashMap;

use crate::catalog::fold::fold;
use crate::catalog::import::format::{Field, Layout};
use crate::catalog::import::marks::Mark;
use crate::catalog::import::table::Row;

/// How many words titles share that are of one product: of drinks and shirts many share the first.
const WORDS_SHARED: usize = 2;

/// What the titles of a group have in common.
#[derive(Clone, Copy, Debug)]
struct Stem {
    title: Mark,
    words: Option<Mark>,
    rows: u32,
}

/// The groups of a file.
#[derive(Debug)]
pub struct Groups {
    /// Whether the column may say either.
    unsure: bool,
    stems: HashMap<Mark, Option<Stem>>,
}

impl Groups {
    /// Those of a file of these columns.
    #[must_use]
    pub fn of(layout: &Layout) -> Self {
        let name = layout.known_name_of(Field::Parent);
        let unsure = name.is_some_and(|name| matches!(name, "group" | "grupo" | "model" | "modelo"));
        Self { unsure, stems: HashMap::new() }
    }

    /// Whether the column's name leaves no doubt.
    #[must_use]
    pub const fn are_sure(&self) -> bool {
        !self.unsure
    }

    /// Looks at a row.
    pub fn see(&mut self, row: &Row) {
        let Some(group) = row.get(Field::Parent).filter(|_| self.unsure) else { return };
        let title = fold(row.get(Field::Title).unwrap_or_default());
        let words: Vec<&str> = title.split_whitespace().take(WORDS_SHARED).collect();
        let words = (words.len() == WORDS_SHARED).then(|| Mark::of(&words.join(" ")));
        let seen = Stem { title: Mark::of(&title), words, rows: 1 };
        let stem = self.stems.entry(Mark::of(group)).or_insert(Some(Stem { rows: 0, ..seen }));
        *stem = stem.and_then(|stem| stem.with(seen));
    }

    /// Whether the rows of this one's group are variants of one product.
    #[must_use]
    pub fn are_families(&self, row: &Row) -> bool {
        let Some(group) = row.get(Field::Parent).filter(|_| self.unsure) else { return true };
        let stem = self.stems.get(&Mark::of(group)).copied().flatten();
        stem.is_some_and(|stem| stem.rows > 1)
    }
}

impl Stem {
    /// What they have in common with one more; nothing when that is nothing.
    fn with(self, other: Self) -> Option<Self> {
        let title_is_same = self.title == other.title;
        let words = self.words.filter(|words| other.words == Some(*words));
        let rows = self.rows.saturating_add(1);
        (title_is_same || words.is_some()).then_some(Self { title: self.title, words, rows })
    }
}
