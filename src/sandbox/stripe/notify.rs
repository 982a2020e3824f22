//! Makes things happen to sessions and tells the shop.

use crate::sandbox::faults::Service;
use crate::sandbox::stripe::errors::StripeError;
use crate::sandbox::stripe::ledger::{ActionError, Happening, PayAction, RefundDraft, Refunded};
use crate::sandbox::stripe::session::{Refund, Session};
use crate::sandbox::stripe::wire;
use crate::sandbox::webhooks::postman::Envelope;
use crate::sandbox::world::{World, lock};

/// Does something to a session and tells the shop.
///
/// # Errors
/// When the session is not at a stage where this can happen.
pub fn act(world: &World, id: &str, action: PayAction) -> Result<Session, ActionError> {
    let (session, happenings) = lock(&world.ledger).act(id, action, world.clock.now())?;
    tell(world, &session, &happenings);
    Ok(session)
}

/// Gives money back and tells the shop.
///
/// # Errors
/// What Stripe would answer.
pub fn refund(
    world: &World,
    account: &str,
    payment: &Refunded<'_>,
    draft: RefundDraft,
) -> Result<(Session, Refund), StripeError> {
    let (session, refund) = lock(&world.ledger).refund(account, payment, draft, world.clock.now())?;
    tell(world, &session, &[Happening::RefundCreated(refund.clone()), Happening::ChargeRefunded]);
    Ok((session, refund))
}

/// Expires the sessions whose time is over.
pub fn expire_overdue(world: &World) {
    let overdue = lock(&world.ledger).overdue(world.clock.now());
    for id in overdue {
        // Somebody may have paid in between; then it is no longer open and stays as it is.
        let _ = act(world, &id, PayAction::Expire);
    }
}

fn tell(world: &World, session: &Session, happenings: &[Happening]) {
    let account = {
        let directory = lock(&world.directory);
        directory.accounts.iter().find(|account| account.merchant_path == session.account).cloned()
    };
    let Some(account) = account else { return };
    let url = world.app(&format!("/hooks/stripe/{}", account.merchant_path));
    let envelope = |happening: &Happening| {
        let (kind, event) = wire::event(session, happening, &world.base_url, world.clock.now())?;
        Some(Envelope {
            service: Service::Stripe,
            kind: kind.to_owned(),
            url: url.clone(),
            // Stripe pretty-prints its webhooks with two spaces, as serde_json does.
            body: serde_json::to_string_pretty(&event).unwrap_or_default(),
            secret: account.webhook_secret.clone(),
            after: world.timings.webhook_delay,
            on_accepted: None,
        })
    };
    let envelopes = happenings.iter().filter_map(envelope).collect();
    world.postman.carry(&format!("stripe/{}", session.id), envelopes);
}
