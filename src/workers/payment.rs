//! Acts on a payment notice: finds its order, applies it, and says what follows by rule. One transaction holds the
//! order's new state, the receipt and the end of the notice, so that none is without the others.

use anyhow::Context as _;
use chrono::TimeDelta;
use sqlx::PgConnection;

use crate::base::clock::{Clock, Time};
use crate::base::ids::MerchantId;
use crate::checkout::apply::{Applied, Arrived};
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::checkout::order::Order;
use crate::checkout::state::Effect;
use crate::conversation::bubble::Bubble;
use crate::conversation::store::{Conversation, Conversations};
use crate::conversation::window::ReplyWindow;
use crate::intake::event::EventBody;
use crate::intake::store::{Events, GoesOn, RecordedEvent};
use crate::outbox::say::{Author, Say};
use crate::outbox::store::Outbox;
use crate::pricing::quote::Quote;
use crate::queue;
use crate::sentences::{Sentences, id};
use crate::tools::cards;
use crate::workers::shops::{OpenShop, Shops};

/// The agent goes on after the receipt has left, so that the two are read in that order.
const AFTER_RECEIPT: TimeDelta = TimeDelta::milliseconds(300);

/// The worker.
#[derive(Clone, Debug)]
pub struct Payments {
    shops: Shops,
    clock: Clock,
}

impl Payments {
    /// A worker on these shops.
    #[must_use]
    pub const fn new(shops: Shops, clock: Clock) -> Self {
        Self { shops, clock }
    }

    /// Acts on one notice, once.
    ///
    /// # Errors
    /// When something of ours does not work; the job is tried again.
    pub async fn run(&self, merchant: MerchantId, seq: i64) -> anyhow::Result<()> {
        let open = self.shops.get(merchant).await?;
        let events = Events::of(&open.shop.scope);
        let Some(event) = events.not_acted_on(seq).await? else { return Ok(()) };
        let EventBody::Payment(notice) = &event.body else { return Ok(()) };
        let Some(order) = open.shop.orders.find_for(notice).await? else {
            // Not a payment of ours: the account may have other uses.
            tracing::warn!(event.seq = seq, "a payment notice is about no order of this shop");
            let mut connection = open.shop.scope.begin().await?;
            events.settle_payment(&mut connection, seq, None, GoesOn::NotAtAll).await?;
            return Ok(connection.commit().await?);
        };
        let act = Act { open: &open, events: &events, event: &event, notice, now: self.clock.now() };
        let applied = act.apply(&order).await?;
        if applied.transition.effects.contains(&Effect::CloseCart) {
            open.shop.close_outdated_pages(applied.order.cart).await?;
        }
        Ok(())
    }
}

/// One notice about to be acted on.
struct Act<'a> {
    open: &'a OpenShop,
    events: &'a Events,
    event: &'a RecordedEvent,
    notice: &'a PaymentNotice,
    now: Time,
}

/// What an effect says: a sentence, and the word that keeps it from being said twice about one order.
struct Saying {
    text: String,
    /// What tells it from what else is said of the order.
    key: String,
    goes_on: GoesOn,
}

