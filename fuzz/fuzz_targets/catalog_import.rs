//! Any bytes as a catalog file: read or refused, never a panic, and the refused rows can be written out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trato::base::language::Language;
use trato::catalog::import::{ReadOptions, ShopDefaults, read, refused_rows};

fuzz_target!(|bytes: &[u8]| {
    let Ok(currency) = "MXN".parse() else { return };
    let shop = ShopDefaults { currency, language: Language::Es };
    let options = ReadOptions::default();
    if let Ok(parsed) = read(bytes, shop, &options) {
        let _ = refused_rows(bytes, &parsed.reading, &options);
    }
});
