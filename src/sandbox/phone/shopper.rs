//! The people who write to the shops.

use serde::{Deserialize, Serialize};

use crate::base::language::{Language, Locale};
use crate::sandbox::tokens;

/// Names a shopper within one sandbox. Small numbers are for tests; the phone page draws large ones.
pub type ShopperNumber = u32;

/// One person with a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shopper {
    /// Which one.
    pub number: ShopperNumber,
    /// The name in the profile.
    pub name: String,
    /// The phone number, digits only.
    pub phone: String,
    /// What a shop gets to see of them.
    pub shown: Shown,
    /// The country of the phone, for the user id.
    #[serde(skip)]
    country: String,
}

/// What a shop gets to see of a shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The phone number and the user id.
    PhoneAndUserId,
    /// The user id only: the shopper has taken a username.
    UserIdOnly,
}

/// Profile names: made up, and common where the language is spoken.
const fn names(language: Language) -> [&'static str; 10] {
    match language {
        Language::Es => [
            "Ana Torres",
            "Luis Prado",
            "Marta Ríos",
            "Diego Luna",
            "Sofía Campos",
            "Hugo Vega",
            "Lucía Soto",
            "Iván Rojas",
            "Elena Cruz",
            "Óscar Peña",
        ],
        Language::Pt => [
            "Bruna Silva",
            "Rafael Costa",
            "Clara Mendes",
            "Caio Lima",
            "Paula Nunes",
            "Davi Pinto",
            "Lívia Dias",
            "João Prado",
            "Nina Duarte",
            "Igor Ramos",
        ],
        Language::En => [
            "Emma Reed",
            "Leo Hart",
            "Mia Stone",
            "Owen Blake",
            "Ruby Lane",
            "Max Field",
            "Ivy Brooks",
            "Sam Wells",
            "Nora Quinn",
            "Jack Moss",
        ],
    }
}

impl Shopper {
    /// The shopper of this number, with a phone of the locale's country.
    pub fn new(number: ShopperNumber, locale: Locale) -> Self {
        let (country, prefix) = match (locale.region(), locale.language().code()) {
            (Some("MX"), _) | (None, "es") => ("MX", "52155"),
            (Some("CO"), _) => ("CO", "57300"),
            (Some("AR"), _) => ("AR", "54911"),
            (Some("CL"), _) => ("CL", "56900"),
            (Some("ES"), _) => ("ES", "34600"),
            (Some("BR"), _) | (_, "pt") => ("BR", "55119"),
            (Some("GB"), _) => ("GB", "44770"),
            _ => ("US", "15550"),
        };
        let name = names(locale.language())[number as usize % 10].to_owned();
        let phone = match country {
            "US" => format!("{prefix}{number:0>6}"),
            "ES" => format!("{prefix}{number:0>7}"),
            _ => format!("{prefix}{number:0>8}"),
        };
        Self { number, name, phone, shown: Shown::PhoneAndUserId, country: country.to_owned() }
    }

    /// The business-scoped user id that this shop knows the shopper by; another shop knows another one.
    pub fn user_id(&self, shop_slug: &str) -> String {
        format!("{}.{}", self.country, tokens::digits_of(&format!("{shop_slug}/{}", self.phone), 20))
    }

    /// The username, for shoppers who have taken one.
    pub fn username(&self) -> Option<String> {
        let plain: String = self.name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        (self.shown == Shown::UserIdOnly).then(|| format!("@{plain}{}", self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_shops_know_a_shopper_by_different_user_ids() {
        let shopper = Shopper::new(7, "es-MX".parse().unwrap());
        assert_ne!(shopper.user_id("uno"), shopper.user_id("dos"));
        assert_eq!(shopper.user_id("uno"), Shopper::new(7, "es-MX".parse().unwrap()).user_id("uno"));
        assert!(shopper.user_id("uno").starts_with("MX."));
    }

    #[test]
    fn shoppers_have_their_own_phones() {
        let mut phones: Vec<_> = (0..2000).map(|n| Shopper::new(n, "pt-BR".parse().unwrap()).phone).collect();
        phones.dedup();
        assert_eq!(phones.len(), 2000);
        assert!(phones.iter().all(|phone| phone.len() == 13 && phone.starts_with("55")), "{phones:?}");
    }
}
