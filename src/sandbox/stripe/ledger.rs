//! Sessions, payments and refunds, and what may become of each.

use std::collections::BTreeMap;

use crate::base::clock::Time;
use crate::sandbox::stripe::errors::StripeError;
use crate::sandbox::stripe::idempotency::SavedAnswers;
use crate::sandbox::stripe::session::{Draft, Intent, Refund, Session, Stage};
use crate::sandbox::tokens;

/// Everything the stand-in for Stripe remembers.
#[derive(Default)]
pub(in crate::sandbox) struct Ledger {
    sessions: Vec<Session>,
    /// Answers saved under idempotency keys.
    pub saved: SavedAnswers,
}

/// What somebody does on a pay page, or the operator of the sandbox for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayAction {
    /// Pays by card.
    PayByCard,
    /// Tries a card that is declined; the session stays open.
    DeclineCard,
    /// Takes a voucher, to be paid later.
    TakeVoucher,
    /// Pays the voucher.
    SettleVoucher,
    /// Lets the voucher run out.
    FailVoucher,
    /// Closes the session unpaid.
    Expire,
}

/// Something Stripe tells the shop about.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sandbox) enum Happening {
    /// `payment_intent.payment_failed`.
    IntentFailed,
    /// `payment_intent.succeeded`.
    IntentSucceeded,
    /// `checkout.session.completed`.
    Completed,
    /// `checkout.session.async_payment_succeeded`.
    AsyncSucceeded,
    /// `checkout.session.async_payment_failed`.
    AsyncFailed,
    /// `checkout.session.expired`.
    Expired,
    /// `refund.created`.
    RefundCreated(Refund),
    /// `charge.refunded`.
    ChargeRefunded,
}

/// Why an action does not fit the session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// There is no such session.
    #[error("there is no such session")]
    NoSuchSession,
    /// The session is at another stage.
    #[error("the session is {0:?}")]
    WrongStage(Stage),
}

