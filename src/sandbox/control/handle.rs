//! The typed handle to a running sandbox. Everything returns at once; webhooks are then on their way.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::clock::Time;
use crate::sandbox::calls::ApiCall;
use crate::sandbox::control::error::ControlError;
use crate::sandbox::faults::{Fault, FaultRule};
use crate::sandbox::graph::inbound;
use crate::sandbox::graph::send;
use crate::sandbox::graph::wire::Contact;
use crate::sandbox::phone::chat::{ChatEntry, Progress, ShopperMessage, Side};
use crate::sandbox::phone::chats::{ChatKey, Thread};
use crate::sandbox::phone::shopper::{Shopper, ShopperNumber, Shown};
use crate::sandbox::settings::{SandboxNumber, SandboxStripeAccount};
use crate::sandbox::stripe::ledger::{ActionError, PayAction, RefundDraft, Refunded};
use crate::sandbox::stripe::notify;
use crate::sandbox::stripe::session::{Line, Session, Stage};
use crate::sandbox::tokens;
use crate::sandbox::webhooks::postman::WebhookRecord;
use crate::sandbox::world::{World, lock};

/// The handle. Cheap to clone.
#[derive(Clone)]
pub struct Control(Arc<World>);

/// A Checkout Session, for its operator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionView {
    /// Stripe's id of it.
    pub id: String,
    /// The `{merchant}` of its webhooks.
    pub merchant_path: String,
    /// Where to pay.
    pub url: String,
    /// How far it got.
    pub stage: Stage,
    /// What it charges.
    pub lines: Vec<Line>,
    /// The sum, in Stripe's minor units.
    pub total: i64,
    /// Lower case.
    pub currency: String,
    /// Its metadata.
    pub metadata: BTreeMap<String, String>,
    /// The metadata of its payment.
    pub intent_metadata: BTreeMap<String, String>,
    /// Our reference.
    pub client_reference_id: Option<String>,
    /// The payment intent, once somebody tried to pay.
    pub payment_intent: Option<String>,
    /// How much was given back.
    pub refunded: i64,
    /// When it closes.
    pub expires_at: Time,
    /// Where the browser goes after paying.
    pub success_url: String,
    /// Where the browser goes when the payer turns back.
    pub cancel_url: Option<String>,
}

impl SessionView {
    fn of(session: &Session, base_url: &str) -> Self {
        Self {
            id: session.id.clone(),
            merchant_path: session.account.clone(),
            url: session.url(base_url),
            stage: session.stage,
            lines: session.draft.lines.clone(),
            total: session.draft.total,
            currency: session.draft.currency.clone(),
            metadata: session.draft.metadata.clone(),
            intent_metadata: session.draft.intent_metadata.clone(),
            client_reference_id: session.draft.client_reference_id.clone(),
            payment_intent: session.intent.as_ref().map(|intent| intent.id.clone()),
            refunded: session.refunded(),
            expires_at: session.draft.expires_at,
            success_url: session.success_url(),
            cancel_url: session.draft.cancel_url.clone(),
        }
    }
}

/// Numbers of shoppers that the phone page draws; below are those of tests.
const DRAWN_FROM: ShopperNumber = 10_000;
const DRAWN_BELOW: ShopperNumber = 1_000_000;

impl Control {
    /// The handle to this world.
    pub(in crate::sandbox) const fn new(world: Arc<World>) -> Self {
        Self(world)
    }

    /// Sends something as a shopper; gives Meta's id of it.
    ///
    /// # Errors
    /// When the number, or what the message names, is not there.
    pub fn send(
        &self,
        phone_number_id: &str,
        shopper: ShopperNumber,
        message: ShopperMessage,
    ) -> Result<String, ControlError> {
        let (number, key) = self.chat(phone_number_id, shopper)?;
        inbound::receive(&self.0, &number, &key, message)
    }

    /// Writes as a shopper; gives Meta's id of the message.
    ///
    /// # Errors
    /// When the number is not there, or there are no words.
    pub fn say(&self, phone_number_id: &str, shopper: ShopperNumber, words: &str) -> Result<String, ControlError> {
        self.send(phone_number_id, shopper, ShopperMessage::Text { body: words.to_owned(), reply_to: None })
    }

