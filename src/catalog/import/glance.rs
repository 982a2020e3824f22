//! A glance at a file's columns: what they are called, what stands in the first rows, what they are read as and what
//! they might be. For a person who says what they mean; what they say becomes a mapping. Pure.

use std::ops::ControlFlow;

use crate::base::fingerprint::{Fingerprint, Running};
use crate::base::language::Language;
use crate::catalog::import::columns::{aliases, is_trait, required};
use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::format::{Field, Format, Layout, bare, normal};
use crate::catalog::import::known_names::TRAITS;
use crate::catalog::import::several::{Tax, tax};
use crate::catalog::import::sheet::{Sheet, open};
use crate::catalog::import::source::Source;
use crate::catalog::import::table::{Header, clean, recognise};
use crate::catalog::import::widest::widest;
use crate::catalog::import::words;

/// How many rows are looked at for samples.
const ROWS_SEEN: usize = 200;
/// How many samples are kept of a column.
const SAMPLES_KEPT: usize = 3;
/// How much of a sample is kept.
const SAMPLE_CHARS: usize = 60;
/// How many columns are shown.
const COLUMNS_KEPT: usize = 200;

/// What a column may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It is one of ours.
    Field(Field),
    /// Variants of a product differ by it; the option's name is the column's.
    Trait,
    /// An attribute of the product; its name is the column's.
    Attribute,
    /// It is not read.
    LeftOut,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What the file calls it.
    pub name: String,
    /// The first different things that stand in it.
    pub samples: Vec<String>,
    /// What it is read as when nobody says anything of it.
    pub by_itself: Meaning,
    /// What it might be; what it was said to be, where somebody has.
    pub guess: Meaning,
}

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Whose file it is, where that is known.
    pub format: Option<Format>,
    /// Those that have a name of their own, in the file's order, at most 200.
    pub columns: Vec<Column>,
    /// How many more there are.
    pub more: usize,
    /// The same for every file with columns of the same names.
    pub key: Fingerprint,
}

impl Glance {
    /// The fields that a column of this file may be.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        let format = self.format.unwrap_or(Format::Plain);
        Field::ALL.iter().copied().filter(move |field| !aliases(format, *field).is_empty())
    }

    /// Whether a column may be said to be an attribute or a trait: in a plain table any, elsewhere those that are so by
    /// themselves.
    #[must_use]
    pub fn may_be(&self, column: &Column, meaning: Meaning) -> bool {
        self.format.is_none_or(Format::is_by_name) || column.by_itself == meaning
    }

    /// The fields without which the file cannot be read.
    #[must_use]
    pub const fn required(&self) -> &'static [Field] {
        match self.format {
            Some(format) => required(format),
            None => required(Format::Plain),
        }
    }

    /// What [`crate::catalog::import::ReadOptions::mapping`] has to say so that the columns mean this, in their order.
    #[must_use]
    pub fn mapping(&self, meanings: &[Meaning]) -> Vec<(String, String)> {
        let said = self.columns.iter().zip(meanings).filter(|(column, meaning)| column.by_itself != **meaning);
        said.map(|(column, meaning)| (column.name.clone(), self.word(*meaning).to_owned())).collect()
    }

    /// The name by which a column of this meaning is known.
    fn word(&self, meaning: Meaning) -> &'static str {
        match meaning {
            Meaning::Field(field) => {
                let names = aliases(self.format.unwrap_or(Format::Plain), field);
                names.first().copied().unwrap_or(field.name())
            }
            // Any of them: in a plain table the column keeps its own name.
            Meaning::Trait => TRAITS[0],
            Meaning::Attribute => "fact",
            Meaning::LeftOut => "",
        }
    }

    fn meaning(&self, word: &str) -> Meaning {
        let named = |field: &Field| {
            normal(field.name()) == word
                || aliases(self.format.unwrap_or(Format::Plain), *field).first().is_some_and(|name| *name == word)
        };
        match word {
            "" => Meaning::LeftOut,
            "fact" => Meaning::Attribute,
            word => match Field::ALL.iter().copied().find(named) {
                Some(field) if !TRAITS.contains(&word) => Meaning::Field(field),
                _ if is_trait(word) => Meaning::Trait,
                _ => Meaning::LeftOut,
            },
        }
    }
}

