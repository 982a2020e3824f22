//! Stripe's form encoding: `line_items[0][price_data][currency]=mxn` as a tree.

use std::collections::BTreeMap;

use crate::sandbox::stripe::errors::StripeError;

/// A parameter, or parameters within a parameter. Lists have `0`, `1`, … for names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// A value.
    Text(String),
    /// Named parts.
    Parts(BTreeMap<String, Param>),
}

/// Nested deeper than this, nothing of Stripe's is.
const DEPTH_MAX: usize = 8;

impl Param {
    /// Reads a form body or a query string.
    ///
    /// # Errors
    /// When a name is malformed, or names two things.
    pub fn read(form: &[u8]) -> Result<Self, StripeError> {
        let mut root = Self::Parts(BTreeMap::new());
        for (name, value) in url::form_urlencoded::parse(form) {
            let path = path_of(&name)?;
            root.put(&path, &name, value.into_owned())?;
        }
        Ok(root)
    }

    fn put(&mut self, path: &[String], name: &str, value: String) -> Result<(), StripeError> {
        let conflict =
            || StripeError::invalid(format!("Invalid request: `{name}` is given twice, or as two kinds")).at(name);
        let (Self::Parts(parts), Some((first, rest))) = (self, path.split_first()) else { return Err(conflict()) };
        let key = if first.is_empty() { parts.len().to_string() } else { first.clone() };
        if rest.is_empty() {
            return match parts.insert(key, Self::Text(value)) {
                None => Ok(()),
                Some(_) => Err(conflict()),
            };
        }
        parts.entry(key).or_insert_with(|| Self::Parts(BTreeMap::new())).put(rest, name, value)
    }

    /// The parameter at a path of names.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |param, name| match param {
            Self::Parts(parts) => parts.get(*name),
            Self::Text(_) => None,
        })
    }

    /// The value at a path of names.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        match self.at(path) {
            Some(Self::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The whole number at a path of names.
    pub fn number(&self, path: &[&str]) -> Option<i64> {
        self.text(path)?.parse().ok()
    }

    /// The members of a list at a path of names, in order.
    pub fn list(&self, path: &[&str]) -> Vec<&Self> {
        let Some(Self::Parts(parts)) = self.at(path) else { return Vec::new() };
        let mut members: Vec<_> =
            parts.iter().filter_map(|(name, part)| Some((name.parse::<u32>().ok()?, part))).collect();
        members.sort_by_key(|(place, _)| *place);
        members.into_iter().map(|(_, part)| part).collect()
    }

    /// The names and values at a path, such as metadata.
    pub fn pairs(&self, path: &[&str]) -> BTreeMap<String, String> {
        let Some(Self::Parts(parts)) = self.at(path) else { return BTreeMap::new() };
        let pair = |(name, part): (&String, &Self)| match part {
            Self::Text(text) if !text.is_empty() => Some((name.clone(), text.clone())),
            _ => None,
        };
        parts.iter().filter_map(pair).collect()
    }
}

fn path_of(name: &str) -> Result<Vec<String>, StripeError> {
    let malformed = || StripeError::invalid(format!("Invalid request: malformed parameter name `{name}`")).at(name);
    let (first, mut rest) = match name.find('[') {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    if first.is_empty() || first.contains(']') {
        return Err(malformed());
    }
    let mut path = vec![first.to_owned()];
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').and_then(|open| open.split_once(']')).ok_or_else(malformed)?;
        if inner.0.contains('[') || path.len() >= DEPTH_MAX {
            return Err(malformed());
        }
        path.push(inner.0.to_owned());
        rest = inner.1;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_make_a_tree() {
        let form = b"mode=payment&line_items[0][quantity]=2&expand[]=a&expand[]=b&metadata[k]=%C3%A1+b";
        let read = Param::read(form).unwrap();
        assert_eq!(read.text(&["mode"]), Some("payment"));
        assert_eq!(read.number(&["line_items", "0", "quantity"]), Some(2));
        assert_eq!(read.list(&["expand"]).len(), 2);
        assert_eq!(read.pairs(&["metadata"])["k"], "á b");
    }

    #[test]
    fn malformed_and_doubled_names_are_refused() {
        for bad in ["[a]=1", "a[b=1", "a[b]c=1", "a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2"] {
            assert!(Param::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