    /// Presses the button or row of this id in the newest message that has one.
    ///
    /// # Errors
    /// When no message has it.
    pub fn press(
        &self,
        phone_number_id: &str,
        shopper: ShopperNumber,
        choice: &str,
    ) -> Result<String, ControlError> {
        let thread = self.thread(phone_number_id, shopper)?;
        let has = |entry: &&ChatEntry| entry.content.choices().0.iter().any(|known| known.id == choice);
        let entry = thread.entries.iter().rev().find(has).ok_or(ControlError::NoSuchChoice)?;
        let message = ShopperMessage::Press { message: entry.id.clone(), choice: choice.to_owned() };
        self.send(phone_number_id, shopper, message)
    }

    /// Keeps a picture for a shopper to send; gives its media id.
    ///
    /// # Errors
    /// When it is of no kind that phones send.
    pub fn keep_picture(&self, mime_type: &str, bytes: Vec<u8>) -> Result<String, ControlError> {
        match mime_type {
            "image/jpeg" | "image/png" | "image/webp" => Ok(lock(&self.0.media).keep(mime_type, bytes)),
            _ => Err(ControlError::NotAPicture),
        }
    }

    /// The whole chat, what failed included.
    ///
    /// # Errors
    /// When the number is not there.
    pub fn thread(&self, phone_number_id: &str, shopper: ShopperNumber) -> Result<Thread, ControlError> {
        let (_, key) = self.chat(phone_number_id, shopper)?;
        Ok(lock(&self.0.chats).thread(&key))
    }

    /// Everything the shopper received from the shop, in order.
    ///
    /// # Errors
    /// When the number is not there.
    pub fn received(&self, phone_number_id: &str, shopper: ShopperNumber) -> Result<Vec<ChatEntry>, ControlError> {
        let arrived =
            |entry: &ChatEntry| entry.from == Side::Shop && !matches!(entry.progress, Progress::Failed { .. });
        let mut entries = self.thread(phone_number_id, shopper)?.entries;
        entries.retain(arrived);
        Ok(entries)
    }

    /// Shows the shopper everything that arrived; `read` is reported for each.
    ///
    /// # Errors
    /// When the number is not there.
    pub fn look(&self, phone_number_id: &str, shopper: ShopperNumber) -> Result<(), ControlError> {
        let (number, key) = self.chat(phone_number_id, shopper)?;
        let (read, contact) = {
            let mut chats = lock(&self.0.chats);
            let contact = Contact::of(chats.shopper(shopper, number.locale), &number);
            (chats.read_by_shopper(&key), contact)
        };
        send::report_read(&self.0, &number, &contact, shopper, &read);
        self.0.show(&key, read);
        Ok(())
    }

    /// The shopper, who gets a phone when seen for the first time.
    ///
    /// # Errors
    /// When the number is not there.
    pub fn shopper(&self, phone_number_id: &str, shopper: ShopperNumber) -> Result<Shopper, ControlError> {
        let number = self.number(phone_number_id)?;
        Ok(lock(&self.0.chats).shopper(shopper, number.locale).clone())
    }

    /// A shopper nobody has seen before.
    ///
    /// # Errors
    /// When the number is not there.
    pub fn new_shopper(&self, phone_number_id: &str) -> Result<Shopper, ControlError> {
        let number = self.number(phone_number_id)?;
        let mut chats = lock(&self.0.chats);
        let mut drawn = DRAWN_FROM + tokens::below(DRAWN_BELOW - DRAWN_FROM);
        while chats.is_taken(drawn) {
            drawn += 1;
        }
        Ok(chats.shopper(drawn, number.locale).clone())
    }

    /// Changes a shopper's profile name and what shops get to see.
    ///
    /// # Errors
    /// When the number is not there.
    pub fn set_profile(
        &self,
        phone_number_id: &str,
        shopper: ShopperNumber,
        name: Option<&str>,
        shown: Option<Shown>,
    ) -> Result<Shopper, ControlError> {
        let number = self.number(phone_number_id)?;
        let mut chats = lock(&self.0.chats);
        let shopper = chats.shopper(shopper, number.locale);
        if let Some(name) = name {
            name.clone_into(&mut shopper.name);
        }
        shopper.shown = shown.unwrap_or(shopper.shown);
        Ok(shopper.clone())
    }

    /// Adds a fault.
    pub fn add_fault(&self, rule: FaultRule) {
        lock(&self.0.faults).add(rule);
    }

    /// The fault, the next time there is an occasion for it.
    pub fn fault_once(&self, fault: Fault) {
        self.add_fault(FaultRule::once(fault));
    }

    /// Removes every fault.
    pub fn clear_faults(&self) {
        lock(&self.0.faults).clear();
    }

    /// The faults that may still strike.
    pub fn faults(&self) -> Vec<FaultRule> {
        lock(&self.0.faults).rules()
    }

