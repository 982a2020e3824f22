//! What the rows of feeds and plain tables mean, in the terms of our own format. Each row is a variant; rows of one
//! group, or of one title in a plain table, are a family (Google Merchant Center, "Product data specification"; Meta
//! Business Help, "Data feed fields and specifications for catalogs").

use std::borrow::Cow;

use crate::catalog::fold::fold;
use crate::catalog::import::adapter::{Adapter, Context};
use crate::catalog::import::cell;
use crate::catalog::import::columns::{is_more_images, is_trait};
use crate::catalog::import::families::{Handles, Member, common_title, reduce, tell_apart, without_repeats};
use crate::catalog::import::fault::Note;
use crate::catalog::import::findings::Findings;
use crate::catalog::import::format::{Field, Format};
use crate::catalog::import::groups::Groups;
use crate::catalog::import::marks::Firsts;
use crate::catalog::import::presence::{self, Shown, There};
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, Term, readable, term};
use crate::catalog::product::Named;

/// What may be written instead of a word for what is there that we do not know.
const THERE: &str = "`in stock` or `out of stock`, or say what the column means";

/// Feeds and plain tables.
#[derive(Debug)]
pub struct Shelf<'a> {
    context: Context<'a>,
    firsts: Firsts,
    handles: Handles,
    groups: Groups,
    /// Whether what is there stands in numbers, where other files have words.
    counts: bool,
}

impl<'a> Shelf<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        let groups = Groups::of(context.layout);
        Self { context, firsts: Firsts::default(), handles: Handles::default(), groups, counts: false }
    }

    /// What the family of a row goes by, once every row was seen.
    fn key(&self, row: &Row) -> String {
        key(row, self.context.layout.format, self.groups.are_families(row))
    }
}

impl Adapter for Shelf<'_> {
    fn see(&mut self, row: &Row) {
        let format = self.context.layout.format;
        if is_heading(row, format) {
            return;
        }
        self.groups.see(row);
        // A column of ones and noughts says yes and no.
        let pieces = row.get(Field::Availability).and_then(presence::pieces);
        self.counts |= pieces.is_some_and(|pieces| !(0..=1).contains(&pieces));
        // Which of the two it is, is known at the end of the file.
        let keys: &[bool] = if self.groups.are_sure() { &[true] } else { &[true, false] };
        for by_group in keys {
            let key = key(row, format, *by_group);
            self.firsts.of(&key, row.number);
            self.handles.claim(&key);
        }
    }

    fn family(&mut self, row: &Row) -> u32 {
        let format = self.context.layout.format;
        let first = if is_heading(row, format) { None } else { self.firsts.get(&self.key(row)) };
        first.unwrap_or(row.number)
    }

    fn adapt(&mut self, rows: Vec<Row>, findings: &mut Findings<'_>) -> Vec<Row> {
        let format = self.context.layout.format;
        let mut families: Vec<(String, Vec<Member>)> = Vec::new();
        for mut row in rows {
            if is_heading(&row, format) {
                findings.notice(row.number, Note::Heading);
                continue;
            }
            let key = self.key(&row);
            if !self.groups.are_families(&row) {
                adapt_group(&mut row, self.context);
            }
            let member = member(row, self.context, self.counts, findings);
            match families.iter_mut().rfind(|(known, _)| *known == key) {
                Some((_, members)) => members.push(member),
                None => families.push((key, vec![member])),
            }
        }
        let mut adapted = Vec::new();
        for (key, members) in families {
            let mut members = without_repeats(members, findings);
            tell_apart(&mut members, self.context.language, findings);
            adapted.extend(named(members, &self.handles.of(&key)));
        }
        adapted
    }
}

/// Price lists have headings between their products, and a total below them.
fn is_heading(row: &Row, format: Format) -> bool {
    let is_priced = row.get(Field::Price).or(row.get(Field::SalePrice)).or(row.get(Field::Sku)).is_some();
    format.is_by_name() && (!is_priced || is_total(row))
}

/// Whether the row adds up those above it: it is called so, and has no code of its own.
fn is_total(row: &Row) -> bool {
    const TOTALS: [&str; 12] = [
        "total",
        "totals",
        "totales",
        "totais",
        "total general",
        "total geral",
        "gran total",
        "grand total",
        "subtotal",
        "sub total",
        "suma",
        "soma",
    ];
    let is = |field: Field| {
        let said = fold(row.get(field).unwrap_or_default());
        TOTALS.contains(&said.trim_matches([':', '.', ' ']))
    };
    match row.get(Field::Sku) {
        None => is(Field::Title),
        Some(_) => is(Field::Sku) && (row.get(Field::Title).is_none() || is(Field::Title)),
    }
}

