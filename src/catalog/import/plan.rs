//! The file compared with the shop, some products at a time: what is to be written, and the same thing said for the
//! report. Pure.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::base::fingerprint::{Fingerprint, Running};
use crate::base::ids::{ProductId, VariantId};
use crate::base::names::{Handle, Sku};
use crate::catalog::document::{Document, Indexed, document};
use crate::catalog::fold::fold;
use crate::catalog::import::Absent;
use crate::catalog::import::differences::{Difference, STOCK, field_differences, variant_differences};
use crate::catalog::import::doubt::{Doubt, Waiting};
use crate::catalog::import::draft::{Fields, ProductDraft, VariantDraft};
use crate::catalog::import::passes::NamedInFile;
use crate::catalog::import::report::{CHANGES_KEPT, Change, Counts};
use crate::catalog::product::ProductStatus;
use crate::catalog::undo::BYTES_MAX;
use crate::catalog::undo::past::{Owner, Past, ProductPast, VariantNow, VariantPast};

/// How much of the shop may vanish without a question.
const VANISHING_PERCENT: usize = 30;
/// How many examples of a doubt are told.
const EXAMPLES_KEPT: usize = 10;

/// A product as the shop has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProduct {
    /// Its id.
    pub id: ProductId,
    /// What is said once for all variants.
    pub fields: Fields,
    /// Archived ones included.
    pub variants: Vec<StoredVariant>,
}

/// A variant as the shop has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVariant {
    /// Its id.
    pub id: VariantId,
    /// Whether it is no longer sold.
    pub archived: bool,
    /// How often its stock was sold or counted.
    pub stock_moves: i32,
    /// The rest.
    pub draft: VariantDraft,
}

/// A variant of the shop that the file gives to another product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The product whose it is.
    pub owner: ProductId,
    /// Its handle.
    pub handle: Handle,
    /// The variant.
    pub variant: StoredVariant,
}

/// What the shop has of some products of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The products of these handles.
    pub products: Vec<StoredProduct>,
    /// Variants of these SKUs that belong to other products.
    pub elsewhere: Vec<Elsewhere>,
}

/// A product to insert, or to write over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProductWrite {
    /// Its id, new or old.
    pub id: ProductId,
    /// Whether the shop does not have it.
    pub is_new: bool,
    /// What to write.
    pub fields: Fields,
    /// What to index.
    pub document: Document,
}

/// A variant to insert, or to write over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VariantWrite {
    /// Its id, new or old.
    pub id: VariantId,
    /// Whether the shop does not have it.
    pub is_new: bool,
    /// Its product.
    pub product: ProductId,
    /// What to write.
    pub draft: VariantDraft,
    /// Whether the file says another stock than there was. Else the stock stays as it is when this is written: what was
    /// sold meanwhile stays sold.
    pub counts: bool,
}

/// What is to be written of some products.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Writes {
    /// Products to insert or write over.
    pub products: Vec<ProductWrite>,
    /// Variants to insert or write over.
    pub variants: Vec<VariantWrite>,
    /// Products to archive.
    pub archived_products: Vec<ProductId>,
    /// Variants to archive.
    pub archived_variants: Vec<VariantId>,
    /// What is there before: [`Past`], one to a line.
    pub past: String,
}

impl Writes {
    /// Products and variants to write.
    #[must_use]
    pub fn count(&self) -> usize {
        self.products.len() + self.variants.len()
    }

    /// These too.
    pub fn add(&mut self, writes: Self) {
        self.products.extend(writes.products);
        self.variants.extend(writes.variants);
        self.archived_products.extend(writes.archived_products);
        self.archived_variants.extend(writes.archived_variants);
        self.past.push_str(&writes.past);
    }
}

/// What the comparison came to.
#[derive(Debug, Default)]
pub struct Plan {
    /// Products and variants to write.
    pub writes: usize,
    /// How many of each kind of change.
    pub counts: Counts,
    /// The first changes.
    pub changes: Vec<Change>,
    /// What is more often a mistake than meant.
    pub doubts: Vec<Waiting>,
    /// How much would have to be kept to undo it.
    pub past_bytes: usize,
    /// Every change, those that are not kept included.
    noted: Running,
}

