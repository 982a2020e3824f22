//! Where to send an order, as the shopper gave it.

use serde::{Deserialize, Serialize};

use crate::base::cards::mask_cards;

/// The longest name or city, in characters.
pub const NAME_MAX: usize = 100;
/// The longest address or note, in characters.
pub const ADDRESS_MAX: usize = 300;
/// The longest postal code, in characters.
pub const POSTAL_CODE_MAX: usize = 20;

/// Delivery details as text, before anybody has looked at them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryText {
    /// Who receives it.
    pub name: String,
    /// Street and number, and what else a courier needs.
    pub address: String,
    /// City.
    pub city: String,
    /// Postal code, where there is one.
    pub postal_code: Option<String>,
    /// Anything the courier should know.
    pub note: Option<String>,
}

/// Delivery details that can be kept: nothing missing, nothing too long, on one line each, card numbers masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DeliveryText", into = "DeliveryText")]
pub struct Delivery(DeliveryText);

/// Which delivery detail cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDelivery {
    /// It is needed and not there.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// It is too long.
    #[error("the {field} is longer than {max} characters")]
    TooLong {
        /// Which: `name`, `address`, `city`, `postal code`, `note`.
        field: &'static str,
        /// The most characters it may have.
        max: usize,
    },
}

impl Delivery {
    /// Reads delivery details.
    ///
    /// # Errors
    /// When name, address or city is missing, or something is too long.
    pub fn new(text: &DeliveryText) -> Result<Self, BadDelivery> {
        let needed = |field, value: &str, max| tidy(field, value, max)?.ok_or(BadDelivery::Missing(field));
        let welcome = |field, value: &Option<String>, max| tidy(field, value.as_deref().unwrap_or_default(), max);
        Ok(Self(DeliveryText {
            name: needed("name", &text.name, NAME_MAX)?,
            address: needed("address", &text.address, ADDRESS_MAX)?,
            city: needed("city", &text.city, NAME_MAX)?,
            postal_code: welcome("postal code", &text.postal_code, POSTAL_CODE_MAX)?,
            note: welcome("note", &text.note, ADDRESS_MAX)?,
        }))
    }

    /// Who receives it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Street and number, and what else a courier needs.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// City.
    #[must_use]
    pub fn city(&self) -> &str {
        &self.0.city
    }

    /// Postal code, where there is one.
    #[must_use]
    pub fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// Anything the courier should know.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

impl TryFrom<DeliveryText> for Delivery {
    type Error = BadDelivery;
    fn try_from(text: DeliveryText) -> Result<Self, BadDelivery> {
        Self::new(&text)
    }
}

impl From<Delivery> for DeliveryText {
    fn from(delivery: Delivery) -> Self {
        delivery.0
    }
}

/// The text on one line with card numbers masked; `None` when nothing is left of it.
fn tidy(field: &'static str, text: &str, max: usize) -> Result<Option<String>, BadDelivery> {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > max {
        return Err(BadDelivery::TooLong { field, max });
    }
    Ok(Some(mask_cards(&line)).filter(|line| !line.is_empty()))
}

#[cfg(test)]
pub(crate) mod samples {
    use crate::cart::delivery::{Delivery, DeliveryText};

    /// Details that can be kept.
    pub(crate) fn delivery() -> Delivery {
        Delivery::new(&DeliveryText {
            name: "Ana Pérez".to_owned(),
            address: "Av. Reforma 10, int. 4".to_owned(),
            city: "Ciudad de México".to_owned(),
            postal_code: Some("06600".to_owned()),
            note: None,
        })
        .unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> DeliveryText {
        samples::delivery().into()
    }

    #[test]
    fn details_are_put_on_one_line_and_empty_ones_left_out() {
        let address = " Av. Reforma 10\n\tint. 4 ".to_owned();
        let delivery = Delivery::new(&DeliveryText { address, note: Some(" \n ".to_owned()), ..text() }).unwrap();
        assert_eq!(delivery.address(), "Av. Reforma 10 int. 4");
        assert_eq!(delivery.note(), None);
    }

    #[test]
    fn missing_and_overlong_details_are_named() {
        let missing = Delivery::new(&DeliveryText { city: "  ".to_owned(), ..text() });
        assert_eq!(missing, Err(BadDelivery::Missing("city")));
        let check = |field, max: usize, bend: fn(String) -> DeliveryText| {
            assert!(Delivery::new(&bend("ñ".repeat(max))).is_ok(), "{field} of {max}");
            assert_eq!(Delivery::new(&bend("ñ".repeat(max + 1))), Err(BadDelivery::TooLong { field, max }));
        };
        check("name", 100, |name| DeliveryText { name, ..text() });
        check("address", 300, |address| DeliveryText { address, ..text() });
        check("city", 100, |city| DeliveryText { city, ..text() });
        check("postal code", 20, |code| DeliveryText { postal_code: Some(code), ..text() });
        check("note", 300, |note| DeliveryText { note: Some(note), ..text() });
    }

    #[test]
    fn a_card_number_in_a_note_is_masked() {
        let note = Some("pago con 4242 4242 4242 4242".to_owned());
        let delivery = Delivery::new(&DeliveryText { note, ..text() }).unwrap();
        assert_eq!(delivery.note(), Some("pago con •••• •••• •••• 4242"));
    }

    #[test]
    fn reading_back_goes_through_the_same_rules() {
        let kept = serde_json::to_value(samples::delivery()).unwrap();
        assert_eq!(serde_json::from_value::<Delivery>(kept.clone()).unwrap(), samples::delivery());
        let mut bent = kept;
        bent["name"] = "".into();
        assert!(serde_json::from_value::<Delivery>(bent).is_err());
    }
}
