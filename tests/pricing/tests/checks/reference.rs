//! What a cart costs, once more: slow and obvious, in exact fractions, every combination of promotions tried.
//!
//! Written from the rules in the documentation of `pricing` and sharing none of its code but the input's types and the
//! judging of scopes. Pieces are laid out one by one, shares are fractions, and rounding happens where the rules say.

use std::cmp::Reverse;

use num_rational::Ratio;
use trato_pricing_checks::base::money::Money;
use trato_pricing_checks::pricing::input::{AgreedBy, Deposit, LineInput, Per, QuoteInput};
use trato_pricing_checks::pricing::measure::Measure;
use trato_pricing_checks::pricing::promotion::{Basis, Gives, Offered, Promotion, Strategy, TierBy};
use trato_pricing_checks::pricing::rounding::Rounding;
use trato_pricing_checks::pricing::scope::{Condition, Scope};
use trato_pricing_checks::pricing::shipping::ShippingRate;
use trato_pricing_checks::pricing::tax::{ShippingTax, TaxDue, TaxLevel, TaxMode};

type Q = Ratio<i128>;

/// What is compared.
#[derive(Debug, PartialEq, Eq)]
pub struct Priced {
    /// Amount, discount and tax of each line, in the order of the cart.
    pub lines: Vec<(i128, i128, i128)>,
    pub shipping: i128,
    pub shipping_tax: i128,
    /// Name, rate and amount.
    pub taxes: Vec<(String, u32, i128)>,
    pub total: i128,
    pub due_now: i128,
    /// Promotions that took something off the lines, and how much.
    pub taken: Vec<(String, i128)>,
}

fn whole(number: i128) -> Q {
    Q::from_integer(number)
}

fn round(exact: Q, rounding: Rounding) -> i128 {
    let below = exact.floor().to_integer();
    let half = exact - whole(below);
    let up = half > Q::new(1, 2) || (half == Q::new(1, 2) && (rounding == Rounding::HalfUp || below % 2 != 0));
    below + i128::from(up)
}

/// Everybody gets their exact share rounded down; what is left goes to the largest fractions, then to the first.
fn share(amount: i128, weights: &[i128]) -> Vec<i128> {
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<Q> = weights.iter().map(|weight| Q::new(amount * weight, sum)).collect();
    let mut shares: Vec<i128> = exact.iter().map(|share| share.floor().to_integer()).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| (Reverse(exact[*place] - exact[*place].floor()), *place));
    let left = amount - shares.iter().sum::<i128>();
    for place in order.into_iter().take(left as usize) {
        shares[place] += 1;
    }
    shares
}

/// The same, but nobody gets more than there is room for; what one cannot take goes to the others.
fn share_within(amount: i128, weights: &[i128], rooms: &[i128]) -> Vec<i128> {
    let mut given = vec![0; weights.len()];
    loop {
        let left = amount - given.iter().sum::<i128>();
        let open: Vec<i128> =
            (0..weights.len()).map(|place| if given[place] < rooms[place] { weights[place] } else { 0 }).collect();
        let most: i128 = open.iter().sum();
        if left <= 0 || most == 0 {
            return given;
        }
        for (place, part) in share(left.min(most), &open).into_iter().enumerate() {
            given[place] += part.min(rooms[place] - given[place]);
        }
    }
}

/// Lines of one kind.
struct Heap<'a> {
    line: &'a LineInput,
    members: Vec<usize>,
    unit: i128,
    list: i128,
    floor: i128,
    extras: i128,
    open: bool,
    /// The price of one, and of all, before something was bargained.
    before: (i128, i128),
}

impl Heap<'_> {
    fn parts(&self, input: &QuoteInput) -> i128 {
        self.members.iter().map(|member| parts(&input.lines[*member])).sum()
    }
}

/// Pieces, grams, minutes, stays.
fn parts(line: &LineInput) -> i128 {
    let one = match &line.measure {
        Measure::Piece | Measure::Nights(_) => 1,
        Measure::Weight { grams } => *grams,
        Measure::Length { millimetres } => *millimetres,
        Measure::Hours { minutes } => *minutes,
    };
    i128::from(one) * i128::from(line.quantity)
}

fn parts_of_unit(line: &LineInput) -> i128 {
    match line.measure {
        Measure::Piece | Measure::Nights(_) => 1,
        Measure::Weight { .. } | Measure::Length { .. } => 1000,
        Measure::Hours { .. } => 60,
    }
}

