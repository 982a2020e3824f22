//! What a promotion, a price list or a tax is about, and what must hold for it.
//!
//! All of it is judged on what the shopper wants at list prices, never on what other promotions left: so a promotion
//! cannot make another one unavailable except by the merchant's own rules of combination.

use chrono::{Datelike as _, NaiveDate, TimeDelta, Timelike as _};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::names::{Handle, Sku};
use crate::pricing::amount::Amount;
use crate::pricing::coupon::Refusal;
use crate::pricing::input::{Context, LineInput, Named, QuoteError, QuoteInput};
use crate::pricing::promotion::{Moment, Validity};
use crate::pricing::rows::Row;

/// Which lines. Within one list any entry is enough; of several lists each must hold. An empty scope is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Of these SKUs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<Sku>,
    /// Of these products.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Handle>,
    /// In these categories, or within them: see [`place_within`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// With one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Of these brands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<String>,
    /// With one of these attributes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Named>,
    /// But not these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub except: Option<Box<Scope>>,
}

impl Scope {
    /// Whether it says nothing, which is everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.skus.is_empty()
            && self.products.is_empty()
            && self.categories.is_empty()
            && self.tags.is_empty()
            && self.brands.is_empty()
            && self.attributes.is_empty()
            && self.except.is_none()
    }

    /// Whether the line is one of those.
    #[must_use]
    pub fn holds(&self, line: &LineInput) -> bool {
        let traits = &line.traits;
        any(&self.skus, |sku| *sku == line.sku)
            && any(&self.products, |product| *product == line.product)
            && any(&self.categories, |category| place_within(category, &traits.category).is_some())
            && any(&self.tags, |tag| traits.tags.iter().any(|other| same(tag, other)))
            && any(&self.brands, |brand| same(brand, &traits.brand))
            && any(&self.attributes, |wanted| {
                traits.attributes.iter().any(|is| same(&wanted.name, &is.name) && same(&wanted.value, &is.value))
            })
            && self.except.as_ref().is_none_or(|except| !except.holds(line))
    }
}

fn any<T>(wanted: &[T], holds: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(holds)
}

/// Words of merchants are the same whatever their case.
pub(in crate::pricing) fn same(one: &str, other: &str) -> bool {
    // Most words that differ differ in their last letter, and this is asked for every line and promotion.
    if let (Some(this), Some(that)) = (one.as_bytes().last(), other.as_bytes().last())
        && this.is_ascii()
        && that.is_ascii()
        && !this.eq_ignore_ascii_case(that)
    {
        return false;
    }
    one == other
        || one.eq_ignore_ascii_case(other)
        || (!one.is_ascii() && one.to_lowercase() == other.to_lowercase())
}

/// Where a category is named in the path of another: how many names of `Home > Kitchen > Mugs` there are up to the end
/// of `kitchen`, two; `None` if it is not in it. Whole names are compared, one after the other.
#[must_use]
pub fn place_within(wanted: &str, path: &str) -> Option<usize> {
    if same(wanted, path) {
        return Some(names(path).count());
    }
    if !path.contains('>') {
        return None;
    }
    let path: Vec<&str> = names(path).collect();
    let wanted: Vec<&str> = names(wanted).collect();
    (1..=path.len()).find(|end| {
        let before = path.get(..*end).unwrap_or_default();
        let last = before.len().checked_sub(wanted.len()).and_then(|from| before.get(from..));
        last.is_some_and(|last| !wanted.is_empty() && last.iter().zip(&wanted).all(|(one, other)| same(one, other)))
    })
}

fn names(path: &str) -> impl Iterator<Item = &str> + Clone {
    path.split('>').map(str::trim).filter(|name| !name.is_empty())
}

/// What must hold for a promotion or a price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// The whole cart comes to this much at list prices.
    Minimum(Amount),
    /// What is in the scope comes to this much at list prices.
    MinimumOf {
        /// Of what.
        scope: Scope,
        /// How much.
        amount: Amount,
    },
    /// There are so many pieces in the scope.
    Quantity {
        /// Of what; of anything when left out.
        #[serde(default)]
        scope: Scope,
        /// How many.
        from: u32,
    },
    /// There is something of this in the cart.
    Contains(Scope),
    /// The cart comes through one of these channels.
    Channels(Vec<String>),
    /// The shopper is in one of these markets.
    Markets(Vec<String>),
    /// The shopper belongs to one of these groups.
    Groups(Vec<String>),
    /// The shopper has bought nothing here before.
    FirstOrder,
    /// It is the shopper's birthday, or within so many days of it.
    Birthday {
        /// How many days before and after still count.
        #[serde(default)]
        days: u8,
    },
    /// It goes to one of these places: `MX`, `US-TX`.
    Destinations(Vec<Place>),
}

