//! How facts are put into words: products, stock and carts, from cards and nothing else.

mod cart;
pub mod prices;
pub mod product;

/// Sentences one below the other; empty ones leave no gap.
#[must_use]
pub fn joined(lines: &[String]) -> String {
    lines.iter().filter(|line| !line.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}
