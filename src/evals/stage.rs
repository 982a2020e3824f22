//! Where cases are played: a running rig, as far as a case may touch it.

use chrono::TimeDelta;

use crate::base::clock::Clock;
use crate::base::language::Locale;
use crate::base::money::Currency;
use crate::base::names::Slug;
use crate::base::store::Scope;
use crate::sandbox::control::handle::Control;

/// A running rig.
#[derive(Clone)]
pub struct Stage {
    /// The levers of the sandbox.
    pub control: Control,
    /// The shops that can be written to.
    pub shops: Vec<StageShop>,
    /// Who is to answer.
    pub seller: Seller,
    /// The time.
    pub clock: Clock,
    /// How long an answer may take.
    pub patience: TimeDelta,
}

/// Who is to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seller {
    /// The guided seller.
    Guided,
    /// A model; the guided seller in its place is a failure of the model.
    Model,
}

/// A shop of the rig.
#[derive(Clone)]
pub struct StageShop {
    /// What cases call it.
    pub slug: Slug,
    /// What it sells in.
    pub currency: Currency,
    /// How it writes amounts.
    pub locale: Locale,
    /// The number that is written to.
    pub phone_number_id: String,
    /// Its rows.
    pub scope: Scope,
}
