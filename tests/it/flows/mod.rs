//! Whole sales, and what becomes of them.

mod pace;
mod payments;
mod pictures;
mod sale;
mod scripted;
mod shared;