/// See [`crate::catalog::import::glance`].
///
/// # Errors
/// When it is no table at all.
pub fn glance(source: &Source, mapping: &[(String, String)]) -> Result<Glance, Unreadable> {
    // Of texts in several languages any shows what a column is.
    let opened = open(source, Language::Es)?;
    let sheets = opened.sheets();
    let known = recognise(&sheets, &[]);
    let is_known = known.is_ok();
    let Header { sheet, above, layout } = known.or_else(|_| widest(&sheets))?;
    let sheet = sheets[sheet];
    let format = is_known.then_some(layout.format);
    let named = named(&layout);
    let mut samples = vec![Vec::new(); layout.header.len()];
    look(sheet, above, &mut samples)?;
    let key = key(&layout);
    let columns: Vec<Column> = named
        .iter()
        .take(COLUMNS_KEPT)
        .map(|place| {
            let by_itself = by_itself(&layout, *place);
            Column {
                name: layout.written_name(*place),
                samples: std::mem::take(&mut samples[*place]),
                by_itself,
                guess: by_itself,
            }
        })
        .collect();
    let mut glance = Glance { format, more: named.len().saturating_sub(columns.len()), columns, key };
    guess(&mut glance);
    remember(&mut glance, mapping);
    Ok(glance)
}

/// The columns that a person can say something of: a mapping knows them by name, and the first of a name counts.
fn named(layout: &Layout) -> Vec<usize> {
    let names: Vec<String> = layout.header.iter().map(|name| normal(name)).collect();
    let first = |place: &usize| !names[*place].is_empty() && !names[..*place].contains(&names[*place]);
    (0..names.len()).filter(first).collect()
}

