//! Pictures that shoppers sent, kept so that the shop can fetch them as from Meta.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base::fingerprint::Fingerprint;
use crate::sandbox::tokens;

/// One picture.
#[derive(Clone)]
pub struct Media {
    /// Meta's id of it.
    pub id: String,
    /// `image/jpeg` or the like.
    pub mime_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Media {
    /// The digest as webhooks give it.
    pub fn sha256_base64(&self) -> String {
        STANDARD.encode(Fingerprint::of(&self.bytes).bytes())
    }

    /// The digest as a look-up gives it.
    pub fn sha256_hex(&self) -> String {
        Fingerprint::of(&self.bytes).to_string()
    }
}

/// The pictures, oldest first.
#[derive(Default)]
pub struct MediaShelf(VecDeque<Media>);

/// How many pictures are kept.
const PICTURES_MAX: usize = 200;

/// The largest picture that WhatsApp carries.
pub const PICTURE_BYTES_MAX: usize = 5 * 1024 * 1024;

impl MediaShelf {
    /// Keeps a picture; gives its id.
    pub fn keep(&mut self, mime_type: &str, bytes: Vec<u8>) -> String {
        if self.0.len() >= PICTURES_MAX {
            self.0.pop_front();
        }
        let id = tokens::digits(16);
        self.0.push_back(Media { id: id.clone(), mime_type: mime_type.to_owned(), bytes });
        id
    }

    /// The picture of this id.
    pub fn get(&self, id: &str) -> Option<Media> {
        self.0.iter().find(|media| media.id == id).cloned()
    }
}
