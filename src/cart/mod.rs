//! Carts: what a shopper wants.
//!
//! Owns lines, limits, codes given, delivery details and the version of a cart. Must not touch payment or wording,
//! and knows no price: what a cart costs is asked of [`crate::pricing`].

use serde::{Deserialize, Serialize};

use crate::base::ids::{CartId, ConversationId};
use crate::base::names::{CouponCode, Sku};
use crate::cart::delivery::Delivery;
use crate::pricing::input::QUANTITY_MAX;

pub mod delivery;
pub mod store;

/// The most different things in one cart.
pub const LINES_MAX: usize = 50;
/// The most changes that are made at once.
pub const CHANGES_MAX: usize = 100;
/// The most codes kept with a cart.
pub const CODES_MAX: usize = 5;

/// What a shopper wants. There is one open cart per conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cart {
    id: CartId,
    conversation: ConversationId,
    version: i64,
    lines: Vec<CartLine>,
    codes: Vec<CouponCode>,
    delivery: Option<Delivery>,
}

/// So many of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// What.
    pub sku: Sku,
    /// How many: 1 to 999.
    pub quantity: u32,
}

/// One change of a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many more than there are.
    Add {
        /// What.
        sku: Sku,
        /// How many more.
        quantity: u32,
    },
    /// Exactly so many; none takes the line out.
    Set {
        /// What.
        sku: Sku,
        /// How many.
        quantity: u32,
    },
    /// None of it.
    Remove {
        /// What.
        sku: Sku,
    },
}

/// Why a cart was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartRefusal {
    /// More different things than a cart holds.
    #[error("a cart holds at most {LINES_MAX} different things")]
    TooManyLines,
    /// More of one thing than a cart holds.
    #[error("a cart holds at most {QUANTITY_MAX} of {0}")]
    TooManyOf(Sku),
    /// Nothing was to be added.
    #[error("adding {0} needs a quantity of at least 1")]
    NothingToAdd(Sku),
    /// It is not in the cart.
    #[error("{0} is not in the cart")]
    NotInCart(Sku),
    /// More changes at once than are taken.
    #[error("at most {CHANGES_MAX} changes are made at once")]
    TooManyChanges,
    /// More codes than are kept.
    #[error("a cart keeps at most {CODES_MAX} codes")]
    TooManyCodes,
}

