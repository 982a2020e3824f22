//! Orders that wait for a person: something about their payment is not as it should be. Some are held until a person
//! decides, the others go on and are only to be looked at.
//!
//! What a person decides goes through the same door as what Stripe says, and is acted on by the same worker.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::base::ids::OrderId;
use crate::base::secret::random_token;
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::checkout::order::Order;
use crate::checkout::record;
use crate::checkout::state::OrderState;
use crate::checkout::store::Orders;
use crate::conversation::store::Conversations;
use crate::intake::event::EventBody;
use crate::intake::store::{Intake, NewEvent, Source, Timing};
use crate::web::error::WebError;
use crate::web::inbox::InboxState;
use crate::web::inbox::pages::{self, Asked, FROM_ORDER, Notice, find};
use crate::web::inbox::session::{Pressed, SignedForm, SignedIn};
use crate::web::inbox::view::order::address_of;

/// For whoever settles what somebody has settled.
pub const LATE: &str = "Somebody was faster: nobody is waited for at that order any more.";
/// Nothing here is a message that could be one of a burst.
const AT_ONCE: Timing = Timing { quiet_seconds: 0.0, wait_seconds_max: 0.0 };

pub async fn settle(
    State(state): State<InboxState>,
    Path((conversation, order, verdict)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
    SignedForm { signed, .. }: SignedForm<Pressed>,
) -> Result<Response, WebError> {
    let kind = match verdict.as_str() {
        "paid" => Some(NoticeKind::StaffConfirmed),
        "refunded" => Some(NoticeKind::StaffRefunded),
        "dismiss" => Some(NoticeKind::StaffDismissed),
        "seen" => None,
        _ => return Err(WebError::NoSuch),
    };
    let id = find(&conversation)?;
    let order: OrderId = order.parse().map_err(|_| WebError::NoSuch)?;
    let conversations = Conversations::of(&signed.scope);
    conversations.get(id).await?;
    let orders = Orders::of(&signed.scope);
    let on_its_page = asked.from == FROM_ORDER;
    let waiting = orders.waiting_for_a_person(id).await?;
    let is_held = |order: &Order| order.state == OrderState::Review;
    let Some(waiting) = waiting.into_iter().find(|one| one.id == order && is_held(one) == kind.is_some()) else {
        if on_its_page {
            let number = orders.find(order).await?.ok_or(WebError::NoSuch)?.number;
            return Ok(Redirect::to(&format!("{}?late=1", address_of(number))).into_response());
        }
        let sentence = LATE.to_owned();
        let notice = Notice::new(StatusCode::CONFLICT, sentence);
        return pages::render(&state, &signed, &asked, Some(id), Some(notice)).await;
    };
    if let Some(kind) = kind {
        let event = decision(&state, &signed, &waiting, kind);
        Intake::new(signed.scope.pool().clone()).record(&[event], AT_ONCE).await?;
    } else {
        orders.seen_to(order).await?;
        conversations.person_came(id).await?;
    }
    tracing::info!(order.id = %order, staff.id = %signed.staff.id, decision = verdict, "an order was settled");
    let back = if on_its_page { address_of(waiting.number) } else { asked.address_of(id) };
    Ok(Redirect::to(&back).into_response())
}

/// The event names who decided.
fn decision(state: &InboxState, signed: &SignedIn, order: &Order, kind: NoticeKind) -> NewEvent {
    let notice = PaymentNotice {
        kind,
        session: None,
        payment_intent: None,
        order: Some(order.id),
        amount: None,
        livemode: order.livemode,
    };
    NewEvent {
        merchant: signed.scope.merchant(),
        channel: None,
        conversation: None,
        source: Source::Shop,
        external_id: record::decision(order.id, kind, signed.staff.id, &random_token()),
        occurred_at: state.clock.now(),
        body: EventBody::Payment(notice),
    }
}
