//! How a shopper is reached on a channel.
//!
//! Since 2026 WhatsApp may leave the phone number out and give a business-scoped user id instead
//! (Meta, "Business-scoped user IDs"), so identity is whichever of the two is known, and the user id first.

use serde::{Deserialize, Serialize};

/// A shopper's address on one channel. At least one part is present.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContactPoint {
    user_id: Option<String>,
    phone: Option<String>,
}

impl ContactPoint {
    /// An address, or `None` when neither part has any text.
    #[must_use]
    pub fn new(user_id: Option<&str>, phone: Option<&str>) -> Option<Self> {
        let kept = |part: Option<&str>| part.map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned);
        let phone = kept(phone).map(|digits| digits.trim_start_matches('+').to_owned());
        let user_id = kept(user_id);
        (user_id.is_some() || phone.is_some()).then_some(Self { user_id, phone })
    }

    /// The channel's own id for the person, `CC.…` on WhatsApp.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// The phone number in international form, digits only.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// One text that names the person within the channel: the user id when known, else the phone.
    #[must_use]
    pub fn key(&self) -> &str {
        self.user_id.as_deref().or(self.phone.as_deref()).unwrap_or_default()
    }
}
