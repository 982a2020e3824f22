//! Every chat in the sandbox: who writes to which number, what was said, how far it got.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use serde::Serialize;

use crate::base::clock::Time;
use crate::base::language::Locale;
use crate::sandbox::phone::chat::{ChatEntry, Progress, Side};
use crate::sandbox::phone::shopper::{Shopper, ShopperNumber};

/// One shopper at one business number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChatKey {
    /// Meta's id of the business number.
    pub phone_number_id: String,
    /// The shopper.
    pub shopper: ShopperNumber,
}

/// One chat.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Thread {
    /// What was said, in order.
    pub entries: Vec<ChatEntry>,
    /// Until when the shop is shown typing.
    pub typing_until: Option<Time>,
    /// When the shopper last wrote; opens Meta's window.
    #[serde(skip)]
    pub last_heard: Option<Time>,
}

/// All chats and shoppers.
#[derive(Default)]
pub struct Chats {
    shoppers: BTreeMap<ShopperNumber, Shopper>,
    threads: HashMap<ChatKey, Thread>,
}

/// A chat forgets its oldest messages beyond this.
const ENTRIES_MAX: usize = 2_000;

/// How long after a shopper's message a business may write freely.
const WINDOW: TimeDelta = TimeDelta::hours(24);

impl Chats {
    /// The shopper of this number; one who was never seen gets a phone in the locale's country.
    pub fn shopper(&mut self, number: ShopperNumber, locale: Locale) -> &mut Shopper {
        self.shoppers.entry(number).or_insert_with(|| Shopper::new(number, locale))
    }

    /// Whether someone has this number already.
    pub fn is_taken(&self, number: ShopperNumber) -> bool {
        self.shoppers.contains_key(&number)
    }

    /// The shopper with this phone number.
    pub fn by_phone(&self, phone: &str) -> Option<&Shopper> {
        self.shoppers.values().find(|shopper| shopper.phone == phone)
    }

    /// The shopper whom the shop knows by this user id.
    pub fn by_user_id(&self, user_id: &str, shop_slug: &str) -> Option<&Shopper> {
        self.shoppers.values().find(|shopper| shopper.user_id(shop_slug) == user_id)
    }

    /// The chat, for reading.
    pub fn thread(&self, key: &ChatKey) -> Thread {
        self.threads.get(key).cloned().unwrap_or_default()
    }

    /// Every chat in which somebody wrote, for one shopper's number.
    pub fn is_empty(&self, key: &ChatKey) -> bool {
        self.threads.get(key).is_none_or(|thread| thread.entries.is_empty())
    }

    /// Adds a message. A shop's message ends its typing; a shopper's opens the window.
    pub fn add(&mut self, key: &ChatKey, entry: ChatEntry) {
        let thread = self.threads.entry(key.clone()).or_default();
        match entry.from {
            Side::Shop => thread.typing_until = None,
            Side::Shopper => thread.last_heard = Some(entry.at),
        }
        if thread.entries.len() >= ENTRIES_MAX {
            thread.entries.remove(0);
        }
        thread.entries.push(entry);
    }

    /// Whether the business may still write freely to this shopper.
    pub fn window_is_open(&self, key: &ChatKey, now: Time) -> bool {
        let heard = self.threads.get(key).and_then(|thread| thread.last_heard);
        heard.is_some_and(|heard| now - heard < WINDOW)
    }

    /// One message of a chat.
    pub fn entry(&self, key: &ChatKey, id: &str) -> Option<&ChatEntry> {
        self.threads.get(key)?.entries.iter().find(|entry| entry.id == id)
    }

    /// Changes one message; gives it as it is then.
    pub fn change(&mut self, key: &ChatKey, id: &str, change: impl FnOnce(&mut ChatEntry)) -> Option<ChatEntry> {
        let entry = self.threads.get_mut(key)?.entries.iter_mut().find(|entry| entry.id == id)?;
        change(entry);
        Some(entry.clone())
    }

    /// Moves a message forward, never back; gives it when it moved.
    pub fn advance(&mut self, key: &ChatKey, id: &str, to: Progress) -> Option<ChatEntry> {
        let before = self.entry(key, id)?.progress;
        if before >= to {
            return None;
        }
        self.change(key, id, |entry| entry.progress = to)
    }

    /// Marks every message of the shop that arrived as read; gives those that were not before.
    pub fn read_by_shopper(&mut self, key: &ChatKey) -> Vec<ChatEntry> {
        let Some(thread) = self.threads.get_mut(key) else { return Vec::new() };
        let unread = |entry: &&mut ChatEntry| entry.from == Side::Shop && entry.progress == Progress::Delivered;
        let mark = |entry: &mut ChatEntry| {
            entry.progress = Progress::Read;
            entry.clone()
        };
        thread.entries.iter_mut().filter(unread).map(mark).collect()
    }

    /// Marks a shopper's message and all earlier ones as read by the shop; gives those that were not before.
    pub fn read_by_shop(&mut self, key: &ChatKey, id: &str) -> Vec<ChatEntry> {
        let Some(thread) = self.threads.get_mut(key) else { return Vec::new() };
        let Some(last) = thread.entries.iter().position(|entry| entry.id == id) else { return Vec::new() };
        let unread = |entry: &&mut ChatEntry| entry.from == Side::Shopper && entry.progress < Progress::Read;
        let mark = |entry: &mut ChatEntry| {
            entry.progress = Progress::Read;
            entry.clone()
        };
        thread.entries[..=last].iter_mut().filter(unread).map(mark).collect()
    }

    /// Shows the shop typing.
    pub fn type_until(&mut self, key: &ChatKey, until: Time) {
        self.threads.entry(key.clone()).or_default().typing_until = Some(until);
    }

    /// The chat at this number in which the message stands.
    pub fn find(&self, phone_number_id: &str, id: &str) -> Option<ChatKey> {
        let holds = |(key, thread): &(&ChatKey, &Thread)| {
            key.phone_number_id == phone_number_id && thread.entries.iter().any(|entry| entry.id == id)
        };
        self.threads.iter().find(holds).map(|(key, _)| key.clone())
    }
}