impl Plan {
    fn doubt(&mut self, doubt: Doubt, example: String) {
        match self.doubts.iter_mut().find(|waiting| waiting.doubt == doubt) {
            Some(waiting) => {
                waiting.count += 1;
                if waiting.examples.len() < EXAMPLES_KEPT {
                    waiting.examples.push(example);
                }
            }
            None => self.doubts.push(Waiting { doubt, count: 1, examples: vec![example], agreed: false }),
        }
    }

    /// A fingerprint of what a report of this plan would say, but for what is left of things of which the file says how
    /// many there are: that changes with every sale. What is written follows from it and the file.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut said = self.noted.clone();
        said.add(format!("{:?} {:?}", self.counts, self.doubts).as_bytes());
        said.finish()
    }

    fn note(&mut self, change: Change) {
        match &change {
            Change::FieldChanged { sku: Some(sku), field, to, .. } if field == STOCK => {
                self.noted.add(format!("{sku} {STOCK} {to}").as_bytes());
            }
            change => self.noted.add(format!("{change:?}").as_bytes()),
        }
        if self.changes.len() < CHANGES_KEPT {
            self.changes.push(change);
        }
    }

    fn note_fields(&mut self, handle: &Handle, sku: Option<&Sku>, differences: &[Difference]) {
        if differences.is_empty() {
            self.counts.unchanged += 1;
            return;
        }
        self.counts.changed += 1;
        for Difference { field, from, to } in differences {
            self.note(Change::FieldChanged {
                handle: handle.clone(),
                sku: sku.cloned(),
                field: (*field).to_owned(),
                from: from.clone(),
                to: to.clone(),
            });
        }
    }
}

/// Compares a file with the shop, some products at a time.
#[derive(Debug)]
pub struct Planner<'f> {
    file: &'f NamedInFile,
    /// What becomes of what the file has not; nothing while it is not known what all of its rows name.
    absent: Absent,
    /// Variants that were on sale and no longer are.
    vanished: usize,
    plan: Plan,
}

impl<'f> Planner<'f> {
    /// Nothing compared yet.
    #[must_use]
    pub fn new(file: &'f NamedInFile, absent: Absent) -> Self {
        let absent = if file.withheld.nameless.is_empty() { absent } else { Absent::Keep };
        Self { file, absent, vanished: 0, plan: Plan::default() }
    }

    /// Compares some products of the file with what the shop has of them.
    pub fn compare(&mut self, stored: &Stored, drafts: Vec<ProductDraft>) -> Writes {
        let mut comparison = Comparison::new(self, stored);
        for draft in drafts {
            comparison.product(draft);
        }
        let writes = comparison.writes;
        self.plan.writes += writes.count();
        writes
    }

    /// Keeps what is there before, unless that is too much already.
    fn keep(&mut self, writes: &mut Writes, past: Option<Past>) {
        let Some(past) = past.filter(|_| self.plan.past_bytes <= BYTES_MAX) else { return };
        let before = writes.past.len();
        past.write(&mut writes.past);
        self.plan.past_bytes += writes.past.len() - before;
    }

    /// Whether products of the shop that the file has not have to be looked for.
    #[must_use]
    pub fn looks_for_absent(&self) -> bool {
        self.absent == Absent::Archive || !self.file.withdrawn.is_empty()
    }

