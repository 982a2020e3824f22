//! Whole sales, and what becomes of them.

mod payments;
mod sale;
mod scripted;
mod shared;
