//! What holds for every quote. Each is tried on 100,000 random carts.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use trato_pricing_checks::base::money::{BasisPoints, Money};
use trato_pricing_checks::pricing::amount::Percent;
use trato_pricing_checks::pricing::calculate::quote;
use trato_pricing_checks::pricing::coupon::Refusal;
use trato_pricing_checks::pricing::input::{AgreedBy, LineInput, OrderFloor, Per, QuoteError, QuoteInput};
use trato_pricing_checks::pricing::promotion::{Gives, Offered, Strategy};
use trato_pricing_checks::pricing::quote::{CameOff, Quote};
use trato_pricing_checks::pricing::refund::Returned;
use trato_pricing_checks::pricing::replay::replay;
use trato_pricing_checks::pricing::tax::{ShippingTax, TaxMode};

use crate::carts::{Choices, cart, promotion};

/// Bytes that a cart is made of; fewer and smaller ones make a simpler cart.
fn bytes() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..240)
}

fn made(bytes: &[u8]) -> QuoteInput {
    cart(&mut Choices::Bytes(bytes), 6)
}

/// The quote of a cart; none where it cannot be sent.
fn quoted(input: &QuoteInput) -> Option<Quote> {
    match quote(input) {
        Err(QuoteError::NotDeliverable) => None,
        made => Some(made.unwrap()),
    }
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(Money::minor).sum()
}

/// What a fingerprint is made of, so that equal means the same to the last unit of every line.
fn same(one: &Quote, other: &Quote) -> Result<(), TestCaseError> {
    let text = |quote: &Quote| String::from_utf8(quote.canonical()).unwrap();
    prop_assert_eq!(text(one), text(other));
    Ok(())
}

/// More promotions.
fn many(bytes: &[u8], count: u64) -> impl Iterator<Item = Offered> {
    let seed = bytes.iter().fold(0, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(*byte));
    (0..count).map(move |number| promotion(&mut Choices::of(seed + number), 100 + number as usize))
}

/// What each thing comes to in all.
fn by_thing(quote: &Quote) -> Vec<(String, i64, i64, i64, i64)> {
    let mut things: Vec<(String, i64, i64, i64, i64)> = Vec::new();
    for line in quote.lines() {
        let (amount, discount) = (line.amount.minor(), line.discount.minor());
        match things.iter_mut().find(|(sku, ..)| *sku == line.sku.as_str()) {
            Some(thing) => {
                thing.1 += amount;
                thing.2 += discount;
                thing.3 += line.net.minor();
                thing.4 += line.tax().minor();
            }
            None => things.push((line.sku.to_string(), amount, discount, line.net.minor(), line.tax().minor())),
        }
    }
    things.sort();
    things
}

/// The same cart where nothing is on offer and nothing was agreed but by whom `keeps` says: what things cost there is
/// what the merchant's floors are compared with.
fn listed(input: &QuoteInput, keeps: impl Fn(AgreedBy) -> bool) -> Quote {
    let mut plain = input.clone();
    (plain.promotions, plain.agreed_off) = (Vec::new(), None);
    (plain.order_floor, plain.shipping) = (Default::default(), Default::default());
    for line in &mut plain.lines {
        line.agreed = line.agreed.filter(|agreed| keeps(agreed.by));
    }
    quote(&plain).unwrap()
}

/// What lines come to in all without what is added to them.
fn goods(quote: &Quote, input: &QuoteInput) -> i64 {
    sum(quote.lines().iter().map(|line| line.net)) - input.lines.iter().map(extras).sum::<i64>()
}

