//! The pure part of pricing, compiled by itself.
//!
//! It is the same source as the program's, by path. That it compiles here, without a database, a clock, a runtime or
//! chance among its dependencies, shows that it is pure; that this package is optimised lets its tests try millions of
//! carts in the time of a cup of coffee (`[profile.dev.package.trato-pricing-checks]`).
#![allow(dead_code, unused_macros, unused_imports)]

#[path = "."]
pub mod base {
    //! What amounts, names and times are.
    #[path = "../../../src/base/clock.rs"]
    pub mod clock;
    #[path = "../../../src/base/fingerprint.rs"]
    pub mod fingerprint;
    #[path = "../../../src/base/language.rs"]
    pub mod language;
    #[path = "../../../src/base/money.rs"]
    pub mod money;
    #[path = "../../../src/base/names.rs"]
    pub mod names;
    #[path = "../../../src/base/random.rs"]
    pub mod random;
}

#[path = "."]
pub mod pricing {
    //! The only arithmetic on money.
    #[path = "../../../src/pricing/amount.rs"]
    pub mod amount;
    #[path = "../../../src/pricing/body.rs"]
    pub mod body;
    #[path = "../../../src/pricing/booking.rs"]
    pub mod booking;
    #[path = "../../../src/pricing/calculate.rs"]
    pub mod calculate;
    #[path = "../../../src/pricing/canonical.rs"]
    mod canonical;
    #[path = "../../../src/pricing/choose.rs"]
    pub mod choose;
    #[path = "../../../src/pricing/coupon.rs"]
    pub mod coupon;
    #[path = "../../../src/pricing/eligible.rs"]
    mod eligible;
    #[path = "../../../src/pricing/input.rs"]
    pub mod input;
    #[path = "../../../src/pricing/lines.rs"]
    mod lines;
    #[path = "../../../src/pricing/measure.rs"]
    pub mod measure;
    #[path = "."]
    pub mod negotiation {
        //! What the shop says to a number.
        #[path = "../../../src/pricing/negotiation/amount.rs"]
        pub mod amount;
        #[path = "../../../src/pricing/negotiation/decide.rs"]
        pub mod decide;
        #[path = "../../../src/pricing/negotiation/fit/mod.rs"]
        pub mod fit;
        #[path = "../../../src/pricing/negotiation/history.rs"]
        pub mod history;
        #[path = "../../../src/pricing/negotiation/ledger.rs"]
        pub mod ledger;
        #[path = "../../../src/pricing/negotiation/policy.rs"]
        pub mod policy;
        #[path = "../../../src/pricing/negotiation/reference.rs"]
        pub mod reference;
        #[path = "../../../src/pricing/negotiation/settings.rs"]
        pub mod settings;
        #[path = "../../../src/pricing/negotiation/simulate/mod.rs"]
        pub mod simulate;
        #[path = "../../../src/pricing/negotiation/step.rs"]
        pub mod step;
        #[path = "../../../src/pricing/negotiation/truth.rs"]
        pub mod truth;
    }
    #[path = "../../../src/pricing/mistakes.rs"]
    mod mistakes;
    #[path = "../../../src/pricing/order_floor.rs"]
    mod order_floor;
    #[path = "../../../src/pricing/prices.rs"]
    pub mod prices;
    #[path = "../../../src/pricing/promotion.rs"]
    pub mod promotion;
    #[path = "../../../src/pricing/quote.rs"]
    pub mod quote;
    #[path = "../../../src/pricing/reach.rs"]
    mod reach;
    #[path = "../../../src/pricing/refund.rs"]
    pub mod refund;
    #[path = "../../../src/pricing/replay.rs"]
    pub mod replay;
    #[path = "../../../src/pricing/rounding.rs"]
    pub mod rounding;
    #[path = "../../../src/pricing/rows.rs"]
    mod rows;
    #[path = "../../../src/pricing/rules.rs"]
    pub mod rules;
    #[path = "../../../src/pricing/scope.rs"]
    pub mod scope;
    #[path = "../../../src/pricing/share.rs"]
    mod share;
    #[path = "../../../src/pricing/shipping.rs"]
    pub mod shipping;
    #[path = "../../../src/pricing/sums.rs"]
    mod sums;
    #[path = "../../../src/pricing/takes.rs"]
    mod takes;
    #[path = "../../../src/pricing/tax.rs"]
    pub mod tax;
}
