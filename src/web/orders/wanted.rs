//! What the address of the list asks for.

use crate::base::clock::Time;
use crate::checkout::list::{OrderFilter, OrderSearch, Show};
use crate::checkout::sales::Period;
use crate::web::inbox::session::SignedIn;

/// What the address of the list asks for. What nobody of ours has written there asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Which kind of orders: see [`word`].
    pub show: String,
    /// What is searched for.
    pub q: String,
    /// Only what was sold in so many days.
    pub sold: String,
    /// The number before which the page begins.
    pub before: String,
}

/// The word of a kind of orders in an address.
pub const fn word(show: Show) -> &'static str {
    match show {
        Show::All => "",
        Show::Paid => "paid",
        Show::Awaiting => "awaiting",
        Show::NeedsPerson => "person",
        Show::Refunded => "refunded",
        Show::Unpaid => "unpaid",
    }
}

impl Wanted {
    /// What the part of an address behind its `?` asks for; of what stands there twice, the first.
    pub fn read(query: Option<&str>) -> Self {
        let mut wanted = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let field = match &*name {
                "show" => &mut wanted.show,
                "q" => &mut wanted.q,
                "sold" => &mut wanted.sold,
                "before" => &mut wanted.before,
                _ => continue,
            };
            if field.is_empty() {
                *field = value.into_owned();
            }
        }
        wanted
    }

    pub fn show(&self) -> Show {
        Show::ALL.into_iter().find(|show| word(*show) == self.show).unwrap_or(Show::All)
    }

    pub fn period(&self) -> Option<Period> {
        Period::of_days(self.sold.parse().ok()?)
    }

    pub fn before(&self) -> Option<i64> {
        self.before.parse().ok().filter(|before| *before > 0)
    }

    /// What is to be found, for these people now.
    pub fn filter(&self, signed: &SignedIn, now: Time) -> OrderFilter {
        OrderFilter {
            show: self.show(),
            sold_since: self.period().map(|period| period.since(signed.shop.zone, now)),
            search: OrderSearch::new(&self.q),
        }
    }

    /// An address that asks for this, in a list or a file.
    pub fn address(&self, path: &str) -> String {
        let asked = [("show", &self.show), ("sold", &self.sold), ("q", &self.q), ("before", &self.before)];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(asked.into_iter().filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for show in Show::ALL {
            assert_eq!(Wanted { show: word(show).to_owned(), ..Wanted::default() }.show(), show);
        }
    }

    #[test]
    fn an_address_nobody_of_ours_wrote_asks_for_everything() {
        let odd = Wanted { show: "x".into(), sold: "2".into(), before: "-1".into(), q: " ".into() };
        assert_eq!((odd.show(), odd.period(), odd.before()), (Show::All, None, None));
        let twice = Wanted::read(Some("q=Eva&q=Ana&utm=x&show=paid&before=%00"));
        assert_eq!((twice.q.as_str(), twice.show(), twice.before()), ("Eva", Show::Paid, None));
        let plain = Wanted { q: "Eva & co".into(), ..Wanted::default() };
        assert_eq!(plain.address("/inbox/orders"), "/inbox/orders?q=Eva+%26+co");
        assert_eq!(Wanted::default().address("/inbox/orders"), "/inbox/orders");
    }
}
