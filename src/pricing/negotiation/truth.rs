//! Whether a discount brings anything: some shoppers never see it, and the two groups are compared.
//!
//! Who is held out is fixed by a hash of shopper and campaign: the same shopper always sees the same, without a list.

use sha2::{Digest as _, Sha256};

use crate::base::money::BasisPoints;
use crate::pricing::promotion::Promotion;

/// A campaign and the share of shoppers who never see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldOut {
    /// Its name; another name deals the shoppers anew.
    pub campaign: String,
    /// The share.
    pub share: BasisPoints,
}

impl HoldOut {
    /// Who is held out of a promotion; `None` when nobody is.
    #[must_use]
    pub fn of(promotion: &Promotion) -> Option<Self> {
        promotion.hold_out.map(|share| Self { campaign: promotion.id.clone(), share: share.0 })
    }

    /// Whether a shopper, known by the first conversation they ever had with the shop, never sees it.
    #[must_use]
    pub fn holds_out(&self, shopper: &str) -> bool {
        let mut hash = Sha256::new();
        // The length keeps the two texts apart: ("ab", "c") is not ("a", "bc").
        hash.update(self.campaign.len().to_be_bytes());
        hash.update(self.campaign.as_bytes());
        hash.update(shopper.as_bytes());
        let mut first = [0_u8; 8];
        for (into, from) in first.iter_mut().zip(hash.finalize()) {
            *into = from;
        }
        u64::from_be_bytes(first) % 10_000 < u64::from(self.share.0)
    }
}

/// What one shopper brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    /// Whether they were held out.
    pub held_out: bool,
    /// Whether they bought. Who bought at cost did, too.
    pub bought: bool,
    /// What they bought brought, after the discount, in minor units; nothing when they did not buy.
    pub margin: i64,
}

/// One of the two groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// How many shoppers.
    pub shoppers: u64,
    /// How many bought.
    pub bought: u64,
    /// What each brought on average, in thousandths of a minor unit.
    pub mean: i128,
}

/// What a discount brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Those who saw it.
    pub shown: Group,
    /// Those who did not.
    pub held_out: Group,
    /// What it brought for each shopper who saw it, in thousandths of a minor unit: the middle and the bounds of the
    /// 95 % interval. Below nothing, it cost more than it brought.
    pub brought: [i128; 3],
    /// What to do.
    pub verdict: Verdict,
}

/// What to do about a discount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It brings more than it costs.
    Keep,
    /// It costs more than it brings.
    Stop,
    /// Nothing is shown yet; about so many more shoppers would show it, if things go on like this.
    TooEarly {
        /// How many more; the largest number where it is larger still, because the groups do not differ.
        more: u64,
    },
}

/// The fewest shoppers in a group.
pub const GROUP_MIN: u64 = 50;
const THOUSAND: i128 = 1000;

#[derive(Clone, Copy, Default)]
struct Sums {
    count: i128,
    bought: u64,
    sum: i128,
    squares: i128,
}

impl Sums {
    fn add(self, one: Brought) -> Option<Self> {
        let wide = i128::from(one.margin);
        Some(Self {
            count: self.count.checked_add(1)?,
            bought: self.bought.checked_add(u64::from(one.bought))?,
            sum: self.sum.checked_add(wide)?,
            squares: self.squares.checked_add(wide.checked_mul(wide)?)?,
        })
    }

    fn mean(self) -> Option<i128> {
        self.sum.checked_mul(THOUSAND)?.checked_div(self.count.max(1))
    }

    /// The square of the mean's standard error, in thousandths squared.
    fn error(self) -> Option<i128> {
        let spread = self.squares.checked_sub(self.sum.checked_mul(self.sum)?.checked_div(self.count.max(1))?)?;
        let per = self.count.checked_sub(1)?.max(1).checked_mul(self.count.max(1))?;
        spread.checked_mul(THOUSAND)?.checked_div(per)?.checked_mul(THOUSAND)
    }

    fn group(self) -> Option<Group> {
        Some(Group { shoppers: u64::try_from(self.count).ok()?, bought: self.bought, mean: self.mean()? })
    }
}

/// Compares the two groups; `None` when the amounts do not fit.
#[must_use]
pub fn report(all: &[Brought]) -> Option<Report> {
    let (mut shown, mut held) = (Sums::default(), Sums::default());
    for one in all {
        let sums = if one.held_out { &mut held } else { &mut shown };
        *sums = sums.add(*one)?;
    }
    let (shown_group, held_group) = (shown.group()?, held.group()?);
    let middle = shown_group.mean.checked_sub(held_group.mean)?;
    let error = shown.error()?.checked_add(held.error()?)?.isqrt();
    let reach = error.checked_mul(196)?.checked_div(100)?;
    let brought = [middle, middle.checked_sub(reach)?, middle.checked_add(reach)?];
    let smaller = shown.count.min(held.count);
    let few = smaller < i128::from(GROUP_MIN);
    let verdict = match brought {
        [_, low, _] if low > 0 && !few => Verdict::Keep,
        [_, _, high] if high < 0 && !few => Verdict::Stop,
        _ => Verdict::TooEarly { more: more(shown.count.saturating_add(held.count), smaller, (middle, reach)) },
    };
    Some(Report { shown: shown_group, held_out: held_group, brought, verdict })
}

