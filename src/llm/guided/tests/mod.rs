//! The guided seller from the outside: entries in, calls or words out. A small shop of our own serves as sample.

mod breaths;
mod choices;
mod clerk;
mod conversations;
mod counting;
mod dialogues;
mod everyday;
mod haggling;
mod handed_back;
mod mistaken;
mod properties;
pub mod shop;
mod situations;
mod unsold;
mod utterances_en;
mod utterances_es;
mod utterances_pt;
