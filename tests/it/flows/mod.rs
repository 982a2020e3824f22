//! Whole sales, and what becomes of them.

mod about;
mod api;
mod bargain;
mod feeds;
mod finding;
mod history;
mod hold_out;
mod hours;
mod meaning;
mod meanwhile;
mod pace;
mod payments;
mod pictures;
mod prices;
mod sale;
mod scripted;
mod shared;
mod sources;
mod undo;
mod window;
