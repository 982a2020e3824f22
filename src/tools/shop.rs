//! What the tools of one shop work with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::base::ids::CartId;
use crate::base::language::Locale;
use crate::base::money::Currency;
use crate::base::store::Scope;
use crate::cart::store::Carts;
use crate::catalog::finder::Finder;
use crate::catalog::merchandising::Merchandising;
use crate::catalog::store::Catalog;
use crate::checkout::payments::PaymentLinks;
use crate::checkout::store::{OpenPage, OrderError, Orders};
use crate::pricing::negotiation::policy::Policy;
use crate::pricing::negotiation::settings::Settings;
use crate::pricing::negotiation::store::Negotiations;
use crate::pricing::rules::ShopRules;
use crate::pricing::store::Coupons;
use crate::pricing::store::quotes::Quotes;
use crate::tools::store::Effects;

/// How long a shopper waits for an old pay page to be closed; the sweep closes it later.
const CLOSING_MAX: Duration = Duration::from_secs(5);

/// One shop, with its rules as values and its stores as handles.
#[derive(Clone)]
pub struct Shop {
    /// Its slice of the database.
    pub scope: Scope,
    /// Its name as shoppers know it.
    pub name: String,
    /// What it sells in.
    pub currency: Currency,
    /// Its own language and number format.
    pub locale: Locale,
    /// Its rules.
    pub rules: Rules,
    /// Where its pages and pictures are.
    pub addresses: Addresses,
    /// Its own words by topic, for prompts and as evidence.
    pub policies: Vec<(String, String)>,
    /// Its carts.
    pub carts: Carts,
    /// Its coupons.
    pub coupons: Coupons,
    /// Its quotes.
    pub quotes: Quotes,
    /// What it offered to whom.
    pub negotiations: Negotiations,
    /// Its orders.
    pub orders: Orders,
    /// Who finds products.
    pub finder: Finder,
    /// What its tools did before.
    pub effects: Effects,
    /// Who takes the money; `None` until the merchant connects an account.
    pub payments: Option<Payments>,
}

/// A merchant's account at the payment provider.
#[derive(Clone)]
pub struct Payments {
    /// The provider.
    pub links: Arc<dyn PaymentLinks>,
    /// Whether real money moves.
    pub livemode: bool,
}

/// What the merchant decided.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What things cost.
    pub pricing: Arc<ShopRules>,
    /// Whether and how far it bargains.
    pub bargaining: Arc<Bargaining>,
    /// What it decided about searches.
    pub merchandising: Arc<Merchandising>,
    /// How long a pay page stays open.
    pub order_expiry: TimeDelta,
}

/// Whether and how far a shop bargains.
#[derive(Clone, Debug, Default)]
pub struct Bargaining {
    /// The merchant's bounds.
    pub settings: Settings,
    /// What was learned from the shop's past, when the merchant lets it answer.
    pub learned: Option<Policy>,
}

/// Where things are, from outside.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// Where pictures with relative names lie, without a slash at the end.
    pub media: String,
    /// Where the browser goes after paying; contains `{CHECKOUT_SESSION_ID}`.
    pub success: String,
    /// Where the browser goes when the shopper turns back.
    pub cancel: String,
}

impl Shop {
    /// Its catalog.
    #[must_use]
    pub const fn catalog(&self) -> Catalog<'_> {
        Catalog::of(&self.scope)
    }

    /// Closes the pay pages of a cart that are not to be paid any more: only one may be. One that cannot be closed now
    /// is closed by the sweep, and what is paid all the same is put before a person.
    ///
    /// # Errors
    /// When the orders cannot be read.
    pub async fn close_outdated_pages(&self, cart: CartId) -> Result<(), OrderError> {
        let pages = self.orders.outdated_pages(cart).await?;
        self.close_pages(&pages).await;
        Ok(())
    }

    /// Closes these pages, as far as the payment provider answers in time.
    pub async fn close_pages(&self, pages: &[OpenPage]) {
        let Some(payments) = &self.payments else { return };
        for page in pages {
            let closed = tokio::time::timeout(CLOSING_MAX, payments.links.close(&page.session)).await;
            if let Ok(Err(error)) = &closed {
                tracing::warn!(
                    order.id = %page.order,
                    error = error as &dyn std::error::Error,
                    "a pay page stays open"
                );
            }
            if closed.is_err() {
                tracing::warn!(order.id = %page.order, "a pay page stays open: the payment provider does not answer");
            }
        }
    }
}

impl fmt::Debug for Shop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shop").field("merchant", &self.scope.merchant()).finish_non_exhaustive()
    }
}
