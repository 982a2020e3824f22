//! Which promotions a cart may use at all, and why not the others.

use crate::base::names::CouponCode;
use crate::pricing::choose::{CANDIDATES_MAX, Candidate, bit};
use crate::pricing::coupon::{Refusal, Tried};
use crate::pricing::input::{QuoteError, QuoteInput};
use crate::pricing::promotion::{BuyGet, Gives, Offered, Promotion, Uses};
use crate::pricing::rows::Places;
use crate::pricing::scope::Judged;
use crate::pricing::sums::sub;
use crate::pricing::takes::{Sheet, Take, take};

/// What the promotions of an input come down to.
pub(in crate::pricing) struct Eligible<'a> {
    /// Those that may be used, in the order of (priority, basis, id).
    pub(in crate::pricing) candidates: Vec<Candidate<'a>>,
    /// Those that may not, and why.
    pub(in crate::pricing) passed_over: Vec<(&'a str, Refusal)>,
    /// Codes that call nothing, or something that may not be used.
    pub(in crate::pricing) refused_codes: Vec<(CouponCode, Refusal)>,
    /// The codes the shopper gave.
    given: Vec<&'a CouponCode>,
}

impl Eligible<'_> {
    /// The code by which a promotion was called; none when it needs none.
    pub(in crate::pricing) fn code(&self, promotion: &Promotion) -> Option<&CouponCode> {
        self.given.iter().find(|code| promotion.codes.contains(code)).copied()
    }
}

/// A promotion, or a coupon as a promotion.
pub(in crate::pricing) struct OnOffer {
    pub(in crate::pricing) offered: Offered,
    /// A coupon and a promotion may have one name, and each has its own limits.
    pub(in crate::pricing) is_coupon: bool,
}

impl QuoteInput {
    /// The promotions and, as promotions, the coupons of the codes given; in the order of (priority, basis, id), and a
    /// promotion before a coupon of its name.
    pub(in crate::pricing) fn offered(&self) -> Vec<OnOffer> {
        let coupons = (0..).zip(&self.codes).filter_map(|(place, tried)| match tried {
            Tried::Known { coupon, uses } if coupon.is_in(self.currency) => {
                Some(OnOffer { offered: coupon.offered(*uses, place), is_coupon: true })
            }
            _ => None,
        });
        let promotions = self.promotions.iter().map(|one| OnOffer { offered: one.clone(), is_coupon: false });
        let mut offered: Vec<OnOffer> = promotions.chain(coupons).collect();
        offered.sort_by(|one, other| {
            let (this, that) = (&*one.offered.promotion, &*other.offered.promotion);
            let key = |promotion: &Promotion| (promotion.priority, promotion.basis);
            key(this)
                .cmp(&key(that))
                .then_with(|| this.id.cmp(&that.id))
                .then_with(|| one.is_coupon.cmp(&other.is_coupon))
        });
        offered
    }
}

/// Judges every promotion.
///
/// # Errors
/// When one of them is unsound, or an amount does not fit.
pub(in crate::pricing) fn eligible<'a>(
    offered: &'a [OnOffer],
    input: &'a QuoteInput,
    cart: &Judged<'_>,
) -> Result<Eligible<'a>, QuoteError> {
    let given: Vec<&CouponCode> = input.codes.iter().map(Tried::code).collect();
    let mut found = Eligible { candidates: Vec::new(), passed_over: Vec::new(), refused_codes: Vec::new(), given };
    let mut groups: Vec<&str> = Vec::new();
    let lists: Vec<i64> = cart.rows.iter().map(|row| row.list).collect();
    let rooms: Vec<i64> = cart.rows.iter().map(|row| if row.open { row.room() } else { 0 }).collect();
    let sheet = Sheet { nets: &lists, rooms: &rooms, rounding: input.rounding };
    for OnOffer { offered: one, is_coupon } in offered {
        let refusal = match judge(one, &found, input, cart, sheet)? {
            Ok(_) if found.candidates.len() >= CANDIDATES_MAX => Refusal::OneTooMany,
            Ok(candidate) => {
                let name = candidate.promotion.group.as_str();
                let group = groups.iter().position(|group| *group == name).unwrap_or(groups.len());
                if group == groups.len() {
                    groups.push(name);
                }
                found.candidates.push(Candidate { group, is_coupon: *is_coupon, ..candidate });
                continue;
            }
            Err(refusal) => refusal,
        };
        if let Some(code) = found.code(&one.promotion) {
            found.refused_codes.push((code.clone(), refusal.clone()));
        }
        found.passed_over.push((&one.promotion.id, refusal));
    }
    refuse_codes(&mut found, offered, input)?;
    set_against(&mut found.candidates);
    Ok(found)
}

