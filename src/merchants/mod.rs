//! Merchants: shops, staff and their roles, policies, sealed credentials.
//!
//! Must not touch what any policy means to its feature.

pub mod staff;
