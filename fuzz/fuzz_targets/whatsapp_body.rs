//! Any bytes as the body of a hook of WhatsApp: events or a refusal, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trato::base::clock::Time;
use trato::channels::whatsapp::parse::parse;

fuzz_target!(|bytes: &[u8]| {
    let _ = parse(bytes, Time::default());
});
