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
#[expect(
    clippy::disallowed_methods,
    reason = "how many is for whoever runs the tests, and no setting of the program"
)]
fn tries(most: u32) -> u32 {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    wanted.map_or(most, |wanted: u32| wanted.min(most))
}
