//! Which conversation an address belongs to.
//!
//! The channel's own id of the person decides; the phone only where one side has no id. A row whose id is
//! another one is another person, even under the same phone: numbers are given to new owners, and an order must
//! never be shown to the next owner of a number.

pub mod store;

use crate::base::contact::ContactPoint;
use crate::base::ids::ConversationId;

/// A conversation that shares part of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    id: ConversationId,
    user_id: Option<String>,
    phone: Option<String>,
    name: Option<String>,
}

/// What an address comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Match {
    /// This conversation, which already knows all of it.
    Known(ConversationId),
    /// This conversation, which learns a part.
    Learns(ConversationId),
    /// Nobody's yet.
    New,
}

fn decide(candidates: &[Candidate], contact: &ContactPoint, name: Option<&str>) -> Match {
    let same_id = |c: &&Candidate| contact.user_id().is_some() && c.user_id.as_deref() == contact.user_id();
    let same_phone = |c: &&Candidate| {
        contact.phone().is_some()
            && c.phone.as_deref() == contact.phone()
            && (c.user_id.is_none() || contact.user_id().is_none())
    };
    let Some(found) = candidates.iter().find(same_id).or_else(|| candidates.iter().find(same_phone)) else {
        return Match::New;
    };
    let knows = |known: Option<&str>, told: Option<&str>| told.is_none() || known == told;
    let knows_all = knows(found.user_id.as_deref(), contact.user_id())
        && knows(found.phone.as_deref(), contact.phone())
        && knows(found.name.as_deref(), name);
    if knows_all { Match::Known(found.id) } else { Match::Learns(found.id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(user_id: Option<&str>, phone: Option<&str>) -> Candidate {
        Candidate {
            id: ConversationId::generate(),
            user_id: user_id.map(str::to_owned),
            phone: phone.map(str::to_owned),
            name: None,
        }
    }

    fn contact(user_id: Option<&str>, phone: Option<&str>) -> ContactPoint {
        ContactPoint::new(user_id, phone).unwrap()
    }

    #[test]
    fn the_channels_id_wins_over_the_phone() {
        let (by_phone, by_id) = (candidate(None, Some("5255")), candidate(Some("MX.1"), None));
        let both = [by_phone, by_id.clone()];
        assert_eq!(decide(&both, &contact(Some("MX.1"), Some("5255")), None), Match::Learns(by_id.id));
    }

    #[test]
    fn the_missing_part_is_learned_once() {
        let phone_only = candidate(None, Some("5255"));
        let known = contact(Some("MX.1"), Some("5255"));
        assert_eq!(decide(std::slice::from_ref(&phone_only), &known, None), Match::Learns(phone_only.id));
        let full = candidate(Some("MX.1"), Some("5255"));
        assert_eq!(decide(std::slice::from_ref(&full), &known, None), Match::Known(full.id));
        assert_eq!(decide(std::slice::from_ref(&full), &contact(None, Some("5255")), None), Match::Known(full.id));
        assert_eq!(
            decide(std::slice::from_ref(&full), &contact(Some("MX.1"), None), Some("Eva")),
            Match::Learns(full.id)
        );
    }

    #[test]
    fn the_next_owner_of_a_number_is_somebody_else() {
        let before = candidate(Some("MX.1"), Some("5255"));
        assert_eq!(decide(&[before], &contact(Some("MX.2"), Some("5255")), None), Match::New);
    }
}