impl Act<'_> {
    /// The transaction: the order's new state, what is said about it, and the end of the notice.
    async fn apply(&self, order: &Order) -> anyhow::Result<Applied> {
        let orders = &self.open.shop.orders;
        // Read before: whoever holds a transaction and waits for a second connection may wait for others who do the
        // same.
        let conversation = Conversations::of(&self.open.shop.scope).get(order.conversation).await?;
        let kept = self.open.shop.quotes.find(order.quote).await?.context("an order without its quote")?;
        let mut transaction = self.open.shop.scope.begin().await?;
        let arrived = Arrived { external_id: &self.event.external_id, notice: self.notice, now: self.now };
        let applied = orders.apply(&mut transaction, order.id, &arrived).await?;
        let conversations = Conversations::of(&self.open.shop.scope);
        // Before any of its jobs: whoever writes to the shopper takes the two in this order.
        conversations.lock(&mut transaction, order.conversation).await?;
        if NoticeKind::OF_STAFF.contains(&self.notice.kind) {
            conversations.person_came_in(&mut transaction, order.conversation).await?;
        }
        let mut goes_on = GoesOn::NotAtAll;
        for effect in &applied.transition.effects {
            if let Effect::CallPerson(reason) = effect {
                let id = applied.order.conversation;
                conversations.needs_person_in(&mut transaction, id, reason.as_str()).await?;
            }
            if let Some(saying) = self.saying(&applied.order, &kept.quote, &conversation, *effect) {
                if saying.goes_on == GoesOn::WithATurn {
                    goes_on = GoesOn::WithATurn;
                }
                self.say(&mut transaction, &applied.order, saying).await?;
            }
        }
        self.events
            .settle_payment(&mut transaction, self.event.seq, Some(applied.order.conversation), goes_on)
            .await?;
        if goes_on == GoesOn::WithATurn {
            let merchant = self.open.shop.scope.merchant();
            let at = self.now + AFTER_RECEIPT;
            queue::store::queue_turn(&mut transaction, merchant, applied.order.conversation, at).await?;
        }
        transaction.commit().await?;
        metrics::counter!("trato_payment_notices_total", "state" => applied.order.state.as_str()).increment(1);
        Ok(applied)
    }

    async fn say(&self, connection: &mut PgConnection, order: &Order, saying: Saying) -> anyhow::Result<()> {
        let say = Say {
            conversation: order.conversation,
            turn: None,
            author: Author::Shop,
            bubble: Bubble::Text { text: saying.text },
            dedupe_key: format!("{}:{}", saying.key, order.id),
        };
        Outbox::of(&self.open.shop.scope).say_in(connection, &say).await?;
        Ok(())
    }

    /// What this effect says to the shopper, if anything.
    fn saying(&self, order: &Order, quote: &Quote, conversation: &Conversation, effect: Effect) -> Option<Saying> {
        let sentences = Sentences::in_language(conversation.language);
        let locale = self.open.merchant.locale.speaking(conversation.language);
        let number = order.number.to_string();
        let total = order.total.display(locale);
        let said = |text, key: &str| Some(Saying { text, key: key.to_owned(), goes_on: GoesOn::NotAtAll });
        let is_open = ReplyWindow::at(conversation.heard_at, self.now).is_open();
        match effect {
            Effect::Receipt => {
                let currency = order.total.currency().code().to_owned();
                metrics::counter!("trato_sales_total", "currency" => currency).increment(1);
                let lines = cards::order(order, quote).lines.join("\n");
                let arguments =
                    [("number", (&number).into()), ("lines", (&lines).into()), ("total", (&total).into())];
                let text = sentences.say(id::RECEIPT, arguments);
                Some(Saying { text, key: "receipt".to_owned(), goes_on: GoesOn::WithATurn })
            }
            Effect::TellPending => {
                let arguments = [("number", (&number).into()), ("total", (&total).into())];
                said(sentences.say(id::VOUCHER_PENDING, arguments), "pending")
            }
            Effect::TellFailed => said(sentences.say(id::PAYMENT_FAILED, [("number", (&number).into())]), "failed"),
            Effect::OfferFreshLink if is_open => {
                said(sentences.say(id::PAY_PAGE_EXPIRED, [("number", (&number).into())]), "expired")
            }
            Effect::TellRefunded if is_open => {
                let amount = order.refunded.display(locale);
                let text =
                    sentences.say(id::REFUNDED, [("number", (&number).into()), ("amount", (&amount).into())]);
                said(text, &format!("refunded-{}", order.refunded.minor()))
            }
            Effect::OfferFreshLink
            | Effect::TellRefunded
            | Effect::CallPerson(_)
            | Effect::TakeStock
            | Effect::ReleaseStock
            | Effect::UseCoupon
            | Effect::ReleaseCoupon
            | Effect::CloseCart
            | Effect::ReopenCart => None,
        }
    }
}
