//! Knocking at the hooks, rightly and wrongly.

mod away;
mod bodies;
mod bursts;
mod mutated;