/// An interval shrinks with the root of the number: to half its width takes four times as many. And the smaller group
/// grows as slowly as it has so far.
fn more(count: i128, smaller: i128, (middle, reach): (i128, i128)) -> u64 {
    let part = |amount: i128, of: i128| amount.checked_div(of.max(1)).unwrap_or(0);
    let ratio = part(reach.saturating_mul(THOUSAND), middle.saturating_abs());
    let narrow = part(part(count.saturating_mul(ratio), THOUSAND).saturating_mul(ratio), THOUSAND);
    let least = i128::from(GROUP_MIN);
    let of_both = if smaller < least { part(count.saturating_mul(least), smaller) } else { 0 };
    let needed = narrow.max(of_both).max(least.saturating_mul(2));
    u64::try_from(needed.saturating_sub(count).max(1)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_held_out_and_always_the_same_tenth() {
        let hold_out = HoldOut { campaign: "spring".to_owned(), share: BasisPoints(1000) };
        let other = HoldOut { campaign: "summer".to_owned(), ..hold_out.clone() };
        let held: Vec<bool> = (0..20_000).map(|number| hold_out.holds_out(&format!("+5255{number:08}"))).collect();
        let again: Vec<bool> = (0..20_000).map(|number| hold_out.holds_out(&format!("+5255{number:08}"))).collect();
        let others: Vec<bool> = (0..20_000).map(|number| other.holds_out(&format!("+5255{number:08}"))).collect();
        assert_eq!(held, again);
        let count = held.iter().filter(|held| **held).count();
        assert!((1800..2200).contains(&count), "{count}");
        let both = held.iter().zip(&others).filter(|(a, b)| **a && **b).count();
        assert!(both < 400, "another campaign deals anew: {both}");
    }

    fn group(held_out: bool, count: usize, every: usize, margin: i64) -> impl Iterator<Item = Brought> {
        (0..count).map(move |number| {
            let bought = number.is_multiple_of(every);
            Brought { held_out, bought, margin: if bought { margin } else { 0 } }
        })
    }

    #[test]
    fn a_discount_that_sells_more_at_a_good_margin_is_kept_and_one_that_gives_money_away_is_stopped() {
        let good: Vec<Brought> = group(false, 5000, 4, 800).chain(group(true, 2000, 10, 1000)).collect();
        let kept = report(&good).unwrap();
        assert_eq!(kept.verdict, Verdict::Keep);
        assert_eq!(kept.brought[0], 100_000, "200 a shopper against 100");
        let bad: Vec<Brought> = group(false, 5000, 10, 500).chain(group(true, 2000, 10, 1000)).collect();
        assert_eq!(report(&bad).unwrap().verdict, Verdict::Stop);
    }

    #[test]
    fn a_few_shoppers_show_nothing_and_the_report_says_how_many_would() {
        let few: Vec<Brought> = group(false, 300, 10, 900).chain(group(true, 100, 10, 1000)).collect();
        let Verdict::TooEarly { more } = report(&few).unwrap().verdict else { panic!("too early") };
        assert!(more > 1000, "{more}");
        assert!(report(&[]).is_some());
    }

    #[test]
    fn a_group_that_is_too_small_takes_as_long_to_grow_as_it_has_so_far() {
        let lopsided: Vec<Brought> = group(false, 5000, 4, 800).chain(group(true, 20, 21, 0)).collect();
        let Verdict::TooEarly { more } = report(&lopsided).unwrap().verdict else { panic!("too few are held out") };
        // 20 of 5020 were held out, so it takes 12550 shoppers until 50 are.
        assert_eq!(more, 12_550 - 5_020);
    }

    #[test]
    fn groups_that_do_not_differ_take_endlessly_many_and_still_have_a_report() {
        let alike: Vec<Brought> =
            group(false, 100, 10, 20_000_000).chain(group(true, 100, 10, 20_000_000)).collect();
        assert_eq!(report(&alike).unwrap().verdict, Verdict::TooEarly { more: u64::MAX });
    }

    #[test]
    fn who_buys_at_cost_has_bought() {
        let at_cost: Vec<Brought> = group(false, 100, 2, 0).chain(group(true, 100, 4, 0)).collect();
        let told = report(&at_cost).unwrap();
        assert_eq!((told.shown.bought, told.held_out.bought), (50, 25));
        assert_eq!((told.shown.mean, told.held_out.mean), (0, 0));
    }
}
