//! Carts in the database.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::{CartId, ConversationId};
use crate::base::names::CouponCode;
use crate::base::store::Scope;
use crate::cart::delivery::Delivery;
use crate::cart::{Cart, CartLine};

/// Why a cart could not be opened or saved.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// Somebody saved it since it was read, or it became an order: read it again.
    #[error("the cart {0} changed meanwhile")]
    Changed(CartId),
    /// The shop has no such conversation.
    #[error("there is no conversation {0}")]
    NoSuchConversation(ConversationId),
    /// The database did not answer as hoped.
    #[error("the database could not read or save a cart")]
    Database(#[from] sqlx::Error),
}

/// The carts of one merchant.
#[derive(Clone, Debug)]
pub struct Carts {
    scope: Scope,
}

struct CartRow {
    id: CartId,
    conversation_id: ConversationId,
    version: i64,
    lines: Json<Vec<CartLine>>,
    codes: Vec<CouponCode>,
    delivery: Option<Json<Delivery>>,
}

impl From<CartRow> for Cart {
    fn from(row: CartRow) -> Self {
        Self {
            id: row.id,
            conversation: row.conversation_id,
            version: row.version,
            lines: row.lines.0,
            codes: row.codes,
            delivery: row.delivery.map(|delivery| delivery.0),
        }
    }
}

impl Carts {
    /// The carts of this merchant.
    #[must_use]
    pub fn of(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// The open cart of a conversation, made when there is none. Two callers at once get the same one.
    ///
    /// # Errors
    /// When there is no such conversation, or the database cannot be read.
    pub async fn open(&self, conversation: ConversationId) -> Result<Cart, CartError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.open_in(&mut connection, conversation).await
    }

