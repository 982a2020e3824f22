//! A plain text cut into numbers, words, currency signs and marks; and numbers as shops write them.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::agent::guard) enum Kind {
    /// Digits, with points, commas or apostrophes between them.
    Number,
    /// Letters.
    Word,
    /// A currency sign such as `$`.
    Sign(char),
    /// Any other visible character, or a line break.
    Mark(char),
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::agent::guard) struct Token {
    /// What it is.
    pub(in crate::agent::guard) kind: Kind,
    /// Where it begins, in bytes.
    pub(in crate::agent::guard) start: usize,
    /// Where it ends.
    pub(in crate::agent::guard) end: usize,
    /// Whether a space or line break stands before it.
    pub(in crate::agent::guard) spaced: bool,
}

/// Cuts a plain text into tokens.
pub(in crate::agent::guard) fn scan(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
    let mut spaced = true;
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let start = at;
        at += character.len_utf8();
        let kind = match character {
            '\n' => Kind::Mark('\n'),
            _ if character.is_whitespace() => {
                spaced = true;
                continue;
            }
            '0'..='9' => {
                at = number_end(bytes, at);
                Kind::Number
            }
            '$' | '\u{A2}'..='\u{A5}' | '\u{20A0}'..='\u{20CF}' => Kind::Sign(character),
            _ if character.is_alphabetic() => {
                at += text[at..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - at);
                Kind::Word
            }
            _ => Kind::Mark(character),
        };
        tokens.push(Token { kind, start, end: at, spaced });
        spaced = character == '\n';
    }
    tokens
}

fn number_end(bytes: &[u8], mut at: usize) -> usize {
    let digit = |position: usize| bytes.get(position).is_some_and(u8::is_ascii_digit);
    loop {
        if digit(at) {
            at += 1;
        } else if matches!(bytes.get(at), Some(b'.' | b',' | b'\'')) && digit(at + 1) {
            at += 2;
        } else {
            return at;
        }
    }
}

/// A number as written: digits without their marks, and how many of them are decimals.
#[derive(Clone, Copy, Debug)]
pub(in crate::agent::guard) struct Decimal {
    digits: i128,
    decimals: u32,
    /// Written with one mark and three digits after it: thousands, but in a currency with three decimals perhaps not.
    perhaps_thousandths: bool,
}

impl Decimal {
    /// A whole number.
    pub(in crate::agent::guard) const fn whole(number: i128) -> Self {
        Self { digits: number, decimals: 0, perhaps_thousandths: false }
    }

    /// So many thousands, millions or hundredths of it.
    pub(in crate::agent::guard) fn scaled(self, power: i32) -> Option<Self> {
        match u32::try_from(power) {
            Ok(power) => self.digits.checked_mul(10_i128.checked_pow(power)?).map(|digits| Self { digits, ..self }),
            Err(_) => Some(Self { decimals: self.decimals.checked_add(power.unsigned_abs())?, ..self }),
        }
    }

    /// Whether it is `minor` units of a currency with so many decimals.
    pub(in crate::agent::guard) fn equals(self, minor: i64, exponent: u32) -> bool {
        let scale = |number: i128, by: u32| 10_i128.checked_pow(by).and_then(|by| number.checked_mul(by));
        let (ours, theirs) = (scale(self.digits, exponent), scale(i128::from(minor.unsigned_abs()), self.decimals));
        let thousandths =
            self.perhaps_thousandths && exponent == 3 && self.digits == i128::from(minor.unsigned_abs());
        thousandths || (ours.is_some() && ours == theirs)
    }

    /// So many minor units of a currency with so many decimals, if it comes to whole ones.
    pub(in crate::agent::guard) fn minor(self, exponent: u32) -> Option<i64> {
        let digits = self.digits.checked_mul(10_i128.checked_pow(exponent)?)?;
        let unit = 10_i128.checked_pow(self.decimals)?;
        (digits % unit == 0).then_some(digits / unit).and_then(|minor| i64::try_from(minor).ok())
    }