fn look(sheet: Sheet<'_>, above: usize, samples: &mut [Vec<String>]) -> Result<(), Unreadable> {
    let mut seen = 0;
    sheet.each(&mut |_, cells| {
        seen += 1;
        if seen > above + 1 {
            for (kept, cell) in samples.iter_mut().zip(cells) {
                let text = clean(cell);
                let sample: String = text.chars().take(SAMPLE_CHARS).collect();
                if kept.len() < SAMPLES_KEPT && !sample.is_empty() && !kept.contains(&sample) {
                    kept.push(sample);
                }
            }
        }
        if seen < above + 1 + ROWS_SEEN { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}

fn key(layout: &Layout) -> Fingerprint {
    let mut names: Vec<String> = layout.header.iter().map(|name| normal(name)).collect();
    names.sort_unstable();
    names.dedup();
    let mut key = Running::default();
    for name in &names {
        key.add(name.as_bytes());
    }
    key.finish()
}

fn by_itself(layout: &Layout, place: usize) -> Meaning {
    match Field::ALL.iter().copied().find(|field| layout.column(*field) == Some(place)) {
        Some(field) => Meaning::Field(field),
        None if layout.is_kept(place) && is_trait(layout.known_name(place)) => Meaning::Trait,
        None if layout.is_kept(place) => Meaning::Attribute,
        None => Meaning::LeftOut,
    }
}

/// Guesses at columns of a file in no known format that are not read by themselves: by a word of their names, then
/// the two that every file needs by what stands in them.
fn guess(glance: &mut Glance) {
    if glance.format.is_some() {
        return;
    }
    for place in 0..glance.columns.len() {
        let Column { name, by_itself, .. } = &glance.columns[place];
        if *by_itself == Meaning::LeftOut
            && let Some(field) = by_words(name).filter(|field| !is_taken(glance, *field))
        {
            glance.columns[place].guess = Meaning::Field(field);
        }
    }
    let looks: [(Field, fn(&str) -> bool); 2] = [(Field::Price, is_amount), (Field::Title, is_title)];
    for (field, fits) in looks {
        if is_taken(glance, field) {
            continue;
        }
        let fits = |column: &&mut Column| {
            column.guess == Meaning::LeftOut
                && !column.samples.is_empty()
                && column.samples.iter().all(|sample| fits(sample))
        };
        if let Some(column) = glance.columns.iter_mut().find(fits) {
            column.guess = Meaning::Field(field);
        }
    }
}

fn is_taken(glance: &Glance, field: Field) -> bool {
    glance.columns.iter().any(|column| column.guess == Meaning::Field(field))
}

/// The field that a word of the name means by itself: `Precio c/IVA`.
fn by_words(name: &str) -> Option<Field> {
    const BY_WORDS: [Field; 10] = [
        Field::Price,
        Field::Title,
        Field::Sku,
        Field::Stock,
        Field::Barcode,
        Field::Description,
        Field::Category,
        Field::Brand,
        Field::Image,
        Field::Tags,
    ];
    let name = normal(name);
    if words::is_private(&name) || is_trait(bare(&name)) {
        return None;
    }
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).collect();
    let untaxed = tax(&name) == Some(Tax::Excluded);
    let named = |field: &Field| aliases(Format::Plain, *field).iter().any(|alias| words.contains(alias));
    BY_WORDS.into_iter().find(named).filter(|field| !untaxed || *field != Field::Price)
}

fn is_amount(sample: &str) -> bool {
    let digits = sample.chars().filter(char::is_ascii_digit).count();
    let letters = sample.chars().filter(|letter| letter.is_alphabetic()).count();
    digits > 0 && letters <= 3 && (sample.contains(['.', ',']) || sample.contains(['$', '€', '£']))
}

fn is_title(sample: &str) -> bool {
    sample.chars().filter(|letter| letter.is_alphabetic()).count() >= 3 && !sample.contains("://")
}

/// What was said before comes before what is guessed.
fn remember(glance: &mut Glance, mapping: &[(String, String)]) {
    if mapping.is_empty() {
        return;
    }
    for place in 0..glance.columns.len() {
        let name = normal(&glance.columns[place].name);
        let said = mapping.iter().find(|(column, _)| normal(column) == name);
        glance.columns[place].guess =
            said.map_or(glance.columns[place].by_itself, |(_, word)| glance.meaning(&normal(word)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use crate::catalog::import::{ReadOptions, ShopDefaults, read};

    const UNKNOWN: &str = "Bezeichnung;Betrag;Lagerort;Nombre corto\nTasse;12,50;A1;taza\nTeller;8,00;B2;plato\n";

    fn seen(text: &str) -> Glance {
        glance(&Source::bytes(text.as_bytes()), &[]).unwrap()
    }

    fn guesses(glance: &Glance) -> Vec<(&str, Meaning)> {
        glance.columns.iter().map(|column| (column.name.as_str(), column.guess)).collect()
    }

    #[test]
    fn a_file_of_no_known_shape_shows_its_columns_and_what_they_might_be() {
        let glance = seen(UNKNOWN);
        assert_eq!(glance.format, None);
        assert_eq!(
            guesses(&glance),
            [
                ("Bezeichnung", Meaning::LeftOut),
                ("Betrag", Meaning::Field(Field::Price)),
                ("Lagerort", Meaning::LeftOut),
                ("Nombre corto", Meaning::Field(Field::Title)),
            ]
        );
        assert_eq!(glance.columns[0].samples, ["Tasse", "Teller"]);
    }

    #[test]
    fn what_a_person_says_of_the_columns_makes_the_file_readable() {
        let glance = seen(UNKNOWN);
        let meanings =
            [Meaning::Field(Field::Title), Meaning::Field(Field::Price), Meaning::Attribute, Meaning::LeftOut];
        let mapping = glance.mapping(&meanings);
        let shop = ShopDefaults { currency: "EUR".parse().unwrap(), language: Language::En, today: None };
        let options = ReadOptions { mapping: mapping.clone(), ..ReadOptions::default() };
        let parsed = read(UNKNOWN.as_bytes(), shop, &options).unwrap();
        let titles: Vec<_> = parsed.products.iter().map(|product| product.fields.title.as_str()).collect();
        assert_eq!(titles, ["Tasse", "Teller"]);
        assert_eq!(parsed.products[0].fields.facts[0].name, "Lagerort");
        let again = crate::catalog::import::glance(&Source::bytes(UNKNOWN.as_bytes()), &mapping).unwrap();
        assert_eq!(again.columns.iter().map(|column| column.guess).collect::<Vec<_>>(), meanings);
    }

    #[test]
    fn what_variants_differ_by_can_be_said_and_keeps_its_name() {
        let text = "Bezeichnung;Betrag;Größe\nHemd;12,50;S\nHemd;12,50;M\n";
        let glance = seen(text);
        let mapping = glance.mapping(&[Meaning::Field(Field::Title), Meaning::Field(Field::Price), Meaning::Trait]);
        let shop = ShopDefaults { currency: "EUR".parse().unwrap(), language: Language::En, today: None };
        let options = ReadOptions { mapping: mapping.clone(), ..ReadOptions::default() };
        let parsed = read(text.as_bytes(), shop, &options).unwrap();
        assert_eq!((parsed.products.len(), parsed.products[0].variants.len()), (1, 2), "{:?}", parsed.reading);
        assert_eq!(parsed.products[0].fields.options, ["Größe"]);
        let again = crate::catalog::import::glance(&Source::bytes(text.as_bytes()), &mapping).unwrap();
        assert_eq!(again.columns[2].guess, Meaning::Trait);
        assert_eq!(seen("Producto;Precio;Talla\nCamisa;1,50;S\n").columns[2].by_itself, Meaning::Trait);
    }

    #[test]
    fn a_known_file_is_shown_as_it_is_read_and_only_differences_are_said() {
        let glance = seen("handle,title,sku,price,note\na,A,s,1.00,x\n");
        assert_eq!(glance.format, Some(Format::Trato));
        let as_read: Vec<Meaning> = glance.columns.iter().map(|column| column.guess).collect();
        assert_eq!(as_read[3], Meaning::Field(Field::Price));
        assert_eq!(glance.mapping(&as_read), []);
        let mut other = as_read;
        other[4] = Meaning::Field(Field::Brand);
        assert_eq!(glance.mapping(&other), [("note".to_owned(), "brand".to_owned())]);
    }

    #[test]
    fn the_key_is_that_of_the_names_whatever_their_order_and_whatever_stands_under_them() {
        let key = |text| seen(text).key;
        assert_eq!(key("a;b;c\n1;2;3\n"), key("C;a;B\nx;y;z\n"));
        assert_ne!(key("a;b;c\n1;2;3\n"), key("a;b;d\n1;2;3\n"));
    }

    #[test]
    fn commas_within_prices_do_not_make_a_header_of_a_row() {
        let names = |text: &str| {
            let glance = seen(text);
            glance.columns.into_iter().map(|column| column.name).collect::<Vec<_>>()
        };
        assert_eq!(names("Bezeichnung;Betrag\nTasse;12,50\n"), ["Bezeichnung", "Betrag"]);
        assert_eq!(
            names("Lager Nord\n\nBezeichnung;Betrag\nTasse;12,50\nTeller;8,00\n"),
            ["Bezeichnung", "Betrag"]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_file_is_glanced_at_without_failing_and_its_guesses_make_a_mapping(
            text in "[a-z\"';,|\t\n{}<>$0-9 é.]{0,400}",
            column in "[a-z]{0,4}",
        ) {
            let mapping = [(column, "price".to_owned())];
            if let Ok(glance) = glance(&Source::bytes(text.as_bytes()), &mapping) {
                let guesses: Vec<Meaning> = glance.columns.iter().map(|column| column.guess).collect();
                proptest::prop_assert!(glance.mapping(&guesses).len() <= glance.columns.len());
            }
        }
    }

    #[test]
    fn a_wide_file_shows_its_first_columns_and_says_how_many_more() {
        let header: Vec<String> = (0..250).map(|number| format!("column{number}")).collect();
        let glance = seen(&format!("{}\n", header.join(",")));
        assert_eq!((glance.columns.len(), glance.more), (COLUMNS_KEPT, 50));
    }
}