fn extras(line: &LineInput) -> i64 {
    let times = |per| if per == Per::Piece { i64::from(line.quantity) } else { 1 };
    line.extras.iter().map(|extra| extra.amount.minor() * times(extra.per)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::tries(100_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_sum_to_totals_and_nothing_is_below_nothing(bytes in bytes()) {
        let Some(quote) = quoted(&made(&bytes)) else { return Ok(()) };
        let nets = sum(quote.lines().iter().map(|line| line.net));
        let tax = quote.tax();
        let on_top = if tax.included { 0 } else { tax.amount.minor() };
        prop_assert_eq!(quote.total().minor(), nets + quote.shipping().minor() + on_top);
        prop_assert_eq!(quote.subtotal().minor(), sum(quote.lines().iter().map(|line| line.amount)));
        let off = sum(quote.lines().iter().map(|line| line.discount));
        let from_lines = quote.discounts().iter().filter(|discount| discount.from == CameOff::Lines);
        prop_assert_eq!(off, sum(from_lines.map(|discount| discount.amount)));
        prop_assert_eq!(quote.subtotal().minor() - off, nets);
        let taxes = sum(quote.lines().iter().map(|line| line.tax())) + quote.shipping_tax().minor();
        prop_assert_eq!(taxes, sum(quote.taxes().iter().map(|part| part.amount)));
        let nothing_below = |amounts: &[Money]| amounts.iter().all(|amount| amount.minor() >= 0);
        for line in quote.lines() {
            prop_assert!(nothing_below(&[line.unit, line.amount, line.discount, line.net, line.tax()]));
        }
        prop_assert!(nothing_below(&[quote.total(), quote.shipping(), quote.shipping_tax(), quote.due_now(), tax.amount]));
        prop_assert!(quote.due_now().minor() <= quote.total().minor());
        let charged = quote.charges().iter().map(|charge| charge.unit.minor() * i64::from(charge.quantity)).sum::<i64>();
        prop_assert_eq!(charged, quote.due_now().minor());
    }

    #[test]
    fn one_more_promotion_never_makes_an_order_dearer_under_best_for_the_shopper(bytes in bytes(), more in any::<u64>()) {
        let mut input = made(&bytes);
        input.strategy = Strategy::Best;
        let Some(before) = quoted(&input).map(|quote| quote.total().minor()) else { return Ok(()) };
        input.promotions.push(promotion(&mut Choices::of(more), 99));
        let after = quote(&input).unwrap().total().minor();
        prop_assert!(after <= before, "{before} became {after}");
    }

    #[test]
    fn best_for_the_shopper_is_never_dearer_than_as_listed_or_any_one_promotion(bytes in bytes(), more in 0_u64..20, which in 0_usize..30) {
        let mut input = made(&bytes);
        // Also with more promotions than are compared exactly.
        input.promotions.extend(many(&bytes, more));
        let among = |strategy, promotions: Vec<Offered>| {
            let quote = quoted(&QuoteInput { strategy, promotions, ..input.clone() });
            quote.map(|quote| quote.total().minor())
        };
        let one = input.promotions.get(which % input.promotions.len().max(1)).cloned();
        let alone = among(Strategy::AsListed, one.into_iter().collect());
        let listed = among(Strategy::AsListed, input.promotions.clone());
        let best = among(Strategy::Best, input.promotions.clone());
        for other in [listed, alone].into_iter().flatten() {
            prop_assert!(best.is_some_and(|best| best <= other), "{best:?} and {other}");
        }
    }

    /// Also with more promotions than are compared exactly.
    #[test]
    fn what_is_said_to_make_an_order_dearer_does(bytes in bytes(), more in 0_u64..20) {
        let mut input = made(&bytes);
        input.promotions.extend(many(&bytes, more));
        input.strategy = Strategy::Best;
        let Some(best) = quoted(&input) else { return Ok(()) };
        let passed_over: Vec<(&str, &Refusal)> = best.passed_over().collect();
        for (dearer, _) in passed_over.iter().filter(|(_, why)| **why == Refusal::DearerWith) {
            let is_used = |offered: &Offered| {
                let id = offered.promotion.id.as_str();
                let passed_over = passed_over.iter().find(|(other, _)| *other == id);
                id == *dearer || passed_over.is_none_or(|(_, why)| **why == Refusal::TakesNothingOff)
            };
            let promotions = input.promotions.iter().filter(|offered| is_used(offered)).cloned().collect();
            let with = quoted(&QuoteInput { promotions, strategy: Strategy::AsListed, ..input.clone() });
            prop_assert!(with.is_none_or(|with| with.total().minor() > best.total().minor()), "{dearer}");
        }
    }

    #[test]
    fn the_order_of_lines_and_promotions_does_not_matter(bytes in bytes(), turn in 0_usize..12, back: bool) {
        let input = made(&bytes);
        let mut turned = input.clone();
        let (lines, promotions) = (turned.lines.len(), turned.promotions.len().max(1));
        turned.lines.rotate_left(turn % lines);
        turned.promotions.rotate_left(turn % promotions);
        if back {
            turned.lines.reverse();
            turned.promotions.reverse();
        }
        let (one, other) = (quoted(&input), quoted(&turned));
        prop_assert_eq!(one.is_some(), other.is_some());
        one.zip(other).map_or(Ok(()), |(one, other)| same(&one, &other))?;
    }

    #[test]
    fn splitting_a_line_changes_nothing(bytes in bytes(), which in 0_usize..7, at in 1_u32..5, to in 0_usize..9) {
        let mut input = made(&bytes);
        // What is charged once for a line is charged twice for two.
        for line in &mut input.lines {
            line.extras.iter_mut().for_each(|extra| extra.per = Per::Piece);
        }
        let which = which % input.lines.len();
        input.lines[which].quantity += 1;
        let quantity = input.lines[which].quantity;
        let first = 1 + at % (quantity - 1).max(1);
        let mut split = input.clone();
        split.lines[which].quantity = first;
        let to = to % (split.lines.len() + 1);
        split.lines.insert(to, LineInput { quantity: quantity - first, ..input.lines[which].clone() });
        let (one, other) = (quoted(&input), quoted(&split));
        prop_assert_eq!(one.is_some(), other.is_some());
        let Some((one, other)) = one.zip(other) else { return Ok(()) };
        prop_assert_eq!(one.total(), other.total());
        prop_assert_eq!(one.shipping(), other.shipping());
        prop_assert_eq!(one.taxes(), other.taxes());
        prop_assert_eq!(one.discounts(), other.discounts());
        prop_assert_eq!(by_thing(&one), by_thing(&other));
    }

    /// The floors are those the merchant wrote; what they hold back from is what things cost where nothing is on offer.
    #[test]
    fn nothing_goes_below_its_floor_whatever_is_stacked(bytes in bytes(), together: bool, part in 0_u32..=10_000) {
        let mut input = made(&bytes);
        if together {
            // Everything may stand beside everything.
            for (number, offered) in input.promotions.iter_mut().enumerate() {
                let mut promotion = (*offered.promotion).clone();
                promotion.alone = false;
                promotion.group = format!("group {number}");
                *offered = Offered::new(promotion);
            }
            input.order_floor = OrderFloor { part: Some(BasisPoints(part)), ..input.order_floor };
        }
        let Some(quote) = quoted(&input) else { return Ok(()) };
        let plain = listed(&input, |_| false);
        for ((line, plain), wanted) in quote.lines().iter().zip(plain.lines()).zip(&input.lines) {
            let floor = wanted.floor.map_or(0, Money::minor);
            let by_person = wanted.agreed.is_some_and(|agreed| agreed.by == AgreedBy::Person);
            prop_assert!(plain.unit.minor() >= floor.min(wanted.unit.minor()));
            let floor = floor.min(plain.unit.minor());
            // A person's word takes the floor's place.
            let floor = if by_person { floor.min(line.unit.minor()) } else { floor };
            if line.measure.is_piece() {
                let goods = line.net.minor() - extras(wanted);
                prop_assert!(goods >= floor * i64::from(wanted.quantity), "{goods} of {}", line.sku);
            }
        }
        let lists = goods(&listed(&input, |by| by == AgreedBy::Person), &input);
        let part = input.order_floor.part.map_or(0, |part| (lists * i64::from(part.0) + 9_999) / 10_000);
        let floor = part.max(input.order_floor.amount.map_or(0, Money::minor)).min(lists);
        prop_assert!(goods(&quote, &input) >= floor, "{} of {lists} is below {floor}", goods(&quote, &input));
    }

    #[test]
    fn partial_refunds_sum_to_what_was_paid(bytes in bytes(), steps in prop::collection::vec(1_u32..3, 1..8)) {
        let Some(quote) = quoted(&made(&bytes)) else { return Ok(()) };
        let mut all = quote.paid_for_shipping().minor();
        for (place, line) in quote.lines().iter().enumerate() {
            let (mut before, mut paid) = (0, 0);
            for step in steps.iter().cycle() {
                let pieces = (*step).min(line.quantity - before);
                if pieces == 0 {
                    break;
                }
                let part = quote.paid_for(Returned { line: place, before, pieces }).unwrap().minor();
                prop_assert!(part >= 0);
                paid += part;
                before += pieces;
            }
            prop_assert_eq!(Some(paid), quote.paid_for_line(place).map(Money::minor));
            let too_many = Returned { line: place, before, pieces: 1 };
            prop_assert!(quote.paid_for(too_many).is_err());
            all += paid;
        }
        prop_assert_eq!(all, quote.total().minor());
    }

    /// What was paid line by line, taken as prices with the tax inside, contains exactly the tax that was added. So it
    /// is for one rate, rounded at either level: the error of the first rounding is smaller by 1 + rate when it comes
    /// back, and so never half a unit.
    #[test]
    fn tax_on_top_and_tax_inside_agree(bytes in bytes()) {
        let mut input = made(&bytes);
        input.tax.mode = TaxMode::Added;
        input.tax.shipping = ShippingTax::Free;
        for rule in &mut input.tax.rules {
            rule.taxes.truncate(1);
        }
        let last = input.tax.rules.pop().unwrap();
        input.tax.rules = vec![last];
        let Some(added) = quoted(&input) else { return Ok(()) };
        let bought: Vec<(usize, &LineInput)> = input.lines.iter().enumerate().collect();
        let paid = |(place, line): (usize, &LineInput)| {
            let paid = added.paid_for_line(place).unwrap();
            let title = format!("{} {place}", line.title);
            let sku = format!("{} {place}", line.sku).parse().unwrap();
            LineInput::new(sku, line.product.clone(), title, 1, paid)
        };
        let lines: Vec<LineInput> = bought.into_iter().map(paid).collect();
        // Rounded on each line, the lines that were reckoned as one differ by what their rounding differs.
        let slack = if input.tax.level == trato_pricing_checks::pricing::tax::TaxLevel::Line {
            (lines.len() - 1) as i64
        } else { 0 };
        let mut inside = QuoteInput::new(input.currency, lines, input.shipping.clone(), input.tax.clone(), input.context.clone());
        inside.rounding = input.rounding;
        inside.tax.mode = TaxMode::Included;
        let Some(inside) = quoted(&inside) else { return Ok(()) };
        prop_assert_eq!(sum(inside.lines().iter().map(|line| line.net)), added.total().minor() - added.shipping().minor());
        prop_assert!((inside.tax().amount.minor() - added.tax().amount.minor()).abs() <= slack);
    }

    #[test]
    fn the_steps_lead_to_the_total(bytes in bytes()) {
        let Some(quote) = quoted(&made(&bytes)) else { return Ok(()) };
        prop_assert_eq!(replay(quote.steps()), Ok(quote.total().minor()));
        let kept = serde_json::to_string(&quote).unwrap();
        prop_assert_eq!(serde_json::from_str::<Quote>(&kept).unwrap(), quote);
    }

    /// Of every promotion the steps say what it did, or why it did nothing.
    #[test]
    fn every_promotion_is_explained_once(bytes in bytes()) {
        use trato_pricing_checks::pricing::quote::Step;
        let input = made(&bytes);
        let Some(quote) = quoted(&input) else { return Ok(()) };
        for offered in &input.promotions {
            let id = offered.promotion.id.as_str();
            let about = quote.steps().iter().filter(|step| match step {
                Step::PassedOver { promotion, .. } | Step::Given { promotion, .. } | Step::ShippedForLess { promotion, .. } => promotion == id,
                Step::TakenOff { promotion, .. } => promotion.as_deref() == Some(id),
                _ => false,
            });
            prop_assert_eq!(about.count(), 1, "{}: {:?}", id, quote.steps());
        }
    }

    #[test]
    fn a_percentage_comes_off_in_full_where_no_floor_is_in_its_way(bytes in bytes(), percent in 1_u32..=10_000) {
        let mut input = made(&bytes);
        input.lines.iter_mut().for_each(|line| {
            (line.floor, line.agreed, line.discountable) = (None, None, true);
        });
        (input.order_floor, input.agreed_off, input.price_lists) = (Default::default(), None, Vec::new());
        let gives = Gives::Percent(Percent(BasisPoints(percent)));
        input.promotions = vec![Offered::new(trato_pricing_checks::pricing::promotion::Promotion::new("all", gives))];
        input.strategy = Strategy::AsListed;
        let Some(quote) = quoted(&input) else { return Ok(()) };
        let lists = i128::from(quote.subtotal().minor() - input.lines.iter().map(extras).sum::<i64>());
        let off = i128::from(sum(quote.lines().iter().map(|line| line.discount)));
        // Not half a unit away from the exact part.
        prop_assert!((off * 10_000 - lists * i128::from(percent)).abs() * 2 <= 10_000);
    }
}