/// What the family of a row goes by.
fn key(row: &Row, format: Format, by_group: bool) -> String {
    let own = || match format {
        format if format.is_by_name() => {
            let title = || row.get(Field::Title).map(tidy::name);
            row.get(Field::Handle).map(Cow::Borrowed).or_else(title).map(|name| fold(&name))
        }
        _ => row.get(Field::Id).map(str::to_owned),
    };
    let group = row.get(Field::Parent).filter(|_| by_group).map(str::to_owned);
    group.or_else(own).unwrap_or_else(|| format!("row {}", row.number))
}

/// A group or model that is no family is where the product belongs, or what it is called by those who made it.
fn adapt_group(row: &mut Row, context: Context<'_>) {
    let Some(group) = row.take(Field::Parent) else { return };
    let is_model = context.layout.known_name_of(Field::Parent).is_some_and(|name| name.starts_with("model"));
    if row.get(Field::Category).is_none() && !is_model {
        row.set(Field::Category, Some(group));
    } else {
        row.facts.push(Named::new(&readable(&context.layout.column_name(Field::Parent)), &group));
    }
}

/// The rows of a family under one handle and one title; what is said once, on the first of them.
fn named(members: Vec<Member>, handle: &str) -> Vec<Row> {
    let titles: Vec<&str> = members.iter().filter_map(|member| member.row.get(Field::Title)).collect();
    let title = common_title(&titles);
    let mut rows: Vec<Row> = members.into_iter().map(|member| member.row).collect();
    for (row, place) in rows.iter_mut().zip(0..) {
        row.set(Field::Handle, Some(handle.to_owned()));
        row.set(Field::Title, Some(title.clone()));
        if place > 0 {
            row.clear(&[Field::Description, Field::Category, Field::Brand, Field::Tags, Field::Language]);
        }
    }
    rows
}

/// One row as a member of its family.
fn member(mut row: Row, context: Context<'_>, counts: bool, findings: &mut Findings<'_>) -> Member {
    let format = context.layout.format;
    if !format.is_by_name() {
        let id = row.take(Field::Id);
        row.set(Field::Sku, id);
    }
    reduce(&mut row, context.today, findings);
    tidy::names(&mut row);
    tidy::description(&mut row, findings);
    tidy::stock(&mut row);
    adapt_category(&mut row);
    adapt_status(&mut row, format, findings);
    adapt_availability(&mut row, counts, findings);
    adapt_images(&mut row, context, findings);
    tidy::barcode(&mut row, context.language, findings);
    if format.is_by_name() {
        let tags = row.take(Field::Tags).and_then(|tags| tidy::list(tags.split([',', ';']).map(str::to_owned)));
        row.set(Field::Tags, tags);
    }
    row.clear(&[Field::Parent]);
    let traits = traits(&mut row, context);
    Member { row, traits }
}

/// What variants may differ by; the other kept columns become attributes at once.
fn traits(row: &mut Row, context: Context<'_>) -> Vec<Named> {
    let mut traits = Vec::new();
    for (column, text) in std::mem::take(&mut row.kept) {
        let name = context.layout.known_name(column);
        if is_trait(name) {
            let name = match context.layout.format {
                format if format.is_by_name() => readable(&context.layout.written_name(column)),
                _ => words::attribute(name, context.language),
            };
            traits.push(Named { name, value: text });
        } else if is_more_images(name) {
            // Read with the pictures.
        } else if name == "product detail" {
            row.facts.extend(details(&text));
        } else if let Some(fact) = fact(name, &text, &context.layout.written_name(column), context) {
            row.facts.push(fact);
        }
    }
    traits
}

/// `Section:Name:Value`, in lines or with commas between; a comma begins the next one only where that has colons too.
fn details(text: &str) -> Vec<Named> {
    let mut details: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut begins = true;
        for part in line.split(',') {
            match details.last_mut().filter(|_| !begins && part.matches(':').count() < 2) {
                Some(last) => {
                    last.push(',');
                    last.push_str(part);
                }
                None => details.push(part.to_owned()),
            }
            begins = false;
        }
    }
    let named = details.iter().filter_map(|detail| {
        let (rest, value) = detail.rsplit_once(':')?;
        Some(Named::new(rest.rsplit(':').next()?.trim(), value.trim()))
    });
    named.filter(|fact| !fact.name.is_empty() && !fact.value.is_empty()).collect()
}

fn fact(name: &str, text: &str, written: &str, context: Context<'_>) -> Option<Named> {
    match name {
        "adult" => (words::yes(text) == Some(true))
            .then(|| Named::new(term(Term::Adults, context.language), &readable(text))),
        "condition" if is_new(text) => None,
        "is bundle" if words::yes(text) != Some(true) => None,
        _ => match words::measure(name) {
            Some((bare, unit)) => Some(Named::new(&readable(bare), format!("{text} {unit}").trim())),
            None if name == "fact" => Some(Named::new(&readable(written), text)),
            None => Some(Named { name: words::attribute(name, context.language), value: text.to_owned() }),
        },
    }
    .filter(|fact| !fact.name.is_empty() && !fact.value.is_empty())
}

