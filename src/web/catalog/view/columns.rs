//! The page that asks what a file's columns mean.

use askama::Template;

use crate::catalog::import::format::{Field, Format};
use crate::catalog::import::glance::{Column, Glance, Meaning};
use crate::catalog::uploads::Upload;
use crate::web::catalog::pieces::address;
use crate::web::catalog::view::ASSETS;
use crate::web::inbox::session::SignedIn;
use crate::web::page::Frame;
use crate::web::words::sentence_case;

#[derive(Template)]
#[template(path = "catalog/columns.html")]
pub struct Columns {
    frame: Frame,
    name: String,
    address: String,
    problem: Option<String>,
    format: Option<&'static str>,
    required: String,
    rows: Vec<Row>,
    more: usize,
}

struct Row {
    field: String,
    name: String,
    samples: Vec<String>,
    options: Vec<Choice>,
}

/// One line of a select.
struct Choice {
    word: &'static str,
    says: String,
    chosen: bool,
}

impl Columns {
    pub fn of(
        signed: &SignedIn,
        upload: &Upload,
        seen: &Glance,
        (meanings, problem): (&[Meaning], Option<String>),
    ) -> Self {
        let required = seen.required().iter().map(|field| called(*field).to_lowercase()).collect::<Vec<_>>();
        let rows = seen.columns.iter().zip(meanings).enumerate();
        Self {
            frame: Frame::of(signed, &ASSETS),
            name: upload.name.clone(),
            address: address(upload.id),
            problem,
            format: seen.format.map(Format::name),
            required: required.join(", "),
            rows: rows.map(|(place, (column, meaning))| row(seen, place, column, *meaning)).collect(),
            more: seen.more,
        }
    }
}

impl Columns {
    const fn has_more(&self) -> bool {
        self.more > 0
    }
}

fn row(seen: &Glance, place: usize, column: &Column, meaning: Meaning) -> Row {
    let required = seen.required();
    let choice = |field: Field, needed: &str| Choice {
        word: field.name(),
        says: format!("{}{needed}", called(field)),
        chosen: meaning == Meaning::Field(field),
    };
    let others = seen.fields().filter(|field| !required.contains(field));
    let left_out = Choice { word: "", says: "Leave out".to_owned(), chosen: meaning == Meaning::LeftOut };
    let mut options = vec![left_out];
    options.extend(required.iter().map(|field| choice(*field, " (needed)")));
    options.extend(others.map(|field| choice(field, "")));
    let named = [
        (Meaning::Trait, "trait", "What variants differ by: size, colour, …"),
        (Meaning::Attribute, "fact", "An attribute of the product"),
    ];
    let named = named.into_iter().filter(|(meaning, ..)| seen.may_be(column, *meaning));
    options.extend(named.map(|(may_be, word, says)| Choice {
        word,
        says: says.to_owned(),
        chosen: meaning == may_be,
    }));
    Row { field: format!("c{place}"), name: column.name.clone(), samples: column.samples.clone(), options }
}

/// What people call a field.
pub fn called(field: Field) -> String {
    let name = match field {
        Field::Handle => "Short name in addresses",
        Field::Title => "Name",
        Field::Sku => "SKU",
        Field::CompareAtPrice => "Price before",
        Field::Cost => "What it costs you",
        Field::Floor => "Lowest price you accept",
        Field::WhenOut => "What happens when none is left",
        Field::Image => "Pictures",
        Field::MoreImages => "More pictures",
        Field::Facts => "Several attributes in one cell",
        Field::Parent => "Product it is a variant of",
        Field::Id => "Number in the other system",
        Field::SalePrice => "Reduced price",
        Field::Published => "Published",
        Field::Barcode => "Barcode",
        Field::AddressName => "Name in addresses",
        Field::Attributes => "Attributes in one cell",
        other => {
            return sentence_case(&other.name().replace('_', " "));
        }
    };
    name.to_owned()
}
