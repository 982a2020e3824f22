//! Identifiers: one type per kind, so that a cart's id cannot be handed to something that wants an order's.
//!
//! Every id is a UUIDv7 made by us (RFC 9562): it sorts by the time it was made. It prints with its kind
//! (`cart_0198…`), and is read back only with that kind in front.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Text that is not an identifier of the kind that was wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the kind `{wanted}`")]
pub struct WrongId {
    /// The prefix that was wanted, such as `cart`.
    pub wanted: &'static str,
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, later in sort order than any made before it in this process.
            #[must_use]
            #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id with this number; for database rows and fixed test values.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare number, for a database column.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = WrongId;
            fn from_str(text: &str) -> Result<Self, WrongId> {
                let wrong = WrongId { wanted: $prefix };
                let number = text.strip_prefix(concat!($prefix, "_")).ok_or_else(|| wrong.clone())?;
                Uuid::try_parse(number).map(Self).map_err(|_| wrong)
            }
        }

        impl TryFrom<String> for $name {
            type Error = WrongId;
            fn try_from(text: String) -> Result<Self, WrongId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    )+
    /// Calls a macro with the name of every id type; the column mappings in [`crate::base::store`] use it.
    macro_rules! for_each_id { ($each:ident) => { $($each!($name);)+ } }
    pub(in crate::base) use for_each_id;
    };
}

typed_ids! {
    /// One shop.
    MerchantId = "merchant";
    /// A person who works for a shop.
    StaffId = "staff";
    /// One connected number or account.
    ChannelId = "channel";
    /// One shopper with one merchant on one channel.
    ConversationId = "conversation";
    /// One event received.
    EventId = "event";
    /// One pass from unread events to a reply.
    TurnId = "turn";
    /// One message owed to a shopper.
    MessageId = "message";
    /// A product family.
    ProductId = "product";
    /// A thing with a SKU.
    VariantId = "variant";
    /// What a shopper wants.
    CartId = "cart";
    /// One calculation of what a cart costs.
    QuoteId = "quote";
    /// What a checkout became.
    OrderId = "order";
    /// One run of a catalog import.
    ImportId = "import";
    /// One catalog file on its way to an import.
    UploadId = "upload";
    /// A key with which a shop's own system calls us.
    ApiKeyId = "apikey";
    /// An address from which a catalog is fetched.
    SourceId = "source";
}

/// The number that the queue gave a job. It is the queue's own, not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobId(i64);

impl JobId {
    /// The job with this number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The bare number, for a database column.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_printed() {
        let id = CartId::generate();
        assert_eq!(id.to_string().parse::<CartId>(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let order = OrderId::generate().to_string();
        assert_eq!(order.parse::<CartId>(), Err(WrongId { wanted: "cart" }));
    }

    #[test]
    fn later_ids_sort_later() {
        let made: Vec<_> = (0..1000).map(|_| TurnId::generate()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