/// How a payment to refund is named.
pub(in crate::sandbox) enum Refunded<'a> {
    /// By payment intent.
    Intent(&'a str),
    /// By charge.
    Charge(&'a str),
}

/// What a refund is asked for with.
pub(in crate::sandbox) struct RefundDraft {
    /// How much; `None` is all that is left.
    pub amount: Option<i64>,
    /// Stripe's reason.
    pub reason: Option<String>,
    /// Metadata of the refund itself.
    pub metadata: BTreeMap<String, String>,
}

/// The oldest sessions are forgotten beyond this.
const SESSIONS_MAX: usize = 5_000;

impl Ledger {
    /// Opens a session.
    pub fn open(&mut self, account: &str, draft: Draft, now: Time) -> Session {
        if self.sessions.len() >= SESSIONS_MAX {
            self.sessions.remove(0);
        }
        let session = Session {
            id: tokens::letters("cs_test_a1", 56),
            account: account.to_owned(),
            draft,
            created: now,
            stage: Stage::Open,
            intent: None,
            // Stripe's own addresses need their fragment; so that a shortener which drops it is noticed here too.
            fragment: tokens::letters("fid", 60),
        };
        self.sessions.push(session.clone());
        session
    }

    /// The session of this id.
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// Every session, oldest first.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The session whose payment is named.
    pub fn by_payment(&self, account: &str, payment: &Refunded<'_>) -> Option<&Session> {
        let named = |session: &&Session| {
            session.account == account
                && session.intent.as_ref().is_some_and(|intent| match payment {
                    Refunded::Intent(id) => intent.id == *id,
                    Refunded::Charge(id) => intent.charge == *id,
                })
        };
        self.sessions.iter().find(named)
    }

    /// Does something to a session; gives it as it is then, and what Stripe tells the shop.
    ///
    /// # Errors
    /// When the session is not at a stage where this can happen.
    pub fn act(
        &mut self,
        id: &str,
        action: PayAction,
        now: Time,
    ) -> Result<(Session, Vec<Happening>), ActionError> {
        let session =
            self.sessions.iter_mut().find(|session| session.id == id).ok_or(ActionError::NoSuchSession)?;
        let needed = match action {
            PayAction::SettleVoucher | PayAction::FailVoucher => Stage::AwaitingVoucher,
            _ => Stage::Open,
        };
        if session.stage != needed {
            return Err(ActionError::WrongStage(session.stage));
        }
        let nothing_due = session.draft.total == 0;
        if !nothing_due && action != PayAction::Expire && session.intent.is_none() {
            session.intent = Some(Intent {
                id: tokens::letters("pi_3T", 22),
                charge: tokens::letters("ch_3T", 22),
                created: now,
                refunds: Vec::new(),
            });
        }
        let (stage, happenings) = match action {
            PayAction::PayByCard | PayAction::TakeVoucher if nothing_due => {
                (Stage::Free, vec![Happening::Completed])
            }
            PayAction::PayByCard => (Stage::Paid, vec![Happening::IntentSucceeded, Happening::Completed]),
            PayAction::DeclineCard if nothing_due => (Stage::Open, Vec::new()),
            PayAction::DeclineCard => (Stage::Open, vec![Happening::IntentFailed]),
            PayAction::TakeVoucher => (Stage::AwaitingVoucher, vec![Happening::Completed]),
            PayAction::SettleVoucher => (Stage::Paid, vec![Happening::IntentSucceeded, Happening::AsyncSucceeded]),
            PayAction::FailVoucher => (Stage::VoucherFailed, vec![Happening::IntentFailed, Happening::AsyncFailed]),
            PayAction::Expire => (Stage::Expired, vec![Happening::Expired]),
        };
        session.stage = stage;
        Ok((session.clone(), happenings))
    }

    /// The open sessions whose time is over.
    pub fn overdue(&self, now: Time) -> Vec<String> {
        let due = |session: &&Session| session.stage == Stage::Open && session.draft.expires_at <= now;
        self.sessions.iter().filter(due).map(|session| session.id.clone()).collect()
    }

    /// Gives money back.
    ///
    /// # Errors
    /// What Stripe would answer.
    pub fn refund(
        &mut self,
        account: &str,
        payment: &Refunded<'_>,
        draft: RefundDraft,
        now: Time,
    ) -> Result<(Session, Refund), StripeError> {
        let id = self.by_payment(account, payment).map(|session| session.id.clone());
        let session = id.and_then(|id| self.sessions.iter_mut().find(|session| session.id == id));
        let session = session.ok_or_else(|| match payment {
            Refunded::Intent(id) => StripeError::missing("payment_intent", id, "payment_intent"),
            Refunded::Charge(id) => StripeError::missing("charge", id, "charge"),
        })?;
        let left = session.draft.total - session.refunded();
        let paid = session.stage == Stage::Paid;
        let Some(intent) = session.intent.as_mut().filter(|_| paid) else {
            return Err(StripeError::invalid("This PaymentIntent does not have a successful charge to refund."));
        };
        if left == 0 {
            let message = format!("Charge {} has already been refunded.", intent.charge);
            return Err(StripeError::invalid(message).coded("charge_already_refunded"));
        }
        let amount = draft.amount.unwrap_or(left);
        if amount < 1 {
            let message = "This value must be greater than or equal to 1.";
            return Err(StripeError::invalid(message).coded("parameter_invalid_integer").at("amount"));
        }
        if amount > left {
            let message = format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
            return Err(StripeError::invalid(message).coded("amount_too_large").at("amount"));
        }
        let refund = Refund {
            id: tokens::letters("re_3T", 22),
            amount,
            reason: draft.reason,
            metadata: draft.metadata,
            created: now,
        };
        intent.refunds.push(refund.clone());
        Ok((session.clone(), refund))
    }
}
