//! What the adapters of flat files share: names for products that have none, what tells variants apart, one title for
//! a family.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Datelike as _, NaiveDate};

use crate::base::fingerprint::Fingerprint;
use crate::base::language::Language;
use crate::base::names::{Handle, Sku};
use crate::catalog::fold::fold;
use crate::catalog::import::assemble::read_handle;
use crate::catalog::import::cell;
use crate::catalog::import::fault::{Fault, Note};
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::Field;
use crate::catalog::import::marks::{Firsts, Mark};
use crate::catalog::import::shared;
use crate::catalog::import::table::Row;
use crate::catalog::import::words::{Term, term};
use crate::catalog::product::Named;

/// The longest handle that is made, in characters.
const HANDLE_CHARS_MAX: usize = 120;

/// Handles made of other names; two names never get the same one. The name that claims a handle first has it alone, and
/// others of the same letters get a fingerprint behind it.
#[derive(Debug, Default)]
pub struct Handles {
    names: HashMap<Mark, Mark>,
}

impl Handles {
    /// Claims the handle for a name, if nobody has.
    pub fn claim(&mut self, name: &str) {
        self.names.entry(Mark::of(&slug(name))).or_insert_with(|| Mark::of(name));
    }

    /// The handle for a name; for the same name always the same.
    #[must_use]
    pub fn of(&self, name: &str) -> String {
        let slug = slug(name);
        let mark = || Fingerprint::of(name.as_bytes()).short();
        if slug.is_empty() {
            return format!("product-{}", mark());
        }
        match self.names.get(&Mark::of(&slug)) {
            Some(first) if *first != Mark::of(name) => format!("{slug}-{}", mark()),
            _ => slug,
        }
    }
}

/// Letters and digits, folded, with `-` between the words.
fn slug(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(HANDLE_CHARS_MAX).collect()
}

/// Which rows are of one product where its handle names it: the family of each is the first of them.
#[derive(Debug, Default)]
pub struct HandleFamilies(Firsts);

impl HandleFamilies {
    /// Looks at a row with this handle.
    pub fn see(&mut self, row: &Row, handle: Option<&Handle>) {
        if let Some(handle) = handle {
            self.0.of(handle.as_str(), row.number);
        }
    }

    /// The family of a row with this handle. A row without one is a family of its own.
    #[must_use]
    pub fn family(&self, row: &Row, handle: Option<&Handle>) -> u32 {
        handle.and_then(|handle| self.0.get(handle.as_str())).unwrap_or(row.number)
    }
}

/// The handle that a row says.
#[must_use]
pub fn handle(row: &Row) -> Option<Handle> {
    row.get(Field::Handle).and_then(|text| read_handle(text).ok())
}

/// A row that is a variant, and what it is like.
#[derive(Debug)]
pub struct Member {
    /// The row.
    pub row: Row,
    /// What variants may differ by: colour, size.
    pub traits: Vec<Named>,
}

impl Member {
    /// Its title and traits, folded.
    fn told(&self) -> String {
        let traits = self.traits.iter().map(|known| fold(&known.value));
        let title = fold(self.row.get(Field::Title).unwrap_or_default());
        std::iter::once(title).chain(traits).collect::<Vec<_>>().join("\n")
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.traits.iter().find(|known| known.name == name).map(|known| known.value.as_str())
    }
}

/// Takes out members whose SKU an earlier one has: they are no variants to be told apart. Where variants may share one,
/// those that differ in a name or a size are, though they have the number of one style.
pub fn without_repeats(members: Vec<Member>, findings: &mut Findings<'_>) -> Vec<Member> {
    let may_share = shared::within_products(findings.format());
    let mut seen: HashMap<(Sku, String), u32> = HashMap::new();
    let mut kept = Vec::with_capacity(members.len());
    for member in members {
        let sku = member.row.get(Field::Sku).and_then(|text| cell::sku(text).ok());
        let name = if may_share { member.told() } else { String::new() };
        match sku.map(|sku| seen.entry((sku, name))) {
            Some(Entry::Occupied(first)) => findings.leave_out_repeat(&member.row, *first.get()),
            Some(Entry::Vacant(vacant)) => {
                vacant.insert(member.row.number);
                kept.push(member);
            }
            None => kept.push(member),
        }
    }
    kept
}

/// Takes out members that nothing but their place would tell from an earlier one: another row between them, and each
/// would have the price of the one before.
fn without_nameless(members: &mut Vec<Member>, findings: &mut Findings<'_>) {
    let mut names: HashMap<String, u32> = HashMap::new();
    members.retain(|member| {
        let code = member.row.get(Field::Sku).unwrap_or_default();
        match names.entry(format!("{}\n{code}", member.told())) {
            Entry::Vacant(vacant) => {
                vacant.insert(member.row.number);
                true
            }
            Entry::Occupied(first) => {
                findings.refuse(&member.row, Field::Title, Fault::SameName { row: *first.get() });
                false
            }
        }
    });
}