    /// Does what [`Carts::open`] does, within a caller's transaction.
    ///
    /// # Errors
    /// When there is no such conversation, or the database cannot be read.
    pub async fn open_in(
        &self,
        connection: &mut PgConnection,
        conversation: ConversationId,
    ) -> Result<Cart, CartError> {
        // The update that changes nothing makes the row of a faster caller come back.
        sqlx::query_as!(
            CartRow,
            r#"with there as (
                   select id, conversation_id, version, lines, codes, delivery
                   from carts where merchant_id = $2 and conversation_id = $3 and state = 'open'
               ),
               made as (
                   insert into carts as c (id, merchant_id, conversation_id)
                   select $1, merchant_id, id from conversations
                   where merchant_id = $2 and id = $3 and not exists (select from there)
                   on conflict (conversation_id) where state = 'open' do update set version = c.version
                   returning id, conversation_id, version, lines, codes, delivery
               )
               select id as "id!: CartId", conversation_id as "conversation_id!: ConversationId",
                   version as "version!", lines as "lines!: Json<Vec<CartLine>>",
                   codes as "codes!: Vec<CouponCode>", delivery as "delivery: Json<Delivery>"
               from (select * from there union all select * from made) as cart"#,
            CartId::generate().uuid(),
            self.scope.merchant().uuid(),
            conversation.uuid(),
        )
        .fetch_optional(connection)
        .await?
        .map(Cart::from)
        .ok_or(CartError::NoSuchConversation(conversation))
    }

    /// The open cart of a conversation, if there is one. Makes none: for those who only look.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn look(&self, conversation: ConversationId) -> Result<Option<Cart>, CartError> {
        let row = sqlx::query_as!(
            CartRow,
            r#"select id as "id: CartId", conversation_id as "conversation_id: ConversationId", version,
                   lines as "lines: Json<Vec<CartLine>>", codes as "codes: Vec<CouponCode>",
                   delivery as "delivery: Json<Delivery>"
               from carts where merchant_id = $1 and conversation_id = $2 and state = 'open'"#,
            self.scope.merchant().uuid(),
            conversation.uuid(),
        )
        .fetch_optional(self.scope.pool())
        .await?;
        Ok(row.map(Cart::from))
    }

    /// Saves a cart as it is handed in, unless somebody saved it since it was read; returns it with its new version.
    ///
    /// # Errors
    /// When it changed meanwhile, or the database cannot be written.
    pub async fn save(&self, cart: &Cart) -> Result<Cart, CartError> {
        let mut connection = self.scope.pool().acquire().await?;
        self.save_in(&mut connection, cart).await
    }

    /// Does what [`Carts::save`] does, within a caller's transaction.
    ///
    /// # Errors
    /// When it changed meanwhile, or the database cannot be written.
    pub async fn save_in(&self, connection: &mut PgConnection, cart: &Cart) -> Result<Cart, CartError> {
        let version = sqlx::query_scalar!(
            "update carts set lines = $4, codes = $5, delivery = $6, version = version + 1, updated_at = now()
             where merchant_id = $1 and id = $2 and version = $3 and state = 'open'
             returning version",
            self.scope.merchant().uuid(),
            cart.id().uuid(),
            cart.version(),
            Json(cart.lines()) as _,
            cart.codes() as &[CouponCode],
            cart.delivery().map(Json) as _,
        )
        .fetch_optional(connection)
        .await?
        .ok_or(CartError::Changed(cart.id()))?;
        Ok(Cart { version, ..cart.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::names::Sku;
    use crate::cart::Change;
    use crate::cart::delivery::samples::delivery;
    use crate::pricing::store::samples;
    use crate::testing::fresh_database;

    fn add(sku: &str) -> Change {
        Change::Add { sku: Sku::new(sku).unwrap(), quantity: 2 }
    }

    #[tokio::test]
    async fn a_conversation_has_one_open_cart_however_many_ask_at_once() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let conversation = samples::conversation(&scope).await;
        let carts = Carts::of(&scope);

        let asked = (0..8).map(|_| carts.open(conversation));
        let got = futures::future::join_all(asked).await;

        let first = got[0].as_ref().unwrap().clone();
        assert!(got.iter().all(|cart| cart.as_ref().unwrap().id() == first.id()));
        assert_eq!((first.version(), first.lines()), (0, [].as_slice()));
    }

    #[tokio::test]
    async fn a_saved_cart_opens_as_it_was_saved() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let carts = Carts::of(&scope);
        let mut cart = carts.open(samples::conversation(&scope).await).await.unwrap();
        cart.change(&[add("A"), add("B")]).unwrap();
        cart.add_code(CouponCode::new("hola").unwrap()).unwrap();
        cart.deliver_to(delivery());

        let saved = carts.save(&cart).await.unwrap();

        assert_eq!(saved.version(), 1);
        assert_eq!(saved.lines(), cart.lines());
        assert_eq!(carts.open(cart.conversation()).await.unwrap(), saved);
    }

    #[tokio::test]
    async fn a_cart_that_changed_meanwhile_is_not_overwritten() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let carts = Carts::of(&scope);
        let cart = carts.open(samples::conversation(&scope).await).await.unwrap();
        let (mut mine, mut theirs) = (cart.clone(), cart.clone());
        mine.change(&[add("A")]).unwrap();
        theirs.change(&[add("B")]).unwrap();

        carts.save(&theirs).await.unwrap();

        assert!(matches!(carts.save(&mine).await, Err(CartError::Changed(id)) if id == cart.id()));
        assert_eq!(carts.open(cart.conversation()).await.unwrap().lines(), theirs.lines());
    }

    #[tokio::test]
    async fn a_save_within_a_transaction_goes_back_with_it() {
        let pool = fresh_database().await;
        let scope = samples::shop(&pool).await;
        let carts = Carts::of(&scope);
        let mut cart = carts.open(samples::conversation(&scope).await).await.unwrap();
        cart.change(&[add("A")]).unwrap();

        let mut transaction = pool.begin().await.unwrap();
        carts.save_in(&mut transaction, &cart).await.unwrap();
        transaction.rollback().await.unwrap();

        assert!(carts.open(cart.conversation()).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn looking_makes_no_cart_and_sees_nobody_elses() {
        let pool = fresh_database().await;
        let (mine, theirs) = (samples::shop(&pool).await, samples::shop(&pool).await);
        let (carts, conversation) = (Carts::of(&mine), samples::conversation(&mine).await);

        assert_eq!(carts.look(conversation).await.unwrap(), None);
        let opened = carts.open(conversation).await.unwrap();

        assert_eq!(carts.look(conversation).await.unwrap(), Some(opened));
        assert_eq!(Carts::of(&theirs).look(conversation).await.unwrap(), None);
    }

    #[tokio::test]
    async fn another_merchant_can_neither_open_nor_save() {
        let pool = fresh_database().await;
        let (mine, theirs) = (samples::shop(&pool).await, samples::shop(&pool).await);
        let cart = Carts::of(&mine).open(samples::conversation(&mine).await).await.unwrap();

        let opened = Carts::of(&theirs).open(cart.conversation()).await;
        assert!(matches!(opened, Err(CartError::NoSuchConversation(_))));
        assert!(matches!(Carts::of(&theirs).save(&cart).await, Err(CartError::Changed(_))));
    }
}
