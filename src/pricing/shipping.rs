//! Shipping: what it costs to send an order somewhere.

use crate::base::money::Money;
use crate::pricing::input::{Context, QuoteError};
use crate::pricing::quote::ShippingReason;
use crate::pricing::scope::Place;
use crate::pricing::sums::sub;

/// What sending costs, by place. The first zone that holds the place counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShippingPolicy {
    /// The zones; none means that sending is free.
    pub zones: Vec<Zone>,
}

/// What sending costs to some places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Where; anywhere when empty.
    pub places: Vec<Place>,
    /// What it costs there.
    pub rate: ShippingRate,
    /// It is free when the lines, after discounts, come to this much or more.
    pub free_from: Option<Money>,
}

/// What sending costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShippingRate {
    /// Always the same.
    Flat(Money),
    /// By what the parcel weighs, in grams.
    ByWeight(Vec<Bracket>),
    /// By what the lines come to after discounts, in minor units. A table that ends may go on as free
    /// ([`Zone::free_from`]).
    ByAmount(Vec<Bracket>),
    /// By how many pieces there are.
    ByQuantity(Vec<Bracket>),
}

/// One row of a shipping table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Up to here, this included; without an end when left out. What is beyond the last row's end is not sent.
    pub up_to: Option<i64>,
    /// What it costs.
    pub amount: Money,
}

/// What there is to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pricing) struct Parcel {
    /// What the lines come to after discounts.
    pub(in crate::pricing) goods: i64,
    pub(in crate::pricing) grams: i64,
    pub(in crate::pricing) pieces: i64,
}

/// What sending costs, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pricing) struct Sent {
    pub(in crate::pricing) amount: i64,
    pub(in crate::pricing) reason: ShippingReason,
    /// How much more the lines must come to for free shipping.
    pub(in crate::pricing) free_in: Option<i64>,
}

impl ShippingPolicy {
    /// One amount everywhere, and perhaps nothing above another.
    #[must_use]
    pub fn flat(amount: Money, free_from: Option<Money>) -> Self {
        Self { zones: vec![Zone { places: Vec::new(), rate: ShippingRate::Flat(amount), free_from }] }
    }

    /// Every amount in it.
    pub(in crate::pricing) fn amounts(&self) -> impl Iterator<Item = Money> {
        self.zones.iter().flat_map(|zone| {
            let (flat, brackets): (Option<Money>, &[Bracket]) = match &zone.rate {
                ShippingRate::Flat(amount) => (Some(*amount), &[]),
                ShippingRate::ByWeight(table) | ShippingRate::ByAmount(table) | ShippingRate::ByQuantity(table) => {
                    (None, table)
                }
            };
            flat.into_iter().chain(brackets.iter().map(|bracket| bracket.amount)).chain(zone.free_from)
        })
    }

    /// The zone of a place. Of a place that is not known yet, the first zone without places, else the first.
    fn zone(&self, context: &Context) -> Result<Option<&Zone>, QuoteError> {
        let found = match &context.destination {
            Some(to) => self
                .zones
                .iter()
                .find(|zone| zone.places.is_empty() || zone.places.iter().any(|place| place.holds(to))),
            None => self.zones.iter().find(|zone| zone.places.is_empty()).or(self.zones.first()),
        };
        if found.is_none() && !self.zones.is_empty() { Err(QuoteError::NotDeliverable) } else { Ok(found) }
    }

    /// What sending this costs.
    ///
    /// # Errors
    /// When no zone or no row of its table fits.
    pub(in crate::pricing) fn cost(&self, parcel: Parcel, context: &Context) -> Result<Sent, QuoteError> {
        let sent = |amount, reason, free_in| Ok(Sent { amount, reason, free_in });
        if context.pick_up {
            return sent(0, ShippingReason::PickUp, None);
        }
        let Some(zone) = self.zone(context)? else { return sent(0, ShippingReason::AlwaysFree, None) };
        let from = zone.free_from.map(Money::minor);
        let is_free = from.is_some_and(|from| parcel.goods >= from);
        let (amount, reason) = match zone.rate.cost(parcel) {
            // The amount it is free from goes on where a table by amounts ends. The end of a table by weight or pieces
            // is another matter: no more than that is sent, whatever it comes to.
            Err(QuoteError::NotDeliverable) if is_free && matches!(zone.rate, ShippingRate::ByAmount(_)) => {
                return sent(0, ShippingReason::FreeFromHere, None);
            }
            rate => rate?,
        };
        if amount == 0 {
            return sent(0, ShippingReason::AlwaysFree, None);
        }
        match from {
            Some(_) if is_free => sent(0, ShippingReason::FreeFromHere, None),
            Some(from) => sent(amount, reason, Some(sub(from, parcel.goods)?)),
            None => sent(amount, reason, None),
        }
    }

    /// No more than sending costs when the lines come to something from `least` to `most`.
    pub(in crate::pricing) fn least(&self, least: i64, most: Parcel, context: &Context) -> i64 {
        let Ok(Some(zone)) = self.zone(context) else { return 0 };
        let may_be_free = zone.free_from.is_some_and(|from| most.goods >= from.minor());
        let must_be_free = may_be_free && zone.free_from.is_some_and(|from| least >= from.minor());
        if context.pick_up || must_be_free || may_be_free {
            return 0;
        }
        match &zone.rate {
            ShippingRate::ByAmount(table) => table.iter().map(|bracket| bracket.amount.minor()).min().unwrap_or(0),
            rate => rate.cost(most).map_or(0, |(amount, _)| amount),
        }
    }
}

impl ShippingRate {
    fn cost(&self, parcel: Parcel) -> Result<(i64, ShippingReason), QuoteError> {
        let (table, size) = match self {
            Self::Flat(amount) => return Ok((amount.minor(), ShippingReason::Flat)),
            Self::ByWeight(table) => (table, parcel.grams),
            Self::ByAmount(table) => (table, parcel.goods),
            Self::ByQuantity(table) => (table, parcel.pieces),
        };
        let fits = table.iter().filter(|bracket| bracket.up_to.is_none_or(|up_to| size <= up_to));
        let narrowest = fits.min_by_key(|bracket| bracket.up_to.unwrap_or(i64::MAX));
        let bracket = narrowest.ok_or(QuoteError::NotDeliverable)?;
        Ok((bracket.amount.minor(), ShippingReason::Table))
    }
}