impl Cart {
    /// A cart with nothing in it.
    #[must_use]
    pub const fn new(id: CartId, conversation: ConversationId) -> Self {
        Self { id, conversation, version: 0, lines: Vec::new(), codes: Vec::new(), delivery: None }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> CartId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn conversation(&self) -> ConversationId {
        self.conversation
    }

    /// How often it was saved; a save is refused when somebody else saved since.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// What is in it, in the order it was put in.
    #[must_use]
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The codes the shopper gave, in their order.
    #[must_use]
    pub fn codes(&self) -> &[CouponCode] {
        &self.codes
    }

    /// Where to send it, once known.
    #[must_use]
    pub const fn delivery(&self) -> Option<&Delivery> {
        self.delivery.as_ref()
    }

    /// Makes all of the changes, in order, or none of them. Whether there is such a thing, and enough of it, is for
    /// the catalog to say.
    ///
    /// # Errors
    /// When a limit would be passed or a change means nothing; the cart is then as it was.
    pub fn change(&mut self, changes: &[Change]) -> Result<(), CartRefusal> {
        if changes.len() > CHANGES_MAX {
            return Err(CartRefusal::TooManyChanges);
        }
        let mut lines = self.lines.clone();
        for change in changes {
            change.make(&mut lines)?;
        }
        if lines.len() > LINES_MAX {
            return Err(CartRefusal::TooManyLines);
        }
        self.lines = lines;
        Ok(())
    }

    /// Keeps a code with the cart; giving it again changes nothing. Whether it is good is for the quote to say.
    ///
    /// # Errors
    /// When the cart keeps as many codes as it may.
    pub fn add_code(&mut self, code: CouponCode) -> Result<(), CartRefusal> {
        if self.codes.contains(&code) {
            return Ok(());
        }
        if self.codes.len() >= CODES_MAX {
            return Err(CartRefusal::TooManyCodes);
        }
        self.codes.push(code);
        Ok(())
    }

    /// Forgets a code; says whether it was there.
    pub fn remove_code(&mut self, code: &CouponCode) -> bool {
        let before = self.codes.len();
        self.codes.retain(|kept| kept != code);
        self.codes.len() < before
    }

    /// Keeps where to send it.
    pub fn deliver_to(&mut self, delivery: Delivery) {
        self.delivery = Some(delivery);
    }
}

impl Change {
    fn make(&self, lines: &mut Vec<CartLine>) -> Result<(), CartRefusal> {
        match self {
            Self::Add { sku, quantity: 0 } => Err(CartRefusal::NothingToAdd(sku.clone())),
            Self::Add { sku, quantity } => {
                let there = lines.iter().find(|line| line.sku == *sku).map_or(0, |line| line.quantity);
                put(lines, sku, there.saturating_add(*quantity))
            }
            Self::Set { sku, quantity: 0 } | Self::Remove { sku } => {
                let place = lines.iter().position(|line| line.sku == *sku);
                lines.remove(place.ok_or_else(|| CartRefusal::NotInCart(sku.clone()))?);
                Ok(())
            }
            Self::Set { sku, quantity } => put(lines, sku, *quantity),
        }
    }
}

fn put(lines: &mut Vec<CartLine>, sku: &Sku, quantity: u32) -> Result<(), CartRefusal> {
    if quantity > QUANTITY_MAX {
        return Err(CartRefusal::TooManyOf(sku.clone()));
    }
    match lines.iter_mut().find(|line| line.sku == *sku) {
        Some(line) => line.quantity = quantity,
        None => lines.push(CartLine { sku: sku.clone(), quantity }),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sku(name: &str) -> Sku {
        Sku::new(name).unwrap()
    }

    fn add(name: &str, quantity: u32) -> Change {
        Change::Add { sku: sku(name), quantity }
    }

    fn set(name: &str, quantity: u32) -> Change {
        Change::Set { sku: sku(name), quantity }
    }

    fn remove(name: &str) -> Change {
        Change::Remove { sku: sku(name) }
    }

    fn empty() -> Cart {
        Cart::new(CartId::generate(), ConversationId::generate())
    }

    fn check(changes: &[Change], expected: Result<&[(&str, u32)], CartRefusal>) {
        let mut cart = empty();
        let outcome = cart.change(changes);
        let lines: Vec<_> = cart.lines().iter().map(|line| (line.sku.as_str(), line.quantity)).collect();
        match expected {
            Ok(expected) => assert_eq!((outcome, lines.as_slice()), (Ok(()), expected), "{changes:?}"),
            Err(refusal) => assert_eq!((outcome, lines.as_slice()), (Err(refusal), [].as_slice()), "{changes:?}"),
        }
    }

    #[test]
    fn changes_are_made_in_order() {
        check(&[add("A", 2), add("B", 1), add("A", 3)], Ok(&[("A", 5), ("B", 1)]));
        check(&[set("A", 2), set("A", 7)], Ok(&[("A", 7)]));
        check(&[add("A", 2), add("B", 1), remove("A")], Ok(&[("B", 1)]));
        check(&[add("A", 2), set("A", 0)], Ok(&[]));
        check(&[add("A", 999)], Ok(&[("A", 999)]));
    }

    #[test]
    fn one_refusal_leaves_the_cart_as_it_was() {
        check(&[add("A", 1), add("B", 0)], Err(CartRefusal::NothingToAdd(sku("B"))));
        check(&[add("A", 1), remove("B")], Err(CartRefusal::NotInCart(sku("B"))));
        check(&[set("B", 0)], Err(CartRefusal::NotInCart(sku("B"))));
        check(&[add("A", 999), add("A", 1)], Err(CartRefusal::TooManyOf(sku("A"))));
        check(&[set("A", 1000)], Err(CartRefusal::TooManyOf(sku("A"))));
        check(&[add("A", 1), add("A", u32::MAX)], Err(CartRefusal::TooManyOf(sku("A"))));
    }

    #[test]
    fn a_cart_holds_fifty_different_things() {
        let fifty: Vec<_> = (0..50).map(|n| add(&n.to_string(), 1)).collect();
        let mut cart = empty();
        cart.change(&fifty).unwrap();
        assert_eq!(cart.change(&[add("one more", 1)]), Err(CartRefusal::TooManyLines));
        assert_eq!(cart.change(&[remove("0"), add("another", 1)]), Ok(()));
        assert_eq!(cart.lines().len(), 50);
        assert_eq!(cart.change(&vec![set("1", 2); 101]), Err(CartRefusal::TooManyChanges));
    }

    #[test]
    fn a_code_is_kept_once_and_five_are_kept() {
        let code = |n: u32| CouponCode::new(&format!("c{n}")).unwrap();
        let mut cart = empty();
        for n in 0..5 {
            cart.add_code(code(n)).unwrap();
            cart.add_code(code(n)).unwrap();
        }
        assert_eq!(cart.codes().len(), 5);
        assert_eq!(cart.add_code(code(5)), Err(CartRefusal::TooManyCodes));
        assert!(cart.remove_code(&code(0)));
        assert!(!cart.remove_code(&code(0)));
        assert_eq!(cart.add_code(code(5)), Ok(()));
    }
}
