//! Searching a shop's catalog from outside a conversation: the pages for staff and the API ask here, and get what a
//! shopper's search gets.
//!
//! Owns what the parameters of an address mean, and how the shop they are of is found. Must not rank, filter or page:
//! `catalog::finder` does.

pub mod parameters;

use anyhow::Context as _;

use crate::base::store::Scope;
use crate::catalog::finder::Finder;
use crate::catalog::merchandising::Merchandising;
use crate::catalog::search::{Found, Query};
use crate::merchants::merchant::Merchant;
use crate::merchants::store::Merchants;
use crate::web::search::parameters::{Asker, BadParameter, Parameters, read};

/// Where searches are asked for.
#[derive(Clone, Debug)]
pub struct SearchDesk {
    finder: Finder,
    merchants: Merchants,
    /// Where this server is reached, without a slash at the end.
    public_url: String,
}

/// What was asked, and what was found for it.
#[derive(Debug)]
pub struct Searched {
    /// What was asked, as it was understood.
    pub query: Query,
    /// What was found.
    pub found: Found,
    /// Whose catalog it is.
    pub shop: Merchant,
}

/// Why nothing was searched.
#[derive(Debug, thiserror::Error)]
pub enum NotSearched {
    /// What was asked makes no sense; the sentence says what does.
    #[error(transparent)]
    Asked(#[from] BadParameter),
    /// Our mistake, or the database's.
    #[error(transparent)]
    Ours(#[from] anyhow::Error),
}

impl SearchDesk {
    /// Over these handles.
    #[must_use]
    pub fn new(finder: Finder, merchants: Merchants, public_url: &str) -> Self {
        Self { finder, merchants, public_url: public_url.trim_end_matches('/').to_owned() }
    }

    /// Finds products of the scope's shop.
    ///
    /// # Errors
    /// When a parameter cannot be used, or the database does not answer.
    pub async fn search(&self, scope: &Scope, parameters: &Parameters) -> Result<Searched, NotSearched> {
        let shop = self.shop(scope).await?;
        let asker = Asker { language: shop.locale.language(), currency: shop.currency };
        let query = read(parameters, asker)?;
        let rules = Merchandising::read(&shop.policies.search).context("what [search] says cannot be used")?;
        let found = self.finder.search(scope, &rules, &query).await.context("searching the catalog")?;
        Ok(Searched { query, found, shop })
    }

    /// The scope's shop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shop(&self, scope: &Scope) -> anyhow::Result<Merchant> {
        let shop = self.merchants.by_id(scope.merchant()).await?;
        shop.with_context(|| format!("there is no {}", scope.merchant()))
    }

    /// Where a picture is fetched from: catalogs name their own by file.
    #[must_use]
    pub fn picture(&self, shop: &Merchant, named: &str) -> String {
        if named.starts_with("https://") || named.starts_with("http://") {
            return named.to_owned();
        }
        format!("{}/media/{}/{}", self.public_url, shop.slug, named.trim_start_matches('/'))
    }
}
