//! What a search is asked for, as the parameters of an address say it. Pages and programs write the same.

use crate::base::language::Language;
use crate::base::money::{Currency, Money};
use crate::catalog::cursor::Cursor;
use crate::catalog::search::{LIMIT_MAX, Query, Sort};

/// The longest text that is searched for, in characters.
const TEXT_CHARS_MAX: usize = 400;
/// The parameters there are.
const NAMES: [&str; 11] =
    ["q", "language", "price_min", "price_max", "option", "category", "brand", "tag", "in_stock", "sort", "limit"];
/// Where the list goes on; it is given, not chosen.
const CURSOR: &str = "cursor";
/// Those that may come several times.
const SEVERAL: [&str; 2] = ["option", "tag"];

/// The parameters of an address, in the order in which they stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// Whose catalog is asked about, as far as the meaning of parameters goes.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The language of the words unless another is named.
    pub language: Language,
    /// What amounts are in.
    pub currency: Currency,
}

/// A parameter that cannot be used, in a sentence that says what can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadParameter {
    /// There is none of this name.
    #[error("there is no parameter `{0}`; there are {known}, cursor", known = NAMES.join(", "))]
    Unknown(String),
    /// It can mean one thing only.
    #[error("`{0}` is given twice; give it once")]
    Twice(String),
    /// It means nothing.
    #[error("`{name}` is `{value}`; {wanted}")]
    Value {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: String,
        /// What could be.
        wanted: String,
    },
}

impl Parameters {
    /// Those of an address, by the part behind its `?`. What nobody can see is a space.
    #[must_use]
    pub fn of(query: Option<&str>) -> Self {
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let plain = |text: &str| text.replace(char::is_control, " ");
        let pairs = pairs.map(|(name, value)| (name.into_owned(), plain(&value)));
        Self(pairs.filter(|(_, value)| !value.trim().is_empty()).collect())
    }

    /// Only those that there are: links into a page may carry others.
    #[must_use]
    pub fn known(mut self) -> Self {
        self.0.retain(|(name, _)| NAMES.contains(&name.as_str()) || name == CURSOR);
        self
    }

    /// What one says, the first if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same search from its beginning, with one parameter said otherwise or, where several may stand, once more.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let stays = |known: &str| known != CURSOR && (known != name || SEVERAL.contains(&name));
        let mut others: Vec<_> = self.0.iter().filter(|(known, _)| stays(known)).cloned().collect();
        others.push((name.to_owned(), value.to_owned()));
        Self(others)
    }

    /// The same search from its beginning, without one of its parameters.
    #[must_use]
    pub fn without(&self, name: &str, value: &str) -> Self {
        let stays = |(known, said): &&(String, String)| known != CURSOR && !(known == name && said == value);
        Self(self.0.iter().filter(stays).cloned().collect())
    }

    /// Each with its name.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A page with these parameters.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish();
        format!("{path}?{query}")
    }
}

/// What is asked.
///
/// # Errors
/// When a parameter cannot be used; the first one is told.
pub fn read(parameters: &Parameters, asker: Asker) -> Result<Query, BadParameter> {
    let mut query = Query { limit: LIMIT_MAX, ..Query::new("", asker.language) };
    let (mut seen, mut cursor) = (Vec::new(), None);
    for (name, value) in parameters.pairs() {
        let value = value.trim();
        if seen.contains(&name) && !SEVERAL.contains(&name) {
            return Err(BadParameter::Twice(name.to_owned()));
        }
        seen.push(name);
        if name == CURSOR {
            cursor = Some(value);
        } else {
            set(&mut query, (name, value), asker)?;
        }
    }
    if let Some(cursor) = cursor {
        let offset = cursor.parse::<Cursor>().and_then(|read| read.offset_in(&query));
        query.offset = offset.map_err(|error| wrong(CURSOR, cursor, &error.to_string()))?;
    }
    Ok(query)
}

fn set(query: &mut Query, (name, value): (&str, &str), asker: Asker) -> Result<(), BadParameter> {
    match name {
        "q" if value.chars().count() > TEXT_CHARS_MAX => {
            let shown: String = value.chars().take(40).chain("…".chars()).collect();
            return Err(wrong("q", &shown, &format!("write at most {TEXT_CHARS_MAX} characters")));
        }
        "q" => value.clone_into(&mut query.text),
        "language" => query.language = value.parse().map_err(|_| wrong("language", value, "write en, es or pt"))?,
        "price_min" => query.price_min = Some(amount("price_min", value, asker.currency)?),
        "price_max" => query.price_max = Some(amount("price_max", value, asker.currency)?),
        "option" => query.options.push(option(value)?),
        "category" => query.category = Some(value.to_owned()),
        "brand" => query.brand = Some(value.to_owned()),
        "tag" => query.tags.push(value.to_owned()),
        "in_stock" => query.in_stock_only = truth(value)?,
        "sort" => query.sort = sort(value)?,
        "limit" => query.limit = limit(value)?,
        _ => return Err(BadParameter::Unknown(name.to_owned())),
    }
    Ok(())
}

fn wrong(name: &'static str, value: &str, wanted: &str) -> BadParameter {
    BadParameter::Value { name, value: value.to_owned(), wanted: wanted.to_owned() }
}

fn amount(name: &'static str, value: &str, currency: Currency) -> Result<Money, BadParameter> {
    let plain = format!("write a plain amount in {}, such as 199.50", currency.code());
    Money::parse_major(value, currency).map_err(|_| wrong(name, value, &plain))
}

/// An option and its value as one parameter says them: `Color:Azul`. Colons of the name are marked: `a\:b:c`.
#[must_use]
pub fn write_option(name: &str, value: &str) -> String {
    format!("{}:{value}", name.replace('\\', r"\\").replace(':', r"\:"))
}

