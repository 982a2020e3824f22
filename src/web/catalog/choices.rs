//! What an owner says of a file, and doing away with it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::catalog::import::decimal::Mark;
use crate::catalog::import::doubt::Doubt;
use crate::catalog::uploads::Choices;
use crate::web::catalog::CatalogState;
use crate::web::catalog::keeper::{KeeperForm, uploads};
use crate::web::catalog::pieces::{address, find};
use crate::web::error::WebError;
use crate::web::inbox::session::Pressed;

/// The longest address of pictures.
const ADDRESS_BYTES_MAX: usize = 500;

/// The form: a box that is not ticked is not sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    decimal: String,
    pictures_at: String,
    skip_refused: Option<String>,
    replace: Option<String>,
    #[serde(rename = "zero-price")]
    zero_price: Option<String>,
    #[serde(rename = "duplicate-sku")]
    duplicate_sku: Option<String>,
    #[serde(rename = "price-jump")]
    price_jump: Option<String>,
    #[serde(rename = "currency-change")]
    currency_change: Option<String>,
    vanishing: Option<String>,
    #[serde(rename = "sheets-left-out")]
    sheets_left_out: Option<String>,
    #[serde(rename = "columns-not-read")]
    columns_not_read: Option<String>,
    #[serde(rename = "most-left-out")]
    most_left_out: Option<String>,
}

impl Said {
    /// The same as choices; the columns' meaning is said on a page of its own and stays.
    fn choices(self, before: Choices) -> Result<Choices, WebError> {
        let pictures_at = self.pictures_at.trim().to_owned();
        let is_address = url::Url::parse(&pictures_at).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !pictures_at.is_empty() && (!is_address || pictures_at.len() > ADDRESS_BYTES_MAX) {
            return Err(WebError::Rule(
                "The address of the pictures begins with https://, such as \
                 https://shop.example/media/catalog/product. Go back and write it again."
                    .to_owned(),
            ));
        }
        let ticked = |doubt: &Doubt| match doubt {
            Doubt::ZeroPrice => self.zero_price.is_some(),
            Doubt::DuplicateSku => self.duplicate_sku.is_some(),
            Doubt::PriceJump => self.price_jump.is_some(),
            Doubt::CurrencyChange => self.currency_change.is_some(),
            Doubt::Vanishing => self.vanishing.is_some(),
            Doubt::SheetsLeftOut => self.sheets_left_out.is_some(),
            Doubt::ColumnsNotRead => self.columns_not_read.is_some(),
            Doubt::MostLeftOut => self.most_left_out.is_some(),
        };
        Ok(Choices {
            decimal: match self.decimal.as_str() {
                "point" => Some(Mark::Point),
                "comma" => Some(Mark::Comma),
                _ => None,
            },
            agreed: Doubt::ALL.into_iter().filter(ticked).collect(),
            pictures_at: Some(pictures_at).filter(|address| !address.is_empty()),
            mapping: before.mapping,
            skip_refused: self.skip_refused.is_some(),
            replace: self.replace.is_some(),
        })
    }
}

pub async fn choose(
    State(_): State<CatalogState>,
    Path(upload): Path<String>,
    KeeperForm { signed, form }: KeeperForm<Said>,
) -> Result<Response, WebError> {
    let uploads = uploads(&signed);
    let upload = uploads.find(find(&upload)?).await?;
    uploads.choose(upload.id, &form.choices(upload.choices)?).await?;
    Ok(Redirect::to(&address(upload.id)).into_response())
}

/// Looks again, under the same choices.
pub async fn again(
    State(_): State<CatalogState>,
    Path(upload): Path<String>,
    KeeperForm { signed, .. }: KeeperForm<Pressed>,
) -> Result<Response, WebError> {
    let uploads = uploads(&signed);
    let upload = uploads.find(find(&upload)?).await?;
    uploads.choose(upload.id, &upload.choices).await?;
    Ok(Redirect::to(&address(upload.id)).into_response())
}

pub async fn discard(
    State(_): State<CatalogState>,
    Path(upload): Path<String>,
    KeeperForm { signed, .. }: KeeperForm<Pressed>,
) -> Result<Response, WebError> {
    uploads(&signed).discard(find(&upload)?).await?;
    Ok(Redirect::to("/inbox/catalog").into_response())
}
