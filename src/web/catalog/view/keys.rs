//! The page of API keys.

use askama::Template;

use crate::base::clock::Time;
use crate::merchants::api_keys::KnownKey;
use crate::web::catalog::view::ASSETS;
use crate::web::inbox::session::SignedIn;
use crate::web::inbox::view::when::Reader;
use crate::web::page::Frame;

#[derive(Template)]
#[template(path = "catalog/keys.html")]
pub struct Keys {
    frame: Frame,
    /// A key that was made just now: shown this once.
    made: Option<String>,
    known: Vec<Key>,
}

struct Key {
    id: String,
    name: String,
    says: String,
}

impl Keys {
    pub fn of(signed: &SignedIn, now: Time, keys: &[KnownKey], made: Option<String>) -> Self {
        let reader = Reader { zone: signed.shop.zone, locale: signed.shop.locale, now };
        let key = |key: &KnownKey| Key {
            id: key.id.to_string(),
            name: key.name.clone(),
            says: key.last_used_at.map_or_else(
                || format!("Made {}, never used", reader.said(key.created_at)),
                |at| format!("Used {}", reader.said(at)),
            ),
        };
        Self { frame: Frame::of(signed, &ASSETS), made, known: keys.iter().map(key).collect() }
    }
}