/// The option and the value, as far as there is one.
#[must_use]
pub fn read_option(written: &str) -> Option<(String, String)> {
    let mut name = String::new();
    let mut letters = written.chars();
    loop {
        match letters.next()? {
            ':' => return Some((name, letters.collect())),
            '\\' => name.push(letters.next()?),
            letter => name.push(letter),
        }
    }
}

fn option(value: &str) -> Result<(String, String), BadParameter> {
    let parts = read_option(value).map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    let parts = parts.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    parts.ok_or_else(|| wrong("option", value, "write a name, a colon and a value, such as Color:Azul"))
}

fn truth(value: &str) -> Result<bool, BadParameter> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(wrong("in_stock", value, "write true or false")),
    }
}

fn sort(value: &str) -> Result<Sort, BadParameter> {
    match value {
        "best" => Ok(Sort::Best),
        "price_asc" => Ok(Sort::PriceUp),
        "price_desc" => Ok(Sort::PriceDown),
        _ => Err(wrong("sort", value, "write best, price_asc or price_desc")),
    }
}

fn limit(value: &str) -> Result<usize, BadParameter> {
    let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| wrong("limit", value, &format!("write a number from 1 to {LIMIT_MAX}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pesos() -> Currency {
        "MXN".parse().unwrap()
    }

    fn asked(query: &str) -> Result<Query, BadParameter> {
        let asker = Asker { language: Language::Es, currency: pesos() };
        read(&Parameters::of(Some(query)), asker)
    }

    #[test]
    fn every_parameter_says_what_it_is_called() {
        let query = asked(
            "q=taza+azul&language=pt&price_min=100&price_max=199.50&option=Color:Azul&option=Talla:3:4&category=Cocina\
             &brand=Sol&tag=nuevo&tag=regalo&in_stock=true&sort=price_asc&limit=3",
        );
        let money = |minor| Some(Money::new(minor, pesos()));
        let expected = Query {
            price_min: money(10_000),
            price_max: money(19_950),
            options: vec![("Color".to_owned(), "Azul".to_owned()), ("Talla".to_owned(), "3:4".to_owned())],
            category: Some("Cocina".to_owned()),
            brand: Some("Sol".to_owned()),
            tags: vec!["nuevo".to_owned(), "regalo".to_owned()],
            in_stock_only: true,
            sort: Sort::PriceUp,
            limit: 3,
            ..Query::new("taza azul", Language::Pt)
        };
        assert_eq!(query, Ok(expected));
        assert_eq!(asked("q=&brand=+"), Ok(Query { limit: LIMIT_MAX, ..Query::new("", Language::Es) }));
    }

    #[test]
    fn an_option_is_read_as_it_was_written_whatever_its_name() {
        for (name, value) in [("Color", "Azul"), ("Talla:", "3:4"), (r"a\", ":"), ("", r"\:")] {
            let written = write_option(name, value);
            assert_eq!(read_option(&written), Some((name.to_owned(), value.to_owned())), "{written}");
        }
        assert_eq!(read_option("Color"), None);
    }

    #[test]
    fn what_nobody_can_see_is_not_searched_for() {
        assert_eq!(asked("q=taza%00azul").unwrap().text, "taza azul");
        assert_eq!(asked("option=Color:Azul%00").unwrap().options, [("Color".to_owned(), "Azul".to_owned())]);
    }

    #[test]
    fn what_cannot_be_used_is_told_with_what_can() {
        for (query, told) in [
            ("color=azul", "there is no parameter `color`; there are q, language, price_min"),
            ("q=a&q=b", "`q` is given twice"),
            ("price_max=cheap", "`price_max` is `cheap`; write a plain amount in MXN, such as 199.50"),
            ("price_min=1.234", "write a plain amount"),
            ("option=Azul", "write a name, a colon and a value"),
            ("option=:Azul", "write a name, a colon and a value"),
            ("in_stock=yes", "write true or false"),
            ("sort=cheap", "write best, price_asc or price_desc"),
            ("limit=0", "write a number from 1 to 10"),
            ("limit=11", "write a number from 1 to 10"),
            ("language=fr", "write en, es or pt"),
            ("cursor=here", "this is no cursor"),
        ] {
            let said = asked(query).unwrap_err().to_string();
            assert!(said.contains(told), "{query}: {said}");
        }
        let long = asked(&format!("q={}", "a".repeat(TEXT_CHARS_MAX + 1))).unwrap_err().to_string();
        assert!(long.contains("at most 400 characters") && long.len() < 120, "{long}");
    }

    #[test]
    fn a_cursor_goes_on_with_its_own_search_only() {
        let first = asked("q=taza&in_stock=true").unwrap();
        let cursor = Cursor::after(&first, 10);
        let on = asked(&format!("cursor={cursor}&q=taza&in_stock=true")).unwrap();
        assert_eq!(on, Query { offset: 10, ..first });
        let other = asked(&format!("q=taza&cursor={cursor}")).unwrap_err().to_string();
        assert!(other.contains("other words or filters"), "{other}");
    }

    #[test]
    fn a_search_is_narrowed_and_widened_from_its_beginning() {
        let here = Parameters::of(Some("q=taza&option=Color:Azul&cursor=10-a&sort=best&utm=x")).known();
        let narrower = here.with("option", "Talla:M").with("sort", "price_asc");
        let address = narrower.address("/p");
        assert_eq!(address, "/p?q=taza&option=Color%3AAzul&option=Talla%3AM&sort=price_asc");
        let wider = narrower.without("option", "Color:Azul").without("sort", "price_asc");
        assert_eq!(wider.address("/p"), "/p?q=taza&option=Talla%3AM");
        assert_eq!(Parameters::of(None).address("/p"), "/p");
    }
}
