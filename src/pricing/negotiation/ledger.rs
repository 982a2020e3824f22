//! What was offered so far to whom: one ledger for each shopper and variant.
//!
//! It is keyed by the shopper's contact, never by cart or conversation, and holds prices of one piece. So splitting a
//! cart, coming back tomorrow or starting another conversation from the same number finds the same ledger, with the
//! same prices named and the same rounds used up. Time is an argument.
//!
//! Extras come before money: while the merchant has one left to give, the price on the table is named again with it. A
//! lower price comes without it, and whoever prefers the price with its extra may go back to that.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::base::clock::Time;
use crate::base::money::Money;
use crate::pricing::negotiation::decide::{Heard, Move, Standing, Why, decide};
use crate::pricing::negotiation::history::{Negotiation, Outcome, Said};
use crate::pricing::negotiation::policy::Policy;
use crate::pricing::negotiation::settings::{Extra, Terms};

/// Something that was said, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// What.
    pub what: What,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", content = "price", rename_all = "snake_case")]
pub enum What {
    /// We named a price of one piece.
    Offered(Money),
    /// We named that price again, with this on top.
    Added(Extra),
    /// The shopper named one.
    Asked(Money),
    /// The shopper asked for less, without a number.
    Refused,
    /// The shopper took our price, or we took theirs.
    Agreed(Money),
    /// The shopper said that they do not want it.
    WalkedAway,
}

/// Everything said about one variant with one shopper, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger {
    entries: Vec<Entry>,
}

/// What the shopper says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// "Would you take 40?"
    Number(Money),
    /// "Can you do better?"
    Better,
    /// "All right."
    Yes,
    /// "I'd rather have it at 50, with free shipping": a price that was named before, with what came with it.
    YesTo(Money),
    /// "No thanks, bye." Silence is none: it is a pause, and changes nothing.
    WalksAway,
}

/// What is being haggled over, and how.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// The merchant's bounds.
    pub terms: &'a Terms,
    /// How prices are found.
    pub policy: &'a Policy,
    /// The list price of one.
    pub list: Money,
    /// What one costs the shop; the least, when the shop does not say.
    pub cost: Option<Money>,
    /// The variant's own floor.
    pub floor: Option<Money>,
    /// How many are wanted.
    pub quantity: u32,
    /// For how many the deal was struck, if one was.
    pub struck: u32,
    /// How many messages the shopper has written.
    pub messages: u32,
}

/// What the shop answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A new price of one, or the same with something on top; standing until then.
    Offer {
        /// Of one.
        unit: Money,
        /// On top, instead of money.
        extra: Option<Extra>,
        /// Until when.
        until: Time,
    },
    /// The price named before still stands; it is not a new one.
    LastOffer {
        /// Of one.
        unit: Money,
        /// What was named with it.
        extra: Option<Extra>,
        /// Until when.
        until: Time,
    },
    /// It is a deal.
    Accepted(Agreed),
    /// Not here, not yet, or not for so few.
    NotOpen(Closed),
    /// A person decides.
    AskPerson,
}

/// A deal: what the quote needs of a negotiation, and all it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The price of one.
    pub unit: Money,
    /// On top, instead of money.
    pub extra: Option<Extra>,
    /// Until when it holds.
    pub until: Time,
}

/// Why there is no bargaining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The merchant does not bargain over this.
    FixedPrice,
    /// Not so early in a conversation.
    TooEarly,
    /// Not for so few.
    TooFew,
    /// What was agreed holds from so many on.
    HoldsFrom(u32),
    /// The amounts make no negotiation.
    NoSense,
}

/// What the shopper says, and whether they said as much before.
#[derive(Clone, Copy)]
struct Bid {
    ask: Ask,
    is_repeat: bool,
}

impl Bid {
    /// Whether the shopper would pay what was named.
    fn takes(self, named: Money) -> bool {
        match self.ask {
            Ask::Yes | Ask::YesTo(_) => true,
            Ask::Number(number) => number.compare(named).is_ok_and(std::cmp::Ordering::is_ge),
            Ask::Better | Ask::WalksAway => false,
        }
    }
}

/// The most entries that are kept: every round has two, and a few more may be said.
const ENTRIES_MAX: usize = 120;

