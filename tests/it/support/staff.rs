//! Somebody who works in a shop: takes conversations over and hands them back, and looks at the inbox.

use secrecy::{ExposeSecret as _, SecretString};
use trato::base::clock::Clock;
use trato::base::ids::{ConversationId, StaffId};
use trato::base::store::Scope;
use trato::conversation::store::Conversations;
use trato::merchants::staff::store::{SignIns, Staff};
use trato::merchants::staff::{Email, Role};
use uuid::Uuid;

use crate::support::{Shopper, World};

impl World {
    /// The conversation with this shopper.
    pub async fn conversation(&self, shopper: &Shopper) -> ConversationId {
        let phone = self.control().shopper(&shopper.phone, shopper.number).unwrap().phone;
        let found: Uuid = sqlx::query_scalar("select id from conversations where merchant_id = $1 and phone = $2")
            .bind(shopper.merchant.uuid())
            .bind(phone)
            .fetch_one(&self.pool)
            .await
            .unwrap();
        ConversationId::from_uuid(found)
    }

    /// The conversations of the shop this shopper writes to.
    pub fn conversations(&self, shopper: &Shopper) -> Conversations {
        Conversations::of(&Scope::new(self.pool.clone(), shopper.merchant))
    }

    /// Somebody who works there.
    pub async fn staff(&self, shopper: &Shopper) -> StaffId {
        let staff = StaffId::generate();
        sqlx::query(
            "insert into staff (id, merchant_id, email, name, role, password_hash)
             values ($1, $2, $1::text || '@shop.example', 'Vera', 'agent', '')",
        )
        .bind(staff.uuid())
        .bind(shopper.merchant.uuid())
        .execute(&self.pool)
        .await
        .unwrap();
        staff
    }

    /// A person takes the conversation over.
    pub async fn take_over(&self, shopper: &Shopper) {
        let (staff, conversation) = (self.staff(shopper).await, self.conversation(shopper).await);
        self.conversations(shopper).take_over(conversation, staff).await.unwrap();
    }

    /// The person hands it back.
    pub async fn hand_back(&self, shopper: &Shopper) {
        let conversation = self.conversation(shopper).await;
        self.conversations(shopper).hand_back(conversation).await.unwrap();
    }

    /// The inbox's page of the conversation with this shopper, as somebody of the shop sees it.
    pub async fn inbox(&self, shopper: &Shopper) -> String {
        let page = format!("/inbox/c/{}", self.conversation(shopper).await);
        self.open_as(&self.signed_in(shopper).await, &page).await
    }

    /// The cookie of somebody of the shop who has signed in.
    pub async fn signed_in(&self, shopper: &Shopper) -> String {
        let scope = Scope::new(self.pool.clone(), shopper.merchant);
        let email: Email = format!("{}@shop.example", StaffId::generate()).parse().unwrap();
        let password = SecretString::from("correct horse battery");
        Staff::of(&scope).add(email.clone(), "Vera", Role::Agent, password.clone()).await.unwrap();
        let now = Clock::machine().now();
        let opened = SignIns::new(self.pool.clone()).open(&email, password, now).await.unwrap().unwrap();
        format!("trato={}", opened.token.expose_secret())
    }
}
