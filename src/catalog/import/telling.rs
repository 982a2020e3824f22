//! What a file can tell. An empty cell says that there is nothing; a column that the file does not have says nothing at
//! all, and then what the shop has stays as it is. Pure.

use crate::base::language::Language;
use crate::base::money::Money;
use crate::catalog::fold::fold;
use crate::catalog::import::cell::ENTRIES_MAX;
use crate::catalog::import::columns::{is_count, is_more_images};
use crate::catalog::import::draft::{Fields, VariantDraft};
use crate::catalog::import::format::{Field, Format, Layout};
use crate::catalog::import::plan::StoredVariant;
use crate::catalog::import::shopify;
use crate::catalog::import::words::{self, Term, readable, term};
use crate::catalog::product::{Named, ProductStatus, WhenOut};

/// The fields of ours that a shop may have from elsewhere. The options stand together, under the first of them.
const FIELDS: [Field; 14] = [
    Field::Description,
    Field::Category,
    Field::Brand,
    Field::Tags,
    Field::Status,
    Field::Language,
    Field::Option1Name,
    Field::CompareAtPrice,
    Field::Cost,
    Field::Floor,
    Field::Stock,
    Field::WhenOut,
    Field::Image,
    Field::VariantImage,
];

/// What a file can tell.
#[derive(Clone, Debug)]
pub struct Telling {
    fields: Vec<Field>,
    /// Whether it says of a thing that there is some of it, if not how many.
    availability: bool,
    /// The attributes it can tell, folded; any, where their names stand in its cells.
    attributes: Option<Vec<String>>,
}

impl Telling {
    /// What a file of these columns can tell.
    #[must_use]
    pub fn of(layout: &Layout, language: Language) -> Self {
        let any = |columns: &[Field]| columns.iter().any(|field| layout.column(*field).is_some());
        let (pictures, kept): (Vec<usize>, Vec<usize>) = (0..layout.header.len())
            .filter(|column| layout.is_kept(*column))
            .partition(|column| is_more_images(layout.known_name(*column)));
        let told = |field: &Field| match field {
            Field::Image | Field::VariantImage if !pictures.is_empty() => true,
            Field::Option1Name => any(columns(*field, layout.format)) || !kept.is_empty(),
            Field::Stock if kept.iter().any(|column| is_count(layout.format, layout.known_name(*column))) => true,
            field => any(columns(*field, layout.format)),
        };
        Self {
            fields: FIELDS.into_iter().filter(told).collect(),
            availability: any(&[Field::Availability]),
            attributes: attributes(layout, language),
        }
    }

