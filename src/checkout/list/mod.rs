//! The orders of a shop as staff look through them: the newest first, one kind of them at a time, page by page.

pub mod store;

use crate::base::clock::Time;
use crate::base::ids::{ConversationId, OrderId};
use crate::base::money::Money;
use crate::cart::delivery::Delivery;
use crate::checkout::state::OrderState;
use crate::pricing::quote::Quote;

/// The longest text that is searched for, in characters.
const SEARCH_CHARACTERS_MAX: usize = 100;
/// Fewer digits than this are not looked for in phone numbers: nearly all of them would match.
const SEARCH_DIGITS_MIN: usize = 3;

/// Which orders are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFilter {
    /// Which kind of them.
    pub show: Show,
    /// Only those that count among the sales since then: see [`crate::checkout::sales`].
    pub sold_since: Option<Time>,
    /// Only those with this number, of such a shopper, or with such a thing in them.
    pub search: Option<OrderSearch>,
}

/// The kinds of orders that staff look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// All of them.
    All,
    /// Those whose money has come, and has not all gone back.
    Paid,
    /// Those whose money may still come.
    Awaiting,
    /// Those that a person has to settle or to look at.
    NeedsPerson,
    /// Those of which money was given back.
    Refunded,
    /// Those that came to nothing: not paid in time, failed, or replaced by a newer one.
    Unpaid,
}

/// How an order stands, for whoever looks through many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As its state says.
    In(OrderState),
    /// Its pay page is not to be paid, or was closed for that: the cart costs something else now, or has a newer page.
    Replaced,
}

impl Standing {
    /// How an order of this state stands; `outdated` says whether its pay page is not to be paid any more.
    #[must_use]
    pub const fn of(state: OrderState, outdated: bool) -> Self {
        // We close the pages of carts that have changed, and the provider then says that they expired.
        let is_unpaid = state.is_open() || matches!(state, OrderState::Expired);
        if outdated && is_unpaid { Self::Replaced } else { Self::In(state) }
    }

    /// The word by which the statements know it.
    const fn word(self) -> &'static str {
        match self {
            Self::In(state) => state.as_str(),
            Self::Replaced => "replaced",
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        OrderState::ALL.into_iter().map(Self::In).chain([Self::Replaced])
    }
}

impl Show {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::All, Self::Paid, Self::Awaiting, Self::NeedsPerson, Self::Refunded, Self::Unpaid];

    /// Whether an order that stands so, and waits for a person or not, is one of these.
    #[must_use]
    pub const fn holds(self, standing: Standing, needs_person: bool) -> bool {
        match self {
            Self::All => true,
            Self::NeedsPerson => needs_person,
            Self::Paid => matches!(standing, Standing::In(OrderState::Paid | OrderState::PartlyRefunded)),
            Self::Refunded => matches!(standing, Standing::In(OrderState::Refunded | OrderState::PartlyRefunded)),
            Self::Awaiting => matches!(
                standing,
                Standing::In(OrderState::Creating | OrderState::AwaitingPayment | OrderState::PaymentPending)
            ),
            Self::Unpaid => matches!(
                standing,
                Standing::Replaced | Standing::In(OrderState::PaymentFailed | OrderState::Expired)
            ),
        }
    }

    /// The words of those that it holds whether they wait for a person or not.
    fn words(self) -> Vec<String> {
        Standing::all()
            .filter(|standing| self.holds(*standing, true))
            .map(|standing| standing.word().to_owned())
            .collect()
    }
}

/// An order's number, part of a name or of a phone number, or part of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSearch {
    /// What `like` compares with.
    pattern: String,
    number: Option<i64>,
    digits: Option<String>,
}