/// Every night at this price, if it is nights.
fn price_flat(line: &LineInput, unit: i128, parts: i128, rounding: Rounding) -> i128 {
    match &line.measure {
        Measure::Nights(stay) => unit * i128::from((stay.until - stay.from).num_days()) * parts,
        _ => price(line, unit, parts, rounding),
    }
}

/// Each night at its price, but none above this.
fn price_at_most(line: &LineInput, unit: i128, most: i128, parts: i128, rounding: Rounding) -> i128 {
    match &line.measure {
        Measure::Nights(stay) => {
            let own = |day| {
                stay.rates.iter().find(|(night, _)| *night == day).map_or(unit, |(_, rate)| i128::from(*rate))
            };
            stay.from.iter_days().take_while(|day| *day < stay.until).map(|day| own(day).min(most)).sum::<i128>()
                * parts
        }
        _ => price(line, unit.min(most), parts, rounding),
    }
}

fn price(line: &LineInput, unit: i128, parts: i128, rounding: Rounding) -> i128 {
    let each = match &line.measure {
        Measure::Nights(stay) => {
            let mut day = stay.from;
            let mut sum = 0;
            while day < stay.until {
                sum +=
                    stay.rates.iter().find(|(night, _)| *night == day).map_or(unit, |(_, rate)| i128::from(*rate));
                day = day.succ_opt().unwrap();
            }
            sum
        }
        _ => unit,
    };
    round(Q::new(each * parts, parts_of_unit(line)), rounding)
}

fn extras(line: &LineInput) -> i128 {
    let times = |per| if per == Per::Piece { i128::from(line.quantity) } else { 1 };
    line.extras.iter().map(|extra| i128::from(extra.amount.minor()) * times(extra.per)).sum()
}

fn amount(amount: trato_pricing_checks::pricing::amount::Amount, input: &QuoteInput) -> i128 {
    i128::from(amount.minor(input.currency).unwrap())
}

fn holds(condition: &Condition, heaps: &[Heap<'_>], input: &QuoteInput) -> bool {
    let within = |scope: &Scope| heaps.iter().filter(|heap| scope.holds(heap.line)).collect::<Vec<_>>();
    let lists = |scope: &Scope| within(scope).iter().map(|heap| heap.list).sum::<i128>();
    match condition {
        Condition::All(all) => all.iter().all(|one| holds(one, heaps, input)),
        Condition::Any(any) => any.iter().any(|one| holds(one, heaps, input)),
        Condition::Not(one) => !holds(one, heaps, input),
        Condition::Minimum(least) => lists(&Scope::default()) >= amount(*least, input),
        Condition::MinimumOf { scope, amount: least } => lists(scope) >= amount(*least, input),
        Condition::Quantity { scope, from } => {
            pieces(heaps, input, |heap| scope.holds(heap.line)).len() >= *from as usize
        }
        Condition::Contains(scope) => !within(scope).is_empty(),
        Condition::Channels(channels) => channels.iter().any(|one| one.eq_ignore_ascii_case("whatsapp")),
        Condition::Groups(groups) => groups.iter().any(|group| input.context.groups.contains(group)),
        Condition::FirstOrder => input.context.first_order,
        other => panic!("no random cart has {other:?}"),
    }
}

/// Every single piece: which heap it lies on, and its price; the cheapest first, then by heap.
fn pieces(heaps: &[Heap<'_>], input: &QuoteInput, wanted: impl Fn(&Heap<'_>) -> bool) -> Vec<(i128, usize)> {
    let mut pieces = Vec::new();
    for (place, heap) in
        heaps.iter().enumerate().filter(|(_, heap)| heap.line.measure == Measure::Piece && wanted(heap))
    {
        pieces.extend((0..heap.parts(input)).map(|_| (heap.unit, place)));
    }
    pieces.sort();
    pieces
}

fn heaps(input: &QuoteInput) -> Vec<Heap<'_>> {
    let alike = |one: &LineInput, other: &LineInput| {
        let plain = |line: &LineInput| LineInput { quantity: 1, title: String::new(), ..line.clone() };
        let (mut one, mut other) = (plain(one), plain(other));
        for line in [&mut one, &mut other] {
            match &mut line.measure {
                Measure::Weight { grams: parts }
                | Measure::Hours { minutes: parts }
                | Measure::Length { millimetres: parts } => *parts = 1,
                _ => {}
            }
        }
        one == other
    };
    let mut heaps: Vec<Heap<'_>> = Vec::new();
    for (place, line) in input.lines.iter().enumerate() {
        match heaps.iter_mut().find(|heap| heap.line.sku == line.sku && alike(heap.line, line)) {
            Some(heap) => heap.members.push(place),
            None => {
                let (unit, open) = (i128::from(line.unit.minor()), line.discountable);
                let members = vec![place];
                heaps.push(Heap { line, members, unit, list: 0, floor: 0, extras: 0, open, before: (0, 0) });
            }
        }
    }
    heaps.sort_by(|one, other| one.line.sku.cmp(&other.line.sku));
    for heap in &mut heaps {
        // Larger parts of a heap come first when a unit is left over.
        heap.members.sort_by_key(|member| (Reverse(parts(&input.lines[*member])), *member));
        heap.extras = heap.members.iter().map(|member| extras(&input.lines[*member])).sum();
        heap.list = price(heap.line, heap.unit, heap.parts(input), input.rounding);
    }
    let listed: Vec<Option<i128>> = heaps.iter().map(|heap| listed(heap, &heaps, input)).collect();
    for (heap, listed) in heaps.iter_mut().zip(listed) {
        let all = heap.parts(input);
        let floor = heap.line.floor.map_or(0, |floor| i128::from(floor.minor()));
        if let Some(unit) = listed {
            heap.unit = unit.max(floor.min(heap.unit));
        }
        heap.list = price(heap.line, heap.unit, all, input.rounding);
        heap.floor = price_at_most(heap.line, heap.unit, floor, all, input.rounding);
        heap.before = (heap.unit, heap.list);
        if let Some(agreed) = heap.line.agreed {
            let least = match (agreed.by, &heap.line.measure) {
                (AgreedBy::Person, _) => 0,
                (_, Measure::Nights(_)) => unit_for(heap, heap.floor, all),
                _ => floor.min(heap.unit),
            };
            heap.unit = i128::from(agreed.unit_minor).max(least);
            heap.open = heap.open && agreed.combines;
            heap.list = price_flat(heap.line, heap.unit, all, input.rounding);
            heap.floor = if agreed.combines { heap.floor.min(heap.list) } else { heap.list };
            if agreed.by == AgreedBy::Person {
                heap.before = (heap.unit, heap.list);
            }
        }
    }
    hold(&mut heaps, input);
    heaps
}