/// What is not worth saying of a thing in a shop.
fn is_new(condition: &str) -> bool {
    ["new", "nuevo", "nueva", "novo", "nova"].contains(&fold(condition).as_str())
}

/// The shop's own category before Google's. Mere numbers are those of somebody's database, and `product` is what every
/// row of some exports is.
fn adapt_category(row: &mut Row) {
    const KINDS: [&str; 9] =
        ["product", "producto", "produto", "variation", "variant", "variante", "simple", "variable", "item"];
    let is_number =
        |path: &str| path.split([',', ';', '|', '>', ' ']).all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let says = |path: &String| !is_number(path) && !KINDS.contains(&fold(path).as_str());
    let standard = row.take(Field::StandardCategory).filter(says);
    let own = row.take(Field::Category).filter(says);
    let path = own.or(standard).map(|path| {
        let names = path.split(['>', '\n']).map(str::trim).filter(|name| !name.is_empty());
        names.collect::<Vec<_>>().join(" > ")
    });
    row.set(Field::Category, path);
}

/// Whether there is any, in words or, where the column counts, in numbers.
fn adapt_availability(row: &mut Row, counts: bool, findings: &mut Findings<'_>) {
    let Some(word) = row.get(Field::Availability).map(str::to_owned) else { return };
    if let Some(pieces) = presence::pieces(&word).filter(|_| counts) {
        row.set(Field::Availability, None);
        if row.get(Field::Stock).is_none() {
            row.set(Field::Stock, Some(pieces.max(0).to_string()));
        }
        return;
    }
    let is_turned = words::yes(&word).is_some() && presence::is_off(&findings.column_name(Field::Availability));
    match presence::there(&word) {
        Some(There::Some) if is_turned => tidy::there(row, There::Nothing),
        Some(There::Nothing) if is_turned => tidy::there(row, There::Some),
        _ => tidy::availability(row, THERE, findings),
    }
}

/// Who may see the product. A word that we do not know refuses it: nobody said that it is on sale.
fn adapt_status(row: &mut Row, format: Format, findings: &mut Findings<'_>) {
    let mut shown = Shown::All;
    for field in [Field::Status, Field::Visibility] {
        let Some(word) = row.get(field).map(str::to_owned) else { continue };
        let column = findings.column_name(field);
        if format == Format::Plain && presence::is_condition(&word) {
            row.set(field, None);
            if !is_new(&word) {
                row.facts.push(Named::new(&readable(&column), &word));
            }
            continue;
        }
        let Some(said) = status(&word, &column) else {
            match presence::there(&word) {
                Some(there) => tidy::there(row, there),
                // Left to stand, it refuses the whole product.
                None => return row.set(Field::Status, Some(word)),
            }
            continue;
        };
        shown = match (shown, said) {
            (Shown::Never, _) | (_, Shown::Never) => Shown::Never,
            (Shown::Nobody, _) | (_, Shown::Nobody) => Shown::Nobody,
            _ => Shown::All,
        };
    }
    let already = row.get(Field::Status).is_some_and(|status| status == tidy::ARCHIVED);
    row.set(Field::Visibility, None);
    match shown {
        Shown::Never => row.set(Field::Status, Some(tidy::ARCHIVED.to_owned())),
        Shown::Nobody => {
            row.set(Field::Status, Some("draft".to_owned()));
            findings.notice(row.number, Note::Unpublished);
        }
        Shown::All if already => {}
        Shown::All => row.set(Field::Status, None),
    }
}

/// What a status says; a yes under `Oculto` means that nobody sees it.
fn status(word: &str, column: &str) -> Option<Shown> {
    match (words::yes(word), presence::is_off(column)) {
        (Some(off), true) => Some(if off { Shown::Nobody } else { Shown::All }),
        _ => presence::shown(word),
    }
}

fn adapt_images(row: &mut Row, context: Context<'_>, findings: &mut Findings<'_>) {
    let (first, more) = (row.take(Field::Image), row.take(Field::MoreImages));
    let kept = row.kept.iter().filter(|(column, _)| is_more_images(context.layout.known_name(*column)));
    let more: Vec<String> = more.into_iter().chain(kept.map(|(_, text)| text.clone())).collect();
    // Feeds have one address there.
    let (of_first, of_more): (&[char], &[char]) = match context.layout.format {
        format if format.is_by_name() => (&[',', ';', ' ', '\n', '|'], &[',', ';', ' ', '\n', '|']),
        _ => (&['\n'], &[',', '\n']),
    };
    let mut images = Vec::new();
    for (cells, separators) in [(Vec::from_iter(first), of_first), (more, of_more)] {
        let found = tidy::images(&cells, separators, context.options.pictures_at.as_deref(), row.number, findings);
        for image in found {
            if !images.contains(&image) {
                images.push(image);
            }
        }
    }
    images.truncate(cell::ENTRIES_MAX);
    row.set(Field::VariantImage, images.first().cloned());
    row.set(Field::Image, Some(images.join(" ")));
}