    /// Whether two numbers are the same, however they are written.
    pub(in crate::agent::guard) fn same(self, other: Self) -> bool {
        i64::try_from(other.digits).is_ok_and(|digits| self.equals(digits, other.decimals))
    }

    /// The whole number it is, if it is one.
    pub(in crate::agent::guard) fn as_whole(self) -> Option<i128> {
        let unit = 10_i128.checked_pow(self.decimals)?;
        (self.digits % unit == 0).then_some(self.digits / unit)
    }
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::agent::guard) enum Shape {
    /// `1299`.
    Plain,
    /// `1,299` or `1.299`.
    Grouped,
    /// `49.9`, `1.299,00`: so many decimals.
    Decimals(usize),
}

/// Reads a number token; `None` when it is written as no amount is (`20.11.2026`).
pub(in crate::agent::guard) fn read(text: &str) -> Option<(Decimal, Shape)> {
    let groups: Vec<&str> = text.split(['.', ',', '\'']).collect();
    let marks: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let grouped = |groups: &[&str]| match groups {
        [] | [_] => true,
        [first, middle @ .., last] => {
            let short = |group: &&str| matches!(group.len(), 2 | 3);
            (1..=3).contains(&first.len()) && *first != "0" && last.len() == 3 && middle.iter().all(short)
        }
    };
    let shape = match (marks.as_slice(), groups.as_slice()) {
        ([], _) => Shape::Plain,
        ([mark], [_, last]) if *mark != '\'' && !grouped(&groups) => Shape::Decimals(last.len()),
        ([first, rest @ ..], _) if rest.iter().all(|mark| mark == first) => {
            if !grouped(&groups) {
                return None;
            }
            Shape::Grouped
        }
        ([first, middle @ .., last], [whole @ .., decimals]) => {
            let one_mark = middle.iter().all(|mark| mark == first) && last != first && *last != '\'';
            if !one_mark || !grouped(whole) {
                return None;
            }
            Shape::Decimals(decimals.len())
        }
        _ => return None,
    };
    let digits: String = groups.concat();
    let decimals = if let Shape::Decimals(count) = shape { u32::try_from(count).ok()? } else { 0 };
    (digits.len() <= 18).then_some(())?;
    let perhaps_thousandths = shape == Shape::Grouped && groups.len() == 2;
    Some((Decimal { digits: digits.parse().ok()?, decimals, perhaps_thousandths }, shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_their_country_writes_them() {
        let check = |text: &str, minor: i64, shape: Shape| {
            let (number, found) = read(text).unwrap();
            assert!(number.equals(minor, 2), "{text} is {number:?}");
            assert_eq!(found, shape, "{text}");
        };
        check("1299", 129_900, Shape::Plain);
        check("1,299", 129_900, Shape::Grouped);
        check("1.299", 129_900, Shape::Grouped);
        check("1,299.00", 129_900, Shape::Decimals(2));
        check("1.299,00", 129_900, Shape::Decimals(2));
        check("1'299.50", 129_950, Shape::Decimals(2));
        check("12,34,567.00", 123_456_700, Shape::Decimals(2));
        check("49,9", 4990, Shape::Decimals(1));
        check("0.500", 50, Shape::Decimals(3));
        check("1.234.567", 123_456_700, Shape::Grouped);
    }

    #[test]
    fn what_is_no_amount_is_not_read_as_one() {
        for text in ["20.11.2026", "1.2.9.9", "1,2,3", "1.299,00.5", "9999999999999999999"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_text_is_cut_into_numbers_words_signs_and_marks() {
        let text = "R$ 49,90 (2x) 500MXN.";
        let cut: Vec<_> = scan(text).iter().map(|token| (&text[token.start..token.end], token.spaced)).collect();
        let expected = [
            ("R", true),
            ("$", false),
            ("49,90", true),
            ("(", true),
            ("2", false),
            ("x", false),
            (")", false),
            ("500", true),
            ("MXN", false),
            (".", false),
        ];
        assert_eq!(cut, expected);
    }
}