/// The lowest price of one whose exact multiple reaches this.
fn unit_for(heap: &Heap<'_>, amount: i128, parts: i128) -> i128 {
    let units = match &heap.line.measure {
        Measure::Nights(stay) => parts * i128::from((stay.until - stay.from).num_days()),
        _ => parts,
    };
    Q::new(amount * parts_of_unit(heap.line), units).ceil().to_integer()
}

/// The least for the order, by what things cost before anything was bargained.
fn order_floor(heaps: &[Heap<'_>], input: &QuoteInput) -> i128 {
    let before: i128 = heaps.iter().map(|heap| heap.before.1).sum();
    let part = input.order_floor.part.map_or(whole(0), |part| Q::new(before * i128::from(part.0), 10_000));
    part.ceil().to_integer().max(input.order_floor.amount.map_or(0, |amount| i128::from(amount.minor())))
}

/// Takes back of what was bargained as much as the order's floor asks for, from each in proportion.
fn hold(heaps: &mut [Heap<'_>], input: &QuoteInput) {
    let before: i128 = heaps.iter().map(|heap| heap.before.1).sum();
    let missing = order_floor(heaps, input).min(before) - heaps.iter().map(|heap| heap.list).sum::<i128>();
    if missing <= 0 {
        return;
    }
    let bargained: Vec<i128> = heaps.iter().map(|heap| (heap.before.1 - heap.list).max(0)).collect();
    for (heap, back) in heaps.iter_mut().zip(share(missing, &bargained)) {
        if back == 0 {
            continue;
        }
        let all = heap.parts(input);
        let unit = unit_for(heap, heap.list + back, all);
        let list = price_flat(heap.line, unit, all, input.rounding);
        (heap.unit, heap.list) = if list < heap.before.1 { (unit, list) } else { heap.before };
        if heap.line.agreed.is_some_and(|agreed| !agreed.combines) {
            heap.floor = heap.list;
        }
    }
}

fn listed(heap: &Heap<'_>, heaps: &[Heap<'_>], input: &QuoteInput) -> Option<i128> {
    let list = input.price_lists.first()?;
    if list.when.as_ref().is_some_and(|condition| !holds(condition, heaps, input)) {
        return None;
    }
    let same = heaps.iter().filter(|other| other.line.sku == heap.line.sku);
    let count: i128 = same.map(|other| other.parts(input) / parts_of_unit(other.line)).sum();
    let mut reached: Vec<_> =
        list.prices.iter().filter(|price| price.sku == heap.line.sku && i128::from(price.from) <= count).collect();
    reached.sort_by_key(|price| price.from);
    if let Some(price) = reached.last() {
        return Some(amount(price.price, input));
    }
    let part = list.percent.as_ref().filter(|part| i128::from(part.from) <= count && part.on.holds(heap.line))?;
    Some(heap.unit - round(Q::new(heap.unit * i128::from(part.percent.0.0), 10_000), input.rounding))
}

/// What one promotion takes off by itself.
struct Taken {
    shares: Vec<i128>,
    off_shipping: Option<i128>,
    gift: bool,
}

fn take(promotion: &Promotion, heaps: &[Heap<'_>], nets: &[i128], rooms: &[i128], input: &QuoteInput) -> Taken {
    let hit = |heap: &Heap<'_>| heap.open && promotion.on.holds(heap.line);
    let masked = |amounts: &[i128]| -> Vec<i128> {
        heaps.iter().zip(amounts).map(|(heap, amount)| if hit(heap) { *amount } else { 0 }).collect()
    };
    let nets_hit = masked(nets);
    let basis: i128 = nets_hit.iter().sum();
    let part = |percent: u32, weights: &[i128]| {
        let sum: i128 = weights.iter().sum();
        let wanted = round(Q::new(sum * i128::from(percent), 10_000), input.rounding);
        share(wanted, weights)
    };
    let off = |off: i128| share_within(off.min(basis), &nets_hit, &masked(rooms));
    let free = |free: &[(i128, usize)]| {
        let mut shares = vec![0; heaps.len()];
        free.iter().for_each(|(price, place)| shares[*place] += price);
        shares
    };
    let mut off_shipping = None;
    let mut gift = false;
    let shares = match &promotion.gives {
        Gives::Percent(percent) => part(percent.0.0, &nets_hit),
        Gives::Amount(each) => off(amount(*each, input)),
        Gives::AmountEach(each) => {
            let mut shares = vec![0; heaps.len()];
            for (price, place) in pieces(heaps, input, hit) {
                shares[place] += price.min(amount(*each, input));
            }
            shares
        }
        Gives::FixedPrice(fixed) => {
            let fixed = amount(*fixed, input);
            let less = |heap: &Heap<'_>| {
                let cheaper = hit(heap) && fixed < heap.unit;
                let fixed = price_flat(heap.line, fixed, heap.parts(input), input.rounding);
                if cheaper { (heap.list - fixed).max(0) } else { 0 }
            };
            heaps.iter().map(less).collect()
        }
        Gives::CheapestFree { from } => {
            let all = pieces(heaps, input, hit);
            free(if all.len() >= *from as usize { &all[..1.min(all.len())] } else { &[] })
        }
        Gives::Multibuy { take, pay } => {
            let all = pieces(heaps, input, hit);
            free(&all[..all.len() / *take as usize * take.saturating_sub(*pay) as usize])
        }
        Gives::BuyGet(rule) => {
            let gets = |heap: &Heap<'_>| heap.open && rule.of.as_ref().unwrap_or(&promotion.on).holds(heap.line);
            // As often as the pieces can be told apart into bought and got.
            let (bought, got) = (pieces(heaps, input, hit), pieces(heaps, input, gets));
            let both = pieces(heaps, input, |heap| hit(heap) || gets(heap));
            let mut times = 0;
            let fits = |times: usize| {
                let (buy, get) = (rule.buy as usize * times, rule.get as usize * times);
                buy <= bought.len() && get <= got.len() && buy + get <= both.len()
            };
            while fits(times + 1) && rule.times_max.is_none_or(|most| times < most as usize) {
                times += 1;
            }
            // The cheapest are got, as long as enough are left to have been bought.
            let mut left_to_buy = bought.len();
            let mut cheaper = Vec::new();
            for piece in got {
                let is_bought = hit(&heaps[piece.1]);
                if cheaper.len() == times * rule.get as usize
                    || (is_bought && left_to_buy == times * rule.buy as usize)
                {
                    continue;
                }
                left_to_buy -= usize::from(is_bought);
                cheaper.push(piece);
            }
            part(rule.percent.0.0, &free(&cheaper))
        }
        Gives::Tiered(tiered) => {
            let count = pieces(heaps, input, hit).len() as i128;
            let lists: i128 = heaps.iter().filter(|heap| hit(heap)).map(|heap| heap.list).sum();
            let from = |tier: &trato_pricing_checks::pricing::promotion::Tier| match tiered.by {
                TierBy::Quantity => i128::from(tier.from.scaled(0).unwrap()),
                TierBy::Amount => amount(tier.from, input),
            };
            let there = if tiered.by == TierBy::Quantity { count } else { lists };
            let mut reached: Vec<_> = tiered.tiers.iter().filter(|tier| from(tier) <= there).collect();
            // Of two that begin at one place the one written first counts.
            reached.reverse();
            reached.sort_by_key(|tier| from(tier));
            match reached.last() {
                Some(tier) if tier.percent.is_some() => part(tier.percent.unwrap().0.0, &nets_hit),
                Some(tier) => off(amount(tier.amount.unwrap(), input)),
                None => vec![0; heaps.len()],
            }
        }
        Gives::FreeShipping { up_to } => {
            off_shipping = Some(up_to.map_or(i128::MAX, |up_to| amount(up_to, input)));
            vec![0; heaps.len()]
        }
        Gives::Gift { .. } => {
            gift = true;
            vec![0; heaps.len()]
        }
        Gives::Bundle { items, price } => {
            let of = |item: &trato_pricing_checks::pricing::promotion::BundleItem| {
                pieces(heaps, input, |heap| hit(heap) && heap.line.sku == item.sku)
            };
            let sets = items.iter().map(|item| of(item).len() / item.quantity as usize).min().unwrap_or(0);
            let mut bought = Vec::new();
            items.iter().for_each(|item| bought.extend(of(item).into_iter().take(sets * item.quantity as usize)));
            let prices = free(&bought);
            let saved = prices.iter().sum::<i128>() - sets as i128 * amount(*price, input);
            share(saved.max(0), &prices)
        }
    };
    let shares = shares.iter().zip(rooms).map(|(share, room)| *share.min(room)).collect();
    Taken { shares, off_shipping, gift }
}

/// A cart with some of its promotions used.
struct Outcome {
    nets: Vec<i128>,
    shipping: i128,
    taxes: Vec<(String, u32, i128)>,
    tax_shares: Vec<i128>,
    shipping_tax: i128,
    total: i128,
    /// Off each heap, turn by turn.
    turns: Vec<Vec<i128>>,
    taken: Vec<(String, i128)>,
}

struct Shop<'a> {
    input: &'a QuoteInput,
    heaps: Vec<Heap<'a>>,
    lists: Vec<i128>,
    rooms: Vec<i128>,
}

