//! How facts are put into words: products, stock and carts, from cards and nothing else.

mod cart;
mod product;
