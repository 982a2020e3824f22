//! Whole sales, and what becomes of them.

mod pace;
mod payments;
mod sale;
mod scripted;
mod shared;
