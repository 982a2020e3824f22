//! Quotes in the database.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{CartId, ConversationId, QuoteId};
use crate::base::store::Scope;
use crate::pricing::quote::Quote;
use crate::pricing::store::PricingStoreError;

/// The quotes of one merchant.
#[derive(Clone, Debug)]
pub struct Quotes {
    scope: Scope,
}

/// A quote as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptQuote {
    /// Its id.
    pub id: QuoteId,
    /// The conversation it was made in.
    pub conversation: ConversationId,
    /// The cart it is of.
    pub cart: CartId,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// What it says.
    pub quote: Quote,
    /// When it was first made.
    pub created_at: Time,
}

struct QuoteRow {
    id: QuoteId,
    conversation_id: ConversationId,
    cart_id: CartId,
    fingerprint: Fingerprint,
    body: Json<Quote>,
    created_at: Time,
}

impl Quotes {
    /// The quotes of this merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Keeps a quote of a cart, once: the same content of the same cart has one id, however often it is kept.
    ///
    /// # Errors
    /// When the conversation has no such cart, or the database cannot be written.
    pub async fn keep(
        &self,
        conversation: ConversationId,
        cart: CartId,
        quote: &Quote,
    ) -> Result<QuoteId, PricingStoreError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.keep_in(&mut connection, conversation, cart, quote).await
    }

    /// Does what [`Quotes::keep`] does, within a caller's transaction.
    ///
    /// # Errors
    /// When the conversation has no such cart, or the database cannot be written.
    pub async fn keep_in(
        &self,
        connection: &mut PgConnection,
        conversation: ConversationId,
        cart: CartId,
        quote: &Quote,
    ) -> Result<QuoteId, PricingStoreError> {
        let (fingerprint, currency) = (quote.fingerprint(), quote.currency());
        sqlx::query!(
            "insert into quotes (id, merchant_id, conversation_id, cart_id, fingerprint, body, currency, total_minor)
             select $1, merchant_id, conversation_id, id, $5, $6, $7, $8 from carts
             where merchant_id = $2 and conversation_id = $3 and id = $4
             on conflict on constraint quotes_fingerprint_is_unique do nothing",
            QuoteId::generate().uuid(),
            self.scope.merchant().uuid(),
            conversation.uuid(),
            cart.uuid(),
            fingerprint.bytes().as_slice(),
            Json(quote) as _,
            currency.code(),
            quote.total().minor(),
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query_scalar!(
            r#"select id as "id: QuoteId" from quotes
               where merchant_id = $1 and conversation_id = $2 and cart_id = $3 and fingerprint = $4"#,
            self.scope.merchant().uuid(),
            conversation.uuid(),
            cart.uuid(),
            fingerprint.bytes().as_slice(),
        )
        .fetch_optional(connection)
        .await?
        .ok_or(PricingStoreError::NoSuchCart(cart))
    }

    /// What was bought by each shopper who saw a cart's price since then: the quotes of their paid orders, with the
    /// first conversation they ever had with the shop.
    ///
    /// # Errors
    /// When the database cannot be read, or holds something that is not a quote.
    pub async fn bought_since(
        &self,
        since: Time,
    ) -> Result<Vec<(ConversationId, Option<Quote>)>, PricingStoreError> {
        let rows = sqlx::query!(
            r#"select first.id as "shopper!: ConversationId", q.body as "body?: Json<Quote>"
               from (select distinct conversation_id from quotes where merchant_id = $1 and created_at >= $2) c
               cross join lateral (
                   select s.id from conversations_of_shopper(c.conversation_id) s order by s.id limit 1
               ) first
               left join orders o on o.conversation_id = c.conversation_id and o.merchant_id = $1
                    and o.created_at >= $2 and o.state = 'paid'
               left join quotes q on q.id = o.quote_id"#,
            self.scope.merchant().uuid(),
            since,
        )
        .fetch_all(self.scope.pool())
        .await?;
        Ok(rows.into_iter().map(|row| (row.shopper, row.body.map(|body| body.0))).collect())
    }

    /// A quote by its id.
    ///
    /// # Errors
    /// When the database cannot be read, or holds something that is not a quote.
    pub async fn find(&self, id: QuoteId) -> Result<Option<KeptQuote>, PricingStoreError> {
        let row = sqlx::query_as!(
            QuoteRow,
            r#"select id as "id: QuoteId", conversation_id as "conversation_id: ConversationId",
                   cart_id as "cart_id: CartId", fingerprint as "fingerprint: Fingerprint",
                   body as "body: Json<Quote>", created_at
               from quotes where merchant_id = $1 and id = $2"#,
            self.scope.merchant().uuid(),
            id.uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(row.map(|row| KeptQuote {
            id: row.id,
            conversation: row.conversation_id,
            cart: row.cart_id,
            fingerprint: row.fingerprint,
            quote: row.body.0,
            created_at: row.created_at,
        }))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::pricing::calculate::quote;
    use crate::pricing::store::samples;
    use crate::pricing::tests::cart_of_two;
    use crate::testing::fresh_database;

    #[tokio::test]
    async fn the_same_content_of_one_cart_is_kept_once_and_reads_back_whole() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let conversation = samples::conversation(&scope).await;
        let cart = samples::cart(&scope, conversation).await;
        let quotes = Quotes::of(&scope);
        let made = quote(&cart_of_two()).unwrap();

        let first = quotes.keep(conversation, cart, &made).await.unwrap();
        let second = quotes.keep(conversation, cart, &made).await.unwrap();
        let kept = quotes.find(first).await.unwrap().unwrap();

        assert_eq!(first, second);
        assert_eq!((kept.cart, kept.conversation, kept.fingerprint), (cart, conversation, made.fingerprint()));
        assert_eq!(kept.quote, made);
    }

    #[tokio::test]
    async fn a_quote_of_another_merchant_is_not_there() {
        let pool = fresh_database().await;
        let (mine, theirs) = (samples::shop(&pool).await, samples::shop(&pool).await);
        let conversation = samples::conversation(&mine).await;
        let cart = samples::cart(&mine, conversation).await;
        let made = quote(&cart_of_two()).unwrap();
        let kept = Quotes::of(&mine).keep(conversation, cart, &made).await.unwrap();

        assert_eq!(Quotes::of(&theirs).find(kept).await.unwrap(), None);
        let refused = Quotes::of(&theirs).keep(conversation, cart, &made).await;
        assert!(matches!(refused, Err(PricingStoreError::NoSuchCart(wrong)) if wrong == cart));
    }

    #[tokio::test]
    async fn who_saw_a_price_at_two_numbers_of_the_shop_is_one_shopper_of_the_report() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let first = samples::conversation_with(&scope, "5215500000001").await;
        let later = samples::conversation_with(&scope, "5215500000001").await;
        let somebody_else = samples::conversation_with(&scope, "5215500000002").await;
        let quotes = Quotes::of(&scope);
        let made = quote(&cart_of_two()).unwrap();
        for conversation in [first, later, somebody_else] {
            let cart = samples::cart(&scope, conversation).await;
            quotes.keep(conversation, cart, &made).await.unwrap();
        }
        let seen = quotes.bought_since(DateTime::UNIX_EPOCH).await.unwrap();
        let mut shoppers: Vec<_> = seen.into_iter().map(|(shopper, _)| shopper).collect();
        shoppers.sort();
        assert_eq!(shoppers, [first, first, somebody_else]);
    }
}
