//! Languages our own sentences exist in, and locales that say how numbers look.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language that the guided seller and our own sentences speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
}

impl Language {
    /// Every language, in a fixed order.
    pub const ALL: [Self; 3] = [Self::En, Self::Es, Self::Pt];

    /// The ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Pt => "pt",
        }
    }
}

/// A language tag that we have no sentences for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a locale we speak; use a tag such as en-US, es-MX or pt-BR")]
pub struct UnknownLocale(pub String);

impl FromStr for Language {
    type Err = UnknownLocale;
    fn from_str(text: &str) -> Result<Self, UnknownLocale> {
        let code = text.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|known| known.code() == code).ok_or_else(|| UnknownLocale(text.to_owned()))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A language as one country writes it: `es-MX`. Decides separators and where the currency sign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Locale {
    language: Language,
    region: Option<[u8; 2]>,
}

impl Locale {
    /// The language alone, with no country.
    #[must_use]
    pub const fn of(language: Language) -> Self {
        Self { language, region: None }
    }

    /// The language spoken.
    #[must_use]
    pub const fn language(self) -> Language {
        self.language
    }

    /// The ISO 3166 country code, if one was given.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_ref().and_then(|code| std::str::from_utf8(code).ok())
    }

    /// The same country's conventions in another language; the country wins for number formats.
    #[must_use]
    pub const fn speaking(self, language: Language) -> Self {
        Self { language, region: self.region }
    }

    /// The marks between units and cents and between thousands.
    #[must_use]
    pub fn marks(&self) -> (char, char) {
        if self.decimal_comma() { (',', '.') } else { ('.', ',') }
    }

    /// Whether thousands are marked as in India: 12,34,567.
    #[must_use]
    pub fn groups_by_lakh(&self) -> bool {
        self.region() == Some("IN")
    }

    /// Whether this locale writes a comma between units and cents (CLDR `numbers/symbols/decimal`).
    #[must_use]
    pub fn decimal_comma(&self) -> bool {
        const POINT: [&str; 12] = ["US", "MX", "GB", "CA", "AU", "IN", "GT", "HN", "NI", "SV", "DO", "PA"];
        match self.region() {
            Some("PE" | "PR") => false,
            Some(region) => !POINT.contains(&region),
            None => self.language == Language::Pt,
        }
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;
    fn from_str(text: &str) -> Result<Self, UnknownLocale> {
        let language = text.parse()?;
        let region = match text.split(['-', '_']).nth(1) {
            None => None,
            Some(code) if code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()) => {
                let upper = code.to_ascii_uppercase();
                Some([upper.as_bytes()[0], upper.as_bytes()[1]])
            }
            Some(_) => return Err(UnknownLocale(text.to_owned())),
        };
        Ok(Self { language, region })
    }
}

impl TryFrom<String> for Locale {
    type Error = UnknownLocale;
    fn try_from(text: String) -> Result<Self, UnknownLocale> {
        text.parse()
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> String {
        locale.to_string()
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.region() {
            Some(region) => write!(f, "{}-{region}", self.language),
            None => write!(f, "{}", self.language),
        }
    }
}