impl Shop<'_> {
    fn budget(&self, offered: &Offered) -> i128 {
        let budget = offered.promotion.limits.budget;
        budget.map_or(i128::MAX, |budget| amount(budget, self.input) - i128::from(offered.uses.spent))
    }

    fn may(&self, offered: &Offered) -> bool {
        let promotion = &offered.promotion;
        let called = promotion.codes.is_empty() || promotion.codes.iter().any(|code| code.as_str() == "HOLA");
        let unused = promotion.limits.total.is_none_or(|limit| offered.uses.total < limit);
        let condition = promotion.when.as_ref().is_none_or(|one| holds(one, &self.heaps, self.input));
        let something = self.heaps.iter().any(|heap| heap.open && promotion.on.holds(heap.line));
        let gift = match promotion.gives {
            Gives::Gift { quantity, .. } => quantity <= 1,
            _ => true,
        };
        called && unused && condition && something && gift && self.budget(offered) > 0
    }

    fn clash(&self, one: &Promotion, other: &Promotion) -> bool {
        let concerns = |promotion: &Promotion, heap: &Heap<'_>| {
            let of = match &promotion.gives {
                Gives::BuyGet(rule) => rule.of.as_ref(),
                _ => None,
            };
            promotion.on.holds(heap.line) || of.is_some_and(|of| of.holds(heap.line))
        };
        let both = |heap: &Heap<'_>| heap.open && concerns(one, heap) && concerns(other, heap);
        one.alone || other.alone || (one.group == other.group && self.heaps.iter().any(both))
    }

    /// What may come off all of it.
    fn order_room(&self) -> i128 {
        (self.lists.iter().sum::<i128>() - order_floor(&self.heaps, self.input)).max(0)
    }

    /// Whether a promotion would do anything by itself.
    fn does_something(&self, promotion: &Promotion) -> bool {
        let now = take(promotion, &self.heaps, &self.lists, &self.rooms, self.input);
        let paid_for = self.outcome(&[]).is_none_or(|outcome| outcome.shipping > 0);
        let off = now.shares.iter().sum::<i128>() > 0 && self.order_room() > 0;
        off || now.gift || (now.off_shipping.is_some_and(|off| off > 0) && paid_for)
    }

    /// None where it cannot be sent.
    fn outcome(&self, used: &[&Offered]) -> Option<Outcome> {
        let input = self.input;
        let mut order_left = self.order_room();
        let mut off = vec![0; self.heaps.len()];
        let (mut off_shipping, mut taken, mut turns) = (0_i128, Vec::new(), Vec::new());
        for offered in used {
            let left: Vec<i128> = self.lists.iter().zip(&off).map(|(list, off)| list - off).collect();
            let room: Vec<i128> = self.rooms.iter().zip(&off).map(|(room, off)| room - off).collect();
            let now = match offered.promotion.basis {
                Basis::List => take(&offered.promotion, &self.heaps, &self.lists, &self.rooms, input),
                Basis::Rest => take(&offered.promotion, &self.heaps, &left, &room, input),
            };
            let mut shares: Vec<i128> =
                now.shares.iter().zip(&room).map(|(share, room)| *share.min(room)).collect();
            let most = order_left.min(self.budget(offered));
            if shares.iter().sum::<i128>() > most {
                shares = share(most, &shares);
            }
            let sum: i128 = shares.iter().sum();
            off.iter_mut().zip(&shares).for_each(|(off, share)| *off += share);
            order_left -= sum;
            turns.push(shares);
            off_shipping = off_shipping.saturating_add(now.off_shipping.unwrap_or(0).min(self.budget(offered)));
            if sum > 0 || now.gift {
                taken.push((offered.promotion.id.clone(), sum));
            }
        }
        if let Some(agreed) = input.agreed_off {
            let left: Vec<i128> = self.lists.iter().zip(&off).map(|(list, off)| list - off).collect();
            let room: Vec<i128> = self.rooms.iter().zip(&off).map(|(room, off)| room - off).collect();
            let agreed = share_within(i128::from(agreed.amount.minor()).min(order_left), &left, &room);
            off.iter_mut().zip(&agreed).for_each(|(off, share)| *off += share);
            turns.push(agreed);
        }
        let heaps = self.heaps.iter().zip(&self.lists).zip(&off);
        let nets: Vec<i128> = heaps.map(|((heap, list), off)| list - off + heap.extras).collect();
        let goods: i128 = nets.iter().sum();
        let sent = self.sent(goods)?;
        let shipping = (sent - off_shipping).max(0);
        let (taxes, mut tax_shares) = self.tax(&nets, shipping);
        let shipping_tax = tax_shares.split_off(nets.len()).iter().sum();
        let on_top: i128 = taxes.iter().map(|(_, _, amount)| amount).sum();
        let added = input.tax.mode == TaxMode::Added;
        let total = goods + shipping + if added { on_top } else { 0 };
        Some(Outcome { nets, shipping, taxes, tax_shares, shipping_tax, total, turns, taken })
    }

    fn sent(&self, goods: i128) -> Option<i128> {
        let zone = &self.input.shipping.zones[0];
        let pieces: i128 = self.input.lines.iter().map(|line| i128::from(line.quantity)).sum();
        let grams: i128 = self
            .input
            .lines
            .iter()
            .map(|line| match line.measure {
                Measure::Weight { grams } => i128::from(grams) * i128::from(line.quantity),
                _ => i128::from(line.grams) * i128::from(line.quantity),
            })
            .sum();
        let (table, size) = match &zone.rate {
            ShippingRate::Flat(flat) => (vec![(i128::MAX, *flat)], 0),
            ShippingRate::ByAmount(table) => (rows(table), goods),
            ShippingRate::ByWeight(table) => (rows(table), grams),
            ShippingRate::ByQuantity(table) => (rows(table), pieces),
        };
        let costs = table.iter().find(|(up_to, _)| size <= *up_to).map(|(_, costs)| i128::from(costs.minor()));
        let free = zone.free_from.is_some_and(|from| goods >= i128::from(from.minor()));
        // Where a table by amounts ends, the amount it is free from may go on.
        let goes_on = matches!(zone.rate, ShippingRate::ByAmount(_)) && free;
        if free && (costs.is_some() || goes_on) { Some(0) } else { costs }
    }

    fn taxes_on(&self, category: &str) -> Vec<TaxDue> {
        let fits = |rule: &&trato_pricing_checks::pricing::tax::TaxRule| {
            rule.categories.is_empty()
                || rule
                    .categories
                    .iter()
                    .any(|one| category.split('>').any(|name| one.eq_ignore_ascii_case(name.trim())))
        };
        self.input.tax.rules.iter().find(fits).map_or(Vec::new(), |rule| rule.taxes.clone())
    }

    fn tax(&self, nets: &[i128], shipping: i128) -> (Vec<(String, u32, i128)>, Vec<i128>) {
        let policy = &self.input.tax;
        let mut taxed: Vec<(Vec<TaxDue>, i128)> = Vec::new();
        for (heap, net) in self.heaps.iter().zip(nets) {
            taxed.push((self.taxes_on(&heap.line.traits.category), *net));
        }
        match policy.shipping {
            ShippingTax::Free => {}
            ShippingTax::Standard => taxed.push((self.taxes_on("shipping"), shipping)),
            ShippingTax::AsGoods => {
                let mut weights = nets.to_vec();
                if weights.iter().all(|weight| *weight == 0) {
                    weights[0] = 1;
                }
                for (place, part) in share(shipping, &weights).into_iter().enumerate() {
                    taxed.push((taxed[place].0.clone(), part));
                }
            }
        }
        let mut shares = vec![0; taxed.len()];
        let mut sums: Vec<(String, u32, i128)> = Vec::new();
        let mut put = |tax: &TaxDue, amount: i128| {
            let rate = tax.rate.millionths();
            match sums.iter_mut().find(|(name, other, _)| *name == tax.name && *other == rate) {
                Some(sum) => sum.2 += amount,
                None => sums.push((tax.name.clone(), rate, amount)),
            }
        };
        let level = |exact: &dyn Fn(i128) -> Q, bases: &[i128]| -> Vec<i128> {
            match policy.level {
                TaxLevel::Total => share(round(exact(bases.iter().sum()), self.input.rounding), bases),
                TaxLevel::Line => bases.iter().map(|base| round(exact(*base), self.input.rounding)).collect(),
            }
        };
        let mut done: Vec<Vec<TaxDue>> = Vec::new();
        for (all, _) in &taxed {
            // Taxes on top are reckoned one by one; those inside, together with what they stand beside.
            let groups: Vec<Vec<TaxDue>> = match policy.mode {
                TaxMode::Added => all.iter().map(|tax| vec![tax.clone()]).collect(),
                TaxMode::Included => vec![all.clone()],
                TaxMode::Before => Vec::new(),
            };
            for group in groups {
                if group.is_empty() || done.contains(&group) {
                    continue;
                }
                let on = |taxes: &Vec<TaxDue>| match policy.mode {
                    TaxMode::Added => taxes.contains(&group[0]),
                    _ => *taxes == group,
                };
                let bases: Vec<i128> =
                    taxed.iter().map(|(taxes, base)| if on(taxes) { *base } else { 0 }).collect();
                let rates: Vec<i128> = group.iter().map(|tax| i128::from(tax.rate.millionths())).collect();
                let rate: i128 = rates.iter().sum();
                let exact = |base: i128| match policy.mode {
                    TaxMode::Added => Q::new(base * rate, 1_000_000),
                    _ => whole(base) - Q::new(base * 1_000_000, 1_000_000 + rate),
                };
                let parts = level(&exact, &bases);
                let sum: i128 = parts.iter().sum();
                for (tax, amount) in group.iter().zip(share(sum, &rates)) {
                    put(tax, if group.len() == 1 { sum } else { amount });
                }
                shares.iter_mut().zip(parts).for_each(|(share, part)| *share += part);
                done.push(group);
            }
        }
        (sums, shares)
    }
}

