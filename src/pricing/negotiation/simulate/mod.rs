//! Trying a policy: on buyers of our own making, before it meets a person.
//!
//! Nothing here charges anybody: amounts are floats while they are drawn, and whole minor units as soon as the policy
//! sees them.
#![expect(
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "drawn buyers are chances; no amount that is charged is reckoned here"
)]

pub mod buyers;
mod chances;
pub mod chart;
pub mod market;
pub mod play;
