//! Who a webhook is about. Since 2026 the phone number may be absent and a business-scoped user id stand for it.
//!
//! Two people must never be taken for one: an id or a number is only completed from a contact that carries the
//! other half of it.

use std::borrow::Cow;

use crate::base::contact::ContactPoint;
use crate::base::json::{Node, masked};

/// A person as one webhook shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// How to reach them.
    pub contact: Option<ContactPoint>,
    /// What they call themselves.
    pub name: Option<String>,
}

/// The person with this number or this user id, completed from the `contacts` beside the message.
pub fn person(number: Node<'_>, user_id: Node<'_>, contacts: Node<'_>) -> Person {
    let told = Address::read(number, user_id);
    let listed = contacts.items().find(|contact| told.is_of(*contact)).or_else(|| only_one(&told, contacts));
    let Some(listed) = listed else { return Person { contact: told.contact(), name: None } };
    let theirs = Address::read(listed.at("wa_id"), listed.at("user_id"));
    let whole = Address { phone: told.phone.or(theirs.phone), user_id: told.user_id.or(theirs.user_id) };
    Person { contact: whole.contact(), name: name(listed) }
}

/// A message that does not say who wrote it is by the only contact beside it.
fn only_one<'a>(told: &Address<'_>, contacts: Node<'a>) -> Option<Node<'a>> {
    let nobody = told.phone.is_none() && told.user_id.is_none();
    (nobody && contacts.items().len() == 1).then(|| contacts.first())
}

fn name(contact: Node<'_>) -> Option<String> {
    const NAME_CHARACTERS_MAX: usize = 100;
    let profile = contact.at("profile");
    let name = profile.at("name").word().or_else(|| profile.at("username").word())?;
    // One line: it will stand inside other texts.
    let line: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().filter(|c| !c.is_control()).take(NAME_CHARACTERS_MAX).collect();
    (!short.is_empty()).then(|| masked(&short))
}

struct Address<'a> {
    phone: Option<Cow<'a, str>>,
    user_id: Option<Cow<'a, str>>,
}

impl<'a> Address<'a> {
    /// A user id has been seen where the number belongs (nyaruka/courier tests it), so the shape decides.
    fn read(number: Node<'a>, user_id: Node<'a>) -> Self {
        let user_id = user_id.word();
        match number.word() {
            Some(number) if is_phone(&number) => Self { phone: Some(number), user_id },
            other => Self { phone: None, user_id: user_id.or(other) },
        }
    }

    fn is_of(&self, contact: Node<'_>) -> bool {
        let theirs = Address::read(contact.at("wa_id"), contact.at("user_id"));
        let same_id = self.user_id.is_some() && self.user_id == theirs.user_id;
        let same_phone = self.phone.is_some() && self.phone == theirs.phone;
        let clash = self.user_id.is_some() && theirs.user_id.is_some() && !same_id;
        same_id || (same_phone && !clash)
    }

    fn contact(&self) -> Option<ContactPoint> {
        ContactPoint::new(self.user_id.as_deref(), self.phone.as_deref())
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(from: &Value, user_id: &Value, contacts: &Value, expected: (Option<&str>, Option<&str>)) {
        let found = person(Node::root(from), Node::root(user_id), Node::root(contacts));
        let contact = found.contact.as_ref();
        let parts = (contact.and_then(ContactPoint::user_id), contact.and_then(ContactPoint::phone));
        assert_eq!(parts, expected, "{from} {user_id} {contacts}");
    }

    #[test]
    fn either_half_of_an_address_finds_the_other() {
        let contacts =
            json!([{"wa_id": "5215550001", "user_id": "MX.7a"}, {"wa_id": "5215550002", "user_id": "MX.7b"}]);
        check(&json!("5215550002"), &json!(null), &contacts, (Some("MX.7b"), Some("5215550002")));
        check(&json!(null), &json!("MX.7a"), &contacts, (Some("MX.7a"), Some("5215550001")));
        check(&json!(5_215_550_002_i64), &json!(null), &contacts, (Some("MX.7b"), Some("5215550002")));
    }

    #[test]
    fn a_user_id_in_the_place_of_the_number_is_not_a_number() {
        let contacts = json!([{"wa_id": "MX.7a", "user_id": "MX.7a", "profile": {"name": "Ana"}}]);
        check(&json!("MX.7a"), &json!(null), &contacts, (Some("MX.7a"), None));
    }

    #[test]
    fn the_contact_of_somebody_else_is_never_borrowed() {
        let other = json!([{"wa_id": "5215550001", "user_id": "MX.7a"}]);
        check(&json!("5215550002"), &json!(null), &other, (None, Some("5215550002")));
        check(&json!("5215550001"), &json!("MX.7b"), &other, (Some("MX.7b"), Some("5215550001")));
        check(&json!(null), &json!(null), &json!([{"user_id": "MX.7a"}, {"user_id": "MX.7b"}]), (None, None));
    }

    #[test]
    fn a_message_without_an_address_is_by_the_only_contact() {
        check(&json!(null), &json!(null), &json!([{"user_id": "MX.7a"}]), (Some("MX.7a"), None));
    }

    #[test]
    fn a_name_is_one_line_with_cards_masked() {
        let contacts = json!([{"user_id": "MX.7a", "profile": {"name": " Ana\n\u{7}4242424242424242 "}}]);
        let found = person(Node::root(&Value::Null), Node::root(&json!("MX.7a")), Node::root(&contacts));
        assert_eq!(found.name.as_deref(), Some("Ana ••••••••••••4242"));
        let nameless = json!([{"user_id": "MX.7a", "profile": {"username": "@ana"}}]);
        let found = person(Node::root(&Value::Null), Node::root(&json!("MX.7a")), Node::root(&nameless));
        assert_eq!(found.name.as_deref(), Some("@ana"));
    }
}