/// Codes that call no promotion.
fn refuse_codes(found: &mut Eligible<'_>, offered: &[OnOffer], input: &QuoteInput) -> Result<(), QuoteError> {
    for tried in &input.codes {
        let refusal = match tried {
            Tried::Known { coupon, .. } if !coupon.reduction.is_sound() => return Err(QuoteError::Reduction),
            Tried::Known { coupon, .. } if !coupon.is_in(input.currency) => Refusal::WrongCurrency,
            Tried::Unknown(code) if !offered.iter().any(|one| one.offered.promotion.codes.contains(code)) => {
                Refusal::UnknownCode
            }
            Tried::Known { .. } | Tried::Unknown(_) => continue,
        };
        found.refused_codes.push((tried.code().clone(), refusal));
    }
    Ok(())
}

/// Two of one group that concern the same row do not go together, and one that stands alone goes with nothing.
fn set_against(candidates: &mut [Candidate<'_>]) {
    let clash = |one: &Candidate<'_>, other: &Candidate<'_>| {
        let (this, that) = (one.promotion, other.promotion);
        this.alone || that.alone || (one.group == other.group && one.concerns.meets(other.concerns))
    };
    let against = |place: usize, one: &Candidate<'_>| {
        let others = candidates.iter().enumerate().filter(|(other, _)| *other != place);
        others.fold(0_u64, |bits, (place, other)| if clash(one, other) { bits | bit(place) } else { bits })
    };
    let all: Vec<u64> = candidates.iter().enumerate().map(|(place, one)| against(place, one)).collect();
    for (candidate, bits) in candidates.iter_mut().zip(all) {
        candidate.against = bits;
    }
}

fn judge<'a>(
    offered: &'a Offered,
    found: &Eligible<'_>,
    input: &'a QuoteInput,
    cart: &Judged<'_>,
    sheet: Sheet<'_>,
) -> Result<Result<Candidate<'a>, Refusal>, QuoteError> {
    let promotion = &*offered.promotion;
    if !promotion.codes.is_empty() && found.code(promotion).is_none() {
        return Ok(Err(Refusal::NeedsCode));
    }
    if let Err(refusal) = promotion.valid.check(cart.context.now, cart.context.zone) {
        return Ok(Err(refusal));
    }
    if let Err(refusal) = offered.uses.check(promotion) {
        return Ok(Err(refusal));
    }
    let budget = match promotion.limits.budget {
        Some(budget) => sub(cart.amount(budget)?, offered.uses.spent)?,
        None => i64::MAX,
    };
    if budget <= 0 {
        return Ok(Err(Refusal::BudgetSpent));
    }
    if let Some(condition) = &promotion.when
        && let Err(refusal) = condition.check(cart)?
    {
        return Ok(Err(refusal));
    }
    let everything = promotion.on.is_empty();
    let hit = Places::of(cart.rows, |row| {
        (row.open || offered.is_agreed) && (everything || promotion.on.holds(row.line))
    });
    if hit.is_empty() {
        return Ok(Err(Refusal::NothingInScope));
    }
    if let Gives::Gift { sku, quantity } = &promotion.gives {
        let there = input.gifts.iter().find(|gift| gift.sku == *sku);
        if there.is_none_or(|gift| gift.available.is_some_and(|left| left < *quantity)) {
            return Ok(Err(Refusal::UsedUp));
        }
    }
    let concerns = match &promotion.gives {
        Gives::BuyGet(BuyGet { of: Some(of), .. }) => {
            hit.or(Places::of(cart.rows, |row| row.open && of.holds(row.line)))
        }
        _ => hit,
    };
    let take = take(promotion, hit, cart, sheet)?;
    let take = Take { off_shipping: take.off_shipping.min(budget), ..take };
    let is_coupon = false;
    Ok(Ok(Candidate { promotion, is_coupon, hit, concerns, take, budget, group: 0, against: 0 }))
}

impl Uses {
    /// Whether one more use is within the limits.
    fn check(self, promotion: &Promotion) -> Result<(), Refusal> {
        let limits = promotion.limits;
        if limits.per_shopper.is_some_and(|limit| self.by_shopper >= limit) {
            Err(Refusal::UsedByYou)
        } else if limits.total.is_some_and(|limit| self.total >= limit) {
            Err(Refusal::UsedUp)
        } else if limits.per_day.is_some_and(|limit| self.today >= limit) {
            Err(Refusal::UsedToday)
        } else {
            Ok(())
        }
    }
}