fn rows(table: &[trato_pricing_checks::pricing::shipping::Bracket]) -> Vec<(i128, Money)> {
    table.iter().map(|row| (row.up_to.map_or(i128::MAX, i128::from), row.amount)).collect()
}

/// What the cart costs; none where it cannot be sent.
pub fn priced(input: &QuoteInput) -> Option<Priced> {
    let heaps = heaps(input);
    let lists: Vec<i128> = heaps.iter().map(|heap| heap.list).collect();
    let rooms: Vec<i128> = heaps.iter().map(|heap| if heap.open { heap.list - heap.floor } else { 0 }).collect();
    let shop = Shop { input, heaps, lists, rooms };
    let mut may: Vec<&Offered> = input.promotions.iter().filter(|offered| shop.may(offered)).collect();
    may.sort_by_key(|offered| (offered.promotion.priority, offered.promotion.basis, offered.promotion.id.clone()));
    let outcome = match input.strategy {
        Strategy::AsListed => {
            // First those that do something, then whatever still goes with them; each at its turn.
            let mut used = vec![false; may.len()];
            let does: Vec<bool> = may.iter().map(|one| shop.does_something(&one.promotion)).collect();
            for wanted in [true, false] {
                for place in 0..may.len() {
                    let others = (0..may.len()).filter(|other| used[*other]);
                    let mut clashes = others.map(|other| shop.clash(&may[place].promotion, &may[other].promotion));
                    if does[place] == wanted && !clashes.any(|clash| clash) {
                        used[place] = true;
                    }
                }
            }
            let used: Vec<&Offered> = may.iter().zip(used).filter_map(|(one, used)| used.then_some(*one)).collect();
            shop.outcome(&used)
        }
        Strategy::Best => best(&shop, &may),
    };
    outcome.map(|outcome| finished(&shop, outcome))
}

