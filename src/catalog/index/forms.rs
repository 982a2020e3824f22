//! How a word stands in the index.

use crate::base::language::Language;
use crate::catalog::fold::singular_apart;

/// How a word stands in the index: as it is written, and as each language stems it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// One of these is enough; of each, all lexemes must be there. A compound has several.
    pub either: Vec<Vec<String>>,
    /// The languages in which the word only holds sentences together.
    pub stop_in: Vec<Language>,
}

impl Forms {
    /// Those of a word with what each language makes of it, in the order of [`Language::ALL`].
    #[must_use]
    pub fn of(word: &str, stemmed: [Vec<String>; 3]) -> Self {
        let mut forms = Self { either: vec![vec![word.to_owned()]], stop_in: Vec::new() };
        for (language, lexemes) in Language::ALL.into_iter().zip(stemmed) {
            if lexemes.is_empty() {
                forms.stop_in.push(language);
            } else if !forms.either.contains(&lexemes) {
                forms.either.push(lexemes);
            }
        }
        if let Some(singular) = singular_apart(word).map(|singular| vec![singular])
            && !forms.either.contains(&singular)
        {
            forms.either.push(singular);
        }
        forms
    }
}
