//! Acts on a payment notice: finds its order, applies it, and says what follows by rule. One transaction holds the
//! order's new state, the receipt and the end of the notice, so that none is without the others.

use anyhow::Context as _;
use chrono::TimeDelta;
use sqlx::PgConnection;

use crate::base::clock::Clock;
use crate::base::ids::MerchantId;
use crate::checkout::apply::{Applied, Arrived};
use crate::checkout::notice::PaymentNotice;
use crate::checkout::order::Order;
use crate::checkout::state::Effect;
use crate::conversation::bubble::Bubble;
use crate::conversation::store::Conversations;
use crate::conversation::window::ReplyWindow;
use crate::intake::event::EventBody;
use crate::intake::store::{Events, GoesOn, RecordedEvent};
use crate::outbox::say::{Author, Say};
use crate::outbox::store::Outbox;
use crate::pricing::quote::Quote;
use crate::queue;
use crate::sentences::{Sentences, id};
use crate::workers::shops::{OpenShop, Shops};

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
        self.act(&open, &events, &event, notice, order).await
    }

    async fn act(
        &self,
        open: &OpenShop,
        events: &Events,
        event: &RecordedEvent,
        notice: &PaymentNotice,
        order: Order,
    ) -> anyhow::Result<()> {
        let kept = open.shop.quotes.find(order.quote).await?.context("an order without its quote")?;
        let mut transaction = open.shop.scope.begin().await?;
        let arrived = Arrived { external_id: &event.external_id, notice, now: self.clock.now() };
        let applied = open.shop.orders.apply(&mut transaction, order.id, &arrived).await?;
        let mut goes_on = GoesOn::NotAtAll;
        for effect in &applied.transition.effects {
            if self.follow(open, &mut transaction, &applied, &kept.quote, effect).await? {
                goes_on = GoesOn::WithATurn;
            }
        }
        let conversation = applied.order.conversation;
        events.settle_payment(&mut transaction, event.seq, Some(conversation), goes_on).await?;
        if goes_on == GoesOn::WithATurn {
            let merchant = open.shop.scope.merchant();
            // After the receipt has left, so that the two are read in that order.
            let at = self.clock.now() + TimeDelta::milliseconds(300);
            queue::store::queue_turn(&mut transaction, merchant, conversation, at).await?;
        }
        transaction.commit().await?;
        metrics::counter!("trato_payment_notices_total", "state" => applied.order.state.as_str()).increment(1);
        Ok(())
    }

    /// What one effect says or calls for; whether the agent goes on from it.
    async fn follow(
        &self,
        open: &OpenShop,
        connection: &mut PgConnection,
        applied: &Applied,
        quote: &Quote,
        effect: &Effect,
    ) -> anyhow::Result<bool> {
        let order = &applied.order;
        let conversations = Conversations::of(&open.shop.scope);
        let conversation = conversations.get(order.conversation).await?;
        let sentences = Sentences::in_language(conversation.language);
        let locale = open.merchant.locale.speaking(conversation.language);
        let number = order.number.to_string();
        let total = order.total.display(locale);
        let lines: Vec<String> =
            quote.lines().iter().map(|line| format!("{} × {}", line.quantity, line.title)).collect();
        let lines = lines.join("\n");
        let (text, key, goes_on) = match effect {
            Effect::Receipt => {
                metrics::counter!("trato_sales_total", "currency" => order.total.currency().code().to_owned())
                    .increment(1);
                let arguments =
                    [("number", (&number).into()), ("lines", (&lines).into()), ("total", (&total).into())];
                (sentences.say(id::RECEIPT, arguments), "receipt", true)
            }
            Effect::TellPending => {
                let arguments = [("number", (&number).into()), ("total", (&total).into())];
                (sentences.say(id::VOUCHER_PENDING, arguments), "pending", false)
            }
            Effect::TellFailed => {
                (sentences.say(id::PAYMENT_FAILED, [("number", (&number).into())]), "failed", false)
            }
            Effect::OfferFreshLink => {
                if !ReplyWindow::at(conversation.heard_at, self.clock.now()).is_open() {
                    return Ok(false);
                }
                (sentences.say(id::PAY_PAGE_EXPIRED, [("number", (&number).into())]), "expired", false)
            }
            Effect::CallPerson(reason) => {
                conversations.needs_person(order.conversation, reason.as_str()).await?;
                return Ok(false);
            }
            Effect::TakeStock
            | Effect::ReleaseStock
            | Effect::UseCoupon
            | Effect::ReleaseCoupon
            | Effect::CloseCart => return Ok(false),
        };
        let bubble = Bubble::Text { text };
        let dedupe_key = format!("{key}:{}", order.id);
        let say = Say { conversation: order.conversation, turn: None, author: Author::Shop, bubble, dedupe_key };
        Outbox::of(&open.shop.scope).say_in(connection, &say).await?;
        Ok(goes_on)
    }
}
