//! Whole sales, and what becomes of them.

mod payments;
mod prices;
mod sale;
mod scripted;
mod shared;
