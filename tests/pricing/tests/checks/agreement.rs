//! Both implementations agree on random carts.

use std::thread;

use trato_pricing_checks::pricing::calculate::quote;
use trato_pricing_checks::pricing::input::{QuoteError, QuoteInput};
use trato_pricing_checks::pricing::quote::CameOff;

use crate::carts::{Choices, cart};
use crate::reference::{Priced, priced};
use crate::tries;

fn ours(input: &QuoteInput) -> Option<Priced> {
    let quote = match quote(input) {
        Err(QuoteError::NotDeliverable) => return None,
        quote => quote.unwrap(),
    };
    let bought = quote.lines().iter().filter(|line| line.gift_of.is_none());
    let taken = quote.discounts().iter().filter(|discount| discount.from != CameOff::Shipping);
    let taken = taken.filter_map(|discount| Some((discount.promotion.clone()?, discount.amount.minor().into())));
    let taxes = quote.taxes().iter();
    Some(Priced {
        lines: bought
            .map(|line| (line.amount.minor().into(), line.discount.minor().into(), line.tax().minor().into()))
            .collect(),
        shipping: quote.shipping().minor().into(),
        shipping_tax: quote.shipping_tax().minor().into(),
        taxes: taxes.map(|tax| (tax.name.clone(), tax.rate.millionths(), tax.amount.minor().into())).collect(),
        total: quote.total().minor().into(),
        due_now: quote.due_now().minor().into(),
        taken: taken.collect(),
    })
}

fn agrees_from(first: u64, end: u64) {
    for seed in first..end {
        let input = cart(&mut Choices::of(seed), 6);
        let (one, other) = (ours(&input), priced(&input));
        assert_eq!(one, other, "seed {seed}");
    }
}

#[test]
fn both_implementations_agree_on_a_million_random_carts() {
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let all = u64::from(tries(1_000_000));
    let each = all.div_ceil(threads);
    thread::scope(|scope| {
        for number in 0..threads {
            scope.spawn(move || agrees_from(number * each, ((number + 1) * each).min(all)));
        }
    });
}

/// Twelve promotions at once, the most that are compared exactly: every one of the 4096 combinations is tried here.
#[test]
fn both_agree_where_the_most_promotions_meet() {
    for seed in 0..u64::from(tries(1_500)) {
        let input = cart(&mut Choices::of(0xaaaa_0000 + seed), 12);
        assert_eq!(ours(&input), priced(&input), "seed {seed}");
    }
}
