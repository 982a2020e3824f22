//! What a payment notice does to an order that is in the database.

use crate::base::clock::Time;
use crate::checkout::notice::PaymentNotice;
use crate::checkout::order::Order;
use crate::checkout::state::Transition;

pub mod store;

/// A notice as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    /// The provider's id of the event, or one that names what was looked up and found. The same id twice is a
    /// repeat.
    pub external_id: &'a str,
    /// What it says.
    pub notice: &'a PaymentNotice,
    /// Now.
    pub now: Time,
}

/// What a notice did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The order as it is now.
    pub order: Order,
    /// Where it went and what was and is to be done; of a repeat nothing.
    pub transition: Transition,
    /// Whether this very event was applied before.
    pub repeated: bool,
}