    /// Every session, oldest first.
    pub fn sessions(&self) -> Vec<SessionView> {
        notify::expire_overdue(&self.0);
        let view = |session: &Session| SessionView::of(session, &self.0.base_url);
        lock(&self.0.ledger).sessions().iter().map(view).collect()
    }

    /// Does something on a pay page.
    ///
    /// # Errors
    /// When there is no such session, or it is at another stage.
    pub fn act(&self, session: &str, action: PayAction) -> Result<SessionView, ControlError> {
        let session = notify::act(&self.0, session, action)?;
        Ok(SessionView::of(&session, &self.0.base_url))
    }

    /// Pays a session by card.
    ///
    /// # Errors
    /// When there is no such session, or it is not open.
    pub fn pay(&self, session: &str) -> Result<SessionView, ControlError> {
        self.act(session, PayAction::PayByCard)
    }

    /// Leaves the pay page without paying: the session stays open. Gives where the browser goes.
    ///
    /// # Errors
    /// When there is no such session.
    pub fn abandon(&self, session: &str) -> Result<Option<String>, ControlError> {
        let ledger = lock(&self.0.ledger);
        let session = ledger.session(session).ok_or(ActionError::NoSuchSession)?;
        Ok(session.draft.cancel_url.clone())
    }

    /// Gives money back, as from Stripe's dashboard; `None` gives all of it. Gives the refund's id.
    ///
    /// # Errors
    /// When there is no such session, or it was not paid so much.
    pub fn refund(&self, session: &str, amount: Option<i64>) -> Result<String, ControlError> {
        let (account, intent) = {
            let ledger = lock(&self.0.ledger);
            let session = ledger.session(session).ok_or(ActionError::NoSuchSession)?;
            let intent = session.intent.as_ref().ok_or(ActionError::WrongStage(session.stage))?;
            (session.account.clone(), intent.id.clone())
        };
        let draft = RefundDraft { amount, reason: None, metadata: BTreeMap::new() };
        let (_, refund) = notify::refund(&self.0, &account, &Refunded::Intent(&intent), draft)?;
        Ok(refund.id)
    }

    /// Every webhook, in the order of what happened, with the answers it got.
    pub fn webhooks(&self) -> Vec<WebhookRecord> {
        self.0.postman.records()
    }

    /// Sends a webhook once more, the same to the byte; gives the status of the answer.
    ///
    /// # Errors
    /// When it is not remembered, or nobody answered.
    pub async fn resend(&self, webhook: u64) -> Result<u16, ControlError> {
        self.0.postman.send_again(webhook).await.ok_or(ControlError::NoSuchWebhook)
    }

    /// Every call the server under test made.
    pub fn calls(&self) -> Vec<ApiCall> {
        lock(&self.0.calls).iter().cloned().collect()
    }

    /// Calls the webhook address as Meta does when it is set up. Whether the challenge came back as it must.
    ///
    /// # Errors
    /// When nobody answered.
    pub async fn verify_webhook(&self, verify_token: &str) -> Result<bool, ControlError> {
        let challenge = tokens::digits(10);
        let query =
            [("hub.mode", "subscribe"), ("hub.verify_token", verify_token), ("hub.challenge", challenge.as_str())];
        let answer = self.0.postman.client().get(&self.0.app("/hooks/whatsapp"), &query).await;
        let (status, body) = answer.map_err(ControlError::NoAnswer)?;
        Ok(status == 200 && body == challenge)
    }

    /// Says where the server under test lives, when that was not known at the start.
    pub fn set_app_url(&self, app_url: &str) {
        app_url.clone_into(&mut lock(&self.0.directory).app_url);
    }

    /// Connects another business number.
    pub fn add_number(&self, number: SandboxNumber) {
        lock(&self.0.directory).numbers.push(number);
    }

    /// Connects another Stripe account.
    pub fn add_stripe_account(&self, account: SandboxStripeAccount) {
        lock(&self.0.directory).accounts.push(account);
    }

    fn number(&self, phone_number_id: &str) -> Result<SandboxNumber, ControlError> {
        self.0.number(phone_number_id).ok_or(ControlError::NoSuchNumber)
    }

    fn chat(
        &self,
        phone_number_id: &str,
        shopper: ShopperNumber,
    ) -> Result<(SandboxNumber, ChatKey), ControlError> {
        let number = self.number(phone_number_id)?;
        lock(&self.0.chats).shopper(shopper, number.locale);
        let key = ChatKey { phone_number_id: number.phone_number_id.clone(), shopper };
        Ok((number, key))
    }
}
