//! Asks Stripe about orders whose pay page should have closed and of which no notice came: a lost webhook must not
//! lose a sale. What Stripe answers goes through the same door as a webhook.

use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::base::clock::Clock;
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::checkout::payments::{PaymentsError, Session};
use crate::checkout::sweep::store::{DueOrder, OrderSweep, Wanted};
use crate::intake::event::EventBody;
use crate::intake::recorder::Recorder;
use crate::intake::store::{NewEvent, Source};
use crate::workers::shops::Shops;

/// Orders asked about in one pass.
const ORDERS_PER_PASS: u32 = 50;

/// The sweep.
#[derive(Clone, Debug)]
pub struct Sweep {
    orders: OrderSweep,
    shops: Shops,
    recorder: Recorder,
    clock: Clock,
}

impl Sweep {
    /// A sweep over this database.
    #[must_use]
    pub const fn new(pool: PgPool, shops: Shops, recorder: Recorder, clock: Clock) -> Self {
        Self { orders: OrderSweep::new(pool), shops, recorder, clock }
    }

    /// Sweeps until told to stop.
    pub async fn run(self, every: Duration, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
            if let Err(error) = self.pass().await {
                tracing::warn!(error = error.as_ref() as &dyn std::error::Error, "the sweep over orders failed");
            }
        }
    }

    /// One pass.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pass(&self) -> anyhow::Result<()> {
        for due in self.orders.open_past_expiry(self.clock.now(), ORDERS_PER_PASS).await? {
            if let Err(error) = self.ask(&due).await {
                tracing::warn!(
                    order.id = %due.order,
                    error = error.as_ref() as &dyn std::error::Error,
                    "an order could not be asked about"
                );
            }
        }
        Ok(())
    }

    async fn ask(&self, due: &DueOrder) -> anyhow::Result<()> {
        let open = self.shops.get(due.merchant).await?;
        let Some(session) = &due.session else {
            open.shop.orders.abandon(due.order).await?;
            return Ok(());
        };
        let Some(payments) = &open.shop.payments else { return Ok(()) };
        let asked = match due.wanted {
            Wanted::Closing => payments.links.close(session).await,
            Wanted::Outcome | Wanted::Money { .. } => payments.links.look_up(session).await,
        };
        let Some(notice) = told(due, session, asked)? else { return Ok(()) };
        tracing::warn!(order.id = %due.order, "a payment notice had not come; Stripe was asked");
        let event = NewEvent {
            merchant: due.merchant,
            channel: None,
            conversation: None,
            source: Source::Shop,
            external_id: format!("{session}:{:?}", notice.kind),
            occurred_at: self.clock.now(),
            body: EventBody::Payment(notice),
        };
        Ok(self.recorder.record(vec![event]).await?)
    }
}

/// What the provider's answer comes to. A page that it does not know is of another account or of its other mode: nobody
/// pays it any more. Of a payment that is overdue nobody will say more.
fn told(
    due: &DueOrder,
    session: &str,
    asked: Result<Session, PaymentsError>,
) -> Result<Option<PaymentNotice>, PaymentsError> {
    let own = |kind| PaymentNotice {
        kind,
        session: Some(session.to_owned()),
        payment_intent: None,
        order: Some(due.order),
        amount: None,
        livemode: due.livemode,
    };
    let overdue = due.wanted == Wanted::Money { overdue: true };
    match asked {
        Err(PaymentsError::NoSuchSession) if matches!(due.wanted, Wanted::Money { .. }) => {
            Ok(Some(own(NoticeKind::Undecided)))
        }
        Err(PaymentsError::NoSuchSession) => Ok(Some(own(NoticeKind::Expired))),
        Err(error) => Err(error),
        Ok(answer) => Ok(match answer.notice {
            Some(notice) if overdue && notice.kind == NoticeKind::CompletedUnpaid => {
                Some(own(NoticeKind::Undecided))
            }
            notice => notice,
        }),
    }
}
