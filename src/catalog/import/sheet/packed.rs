//! Files that are packed: gzip, and archives of one file alone. They are unpacked into memory, and no further than that
//! what is held of a file may be long.

use std::io::{Cursor, Read};

use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::sheet::{BYTES_MAX, too_large};
use crate::catalog::import::source::Source;
use crate::catalog::import::things::Thing;

/// The first bytes of gzip.
pub const GZIP: &[u8] = b"\x1f\x8b";

/// What a file of gzip holds.
///
/// # Errors
/// When it is broken, or unpacks to more than is held.
pub fn gunzip(source: &Source) -> Result<Source, Unreadable> {
    // It may be several glued together, as logs and large exports are.
    bounded(flate2::read::MultiGzDecoder::new(source.open()))
}

/// What an archive holds that is no workbook: its one file.
///
/// # Errors
/// When it is something else than an archive of one file, or unpacks to more than is held.
pub fn only_file(bytes: &[u8]) -> Result<Option<Source>, Unreadable> {
    // A broken one is told as a workbook is: most of those that come are.
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let mut names = Vec::new();
    for place in 0..archive.len() {
        let name = archive.by_index(place).ok().and_then(|file| file.name().ok().map(|name| name.to_string()));
        names.push(name.unwrap_or_default());
    }
    match Thing::of_archive(&names) {
        None => Ok(None),
        Some(Thing::Archive) => {
            // Macs put shadows of files beside them.
            let is_file = |name: &str| !name.ends_with('/') && !name.starts_with("__MACOSX/") && !name.is_empty();
            let mut files = (0..names.len()).filter(|place| is_file(&names[*place]));
            match (files.next(), files.next()) {
                (Some(place), None) => {
                    let file = archive.by_index(place).map_err(|_| Unreadable::NoTable(Thing::Archive))?;
                    bounded(file).map(Some)
                }
                _ => Err(Unreadable::NoTable(Thing::Archive)),
            }
        }
        Some(thing) => Err(Unreadable::NoTable(thing)),
    }
}

fn bounded(packed: impl Read) -> Result<Source, Unreadable> {
    let mut bytes = Vec::new();
    packed.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|_| Unreadable::NoTable(Thing::Archive))?;
    if bytes.len() as u64 > BYTES_MAX { Err(too_large(BYTES_MAX)) } else { Ok(Source::bytes(&bytes)) }
}
