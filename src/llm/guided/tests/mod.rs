//! The guided seller from the outside: entries in, calls or words out. A small shop of our own serves as sample.

mod dialogues;
mod everyday;
mod mistaken;
mod properties;
mod shop;
mod situations;
mod utterances_en;
mod utterances_es;
mod utterances_pt;
