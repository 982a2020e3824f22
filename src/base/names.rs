//! Names that people give to things: SKUs, product handles, coupon codes, shop slugs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Text that cannot be a name of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a {kind} has 1 to {max} visible characters")]
pub struct BadName {
    /// What it should have been, such as `SKU`.
    pub kind: &'static str,
    /// The longest allowed, in characters.
    pub max: usize,
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($kind:literal, $max:literal, $normalise:expr);)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads a name.
            ///
            /// # Errors
            /// When nothing visible is left after trimming, or it is too long.
            pub fn new(text: &str) -> Result<Self, BadName> {
                let normalise: fn(&str) -> String = $normalise;
                let name = normalise(text.trim());
                let fits = !name.is_empty()
                    && name.chars().count() <= $max
                    && !name.chars().any(char::is_control);
                if fits { Ok(Self(name)) } else { Err(BadName { kind: $kind, max: $max }) }
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;
            fn try_from(text: String) -> Result<Self, BadName> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    )+
    /// Calls a macro with the name of every name type; the column mappings use it.
    macro_rules! for_each_name { ($each:ident) => { $($each!($name);)+ } }
    pub(in crate::base) use for_each_name;
    };
}

names! {
    /// The merchant's stock-keeping unit: names one variant within a shop. Case is kept and matters.
    Sku("SKU", 100, str::to_owned);
    /// The merchant's name for a product family in addresses and files: lower case.
    Handle("handle", 255, str::to_lowercase);
    /// A coupon code. Shoppers type it in any case; it is kept in upper case.
    CouponCode("coupon code", 64, str::to_uppercase);
    /// A shop's short name in addresses and on the command line: lower case.
    Slug("shop name", 63, str::to_lowercase);
}