/// A place, from the large to the small: `US`, `US-TX`, `US-TX-787`. A larger one holds the smaller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

impl Place {
    /// Whether the other place is this one or within it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        match (other.0.get(..self.0.len()), other.0.as_bytes().get(self.0.len())) {
            (Some(beginning), None | Some(b'-')) => beginning.eq_ignore_ascii_case(&self.0),
            _ => false,
        }
    }
}

/// What conditions are judged on.
pub(in crate::pricing) struct Judged<'a> {
    pub(in crate::pricing) rows: &'a [Row<'a>],
    pub(in crate::pricing) context: &'a Context,
    pub(in crate::pricing) currency: crate::base::money::Currency,
    /// The currency's decimals: looked up once, for they are asked for at every amount.
    pub(in crate::pricing) exponent: u32,
    /// What the rows come to.
    pub(in crate::pricing) subtotal: i64,
}

impl<'a> Judged<'a> {
    /// Rows of an input, which come to so much.
    pub(in crate::pricing) fn of(rows: &'a [Row<'a>], input: &'a QuoteInput, subtotal: i64) -> Self {
        let currency = input.currency;
        Self { rows, context: &input.context, currency, exponent: currency.exponent(), subtotal }
    }

    pub(in crate::pricing) fn amount(&self, amount: Amount) -> Result<i64, QuoteError> {
        amount.scaled(self.exponent).ok_or(QuoteError::Amount(amount))
    }

    fn pieces(&self, scope: &Scope) -> i64 {
        let within = self.rows.iter().filter(|row| row.is_pieces() && scope.holds(row.line));
        within.fold(0, |sum, row| sum.saturating_add(i64::from(row.quantity)))
    }
}

impl Condition {
    /// Shows each condition that it is made of and that is made of no others.
    pub(in crate::pricing) fn each_single<'c>(&'c self, see: &mut impl FnMut(&'c Self)) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                for condition in conditions {
                    condition.each_single(see);
                }
            }
            Self::Not(condition) => condition.each_single(see),
            single => see(single),
        }
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// When an amount in it does not fit the currency.
    pub(in crate::pricing) fn check(&self, cart: &Judged<'_>) -> Result<Result<(), Refusal>, QuoteError> {
        let context = cart.context;
        let given = |holds: bool, missing: &str| {
            if holds { Ok(()) } else { Err(Refusal::NotForYou { needs: missing.to_owned() }) }
        };
        Ok(match self {
            Self::All(conditions) => return all(conditions, cart),
            Self::Any(conditions) => return one_of(conditions, cart),
            Self::Not(condition) => {
                condition.check(cart)?.map_or(Ok(()), |()| Err(Refusal::NotForYou { needs: "not".to_owned() }))
            }
            Self::Minimum(amount) => at_least(cart.subtotal, cart.amount(*amount)?, cart),
            Self::MinimumOf { scope, amount } => {
                let within = cart.rows.iter().filter(|row| scope.holds(row.line));
                let sum = within.fold(0_i64, |sum, row| sum.saturating_add(row.list));
                at_least(sum, cart.amount(*amount)?, cart)
            }
            Self::Quantity { scope, from } => {
                let there = cart.pieces(scope);
                if there >= i64::from(*from) { Ok(()) } else { Err(Refusal::TooFew { wanted: *from }) }
            }
            Self::Contains(scope) => {
                let there = cart.rows.iter().any(|row| scope.holds(row.line));
                if there { Ok(()) } else { Err(Refusal::NothingInScope) }
            }
            Self::Channels(wanted) => given(is_in(wanted, context.channel.as_deref()), "channel"),
            Self::Markets(wanted) => given(is_in(wanted, context.market.as_deref()), "market"),
            Self::Groups(wanted) => given(context.groups.iter().any(|group| is_in(wanted, Some(group))), "group"),
            Self::FirstOrder => given(context.first_order, "first_order"),
            Self::Birthday { days } => given(context.is_near_birthday(*days), "birthday"),
            Self::Destinations(places) => given(
                context.destination.as_ref().is_some_and(|to| places.iter().any(|place| place.holds(to))),
                "destination",
            ),
        })
    }
}