    /// Looks for products of the shop that the file has not, and archives them: all of them where the file is the whole
    /// catalog, and always those that are no longer sold where the file comes from.
    pub fn archive_absent(&mut self, stored: &[StoredProduct]) -> Writes {
        let mut writes = Writes::default();
        for product in stored {
            let handle = &product.fields.handle;
            let withheld = self.file.withheld.handles.contain(handle.as_str())
                || product.variants.iter().any(|variant| self.is_withheld(&variant.draft.sku));
            let gone = product.fields.status == ProductStatus::Archived;
            let unsold = self.absent == Absent::Archive || self.is_withdrawn(product);
            if unsold && !gone && !withheld && !self.file.handles.contain(handle.as_str()) {
                self.vanished += on_sale(product);
                self.plan.counts.archived += 1;
                writes.archived_products.push(product.id);
                let archived = Fields { status: ProductStatus::Archived, ..product.fields.clone() };
                self.keep(&mut writes, ProductPast::of(product.id, &product.fields, &archived));
                self.plan.note(Change::ProductArchived { handle: handle.clone() });
            }
        }
        writes
    }

    /// How many variants would vanish from the shop.
    #[must_use]
    pub const fn vanished(&self) -> usize {
        self.vanished
    }

    /// What it came to, for a shop that had so many variants on sale.
    #[must_use]
    pub fn finish(mut self, on_sale: usize) -> Plan {
        // More of the shop gone than anybody takes out in a day.
        if self.vanished * 100 > on_sale * VANISHING_PERCENT {
            let example = format!("{} of {on_sale} variants on sale", self.vanished);
            self.plan.doubt(Doubt::Vanishing, example);
        }
        self.plan
    }

    fn is_withdrawn(&self, product: &StoredProduct) -> bool {
        let withdrawn = &self.file.withdrawn;
        let off = |sku: &Sku| withdrawn.skus.contain(sku.as_str()) && !self.file.skus.contain(sku.as_str());
        let mut living = product.variants.iter().filter(|variant| !variant.archived).peekable();
        withdrawn.handles.contain(product.fields.handle.as_str())
            || (living.peek().is_some() && living.all(|variant| off(&variant.draft.sku)))
    }

    fn is_withheld(&self, sku: &Sku) -> bool {
        self.file.withheld.skus.contain(sku.as_str())
    }
}

/// Some products of the file beside what the shop has of them.
struct Comparison<'a, 'f> {
    planner: &'a mut Planner<'f>,
    by_handle: HashMap<&'a Handle, &'a StoredProduct>,
    /// With the product whose they are.
    by_sku: HashMap<&'a Sku, (ProductId, &'a Handle, &'a StoredVariant)>,
    writes: Writes,
}

impl<'a, 'f> Comparison<'a, 'f> {
    fn new(planner: &'a mut Planner<'f>, stored: &'a Stored) -> Self {
        let own = stored.products.iter().flat_map(|product| {
            let owned = move |variant| (product.id, &product.fields.handle, variant);
            product.variants.iter().map(owned)
        });
        let others = stored.elsewhere.iter().map(|other| (other.owner, &other.handle, &other.variant));
        Self {
            planner,
            by_handle: stored.products.iter().map(|product| (&product.fields.handle, product)).collect(),
            by_sku: own.chain(others).map(|found| (&found.2.draft.sku, found)).collect(),
            writes: Writes::default(),
        }
    }

    fn product(&mut self, draft: ProductDraft) {
        let before = self.by_handle.get(&draft.fields.handle).copied();
        let renamed = before.map_or_else(HashMap::new, |product| self.renamed(product, &draft));
        let draft = self.completed(draft, before, &renamed);
        let id = before.map_or_else(ProductId::generate, |product| product.id);
        let mut reindex = match before {
            None => {
                self.planner.plan.counts.products_created += 1;
                self.planner.plan.note(Change::ProductCreated {
                    handle: draft.fields.handle.clone(),
                    title: draft.fields.title.clone(),
                    variants: u32::try_from(draft.variants.len()).unwrap_or(u32::MAX),
                });
                true
            }
            Some(product) => {
                if draft.fields.status != ProductStatus::Active {
                    self.planner.vanished += on_sale(product);
                }
                let differences = field_differences(&product.fields, &draft.fields);
                self.planner.plan.note_fields(&draft.fields.handle, None, &differences);
                self.keep(ProductPast::of(product.id, &product.fields, &draft.fields));
                !differences.is_empty()
            }
        };
        for variant in &draft.variants {
            reindex |= self.variant(id, &draft.fields.handle, variant, before.is_none());
        }
        let (kept, archived) =
            before.map_or_else(Default::default, |product| self.absent_variants(product, &renamed));
        reindex |= archived > 0;
        if reindex {
            let document = indexed(&draft, &kept);
            self.writes.products.push(ProductWrite {
                id,
                is_new: before.is_none(),
                fields: draft.fields,
                document,
            });
        }
    }