impl Ledger {
    /// One read from where it was kept.
    #[must_use]
    pub const fn of(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// What was said.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The deal that holds now, if there is one.
    #[must_use]
    pub fn agreed(&self, terms: &Terms, now: Time) -> Option<Agreed> {
        let last = self.entries.iter().rev().find(|entry| !matches!(entry.what, What::Asked(_) | What::Refused))?;
        let What::Agreed(unit) = last.what else { return None };
        let until = until(terms, last.at);
        (now <= until).then(|| Agreed { unit, extra: self.extra_at(unit).cloned(), until })
    }

    /// What the shop answers to the shopper, and the ledger after it.
    #[must_use]
    pub fn answer(&self, table: &Table<'_>, ask: Ask, now: Time) -> (Reply, Self) {
        if let Some(closed) = closed(table) {
            return (Reply::NotOpen(closed), self.clone());
        }
        if table.terms.person_from_quantity.is_some_and(|from| table.quantity >= from) {
            return (Reply::AskPerson, self.clone());
        }
        let mut ledger = self.remembered(table, now);
        if let Some(agreed) = ledger.agreed(table.terms, now).filter(|_| ask != Ask::WalksAway) {
            let is_for_more = table.quantity < table.struck;
            let holds = Reply::NotOpen(Closed::HoldsFrom(table.struck));
            return (if is_for_more { holds } else { Reply::Accepted(agreed) }, ledger);
        }
        let Some(least) = table.terms.least(table.list, table.floor, table.cost) else {
            return (Reply::NotOpen(Closed::NoSense), self.clone());
        };
        if least.minor() >= table.list.minor() && !table.policy.above_list {
            // There is nothing to give, and the price on the label is not to be raised.
            return (Reply::NotOpen(Closed::FixedPrice), self.clone());
        }
        ledger.read_the_label(table, least, now);
        let bid = Bid { ask, is_repeat: ledger.is_repeat(ask) };
        match ask {
            Ask::Number(number) => ledger.push(now, What::Asked(number)),
            Ask::Better => ledger.push(now, What::Refused),
            Ask::WalksAway => ledger.push(now, What::WalkedAway),
            Ask::Yes | Ask::YesTo(_) => {}
        }
        let standing = ledger.standing(table, ask, least);
        let reply = ledger.reply(table, &standing, bid, now);
        (reply, ledger)
    }

    /// The list price stands on the label: where the first price would be that one, the shopper has heard it already,
    /// and naming it would be no answer to a bid.
    fn read_the_label(&mut self, table: &Table<'_>, least: Money, now: Time) {
        if self.lowest_offer().is_none() {
            let standing = Standing { heard: Heard::Nothing, ..self.standing(table, Ask::Better, least) };
            if decide(table.policy, &standing) == Move::Offer(table.list, Why::Opening) {
                self.push(now, What::Offered(table.list));
            }
        }
    }

    fn reply(&mut self, table: &Table<'_>, standing: &Standing, bid: Bid, now: Time) -> Reply {
        if let Ask::YesTo(unit) = bid.ask
            && unit.minor() >= standing.floor.minor()
            && self.extra_at(unit).is_some()
        {
            return self.agree(table, unit, now);
        }
        let next = decide(table.policy, standing);
        let Some(named) = self.lowest_offer() else { return self.make(next, (table, standing), now) };
        if bid.takes(named) {
            return self.make(next, (table, standing), now);
        }
        // Whoever walked away or let a deal pass hears the same again.
        if self.walked_away() || self.lowest_deal().is_some() {
            return self.stands(table, standing, named, now);
        }
        let is_last = self.offers() >= table.terms.offers;
        // The last price was called the last one: no number below it is good enough, however many follow.
        if !is_last && matches!(next, Move::Accept(..)) {
            return self.make(next, (table, standing), now);
        }
        // So does who says the same again, unless the shop would name no more by now.
        if bid.is_repeat {
            return self.stands(table, standing, named, now);
        }
        let extra = table.terms.extras.iter().find(|extra| self.added().all(|added| added != *extra));
        if let Some(extra) = extra.filter(|_| named.minor() >= standing.floor.minor()) {
            self.push(now, What::Added(extra.clone()));
            return Reply::Offer { unit: named, extra: Some(extra.clone()), until: until(table.terms, now) };
        }
        if is_last { self.stands(table, standing, named, now) } else { self.make(next, (table, standing), now) }
    }

    /// Makes a move of the policy.
    fn make(&mut self, next: Move, (table, standing): (&Table<'_>, &Standing), now: Time) -> Reply {
        let named = self.lowest_offer();
        match (next, named) {
            (Move::Accept(unit, _), _) => self.agree(table, unit, now),
            (Move::Offer(_, Why::Stands) | Move::Walk(_), Some(named)) => self.stands(table, standing, named, now),
            (Move::Offer(unit, _), _) => {
                let unit = neat(unit, table.list, named);
                self.push(now, What::Offered(unit));
                Reply::Offer { unit, extra: None, until: until(table.terms, now) }
            }
            (Move::Walk(_), None) => Reply::NotOpen(Closed::NoSense),
        }
    }

    fn agree(&mut self, table: &Table<'_>, unit: Money, now: Time) -> Reply {
        self.push(now, What::Agreed(unit));
        Reply::Accepted(Agreed { unit, extra: self.extra_at(unit).cloned(), until: until(table.terms, now) })
    }

    /// What was named stays, with what came with it. A floor that has risen above it since holds all the same.
    fn stands(&self, table: &Table<'_>, standing: &Standing, named: Money, now: Time) -> Reply {
        let unit = Money::new(named.minor().max(standing.floor.minor()), named.currency());
        Reply::LastOffer { unit, extra: self.extra_at(unit).cloned(), until: until(table.terms, now) }
    }

    fn standing(&self, table: &Table<'_>, ask: Ask, least: Money) -> Standing {
        let mut said: Vec<Said> = self.said();
        // What was agreed once was named: nothing higher is asked when the deal has passed.
        said.extend(self.lowest_deal().map(Said::Seller));
        let named = said.iter().filter(|said| matches!(said, Said::Seller(_))).count();
        Standing {
            round: u32::try_from(named).unwrap_or(u32::MAX).saturating_add(1),
            rounds: table.terms.offers,
            cost: table.cost.unwrap_or(least),
            floor: least,
            list: table.list,
            heard: match ask {
                Ask::Number(number) => Heard::Number(number),
                Ask::Better => Heard::Refusal,
                Ask::Yes | Ask::YesTo(_) => Heard::Yes,
                Ask::WalksAway => Heard::Gone,
            },
            said,
        }
    }

    /// Without what was said longer ago than the merchant remembers, or in a currency that the shop no longer sells in.
    fn remembered(&self, table: &Table<'_>, now: Time) -> Self {
        let since = TimeDelta::days(i64::from(table.terms.memory_days));
        let is_fresh = |entry: &&Entry| now.signed_duration_since(entry.at) <= since;
        let is_current = |entry: &&Entry| match entry.what {
            What::Offered(price) | What::Asked(price) | What::Agreed(price) => {
                price.currency() == table.list.currency()
            }
            What::Added(_) | What::Refused | What::WalkedAway => true,
        };
        Self { entries: self.entries.iter().filter(is_fresh).filter(is_current).cloned().collect() }
    }

    /// Where it is full, what the shopper said first makes room: what we said must not be forgotten.
    fn push(&mut self, at: Time, what: What) {
        if self.entries.len() >= ENTRIES_MAX {
            let of_shopper = |entry: &Entry| matches!(entry.what, What::Asked(_) | What::Refused);
            if let Some(first) = self.entries.iter().position(of_shopper) {
                self.entries.remove(first);
            }
        }
        self.entries.push(Entry { at, what });
    }

    fn said(&self) -> Vec<Said> {
        let said = |entry: &Entry| match entry.what {
            What::Offered(price) => Some(Said::Seller(price)),
            What::Asked(price) => Some(Said::Buyer(Some(price))),
            What::Refused => Some(Said::Buyer(None)),
            What::Added(_) | What::Agreed(_) | What::WalkedAway => None,
        };
        self.entries.iter().filter_map(said).collect()
    }

    fn lowest_offer(&self) -> Option<Money> {
        let offers = self.entries.iter().filter_map(|entry| match entry.what {
            What::Offered(price) | What::Agreed(price) => Some(price),
            _ => None,
        });
        offers.min_by_key(|price| price.minor())
    }

    fn lowest_deal(&self) -> Option<Money> {
        let deals = self.entries.iter().filter_map(|entry| match entry.what {
            What::Agreed(price) => Some(price),
            _ => None,
        });
        deals.min_by_key(|price| price.minor())
    }

    /// How many prices were named.
    fn offers(&self) -> u32 {
        let offered = self.entries.iter().filter(|entry| matches!(entry.what, What::Offered(_)));
        u32::try_from(offered.count()).unwrap_or(u32::MAX)
    }

    /// What was given beside a price so far.
    pub fn added(&self) -> impl Iterator<Item = &Extra> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            What::Added(extra) => Some(extra),
            _ => None,
        })
    }

    /// What was named with this price, last.
    fn extra_at(&self, unit: Money) -> Option<&Extra> {
        let mut on_table = None;
        let mut found = None;
        for entry in &self.entries {
            match &entry.what {
                What::Offered(price) => on_table = Some(*price),
                What::Added(extra) if on_table == Some(unit) => found = Some(extra),
                _ => {}
            }
        }
        found
    }

    fn walked_away(&self) -> bool {
        self.entries.iter().any(|entry| entry.what == What::WalkedAway)
    }

    /// Whether the shopper names a number no higher than one they named before: nothing new to answer.
    fn is_repeat(&self, ask: Ask) -> bool {
        let Ask::Number(number) = ask else { return false };
        self.entries.iter().any(|entry| match entry.what {
            What::Asked(before) => number.compare(before).is_ok_and(std::cmp::Ordering::is_le),
            _ => false,
        })
    }

    /// The ledger as one past negotiation, to learn from; `None` while it is open or when nothing was offered.
    #[must_use]
    pub fn past(&self, id: &str, table: &Table<'_>, now: Time) -> Option<Negotiation> {
        let said = self.said();
        if !said.iter().any(|said| matches!(said, Said::Seller(_))) {
            return None;
        }
        let last = self.entries.last()?;
        let quiet = now > until(table.terms, last.at);
        let agreed = self.entries.iter().find_map(|entry| match entry.what {
            What::Agreed(price) => Some(price),
            _ => None,
        });
        let offered = |price: Money| said.contains(&Said::Seller(price));
        let outcome = match agreed {
            Some(price) if offered(price) => Outcome::Accepted,
            Some(_) => Outcome::CounterTaken,
            None if self.walked_away() || quiet => Outcome::Left,
            None => return None,
        };
        Some(Negotiation {
            id: id.to_owned(),
            cost: table.cost.or_else(|| table.terms.least(table.list, table.floor, None))?,
            list: table.list,
            rounds: table.terms.offers,
            said,
            outcome,
            price: agreed,
        })
    }
}