/// Makes options of what the members of a family differ by, and attributes of the rest. Where nothing tells them
/// apart, their own titles do, or their SKUs.
pub fn tell_apart(members: &mut Vec<Member>, language: Language, findings: &mut Findings<'_>) {
    let mut options: Vec<String> = Vec::new();
    if members.len() > 1 {
        for name in members.iter().flat_map(|member| &member.traits).map(|known| &known.name) {
            let values: Option<BTreeSet<String>> =
                members.iter().map(|member| member.value(name).map(fold)).collect();
            if values.is_some_and(|values| values.len() > 1) && !options.contains(name) {
                options.push(name.clone());
            }
        }
        options.truncate(Field::OPTIONS.len() - 1);
        if !are_apart(members, &options) {
            without_nameless(members, findings);
        }
        if !are_apart(members, &options) {
            let option = free_name(members, term(Term::Variant, language));
            name_members(members, &option, findings);
            options.push(option);
        }
    }
    for Member { row, traits } in members.iter_mut() {
        for (name, (name_field, value_field)) in options.iter().zip(Field::OPTIONS) {
            let place = traits.iter().position(|known| known.name == *name);
            row.set(name_field, Some(name.clone()));
            row.set(value_field, place.map(|place| traits.remove(place).value));
        }
        row.facts.append(traits);
    }
}

fn are_apart(members: &[Member], options: &[String]) -> bool {
    let values = |member: &Member| -> Vec<String> {
        options.iter().map(|name| fold(member.value(name).unwrap_or_default())).collect()
    };
    members.iter().map(values).collect::<BTreeSet<_>>().len() == members.len()
}

/// A name for an option that no column of the file has.
fn free_name(members: &[Member], name: &str) -> String {
    let is_taken = members.iter().flat_map(|member| &member.traits).any(|known| fold(&known.name) == fold(name));
    if is_taken { format!("{name} 2") } else { name.to_owned() }
}

fn name_members(members: &mut [Member], option: &str, findings: &mut Findings<'_>) {
    let title = |member: &Member| fold(member.row.get(Field::Title).unwrap_or_default());
    let titled = members.iter().map(title).collect::<BTreeSet<_>>().len() == members.len();
    let field = if titled { Field::Title } else { Field::Sku };
    for member in members {
        // Of rows with one title at most one has no SKU.
        let name = member.row.get(field).or(member.row.get(Field::Title)).unwrap_or_default();
        let name: String = name.chars().take(cell::LABEL_CHARS_MAX).collect();
        findings.notice(member.row.number, Note::NamedVariants);
        member.traits.push(Named { name: option.to_owned(), value: name });
    }
}

/// One title for a family whose rows are titled `Camisa Sol - Azul - M`, `Camisa Sol - Roja - M`: what they share, if
/// that says anything, else the first.
#[must_use]
pub fn common_title(titles: &[&str]) -> String {
    const LETTERS_MIN: usize = 4;
    let first = titles.first().copied().unwrap_or_default();
    if titles.iter().all(|title| *title == first) {
        return first.to_owned();
    }
    let shared = titles.iter().fold(first.len(), |end, title| {
        let same = first.char_indices().zip(title.chars()).take_while(|((_, a), b)| a == b);
        same.map(|((at, letter), _)| at + letter.len_utf8()).last().unwrap_or(0).min(end)
    });
    let whole_words = match first[..shared].rfind(|letter: char| !letter.is_alphanumeric()) {
        _ if shared == first.len() || first[shared..].starts_with(|letter: char| !letter.is_alphanumeric()) => {
            shared
        }
        Some(at) => at,
        None => 0,
    };
    let title = first[..whole_words].trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter != ')');
    if title.chars().count() < LETTERS_MIN { first.to_owned() } else { title.to_owned() }
}

/// Leaves out products of which no variant came through. Of those that have variants in the file, all of them are
/// switched off or without a price, so the product is withdrawn.
pub fn without_lonely(rows: Vec<Row>, with_variants: &HashSet<String>, findings: &mut Findings<'_>) -> Vec<Row> {
    let handle = |row: &Row| row.get(Field::Handle).unwrap_or_default().to_owned();
    let sold: HashSet<String> = rows.iter().filter(|row| row.get(Field::Price).is_some()).map(handle).collect();
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        if sold.contains(&handle(&row)) {
            kept.push(row);
            continue;
        }
        if with_variants.contains(&handle(&row)) {
            findings.withdraw_product(&row);
        }
        findings.notice(row.number, Note::NoVariants);
    }
    kept
}