impl OrderSearch {
    /// What somebody typed, or `None` when nothing is left of it. Digits behind a `#` are no part of a phone number.
    #[must_use]
    pub fn new(typed: &str) -> Option<Self> {
        let plain = typed.chars().filter(|letter| !letter.is_control()).collect::<String>();
        let text: String = plain.trim().chars().take(SEARCH_CHARACTERS_MAX).collect();
        let number = text.strip_prefix('#').unwrap_or(&text).trim().parse().ok();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let only_a_number = text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
        let digits = (only_a_number && digits.len() >= SEARCH_DIGITS_MIN).then_some(digits);
        let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        // Between its words others may stand: a second name.
        let words: Vec<&str> = escaped.split_whitespace().collect();
        (!text.is_empty()).then(|| Self { pattern: format!("%{}%", words.join("%")), number, digits })
    }
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPage {
    /// The orders, the newest first.
    pub rows: Vec<Listed>,
    /// The number before which the next page begins, if there is one.
    pub next: Option<i64>,
}

/// One order of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: OrderId,
    /// What the shopper calls it.
    pub number: i64,
    /// Whose it is.
    pub conversation: ConversationId,
    /// The shopper's name, as the channel gives it.
    pub name: Option<String>,
    /// The shopper's phone.
    pub phone: Option<String>,
    /// What it charges.
    pub quote: Quote,
    /// How it stands.
    pub standing: Standing,
    /// Whether a person has to settle it or to look at it.
    pub needs_person: bool,
    /// What it comes to.
    pub total: Money,
    /// What has been given back.
    pub refunded: Money,
    /// Whether real money moves.
    pub livemode: bool,
    /// When it was made.
    pub created_at: Time,
    /// When its money was first heard of.
    pub paid_at: Option<Time>,
    /// Where to send it, once known.
    pub delivery: Option<Delivery>,
}

/// How many orders there are of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(Vec<(Standing, bool, i64)>);

impl Counts {
    /// How many there are of this kind.
    #[must_use]
    pub fn of(&self, show: Show) -> i64 {
        let held = self.0.iter().filter(|(standing, needs_person, _)| show.holds(*standing, *needs_person));
        held.map(|(.., count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_of_some_kind_besides_all_unless_a_person_has_to_settle_it() {
        let kinds = |standing, needs_person| {
            let held = Show::ALL.into_iter().filter(|show| show.holds(standing, needs_person));
            held.filter(|show| *show != Show::All).collect::<Vec<_>>()
        };
        for standing in Standing::all() {
            let expected = match standing {
                Standing::In(OrderState::Review) => 0,
                Standing::In(OrderState::PartlyRefunded) => 2,
                _ => 1,
            };
            assert_eq!(kinds(standing, false).len(), expected, "{standing:?}");
            assert!(kinds(standing, true).contains(&Show::NeedsPerson), "{standing:?}");
        }
    }

    #[test]
    fn an_open_page_that_is_not_to_be_paid_is_no_order_that_waits_for_money() {
        assert_eq!(Standing::of(OrderState::AwaitingPayment, true), Standing::Replaced);
        assert_eq!(Standing::of(OrderState::Expired, true), Standing::Replaced);
        assert_eq!(Standing::of(OrderState::Expired, false), Standing::In(OrderState::Expired));
        assert_eq!(Standing::of(OrderState::Paid, true), Standing::In(OrderState::Paid));
        assert!(!Show::Awaiting.holds(Standing::Replaced, false) && Show::Unpaid.holds(Standing::Replaced, false));
    }

    #[test]
    fn what_is_typed_is_looked_for_where_it_can_be() {
        let read = |typed| OrderSearch::new(typed).map(|search| (search.number, search.digits));
        assert_eq!(read(" 1042 "), Some((Some(1042), Some("1042".to_owned()))));
        assert_eq!(read("#1042"), Some((Some(1042), None)));
        assert_eq!(read("12"), Some((Some(12), None)));
        assert_eq!(read("+52 (55) 12-34"), Some((None, Some("52551234".to_owned()))));
        assert_eq!(read("Ana 1234"), Some((None, None)));
        assert_eq!(read("  "), None);
        assert_eq!(read("\0"), None);
    }
}