    fn tells(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// Puts what the shop has of a product where the file says nothing. What is archived comes back with the file that
    /// has it, whether or not the file knows the word.
    pub fn complete_fields(&self, said: &mut Fields, before: &Fields) {
        self.keep(Field::Description, &mut said.description, &before.description);
        self.keep(Field::Category, &mut said.category, &before.category);
        self.keep(Field::Brand, &mut said.brand, &before.brand);
        self.keep(Field::Tags, &mut said.tags, &before.tags);
        self.keep(Field::Image, &mut said.images, &before.images);
        self.complete_facts(&mut said.facts, &before.facts);
        if !self.tells(Field::Language) {
            said.language = before.language;
        }
        let is_draft = before.status == ProductStatus::Draft;
        if !self.tells(Field::Status) && said.status == ProductStatus::Active && is_draft {
            said.status = ProductStatus::Draft;
        }
    }

    /// Puts what the shop has of a variant where the file says nothing.
    pub fn complete_variant(&self, said: &mut VariantDraft, before: &StoredVariant) {
        let had = &before.draft;
        // Amounts of another currency would be other amounts.
        let same = |money: &Money| money.currency() == said.price.currency();
        let compare_at = had.compare_at.filter(same).filter(|before| before.minor() > said.price.minor());
        let (cost, floor) = (had.cost.filter(same), had.floor.filter(same));
        self.keep(Field::CompareAtPrice, &mut said.compare_at, &compare_at);
        self.keep(Field::Cost, &mut said.cost, &cost);
        self.keep(Field::Floor, &mut said.floor, &floor);
        self.keep(Field::Stock, &mut said.stock, &self.stock(before));
        self.keep(Field::VariantImage, &mut said.image, &had.image);
        if !self.tells(Field::WhenOut) && said.when_out == WhenOut::default() {
            said.when_out = had.when_out;
        }
    }

    /// Attributes of which the file has no column stay, in their places.
    fn complete_facts(&self, said: &mut Vec<Named>, before: &[Named]) {
        let Some(attributes) = &self.attributes else { return };
        let mut completed: Vec<Named> = Vec::new();
        for had in before {
            let name = fold(&had.name);
            let place = said.iter().position(|fact| fold(&fact.name) == name);
            let is_told = attributes.contains(&name);
            completed.extend(place.map(|place| said.remove(place)).or_else(|| (!is_told).then(|| had.clone())));
        }
        completed.append(said);
        completed.truncate(ENTRIES_MAX);
        *said = completed;
    }

    /// Whether what variants differ by is said in columns of its own, and not made of their names.
    #[must_use]
    pub fn tells_options(&self) -> bool {
        self.tells(Field::Option1Name)
    }

    /// What the shop has of something of which the file does not say how many there are. There is some again where the
    /// last file said that there was none, unless somebody has sold or counted it since it came.
    fn stock(&self, before: &StoredVariant) -> Option<i32> {
        let over = self.availability && before.stock_moves == 0;
        before.draft.stock.filter(|stock| *stock > 0 || !over)
    }

    fn keep<T: Clone + Default + PartialEq>(&self, field: Field, said: &mut T, before: &T) {
        if !self.tells(field) && *said == T::default() {
            said.clone_from(before);
        }
    }
}

/// The names of the attributes that a file's columns become, by any of the rules for that.
fn attributes(layout: &Layout, language: Language) -> Option<Vec<String>> {
    let named_in_cells = [Field::Facts, Field::Attributes].iter().any(|field| layout.column(*field).is_some());
    let kept = (0..layout.header.len()).any(|column| layout.is_kept(column));
    if named_in_cells || (kept && matches!(layout.format, Format::WooCommerce | Format::Magento | Format::Wix)) {
        return None;
    }
    let mut names = Vec::new();
    for column in (0..layout.header.len()).filter(|column| layout.is_kept(*column)) {
        let (known, written) = (layout.known_name(column), layout.written_name(column));
        if known == "product detail" {
            return None;
        }
        let bare = words::measure(known).map_or(known, |(bare, _)| bare);
        let metafield = shopify::metafield(&written);
        names.extend([readable(bare), readable(&written), words::attribute(known, language), metafield]);
    }
    let parent = layout.column(Field::Parent).map(|_| readable(&layout.column_name(Field::Parent)));
    let barcode = layout.column(Field::Barcode).map(|_| term(Term::Barcode, language).to_owned());
    let of_columns = [("variant grams", Term::Weight), ("adult", Term::Adults)];
    let of_columns =
        of_columns.iter().filter(|(name, _)| (0..layout.header.len()).any(|at| layout.known_name(at) == *name));
    let own: Vec<String> = of_columns.map(|(_, own)| term(*own, language).to_owned()).collect();
    names.extend(parent.into_iter().chain(barcode).chain(own));
    Some(names.iter().map(|name| fold(name)).collect())
}

/// The columns that say a field of ours.
const fn columns(field: Field, format: Format) -> &'static [Field] {
    match (field, format) {
        (Field::Description, _) => &[Field::Description, Field::Summary],
        (Field::Category, _) => &[Field::Category, Field::StandardCategory],
        (Field::Brand, _) => &[Field::Brand],
        // Of several categories one is the category, and the others are tags.
        (
            Field::Tags,
            Format::WooCommerce
            | Format::Magento
            | Format::Tiendanube
            | Format::Squarespace
            | Format::Wix
            | Format::PrestaShop
            | Format::BigCommerce,
        ) => &[Field::Tags, Field::Category],
        (Field::Tags, _) => &[Field::Tags],
        (Field::Status, Format::PrestaShop | Format::BigCommerce | Format::Odoo) => {
            &[Field::Status, Field::Published, Field::Visibility, Field::Sellable]
        }
        (Field::Status, _) => &[Field::Status, Field::Published, Field::Visibility],
        (Field::Language, _) => &[Field::Language],
        (Field::Option1Name, _) => {
            &[Field::Option1Name, Field::Option1Value, Field::Variations, Field::VariationName]
        }
        (Field::CompareAtPrice, _) => &[Field::CompareAtPrice, Field::SalePrice, Field::DiscountValue],
        (Field::Cost, _) => &[Field::Cost],
        (Field::Floor, _) => &[Field::Floor],
        (Field::Stock, _) => &[Field::Stock],
        (Field::WhenOut, _) => &[Field::WhenOut, Field::Backorders, Field::Availability],
        (Field::VariantImage, Format::Shopify) => &[Field::VariantImage],
        (Field::Image | Field::VariantImage, _) => &[Field::Image, Field::MoreImages],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_pictures_tell_pictures_and_no_options() {
        let told = |last: &str| {
            let header = ["Producto", "Precio", last].map(str::to_owned).to_vec();
            let telling = Telling::of(&Layout::as_plain(header), Language::Es);
            (telling.tells(Field::Image), telling.tells_options())
        };
        assert_eq!((told("Foto 1"), told("Foto"), told("Talla")), ((true, false), (true, false), (false, true)));
    }
}
