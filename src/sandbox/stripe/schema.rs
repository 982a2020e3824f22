//! Checks parameters against a description of what Stripe takes, and refuses in Stripe's words.

use std::collections::BTreeMap;

use crate::sandbox::stripe::errors::StripeError;
use crate::sandbox::stripe::form::Param;

/// What a parameter may be.
pub enum Shape {
    /// Text of at most so many characters; never empty.
    Text(usize),
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An absolute http or https address.
    Address,
    /// These named parts and no others.
    Parts(&'static [Field]),
    /// A list.
    List(&'static Shape),
    /// Metadata: at most 50 names of 40 characters with values of 500.
    Labels,
    /// Stripe knows it; this sandbox does not act it out.
    NotModelled,
}

/// A named parameter.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub shape: Shape,
    /// Whether it must be there.
    pub need: Need,
}

/// Whether a parameter must be there.
#[derive(PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
}

/// A parameter that may be there.
pub const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Optional }
}

/// A parameter that must be there.
pub const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Required }
}

/// Checks all parameters of a request.
///
/// # Errors
/// What Stripe would answer to the first that is wrong.
pub fn check(params: &Param, fields: &[Field]) -> Result<(), StripeError> {
    match params {
        Param::Parts(parts) => check_parts(parts, fields, ""),
        Param::Text(_) => Err(StripeError::invalid("Invalid request")),
    }
}

fn check_parts(parts: &BTreeMap<String, Param>, fields: &[Field], place: &str) -> Result<(), StripeError> {
    for (name, part) in parts {
        let place = within(place, name);
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Err(StripeError::invalid(format!("Received unknown parameter: {place}"))
                .coded("parameter_unknown")
                .at(place));
        };
        check_one(part, &field.shape, &place)?;
    }
    let missing = |field: &&Field| field.need == Need::Required && !parts.contains_key(field.name);
    match fields.iter().find(missing) {
        None => Ok(()),
        Some(field) => {
            let place = within(place, field.name);
            Err(StripeError::invalid(format!("Missing required param: {place}."))
                .coded("parameter_missing")
                .at(place))
        }
    }
}

fn check_one(param: &Param, shape: &Shape, place: &str) -> Result<(), StripeError> {
    match (shape, param) {
        (Shape::NotModelled, _) => Err(StripeError::not_modelled(place)),
        (Shape::Parts(fields), Param::Parts(parts)) => check_parts(parts, fields, place),
        (Shape::List(shape), Param::Parts(parts)) => check_list(parts, shape, place),
        (Shape::Labels, Param::Parts(parts)) => check_labels(parts, place),
        (Shape::Labels, Param::Text(text)) if text.is_empty() => Ok(()),
        (Shape::Parts(_) | Shape::Labels, Param::Text(_)) => Err(StripeError::invalid("Invalid object").at(place)),
        (Shape::List(_), Param::Text(_)) => Err(StripeError::invalid("Invalid array").at(place)),
        (_, Param::Parts(_)) => Err(StripeError::invalid("Invalid string: a hash was given").at(place)),
        (scalar, Param::Text(text)) => check_text(text, scalar, place),
    }
}

fn check_list(parts: &BTreeMap<String, Param>, shape: &Shape, place: &str) -> Result<(), StripeError> {
    for at in 0..parts.len() {
        let member = parts.get(&at.to_string());
        let member =
            member.ok_or_else(|| StripeError::invalid("Invalid array: indexes must run from 0").at(place))?;
        check_one(member, shape, &within(place, &at.to_string()))?;
    }
    Ok(())
}

fn check_labels(parts: &BTreeMap<String, Param>, place: &str) -> Result<(), StripeError> {
    if parts.len() > 50 {
        return Err(StripeError::invalid("Metadata can have up to 50 keys.").at(place));
    }
    for (name, part) in parts {
        let Param::Text(text) = part else {
            return Err(StripeError::invalid("Metadata values must be strings.").at(within(place, name)));
        };
        check_text(text, &Shape::Text(usize::MAX), &within(place, name))?;
        if name.chars().count() > 40 {
            return Err(StripeError::invalid("Metadata keys can have up to 40 characters.").at(within(place, name)));
        }
        if text.chars().count() > 500 {
            return Err(
                StripeError::invalid("Metadata values can have up to 500 characters.").at(within(place, name))
            );
        }
    }
    Ok(())
}

fn check_text(text: &str, shape: &Shape, place: &str) -> Result<(), StripeError> {
    if text.is_empty() {
        return Err(StripeError::invalid(format!(
            "You passed an empty string for '{place}'. You should remove '{place}' from your request or supply a \
             non-empty value."
        ))
        .coded("parameter_invalid_empty")
        .at(place));
    }
    let refusal = match shape {
        Shape::Text(max) if text.chars().count() > *max => {
            let message = format!("Invalid string: must be at most {max} characters");
            Some(StripeError::invalid(message).coded("parameter_invalid_string"))
        }
        Shape::Integer if text.parse::<i64>().is_err() || text.starts_with('+') => {
            Some(StripeError::invalid(format!("Invalid integer: {text}")).coded("parameter_invalid_integer"))
        }
        Shape::Boolean if !matches!(text, "true" | "false") => {
            Some(StripeError::invalid(format!("Invalid boolean: {text}")))
        }
        Shape::OneOf(words) if !words.contains(&text) => {
            Some(StripeError::invalid(format!("Invalid {place}: must be one of {}", words.join(", "))))
        }
        Shape::Address if !is_web_address(text) => {
            Some(StripeError::invalid("Not a valid URL").coded("url_invalid"))
        }
        _ => None,
    };
    refusal.map_or(Ok(()), |error| Err(error.at(place)))
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn within(place: &str, name: &str) -> String {
    match place {
        "" => name.to_owned(),
        _ => format!("{place}[{name}]"),
    }
}
