//! The sandbox over real sockets: a server under test that only records, and a client that writes plain HTTP.

mod faults;
mod graph;
mod limits;
mod pages;
mod stripe;
mod stripe_forms;
mod support;
mod webhooks;
