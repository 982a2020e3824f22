//! What must hold for every quote and every negotiation, tried on very many.

mod agreement;
mod carts;
mod fitted;
mod locales;
mod negotiation;
mod properties;
mod reference;
mod worked;

/// So many tries, or as many as `PROPTEST_CASES` says if that is fewer: for while a rule is being written.
fn tries(most: u32) -> u32 {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    wanted.map_or(most, |wanted: u32| wanted.min(most))
}