fn all(conditions: &[Condition], cart: &Judged<'_>) -> Result<Result<(), Refusal>, QuoteError> {
    for condition in conditions {
        if let Err(refusal) = condition.check(cart)? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(()))
}

/// The first refusal is the one that is told.
fn one_of(conditions: &[Condition], cart: &Judged<'_>) -> Result<Result<(), Refusal>, QuoteError> {
    let mut first = None;
    for condition in conditions {
        match condition.check(cart)? {
            Ok(()) => return Ok(Ok(())),
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    Ok(Err(first.unwrap_or(Refusal::NotForYou { needs: "any".to_owned() })))
}

fn at_least(there: i64, minimum: i64, cart: &Judged<'_>) -> Result<(), Refusal> {
    if there >= minimum {
        return Ok(());
    }
    Err(Refusal::BelowMinimum { minimum: crate::base::money::Money::new(minimum, cart.currency) })
}

fn is_in(wanted: &[String], is: Option<&str>) -> bool {
    is.is_some_and(|is| wanted.iter().any(|one| same(one, is)))
}

impl Validity {
    /// Whether it is good now.
    ///
    /// # Errors
    /// Why it is not.
    pub fn check(&self, now: Time, zone: Tz) -> Result<(), Refusal> {
        let local = now.with_timezone(&zone).naive_local();
        let time = local.time().with_nanosecond(0).unwrap_or(local.time());
        let night = self.opens.zip(self.closes).filter(|(opens, closes)| closes <= opens);
        // The hours after midnight belong to the evening that they end.
        let day = match night {
            Some((_, closes)) if time < closes => local.date().pred_opt().unwrap_or(local.date()),
            _ => local.date(),
        };
        let before = |moment: Moment| match moment {
            Moment::Day(first) => day < first,
            Moment::At(time) => now < time,
        };
        let after = |moment: Moment| match moment {
            Moment::Day(last) => day > last,
            Moment::At(time) => now > time,
        };
        if self.from.is_some_and(before) {
            return Err(Refusal::NotYet);
        }
        if self.until.is_some_and(after) {
            return Err(Refusal::Over);
        }
        let weekday = u8::try_from(day.weekday().number_from_monday()).unwrap_or(0);
        if !self.weekdays.is_empty() && !self.weekdays.contains(&weekday) {
            return Err(Refusal::NotNow);
        }
        let open = match night {
            Some((opens, closes)) => time >= opens || time < closes,
            None => self.opens.is_none_or(|opens| time >= opens) && self.closes.is_none_or(|closes| time < closes),
        };
        if open { Ok(()) } else { Err(Refusal::NotNow) }
    }
}

/// Whether a day lies so many days or fewer from a birthday; one on 29 February is kept on the 28th of other years.
pub(in crate::pricing) fn near_birthday(today: NaiveDate, month: u32, day: u32, days: u8) -> bool {
    let years = [today.year().saturating_sub(1), today.year(), today.year().saturating_add(1)];
    let within = TimeDelta::days(i64::from(days));
    years.iter().any(|year| {
        let birthday = NaiveDate::from_ymd_opt(*year, month, day)
            .or_else(|| NaiveDate::from_ymd_opt(*year, month, day.saturating_sub(1)));
        birthday.is_some_and(|birthday| birthday.signed_duration_since(today).abs() <= within)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn a_category_holds_what_lies_within_it_by_whole_names() {
        let path = "Home > Kitchen > Mugs";
        for (wanted, place) in [
            ("Mugs", Some(3)),
            ("kitchen", Some(2)),
            ("home>kitchen", Some(2)),
            ("Kitchen > Mugs", Some(3)),
            (path, Some(3)),
            ("Mug", None),
            ("Home > Mugs", None),
            ("Mugs > Large", None),
            ("", None),
            (" > ", None),
        ] {
            assert_eq!(place_within(wanted, path), place, "{wanted}");
        }
        assert_eq!(place_within("Mugs", "mugs"), Some(1));
        assert_eq!(place_within("", ""), Some(0));
    }

    #[test]
    fn days_begin_and_end_in_the_merchants_zone() {
        let day = |text: &str| Some(Moment::Day(text.parse().unwrap()));
        let valid = Validity { from: day("2026-11-20"), until: day("2026-11-21"), ..Validity::default() };
        let check = |time: &str, expected: Result<(), Refusal>| {
            assert_eq!(valid.check(at(time), Tz::America__Mexico_City), expected, "{time}");
        };
        // Mexico City is six hours behind.
        check("2026-11-20T05:59:59Z", Err(Refusal::NotYet));
        check("2026-11-20T06:00:00Z", Ok(()));
        check("2026-11-22T05:59:59Z", Ok(()));
        check("2026-11-22T06:00:00Z", Err(Refusal::Over));
    }

    #[test]
    fn happy_hours_count_on_their_weekdays_and_may_last_past_midnight() {
        let time = |text: &str| Some(text.parse().unwrap());
        let evening = Validity { opens: time("22:00:00"), closes: time("02:00:00"), ..Validity::default() };
        let check = |valid: &Validity, time: &str, good: bool| {
            assert_eq!(valid.check(at(time), Tz::UTC).is_ok(), good, "{time}");
        };
        check(&evening, "2026-11-20T21:59:59Z", false);
        check(&evening, "2026-11-20T22:00:00Z", true);
        check(&evening, "2026-11-21T01:59:59Z", true);
        check(&evening, "2026-11-21T02:00:00Z", false);
        // 20 November 2026 is a Friday.
        let fridays = Validity { weekdays: vec![5], ..Validity::default() };
        check(&fridays, "2026-11-20T12:00:00Z", true);
        check(&fridays, "2026-11-21T12:00:00Z", false);
    }

    #[test]
    fn the_hours_after_midnight_belong_to_the_day_on_which_their_evening_began() {
        let time = |text: &str| Some(text.parse().unwrap());
        let day = |text: &str| Some(Moment::Day(text.parse().unwrap()));
        let nights = Validity { opens: time("22:00:00"), closes: time("02:00:00"), ..Validity::default() };
        let check = |valid: &Validity, time: &str, expected: Result<(), Refusal>| {
            assert_eq!(valid.check(at(time), Tz::UTC), expected, "{time}");
        };
        // 20 November 2026 is a Friday.
        let fridays = Validity { weekdays: vec![5], ..nights.clone() };
        check(&fridays, "2026-11-20T01:00:00Z", Err(Refusal::NotNow));
        check(&fridays, "2026-11-20T22:00:00Z", Ok(()));
        check(&fridays, "2026-11-21T01:59:59Z", Ok(()));
        check(&fridays, "2026-11-21T02:00:00Z", Err(Refusal::NotNow));
        check(&fridays, "2026-11-21T22:00:00Z", Err(Refusal::NotNow));
        let one_night = Validity { from: day("2026-11-20"), until: day("2026-11-20"), ..nights };
        check(&one_night, "2026-11-20T01:00:00Z", Err(Refusal::NotYet));
        check(&one_night, "2026-11-20T23:00:00Z", Ok(()));
        check(&one_night, "2026-11-21T01:00:00Z", Ok(()));
        check(&one_night, "2026-11-21T22:00:00Z", Err(Refusal::Over));
    }

    #[test]
    fn a_birthday_is_near_across_the_new_year_and_in_years_without_its_day() {
        let near = |today: &str, month, day, days| near_birthday(today.parse().unwrap(), month, day, days);
        assert!(near("2026-11-20", 11, 20, 0));
        assert!(!near("2026-11-21", 11, 20, 0));
        assert!(near("2027-01-02", 12, 30, 3));
        assert!(near("2026-12-30", 1, 2, 3));
        assert!(near("2027-02-28", 2, 29, 0));
        assert!(!near("2028-02-28", 2, 29, 0));
    }

    #[test]
    fn a_place_holds_itself_and_what_lies_in_it() {
        let place = |name: &str| Place(name.to_owned());
        assert!(place("US").holds(&place("US-TX-787")));
        assert!(place("us-tx").holds(&place("US-TX")));
        assert!(!place("US-TX").holds(&place("US")));
        assert!(!place("US-T").holds(&place("US-TX")));
        assert!(!place("U").holds(&place("US")));
    }
}