    /// By the new SKU: variants of the shop that the file has no more, and that are the same thing by their options. If
    /// they stayed, it would be sold twice.
    fn renamed(&self, product: &'a StoredProduct, draft: &ProductDraft) -> HashMap<Sku, &'a StoredVariant> {
        let values =
            |variant: &VariantDraft| variant.options.iter().map(|option| fold(&option.value)).collect::<Vec<_>>();
        let file = self.planner.file;
        let gone = |variant: &&StoredVariant| !variant.archived && !file.skus.contain(variant.draft.sku.as_str());
        let old: HashMap<Vec<String>, &StoredVariant> =
            product.variants.iter().filter(gone).map(|variant| (values(&variant.draft), variant)).collect();
        let new = draft.variants.iter().filter(|variant| !self.by_sku.contains_key(&variant.sku));
        new.filter_map(|variant| Some((variant.sku.clone(), *old.get(&values(variant))?))).collect()
    }

    /// The file's product, with what the shop has where the file says nothing.
    fn completed(
        &self,
        mut draft: ProductDraft,
        before: Option<&StoredProduct>,
        renamed: &HashMap<Sku, &StoredVariant>,
    ) -> ProductDraft {
        let telling = &self.planner.file.telling;
        for variant in &mut draft.variants {
            let known = self.by_sku.get(&variant.sku).map(|(_, _, before)| *before);
            if let Some(before) = known.or_else(|| renamed.get(&variant.sku).copied()) {
                telling.complete_variant(variant, before);
            }
        }
        if let Some(before) = before {
            telling.complete_fields(&mut draft.fields, &before.fields);
            if !telling.tells_options() && before.fields.options != draft.fields.options {
                self.complete_options(&mut draft, before);
            }
        }
        draft
    }

    /// Of a file that only knows names of variants: what they differ by stays, if the shop has them all.
    fn complete_options(&self, draft: &mut ProductDraft, before: &StoredProduct) {
        let known = |variant: &VariantDraft| {
            let (owner, _, known) = self.by_sku.get(&variant.sku)?;
            (*owner == before.id).then(|| known.draft.options.clone())
        };
        let Some(options) = draft.variants.iter().map(known).collect::<Option<Vec<_>>>() else { return };
        draft.fields.options.clone_from(&before.fields.options);
        for (variant, options) in draft.variants.iter_mut().zip(options) {
            variant.options = options;
        }
    }

    /// Plans one variant; says whether its product's document changes with it.
    fn variant(&mut self, product: ProductId, handle: &Handle, draft: &VariantDraft, is_new_product: bool) -> bool {
        let Some((owner, owner_handle, before)) = self.by_sku.get(&draft.sku).copied() else {
            let id = VariantId::generate();
            self.planner.plan.counts.variants_created += 1;
            if !is_new_product {
                let (handle, sku) = (handle.clone(), draft.sku.clone());
                self.planner.plan.note(Change::VariantCreated { handle, sku });
                self.keep(Some(Past::NewVariant { id }));
            }
            self.writes.variants.push(VariantWrite {
                id,
                is_new: true,
                product,
                draft: draft.clone(),
                counts: true,
            });
            return true;
        };
        self.doubt_price(&before.draft, draft);
        let mut differences = variant_differences(&before.draft, draft);
        let moved = owner != product;
        if moved {
            differences.push(Difference::new("product", owner_handle.as_str(), handle.as_str()));
        }
        if before.archived {
            differences.push(Difference::new("archived", "yes", "no"));
        }
        self.planner.plan.note_fields(handle, Some(&draft.sku), &differences);
        if !differences.is_empty() {
            let of_product = |id, handle: &Handle| Owner { id, handle: handle.clone() };
            let now = VariantNow::of(of_product(owner, owner_handle), before);
            let after = VariantNow {
                owner: of_product(product, handle),
                archived: false,
                draft: draft.clone(),
                stock_moves: before.stock_moves,
            };
            self.keep(VariantPast::of(before.id, &now, &after));
            let (id, counts) = (before.id, before.draft.stock != draft.stock);
            self.writes.variants.push(VariantWrite { id, is_new: false, product, draft: draft.clone(), counts });
        }
        moved || before.archived || before.draft.options != draft.options
    }

    fn keep(&mut self, past: Option<Past>) {
        self.planner.keep(&mut self.writes, past);
    }

    /// The product's living variants that the file does not have: those that stay, and how many are archived.
    fn absent_variants(
        &mut self,
        product: &'a StoredProduct,
        renamed: &HashMap<Sku, &StoredVariant>,
    ) -> (Vec<&'a StoredVariant>, usize) {
        let handle = &product.fields.handle;
        let living = product.variants.iter().filter(|variant| !variant.archived);
        let absent: Vec<_> =
            living.filter(|variant| !self.planner.file.skus.contain(variant.draft.sku.as_str())).collect();
        let spared = |variant: &&StoredVariant| {
            let withdrawn = self.planner.file.withdrawn.skus.contain(variant.draft.sku.as_str());
            let named_anew = renamed.values().any(|old| old.id == variant.id);
            (self.planner.absent == Absent::Keep && !withdrawn && !named_anew)
                || self.planner.file.withheld.handles.contain(handle.as_str())
                || self.planner.is_withheld(&variant.draft.sku)
        };
        let (kept, archived): (Vec<_>, Vec<_>) = absent.into_iter().partition(spared);
        if product.fields.status == ProductStatus::Active {
            self.planner.vanished += archived.len();
        }
        for variant in &archived {
            self.planner.plan.counts.archived += 1;
            self.writes.archived_variants.push(variant.id);
            let now = VariantNow::of(Owner { id: product.id, handle: handle.clone() }, variant);
            let after = VariantNow { archived: true, ..now.clone() };
            self.keep(VariantPast::of(variant.id, &now, &after));
            let sku = variant.draft.sku.clone();
            self.planner.plan.note(Change::VariantArchived { handle: handle.clone(), sku });
        }
        (kept, archived.len())
    }
}

/// How many of its variants are on sale.
fn on_sale(product: &StoredProduct) -> usize {
    match product.fields.status {
        ProductStatus::Active => product.variants.iter().filter(|variant| !variant.archived).count(),
        ProductStatus::Draft | ProductStatus::Archived => 0,
    }
}

impl Comparison<'_, '_> {
    /// A price that is more often a mistake than meant. One of zero was agreed to where the file was read.
    fn doubt_price(&mut self, before: &VariantDraft, after: &VariantDraft) {
        let doubt = Doubt::of_price(before.price, after.price).filter(|doubt| !doubt.is_refused_by_row());
        if let Some(doubt) = doubt {
            self.planner.plan.doubt(doubt, format!("{}: {:?} → {:?}", after.sku, before.price, after.price));
        }
    }
}

/// What is to be indexed: the file's variants and those of the shop that stay.
pub(in crate::catalog) fn indexed(draft: &ProductDraft, kept: &[&StoredVariant]) -> Document {
    let fields = &draft.fields;
    let indexed = Indexed {
        language: fields.language,
        title: &fields.title,
        description: &fields.description,
        category: &fields.category,
        brand: &fields.brand,
        tags: &fields.tags,
        facts: &fields.facts,
    };
    let kept = kept.iter().map(|variant| &variant.draft);
    let living = draft.variants.iter().chain(kept);
    document(indexed, living.map(|variant| (&variant.sku, variant.options.as_slice())))
}
