//! What must always be true, each tried by somebody who wants it broken.

mod alone;
mod cards;
mod discounts;
mod kept;
mod mute;
mod once;
mod own;
mod paid;
mod planted;
mod prices;
mod truth;