/// Every combination, those with the first promotions first; the first of the cheapest that can be sent.
fn best(shop: &Shop<'_>, may: &[&Offered]) -> Option<Outcome> {
    let mut best: Option<Outcome> = None;
    for number in 0..1_u32 << may.len() {
        let used: Vec<&Offered> = may
            .iter()
            .enumerate()
            .filter(|(place, _)| number >> (may.len() - 1 - place) & 1 == 0)
            .map(|(_, one)| *one)
            .collect();
        let together = used
            .iter()
            .enumerate()
            .all(|(place, one)| used[..place].iter().all(|other| !shop.clash(&one.promotion, &other.promotion)));
        if together {
            let Some(outcome) = shop.outcome(&used) else { continue };
            if best.as_ref().is_none_or(|best| outcome.total < best.total) {
                best = Some(outcome);
            }
        }
    }
    best
}

fn finished(shop: &Shop<'_>, outcome: Outcome) -> Priced {
    let input = shop.input;
    let mut lines = vec![(0, 0, 0); input.lines.len()];
    for (place, heap) in shop.heaps.iter().enumerate() {
        let weights: Vec<i128> = heap.members.iter().map(|member| parts(&input.lines[*member])).collect();
        let amounts = share(heap.list, &weights);
        let floors = share(heap.list - shop.rooms[place], &weights);
        let mut left: Vec<i128> =
            amounts.iter().zip(floors).map(|(amount, floor)| (amount - floor).max(0)).collect();
        let mut discounts = vec![0; weights.len()];
        for turn in &outcome.turns {
            for (at, part) in share(turn[place], &left).into_iter().enumerate() {
                left[at] -= part;
                discounts[at] += part;
            }
        }
        let own = |at: usize| amounts[at] + extras(&input.lines[heap.members[at]]);
        let nets: Vec<i128> = (0..weights.len()).map(|at| own(at) - discounts[at]).collect();
        let taxes = share(outcome.tax_shares[place], &nets);
        for (at, member) in heap.members.iter().enumerate() {
            lines[*member] = (own(at), discounts[at], taxes[at]);
        }
    }
    let due_now = match input.deposit {
        None => outcome.total,
        Some(Deposit::Amount(amount)) => outcome.total.min(i128::from(amount.minor())),
        Some(Deposit::Percent(part)) => round(Q::new(outcome.total * i128::from(part.0), 10_000), input.rounding),
    };
    debug_assert_eq!(outcome.nets.len(), shop.heaps.len());
    let (shipping, shipping_tax) = (outcome.shipping, outcome.shipping_tax);
    Priced {
        lines,
        shipping,
        shipping_tax,
        taxes: outcome.taxes,
        total: outcome.total,
        due_now,
        taken: outcome.taken,
    }
}
