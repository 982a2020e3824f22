//! What an import changed, field by field: what was there before, and what it made of it. Pure.
//!
//! A field gets back what it was as long as it says what the import made of it. Price, price before, cost and floor
//! stand together, since each is only right beside the others. A stock figure that is the same again may still have
//! been sold and counted since, so its moves are compared too.

use serde::{Deserialize, Serialize};

use crate::base::ids::{ProductId, VariantId};
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::Handle;
use crate::catalog::import::draft::{Fields, VariantDraft};
use crate::catalog::import::plan::StoredVariant;
use crate::catalog::product::{Named, ProductStatus, WhenOut};

/// What an import changed of one product or variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Past {
    /// Of a product that was there.
    Product(ProductPast),
    /// Of a variant that was there.
    Variant(VariantPast),
    /// A variant that a product of the shop did not have.
    NewVariant {
        /// Which.
        id: VariantId,
    },
}

/// What an import changed of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPast {
    /// Which.
    pub id: ProductId,
    fields: Vec<ProductField>,
}

/// What an import changed of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantPast {
    /// Which.
    pub id: VariantId,
    fields: Vec<VariantField>,
}

/// Whose a variant is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The product.
    pub id: ProductId,
    /// Its handle.
    pub handle: Handle,
}

/// A variant as it is, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantNow {
    /// Whose it is.
    pub owner: Owner,
    /// Whether it is no longer sold.
    pub archived: bool,
    /// How often its stock was sold or counted.
    pub stock_moves: i32,
    /// The rest.
    pub draft: VariantDraft,
}

impl VariantNow {
    /// A variant of this product.
    #[must_use]
    pub fn of(owner: Owner, stored: &StoredVariant) -> Self {
        let StoredVariant { archived, stock_moves, draft, .. } = stored.clone();
        Self { owner, archived, stock_moves, draft }
    }
}

/// What may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// What nobody changed since.
    Untouched,
    /// Everything, for telling what does not.
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Was<T> {
    from: T,
    to: T,
}

impl<T: Clone + PartialEq> Was<T> {
    fn of(from: &T, to: &T) -> Option<Self> {
        (from != to).then(|| Self { from: from.clone(), to: to.clone() })
    }

