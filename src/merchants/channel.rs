//! One connected number or account.

use std::fmt;
use std::str::FromStr;

use crate::base::ids::{ChannelId, MerchantId};

/// Where shoppers write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// A `WhatsApp` business number on Meta's Cloud API.
    Whatsapp,
}

impl ChannelKind {
    /// Every kind, in a fixed order.
    pub const ALL: [Self; 1] = [Self::Whatsapp];

    /// The word in columns and addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
        }
    }
}

/// A word that names no kind of channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of channel; use whatsapp")]
pub struct UnknownChannelKind(pub String);

impl FromStr for ChannelKind {
    type Err = UnknownChannelKind;
    fn from_str(text: &str) -> Result<Self, UnknownChannelKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| UnknownChannelKind(text.to_owned()))
    }
}

impl fmt::Display for ChannelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A connected number or account. Its access token is asked for separately, by whoever is about to send.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Channel {
    /// Conversations name it by this.
    pub id: ChannelId,
    /// The shop it belongs to.
    pub merchant: MerchantId,
    /// Where it is.
    pub kind: ChannelKind,
    /// The channel's own id for it: `WhatsApp`'s phone-number id. Webhooks are routed by it.
    pub external_id: String,
    /// The number as people read it.
    pub display_number: String,
}