/// The categories of a cell with several paths: the deepest as the category, the last parts of the others as tags.
pub fn categories(paths: &[Vec<String>]) -> (Option<String>, Vec<String>) {
    let deepest = paths.iter().rev().max_by_key(|path| path.len());
    let category = deepest.map(|path| path.join(" > "));
    let mut tags: Vec<String> = Vec::new();
    for last in paths.iter().filter(|path| Some(*path) != deepest).filter_map(|path| path.last()) {
        let inside = deepest.is_some_and(|path| path.contains(last));
        if !inside && !tags.contains(last) {
            tags.push(last.clone());
        }
    }
    (category, tags)
}

/// Takes the reduced price away when the reduction ends some day, which nobody here would notice, or has not begun;
/// where there is no other price, it is the price.
pub fn reduce(row: &mut Row, today: Option<NaiveDate>, findings: &mut Findings<'_>) {
    let ends = row.take(Field::SaleEnds).is_some();
    let begun = row.take(Field::SaleStarts).is_none_or(|start| today.is_some_and(|today| has_begun(&start, today)));
    let Some(sale) = row.take(Field::SalePrice) else { return };
    if row.get(Field::Price).is_none() {
        row.set(Field::Price, Some(sale));
    } else if ends || !begun {
        findings.notice(row.number, Note::DatedSale);
    } else {
        row.set(Field::SalePrice, Some(sale));
    }
}

/// Whether a day such as `2026-11-20 00:00:00`, `20/11/26` or `11/20/2026` is over or has come. One that may be two
/// days has come when both have; what is no day has not.
fn has_begun(start: &str, today: NaiveDate) -> bool {
    let day = start.split(['T', ' ', ',']).next().unwrap_or_default();
    let days: Vec<NaiveDate> = ["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"]
        .iter()
        .filter_map(|format| NaiveDate::parse_from_str(day, format).ok())
        // `%Y` takes the year 26 for the first century.
        .filter(|day| day.year() >= 1970)
        .collect();
    !days.is_empty() && days.iter().all(|day| *day <= today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_called_what_its_titles_share() {
        let check = |titles: &[&str], expected: &str| assert_eq!(common_title(titles), expected);
        check(&["Camisa Sol - Azul, M", "Camisa Sol - Azul, L", "Camisa Sol - Roja"], "Camisa Sol");
        check(&["Taza", "Taza grande"], "Taza");
        check(&["Camisa azul", "Camisa amarilla"], "Camisa");
        check(&["Gorra", "Zapato"], "Gorra");
        check(&["Niño", "Niña"], "Niño");
        check(&["Vaso"], "Vaso");
        for whole in ["Panel 18” x 44”", "¡Todo junto!", "Pantalla 55\"", "Crema Noche +"] {
            check(&[whole], whole);
            check(&[whole, whole], whole);
        }
    }

    #[test]
    fn names_become_handles_that_differ() {
        let mut handles = Handles::default();
        for name in ["CC-Tee Ñandú", "cc tee ñandú"] {
            handles.claim(name);
        }
        assert_eq!(handles.of("CC-Tee Ñandú"), "cc-tee-nandu");
        assert_eq!(handles.of("CC-Tee Ñandú"), "cc-tee-nandu");
        let other = handles.of("cc tee ñandú");
        assert!(other.starts_with("cc-tee-nandu-"), "{other}");
        assert_eq!(handles.of("cc tee ñandú"), other);
        assert!(handles.of("***").starts_with("product-"));
    }

    #[test]
    fn a_reduction_has_begun_when_its_day_has_come_however_it_is_written() {
        let today = "2026-11-21".parse().unwrap();
        for begun in
            ["2026-11-21", "2026-11-20 00:00:00", "2020-01-01T00:00:00", "11/20/26", "20/11/2026", "1/2/20"]
        {
            assert!(has_begun(begun, today), "{begun}");
        }
        for later in ["2026-11-22", "2027-01-01 00:00:00", "1/2/27", "12/1/26", "mañana", ""] {
            assert!(!has_begun(later, today), "{later}");
        }
    }

    #[test]
    fn the_deepest_category_counts() {
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let (category, tags) = categories(&[path("Ropa/Camisas"), path("Ropa"), path("Ofertas")]);
        assert_eq!((category.as_deref(), tags), (Some("Ropa > Camisas"), vec!["Ofertas".to_owned()]));
        assert_eq!(categories(&[]), (None, vec![]));
    }
}