fn closed(table: &Table<'_>) -> Option<Closed> {
    if !table.terms.bargain {
        Some(Closed::FixedPrice)
    } else if table.messages < table.terms.after_messages {
        Some(Closed::TooEarly)
    } else if table.quantity < table.terms.quantity_min {
        Some(Closed::TooFew)
    } else {
        None
    }
}

/// The price a person would name: up to the next 1, 2 or 5 of the digit that a two-hundredth of the list price has. Up,
/// so that no floor is undercut; as it is, where that would be no step down.
fn neat(unit: Money, list: Money, named: Option<Money>) -> Money {
    let most = list.minor().checked_div(200).unwrap_or_default().max(1);
    let mut decade = 1_i64;
    while decade.saturating_mul(10) <= most {
        decade = decade.saturating_mul(10);
    }
    let step = [5, 2].map(|times| decade.saturating_mul(times)).into_iter().find(|step| *step <= most);
    let step = step.unwrap_or(decade);
    let over = unit.minor().rem_euclid(step);
    let up = if over == 0 { unit.minor() } else { unit.minor().saturating_add(step.saturating_sub(over)) };
    let goes_down = named.is_none_or(|named| up < named.minor());
    let stays_below_list = up <= list.minor().max(unit.minor());
    if goes_down && stays_below_list { Money::new(up, unit.currency()) } else { unit }
}

fn until(terms: &Terms, from: Time) -> Time {
    from.checked_add_signed(TimeDelta::minutes(i64::from(terms.offer_life_minutes))).unwrap_or(from)
}
