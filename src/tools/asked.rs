//! For whom and when a tool is called. Identity comes from here, never from an argument.

use std::collections::BTreeSet;

use crate::base::clock::Time;
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{ConversationId, TurnId};
use crate::base::language::Locale;
use crate::base::names::Handle;

/// The circumstances of one tool call.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose cart and orders these are.
    pub conversation: ConversationId,
    /// The turn that asks.
    pub turn: TurnId,
    /// The call within the turn: with the turn, the key that makes a repeat harmless.
    pub call: &'a str,
    /// Whether the turn was left behind by another worker, so that the call may have been made before.
    pub resumed: bool,
    /// Now.
    pub now: Time,
    /// How the shopper reads numbers.
    pub locale: Locale,
    /// Products that tools named in this conversation.
    pub seen: &'a BTreeSet<Handle>,
    /// What the shopper wrote in this conversation, oldest first.
    pub heard: &'a [&'a str],
    /// The quote that was shown to the shopper in an earlier message.
    pub shown_quote: Option<Fingerprint>,
}
