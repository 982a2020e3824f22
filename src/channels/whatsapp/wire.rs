//! Meta's names for things: the envelope of a webhook, the answers of the send call.
//!
//! Everything is optional and read in place; nothing here decides what a part means.

use std::borrow::Cow;

use crate::base::json::Node;

/// Fields whose values Meta's or our own machines make. Nobody types them, and masking would ruin them.
pub const MACHINE_MADE: &[&str] = &[
    "id",
    "from",
    "to",
    "wa_id",
    "new_wa_id",
    "customer",
    "user_id",
    "previous_user_id",
    "parent_user_id",
    "from_user_id",
    "from_parent_user_id",
    "from_logical_id",
    "to_user_id",
    "to_parent_user_id",
    "recipient_id",
    "recipient_user_id",
    "parent_recipient_user_id",
    "message_id",
    "original_message_id",
    "group_id",
    "phone_number_id",
    "display_phone_number",
    "catalog_id",
    "product_retailer_id",
    "timestamp",
    "created_timestamp",
    "updated_timestamp",
    "expiration_timestamp",
    "payment_timestamp",
    "sha256",
    "hash",
];

/// One `changes[]` item with what its entry says about it.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    entry: Node<'a>,
    change: Node<'a>,
}

/// Every change of a webhook body. An entry without changes counts as one change without a field.
pub fn changes(body: Node<'_>) -> impl Iterator<Item = Change<'_>> {
    body.at("entry").items().flat_map(|entry| {
        let changes = entry.at("changes").items();
        let bare = (changes.len() == 0).then_some(Change { entry, change: entry });
        changes.map(move |change| Change { entry, change }).chain(bare)
    })
}

impl<'a> Change<'a> {
    /// What changed: `messages`, `smb_message_echoes`, `account_update`, …
    pub fn field(self) -> Option<Cow<'a, str>> {
        self.change.at("field").word()
    }

    /// The business account.
    pub fn account(self) -> Option<Cow<'a, str>> {
        self.entry.at("id").word()
    }

    /// When the entry was made; absent from most.
    pub fn time(self) -> Node<'a> {
        self.entry.at("time")
    }

    /// The whole change.
    pub fn whole(self) -> Node<'a> {
        self.change
    }

    /// The id of the number it is about; accounts' own events have none.
    pub fn number_id(self) -> Option<Cow<'a, str>> {
        self.value().at("metadata").at("phone_number_id").word()
    }

    /// The number itself, as the shop's shoppers see it.
    pub fn display_number(self) -> Option<Cow<'a, str>> {
        self.value().at("metadata").at("display_phone_number").word()
    }

    /// `contacts[]` of the people that the messages are from.
    pub fn contacts(self) -> Node<'a> {
        self.value().at("contacts")
    }

    /// What shoppers sent.
    pub fn messages(self) -> impl Iterator<Item = Node<'a>> {
        self.value().at("messages").items()
    }

    /// What became of messages of ours.
    pub fn statuses(self) -> impl Iterator<Item = Node<'a>> {
        self.value().at("statuses").items()
    }

    /// What staff wrote in the WhatsApp Business app.
    pub fn echoes(self) -> impl Iterator<Item = Node<'a>> {
        self.value().at("message_echoes").items()
    }

    /// Errors about the number rather than one message.
    pub fn errors(self) -> Node<'a> {
        self.value().at("errors")
    }

    fn value(self) -> Node<'a> {
        self.change.at("value")
    }
}

/// An error object, in a webhook or in an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphError {
    /// `code`.
    pub code: Option<i32>,
    /// The most telling of `error_data.details`, `message` and `title`.
    pub words: Option<String>,
    /// `is_transient`: Meta expects a repeat to succeed.
    pub is_transient: bool,
}

impl GraphError {
    /// Reads the object at this place.
    pub fn read(error: Node<'_>) -> Self {
        let words = [error.at("error_data").at("details"), error.at("message"), error.at("title")];
        Self {
            code: error.at("code").integer().and_then(|code| code.try_into().ok()),
            words: words.into_iter().find_map(Node::word).map(Cow::into_owned),
            is_transient: error.at("is_transient").truth().unwrap_or(false),
        }
    }
}

/// The id under which a sent message was accepted.
pub fn accepted_id(answer: Node<'_>) -> Option<String> {
    answer.at("messages").first().at("id").word().map(Cow::into_owned)
}
