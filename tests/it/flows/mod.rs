//! Whole sales.

mod sale;
