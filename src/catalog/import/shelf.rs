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
use crate::catalog::import::table::Row;
use crate::catalog::import::tidy;
use crate::catalog::import::words::{self, Term, readable, term};
use crate::catalog::product::Named;

/// Feeds and plain tables.
#[derive(Debug)]
pub struct Shelf<'a> {
    context: Context<'a>,
    firsts: Firsts,
    handles: Handles,
    groups: Groups,
}

impl<'a> Shelf<'a> {
    /// The adapter of such a file.
    #[must_use]
    pub fn new(context: Context<'a>) -> Self {
        let groups = Groups::of(context.layout);
        Self { context, firsts: Firsts::default(), handles: Handles::default(), groups }
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
            let member = member(row, self.context, findings);
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

/// Price lists have headings between their products.
fn is_heading(row: &Row, format: Format) -> bool {
    format.is_by_name() && row.get(Field::Price).or(row.get(Field::SalePrice)).or(row.get(Field::Sku)).is_none()
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
fn member(mut row: Row, context: Context<'_>, findings: &mut Findings<'_>) -> Member {
    let format = context.layout.format;
    if !format.is_by_name() {
        let id = row.take(Field::Id);
        row.set(Field::Sku, id);
    }
    reduce(&mut row, context.today, findings);
    tidy::names(&mut row);
    tidy::description(&mut row, findings);
    tidy::stock(&mut row, findings);
    adapt_category(&mut row);
    adapt_availability(&mut row);
    adapt_status(&mut row, findings);
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
        "condition" if fold(text) == "new" || fold(text) == "nuevo" || fold(text) == "novo" => None,
        "is bundle" if words::yes(text) != Some(true) => None,
        _ => match words::measure(name) {
            Some((bare, unit)) => Some(Named::new(&readable(bare), format!("{text} {unit}").trim())),
            None if name == "fact" => Some(Named::new(&readable(written), text)),
            None => Some(Named { name: words::attribute(name, context.language), value: text.to_owned() }),
        },
    }
    .filter(|fact| !fact.name.is_empty() && !fact.value.is_empty())
}

/// The shop's own category before Google's, which may be a mere number.
fn adapt_category(row: &mut Row) {
    let standard = row.take(Field::StandardCategory).filter(|path| path.parse::<u64>().is_err());
    let own = row.take(Field::Category);
    let path = own.or(standard).map(|path| {
        let names = path.split(['>', '\n']).map(str::trim).filter(|name| !name.is_empty());
        names.collect::<Vec<_>>().join(" > ")
    });
    row.set(Field::Category, path);
}

fn adapt_availability(row: &mut Row) {
    let Some(word) = row.take(Field::Availability) else { return };
    let word = fold(&word).replace(['_', '-'], " ");
    let says = |words: &[&str]| words.iter().any(|known| word.contains(known));
    if says(&["out of stock", "agotado", "sin existencias", "esgotado", "fora de estoque", "discontinued"]) {
        row.set(Field::Stock, Some("0".to_owned()));
    } else if says(&[
        "preorder",
        "pre order",
        "backorder",
        "available for order",
        "reserva",
        "pedido pendiente",
        "pre venda",
    ]) {
        if row.get(Field::Stock).is_none() {
            row.set(Field::Stock, Some("0".to_owned()));
        }
        row.set(Field::WhenOut, Some("continue".to_owned()));
    }
    if says(&["discontinued"]) {
        row.set(Field::Status, Some("archived".to_owned()));
    }
}

/// Words for shown and hidden; anything else is taken for shown, as the systems do.
fn adapt_status(row: &mut Row, findings: &mut Findings<'_>) {
    let status = row.take(Field::Status).map(|word| fold(&word));
    let shown = row.take(Field::Visibility).map(|word| fold(&word));
    let hidden = |word: &String| {
        ["hidden", "staging", "draft", "inactive", "inactivo", "inativo", "borrador", "rascunho", "oculto"]
            .contains(&word.as_str())
            || words::yes(word) == Some(false)
    };
    if status.as_ref().is_some_and(|word| matches!(word.as_str(), "archived" | "archivado" | "arquivado")) {
        row.set(Field::Status, Some("archived".to_owned()));
    } else if status.iter().chain(&shown).any(hidden) {
        row.set(Field::Status, Some("draft".to_owned()));
        findings.notice(row.number, Note::Unpublished);
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
