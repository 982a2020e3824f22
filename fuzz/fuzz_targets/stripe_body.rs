//! Any bytes as the body of a hook of Stripe: a notice or a refusal, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trato::stripe::parse::parse;

fuzz_target!(|bytes: &[u8]| {
    let _ = parse(bytes);
});
