//! Keeps this server's messages at the pace the channel allows, before the channel has to refuse them.
//!
//! Kept in memory, by each server for itself: deliveries of one conversation never run side by side, but the next may
//! run elsewhere, and a number is sent from by all. So several servers may together go faster than the channel allows
//! for a moment. It refuses then, nothing is lost, and the refusal slows both down: the message waits in the database,
//! and the number is left alone by whoever was refused.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::clock::Time;
use crate::base::ids::{ConversationId, MerchantId};
use crate::channels::whatsapp::pacing::{Meter, Rate};

/// At so many meters those that have nothing to say are dropped for the first time.
const METERS: usize = 4096;

/// The pace of every number and every person.
#[derive(Debug)]
pub struct Pace {
    to_one_person: Option<Rate>,
    from_one_number: Option<Rate>,
    meters: Mutex<Meters>,
}

/// A shop's numbers share a meter: nearly every shop has one number.
#[derive(Debug, Default)]
struct Meters {
    people: Kept<ConversationId>,
    shops: Kept<MerchantId>,
}

/// The meters of those who were sent something lately.
#[derive(Debug)]
struct Kept<K> {
    meters: HashMap<K, Meter>,
    /// How many there may be before they are looked through: twice what was left the last time, so that looking
    /// through costs each of them little.
    most: usize,
}

impl<K> Default for Kept<K> {
    fn default() -> Self {
        Self { meters: HashMap::new(), most: METERS }
    }
}

impl<K: Eq + Hash> Kept<K> {
    fn of(&mut self, key: K, now: Time) -> &mut Meter {
        if self.meters.len() >= self.most {
            self.meters.retain(|_, meter| !meter.is_idle(now));
            self.most = self.meters.len().saturating_mul(2).max(METERS);
        }
        self.meters.entry(key).or_default()
    }
}

impl Pace {
    /// One message to the same person in so many seconds on average, and so many from a number in a second; 0 for no
    /// limit.
    #[must_use]
    pub fn new(seconds_per_message: u32, messages_per_second: u32) -> Self {
        Self {
            to_one_person: Rate::to_one_person(seconds_per_message),
            from_one_number: Rate::from_one_number(messages_per_second),
            meters: Mutex::default(),
        }
    }

    /// Whether a message of this conversation may go now. If so it counts as gone, so that of two who ask at once only
    /// one is told yes.
    pub fn take(&self, merchant: MerchantId, conversation: ConversationId, now: Time) -> bool {
        let mut meters = self.meters();
        let allowed = self.allows(&meters, merchant, conversation, now);
        if allowed {
            self.count(&mut meters, merchant, conversation, now);
        }
        allowed
    }

    /// There was nothing to send.
    pub fn give_back(&self, merchant: MerchantId, conversation: ConversationId) {
        let mut meters = self.meters();
        if let Some((rate, meter)) = self.to_one_person.zip(meters.people.meters.get_mut(&conversation)) {
            meter.did_not_go(rate);
        }
        if let Some((rate, meter)) = self.from_one_number.zip(meters.shops.meters.get_mut(&merchant)) {
            meter.did_not_go(rate);
        }
    }

    /// One more goes that cannot wait: a further part of the same words.
    pub fn went(&self, merchant: MerchantId, conversation: ConversationId, now: Time) {
        self.count(&mut self.meters(), merchant, conversation, now);
    }

    /// When to ask again; `now` when it is allowed now.
    pub fn turn(&self, merchant: MerchantId, conversation: ConversationId, now: Time) -> Time {
        let mut meters = self.meters();
        if self.allows(&meters, merchant, conversation, now) {
            return now;
        }
        let turn = |rate: Option<Rate>, meter: Option<&mut Meter>| {
            rate.zip(meter).map_or(now, |(rate, meter)| meter.turn(rate, now))
        };
        let person = turn(self.to_one_person, meters.people.meters.get_mut(&conversation));
        person.max(turn(self.from_one_number, meters.shops.meters.get_mut(&merchant)))
    }

    /// The channel wants no more from this shop's number before `until`.
    pub fn close(&self, merchant: MerchantId, now: Time, until: Time) {
        self.meters().shops.of(merchant, now).close(until);
    }

    fn allows(&self, meters: &Meters, merchant: MerchantId, conversation: ConversationId, now: Time) -> bool {
        let allows = |rate: Option<Rate>, meter: Option<&Meter>| {
            rate.zip(meter).is_none_or(|(rate, meter)| meter.next(rate, now) <= now)
        };
        allows(self.to_one_person, meters.people.meters.get(&conversation))
            && allows(self.from_one_number, meters.shops.meters.get(&merchant))
    }

    fn count(&self, meters: &mut Meters, merchant: MerchantId, conversation: ConversationId, now: Time) {
        if let Some(rate) = self.to_one_person {
            meters.people.of(conversation, now).went(rate, now);
        }
        if let Some(rate) = self.from_one_number {
            meters.shops.of(merchant, now).went(rate, now);
        }
    }

    /// Nothing that holds the lock can leave a meter half changed.
    fn meters(&self) -> MutexGuard<'_, Meters> {
        self.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(milliseconds: i64) -> Time {
        Time::from_timestamp_millis(1_790_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn one_person_is_slowed_down_and_nobody_else() {
        let pace = Pace::new(6, 0);
        let (shop, ana, eva) = (MerchantId::generate(), ConversationId::generate(), ConversationId::generate());
        let taken = (0..50).filter(|_| pace.take(shop, ana, at(0))).count();
        assert_eq!(taken, 45);
        assert_eq!(pace.turn(shop, ana, at(0)), at(6_000));
        assert!(pace.take(shop, ana, at(6_000)));
        assert_eq!(pace.turn(shop, eva, at(0)), at(0));
        assert!(pace.take(shop, eva, at(0)));
    }

    #[test]
    fn what_was_taken_for_nothing_is_given_back() {
        let pace = Pace::new(6, 1);
        let (shop, ana) = (MerchantId::generate(), ConversationId::generate());
        for _ in 0..100 {
            assert!(pace.take(shop, ana, at(0)));
            assert!(!pace.take(shop, ana, at(0)));
            pace.give_back(shop, ana);
        }
    }

    #[test]
    fn all_of_one_shop_are_slowed_down_when_the_channel_refuses_its_number() {
        let pace = Pace::new(6, 80);
        let (shop, other, ana) = (MerchantId::generate(), MerchantId::generate(), ConversationId::generate());
        pace.close(shop, at(0), at(4_000));
        assert!(!pace.take(shop, ana, at(3_999)));
        assert!(pace.take(other, ana, at(0)));
        let turns: Vec<Time> = (0..3).map(|_| pace.turn(shop, ConversationId::generate(), at(0))).collect();
        let slot = |n: i32| at(4_000) + TimeDelta::microseconds(12_500) * n;
        assert_eq!(turns, [slot(0), slot(1), slot(2)]);
        assert!(pace.take(shop, ana, at(4_000)));
    }

    #[test]
    fn meters_that_have_nothing_to_say_are_dropped() {
        let pace = Pace::new(6, 0);
        for second in 0..50_000 {
            pace.went(MerchantId::generate(), ConversationId::generate(), at(second * 1_000));
        }
        assert!(pace.meters().people.meters.len() <= METERS);
    }
}