    fn put(&self, now: &mut T, back: Back) {
        if back == Back::All || *now == self.to {
            now.clone_from(&self.from);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ProductField {
    Title(Was<String>),
    Description(Was<String>),
    Category(Was<String>),
    Brand(Was<String>),
    Tags(Was<Vec<String>>),
    Status(Was<ProductStatus>),
    Language(Was<Language>),
    Options(Was<Vec<String>>),
    Images(Was<Vec<String>>),
    Facts(Was<Vec<Named>>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum VariantField {
    Owner(Was<Owner>),
    Archived(Was<bool>),
    Position(Was<i32>),
    Options(Was<Vec<Named>>),
    Amounts(Was<Amounts>),
    Stock { was: Was<Option<i32>>, moves: i32 },
    WhenOut(Was<WhenOut>),
    Image(Was<Option<String>>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Amounts {
    price: Money,
    compare_at: Option<Money>,
    cost: Option<Money>,
    floor: Option<Money>,
}

impl Amounts {
    const fn of(draft: &VariantDraft) -> Self {
        let VariantDraft { price, compare_at, cost, floor, .. } = draft;
        Self { price: *price, compare_at: *compare_at, cost: *cost, floor: *floor }
    }
}

impl Past {
    /// Adds it to a text, as a line of JSON.
    pub fn write(&self, text: &mut String) {
        match serde_json::to_string(self) {
            Ok(line) => {
                text.push_str(&line);
                text.push('\n');
            }
            Err(error) => unreachable!("a past has string keys only: {error}"),
        }
    }

    /// What such a text says.
    ///
    /// # Errors
    /// When it was written in other words.
    pub fn read(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        text.lines().map(serde_json::from_str).collect()
    }

    /// Which variant it is about.
    #[must_use]
    pub const fn variant(&self) -> Option<VariantId> {
        match self {
            Self::Product(_) => None,
            Self::Variant(VariantPast { id, .. }) | Self::NewVariant { id } => Some(*id),
        }
    }

    /// Whether it changes what its product is found by; of a product it may always.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        use VariantField::{Archived, Options, Owner};
        match self {
            Self::Product(_) | Self::NewVariant { .. } => true,
            Self::Variant(past) => {
                past.fields.iter().any(|field| matches!(field, Owner(_) | Archived(_) | Options(_)))
            }
        }
    }

    /// The product that the import gave a variant of another one, and that has to do without it.
    #[must_use]
    pub fn left_for(&self) -> Option<ProductId> {
        let Self::Variant(past) = self else { return None };
        past.fields
            .iter()
            .find_map(|field| if let VariantField::Owner(was) = field { Some(was.to.id) } else { None })
    }
}

impl ProductPast {
    /// What changes of a product; nothing when nothing does.
    #[must_use]
    pub fn of(id: ProductId, before: &Fields, after: &Fields) -> Option<Past> {
        let fields = [
            Was::of(&before.title, &after.title).map(ProductField::Title),
            Was::of(&before.description, &after.description).map(ProductField::Description),
            Was::of(&before.category, &after.category).map(ProductField::Category),
            Was::of(&before.brand, &after.brand).map(ProductField::Brand),
            Was::of(&before.tags, &after.tags).map(ProductField::Tags),
            Was::of(&before.status, &after.status).map(ProductField::Status),
            Was::of(&before.language, &after.language).map(ProductField::Language),
            Was::of(&before.options, &after.options).map(ProductField::Options),
            Was::of(&before.images, &after.images).map(ProductField::Images),
            Was::of(&before.facts, &after.facts).map(ProductField::Facts),
        ];
        let fields: Vec<ProductField> = fields.into_iter().flatten().collect();
        (!fields.is_empty()).then_some(Past::Product(Self { id, fields }))
    }

    /// The product with what comes back.
    #[must_use]
    pub fn put(&self, now: &Fields, back: Back) -> Fields {
        let mut now = now.clone();
        for field in &self.fields {
            match field {
                ProductField::Title(was) => was.put(&mut now.title, back),
                ProductField::Description(was) => was.put(&mut now.description, back),
                ProductField::Category(was) => was.put(&mut now.category, back),
                ProductField::Brand(was) => was.put(&mut now.brand, back),
                ProductField::Tags(was) => was.put(&mut now.tags, back),
                ProductField::Status(was) => was.put(&mut now.status, back),
                ProductField::Language(was) => was.put(&mut now.language, back),
                ProductField::Options(was) => was.put(&mut now.options, back),
                ProductField::Images(was) => was.put(&mut now.images, back),
                ProductField::Facts(was) => was.put(&mut now.facts, back),
            }
        }
        now
    }
}

impl VariantPast {
    /// What changes of a variant; nothing when nothing does.
    #[must_use]
    pub fn of(id: VariantId, before: &VariantNow, after: &VariantNow) -> Option<Past> {
        let (one, other) = (&before.draft, &after.draft);
        let moves = before.stock_moves;
        let fields = [
            Was::of(&before.owner, &after.owner).map(VariantField::Owner),
            Was::of(&before.archived, &after.archived).map(VariantField::Archived),
            Was::of(&one.position, &other.position).map(VariantField::Position),
            Was::of(&one.options, &other.options).map(VariantField::Options),
            Was::of(&Amounts::of(one), &Amounts::of(other)).map(VariantField::Amounts),
            Was::of(&one.stock, &other.stock).map(|was| VariantField::Stock { was, moves }),
            Was::of(&one.when_out, &other.when_out).map(VariantField::WhenOut),
            Was::of(&one.image, &other.image).map(VariantField::Image),
        ];
        let fields: Vec<VariantField> = fields.into_iter().flatten().collect();
        (!fields.is_empty()).then_some(Past::Variant(Self { id, fields }))
    }

    /// The variant with what comes back.
    #[must_use]
    pub fn put(&self, now: &VariantNow, back: Back) -> VariantNow {
        let mut now = now.clone();
        for field in &self.fields {
            match field {
                VariantField::Owner(was) => was.put(&mut now.owner, back),
                VariantField::Archived(was) => was.put(&mut now.archived, back),
                VariantField::Position(was) => was.put(&mut now.draft.position, back),
                VariantField::Options(was) => was.put(&mut now.draft.options, back),
                VariantField::Amounts(was) => {
                    let mut amounts = Amounts::of(&now.draft);
                    was.put(&mut amounts, back);
                    let Amounts { price, compare_at, cost, floor } = amounts;
                    now.draft = VariantDraft { price, compare_at, cost, floor, ..now.draft };
                }
                VariantField::Stock { was, moves } => {
                    if back == Back::All || *moves == now.stock_moves {
                        was.put(&mut now.draft.stock, back);
                    }
                }
                VariantField::WhenOut(was) => was.put(&mut now.draft.when_out, back),
                VariantField::Image(was) => was.put(&mut now.draft.image, back),
            }
        }
        now
    }
}
