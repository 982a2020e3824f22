//! Amounts and percentages in a text: where they stand and what they say.
//!
//! With a currency beside it, every number is an amount. Without one it is an amount when it stands where prices
//! stand (after a price word), or looks like nothing but a price (`1,299.00`). Sizes, quantities, years, models
//! and codes are left alone, and so is a number that only looks like a price but stands in a product's own words.

use crate::agent::guard::reading::Reading;
use crate::agent::guard::token;
use crate::agent::guard::token::{Decimal, Kind, Shape, Token};
use crate::agent::guard::vocabulary;
use crate::agent::guard::vocabulary::Unit;

/// An amount in a text.
#[derive(Debug)]
pub(in crate::agent::guard) struct Mention {
    /// Where it begins, in bytes.
    pub(in crate::agent::guard) start: usize,
    /// Where it ends.
    pub(in crate::agent::guard) end: usize,
    /// How much, if it can be read.
    pub(in crate::agent::guard) number: Option<Decimal>,
    /// In what.
    pub(in crate::agent::guard) unit: Unit,
    /// Whether it only looks like an amount: then a product's own words may contain it.
    pub(in crate::agent::guard) only_looks: bool,
}

impl Mention {
    /// Whether a currency stands beside it.
    pub(in crate::agent::guard) fn has_currency(&self) -> bool {
        self.unit != Unit::ANY
    }
}

/// A percentage in a text.
#[derive(Debug)]
pub(in crate::agent::guard) struct Percentage {
    /// Where it begins, in bytes.
    pub(in crate::agent::guard) start: usize,
    /// Where it ends.
    pub(in crate::agent::guard) end: usize,
    /// How much.
    pub(in crate::agent::guard) number: Decimal,
}

/// Every amount in a text.
pub(in crate::agent::guard) fn mentions(reading: &Reading) -> Vec<Mention> {
    let cut = Cut::of(reading);
    let mut mentions: Vec<Mention> = (0..cut.tokens.len()).filter_map(|at| cut.mention(at)).collect();
    cut.ranges(&mut mentions);
    mentions.sort_by_key(|mention| (mention.start, std::cmp::Reverse(mention.end)));
    mentions.dedup_by(|later, earlier| later.end <= earlier.end);
    mentions
}

/// Every percentage in a text that is written in digits.
pub(in crate::agent::guard) fn percentages(reading: &Reading) -> Vec<Percentage> {
    let cut = Cut::of(reading);
    let mut found = Vec::new();
    for at in 0..cut.tokens.len() {
        if cut.is_percentage(at) {
            found.extend(cut.percentage(at));
            // `10-20 %` names two.
            let before = at.checked_sub(2).filter(|_| cut.is_range_word(at - 1));
            found.extend(
                before.filter(|before| !cut.is_percentage(*before)).and_then(|before| cut.percentage(before)),
            );
        }
    }
    found
}

/// Number words beside a currency, a percent sign or a price word: `mil pesos`, `twenty percent`. Where they stand.
pub(in crate::agent::guard) fn spelled_out(reading: &Reading) -> Vec<(usize, usize)> {
    let cut = Cut::of(reading);
    let mut found = Vec::new();
    for at in 0..cut.tokens.len() {
        if !cut.is_word(at) || !vocabulary::is_number_word(cut.low(at)) {
            continue;
        }
        let last =
            (at..cut.tokens.len()).take(7).take_while(|next| cut.continues_number(*next)).last().unwrap_or(at);
        let after = cut.low(last + 1);
        let money = vocabulary::word_unit(after).is_some() || vocabulary::code_unit(cut.text(last + 1)).is_some();
        let percent = after.starts_with("percent") || after == "porciento" || after == "%" || {
            matches!(after, "per" | "por") && matches!(cut.low(last + 2), "cent" | "ciento" | "cento")
        };
        // `15 mil pesos` is read as digits; `cuesta una maravilla` is no price.
        let digits_before = at > 0 && cut.tokens[at - 1].kind == Kind::Number;
        let of_a_percentage = at > 0 && matches!(cut.low(at - 1), "por" | "per");
        let taken_off = !of_a_percentage && cut.is_taken_off(if cut.low(last) == "de" { last } else { last + 1 });
        let beside = taken_off || cut.follows_price_word(at).is_some_and(vocabulary::is_price_word);
        let priced = beside && !vocabulary::is_small_number_word(cut.low(at));
        if (money || percent || priced) && !digits_before {
            let end = if money || percent { last + 1 } else { last };
            found.push((cut.tokens[at].start, cut.tokens.get(end).map_or(reading.text.len(), |token| token.end)));
        }
    }
    found.dedup_by(|later, earlier| later.0 < earlier.1);
    found
}

/// Currency signs with no number beside them: `$l,299`. Where they stand.
pub(in crate::agent::guard) fn signs_without_number(reading: &Reading) -> Vec<(usize, usize)> {
    let cut = Cut::of(reading);
    let alone = |at: &usize| matches!(cut.tokens[*at].kind, Kind::Sign(_)) && cut.owner_of_sign(*at).is_none();
    (0..cut.tokens.len()).filter(alone).map(|at| (cut.tokens[at].start, cut.tokens[at].end)).collect()
}

struct Cut<'a> {
    reading: &'a Reading,
    tokens: Vec<Token>,
}

impl<'a> Cut<'a> {
    fn of(reading: &'a Reading) -> Self {
        Self { reading, tokens: token::scan(&reading.text) }
    }

    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.reading.text[token.start..token.end])
    }

    fn low(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.reading.low[token.start..token.end])
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn spaced(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|token| token.spaced)
    }

    fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word)
    }

    fn is_number(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Number)
    }

    fn mention(&self, at: usize) -> Option<Mention> {
        if !self.is_number(at) || self.is_percentage(at) {
            return None;
        }
        let (power, last) = self.multiplier(at);
        let before = at.checked_sub(1).and_then(|before| self.unit_before(before, at));
        let after = self.unit_after(last + 1, at);
        let (first, last, digits) = match (&before, &after) {
            (None, None) => (at, last, self.text(at).to_owned()),
            _ => self.with_spaced_groups(at, last),
        };
        let marked = before.is_some() || after.is_some();
        let start = before.as_ref().map_or(self.tokens[first].start, |(_, start)| *start);
        let end = after.as_ref().map_or(self.tokens[last].end, |(_, end)| *end);
        let unit = match (before, after) {
            (Some((before, _)), Some((after, _))) => before.and(after),
            (Some((unit, _)), None) | (None, Some((unit, _))) => unit,
            (None, None) => Unit::ANY,
        };
        let only_looks = match (marked, self.looks(at, last)) {
            (true, _) | (false, Looks::Priced) => false,
            (false, Looks::Likely) => true,
            (false, Looks::No) => return None,
        };
        let number = token::read(&digits).and_then(|(number, _)| number.scaled(power + unit.power));
        Some(Mention { start, end, number, unit, only_looks })
    }

    /// `2k`, `15 mil`, `2 millones de`: the power of ten, and the last token that belongs to the number.
    fn multiplier(&self, at: usize) -> (i32, usize) {
        let power = match self.low(at + 1) {
            "k" if !self.spaced(at + 1) => 3,
            "mil" | "thousand" | "grand" => 3,
            "million" | "millions" | "millon" | "millones" | "milhao" | "milhoes" => 6,
            _ => return (0, at),
        };
        let last = if self.low(at + 2) == "de" { at + 2 } else { at + 1 };
        (power, last)
    }

    /// `1 299 pesos`, `$ 1 299`: groups of three parted by spaces. Any other row of numbers cannot be read.
    fn with_spaced_groups(&self, at: usize, last: usize) -> (usize, usize, String) {
        let joined = |at: usize| at > 0 && self.is_number(at) && self.is_number(at - 1) && self.tokens[at].spaced;
        let (mut first, mut end) = (at, last);
        while joined(first) {
            first -= 1;
        }
        while last == at && joined(end + 1) {
            end += 1;
        }
        if first == end {
            return (at, last, self.text(at).to_owned());
        }
        let groups: Vec<&str> = (first..=end).filter(|at| self.is_number(*at)).map(|at| self.text(at)).collect();
        let whole = |group: &&str| group.split(['.', ',']).next().is_some_and(|whole| whole.len() == 3);
        let (rest, short) = (&groups[1..], |group: &&str| group.len() <= 3);
        if rest.iter().all(whole) && groups[..rest.len()].iter().all(short) {
            (first, end, groups.concat())
        } else if groups.len() > 2 && groups.iter().all(|group| group.len() == 1) {
            // `1 2 9 9` is read as no number at all, which no evidence allows.
            (first, end, groups.join("."))
        } else {
            (at, last, self.text(at).to_owned())
        }
    }

    /// The currency just before a number, and where its mark begins.
    fn unit_before(&self, before: usize, number: usize) -> Option<(Unit, usize)> {
        match self.tokens[before].kind {
            Kind::Sign(sign) if self.owner_of_sign(before) == Some(number) => {
                let prefix = before.checked_sub(1).filter(|prefix| self.is_word(*prefix) && !self.spaced(before));
                let unit = vocabulary::sign_unit(prefix.map_or("", |prefix| self.low(prefix)), sign);
                let from = prefix.filter(|prefix| self.low(*prefix).len() <= 3).unwrap_or(before);
                Some((unit, self.tokens[from].start))
            }
            Kind::Word => {
                // `500 MXN 3`: the code belongs to the number before it.
                let taken = before.checked_sub(1).is_some_and(|earlier| self.is_number(earlier));
                let unit = vocabulary::code_unit(self.text(before)).filter(|_| !taken)?;
                Some((unit, self.tokens[before].start))
            }
            Kind::Mark('/') if before > 0 && self.low(before - 1) == "s" => {
                Some((Unit::only(&["PEN"]), self.tokens[before - 1].start))
            }
            Kind::Mark('-') if before > 0 && !self.spaced(number) => self.unit_before(before - 1, number),
            _ => None,
        }
    }

    /// The currency just after a number, and where its mark ends.
    fn unit_after(&self, after: usize, number: usize) -> Option<(Unit, usize)> {
        let unit = match self.kind(after)? {
            Kind::Sign(sign) if self.owner_of_sign(after) == Some(number) => vocabulary::sign_unit("", sign),
            Kind::Word => {
                let singular = self.text(number) == "1";
                let by_word = vocabulary::word_unit(self.low(after))
                    .or_else(|| vocabulary::single_word_unit(self.low(after)).filter(|_| singular));
                by_word.or_else(|| vocabulary::code_unit(self.text(after)))?
            }
            _ => return None,
        };
        Some((unit, self.tokens[after].end))
    }

    /// Which number a currency sign belongs to.
    fn owner_of_sign(&self, sign: usize) -> Option<usize> {
        let after = Some(sign + 1).filter(|after| self.is_number(*after));
        let negative = Some(sign + 2).filter(|after| self.text(sign + 1) == "-" && self.is_number(*after));
        let before = sign.checked_sub(1).and_then(|before| self.number_ending(before));
        match (before, after.or(negative)) {
            (Some(before), Some(after)) => {
                let euro = self.text(sign) == "\u{20AC}";
                let follows = self.spaced(after) && (euro || !self.spaced(sign));
                Some(if follows { before } else { after })
            }
            (before, after) => before.or(after),
        }
    }

    /// The number that ends with this token, its `mil` or `k` included.
    fn number_ending(&self, last: usize) -> Option<usize> {
        if self.is_number(last) {
            return Some(last);
        }
        last.checked_sub(1).filter(|at| self.is_number(*at) && self.multiplier(*at).1 == last)
    }

    fn is_percentage(&self, at: usize) -> bool {
        self.is_number(at)
            && match self.low(at + 1) {
                "%" | "percent" | "percentage" | "porciento" | "pct" => true,
                "per" | "por" => matches!(self.low(at + 2), "cent" | "ciento" | "cento"),
                _ => at > 0 && self.low(at - 1) == "%" && !self.spaced(at) && (at < 2 || !self.is_number(at - 2)),
            }
    }

    fn percentage(&self, at: usize) -> Option<Percentage> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Number)?;
        // A percentage that cannot be read is one that no evidence has.
        let number = token::read(self.text(at)).map_or(Decimal::whole(-1), |(number, _)| number);
        let end = self.tokens.get(at + 1).map_or(token.end, |sign| sign.end);
        Some(Percentage { start: token.start, end, number })
    }

    fn is_range_word(&self, at: usize) -> bool {
        matches!(self.low(at), "-" | "a" | "to" | "hasta" | "ate" | "o" | "or" | "ou")
    }

    /// `500 a 800 pesos`, `$500-800`: the end of a range that has no currency of its own.
    fn ranges(&self, mentions: &mut Vec<Mention>) {
        let mut others = Vec::new();
        for mention in mentions.iter().filter(|mention| !mention.only_looks) {
            let first = self.tokens.iter().position(|token| token.start >= mention.start);
            let last = self.tokens.iter().rposition(|token| token.end <= mention.end);
            let before = first.and_then(|first| first.checked_sub(2)).filter(|at| self.is_range_word(at + 1));
            let after = last.map(|last| last + 2).filter(|at| self.is_range_word(at - 1));
            for at in before.into_iter().chain(after).filter(|at| self.is_number(*at)) {
                let token = self.tokens[at];
                let apart = !mentions.iter().any(|known| known.start <= token.start && token.end <= known.end);
                let small = token.end - token.start == 1 && token.start < mention.start;
                if apart && !small && !self.is_percentage(at) {
                    let number =
                        token::read(self.text(at)).and_then(|(number, _)| number.scaled(mention.unit.power));
                    others.push(Mention {
                        start: token.start,
                        end: token.end,
                        number,
                        unit: mention.unit,
                        only_looks: false,
                    });
                }
            }
        }
        mentions.append(&mut others);
    }

    fn continues_number(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(Kind::Word) => {
                vocabulary::is_number_word(self.low(at)) || matches!(self.low(at), "y" | "e" | "and" | "de" | "of")
            }
            Some(Kind::Mark('-')) => true,
            _ => false,
        }
    }

    /// Whether a number with no currency beside it stands or looks like a price.
    fn looks(&self, at: usize, last: usize) -> Looks {
        if self.is_part_of_something(at) || self.is_counted(last + 1) {
            return Looks::No;
        }
        if self.is_taken_off(last + 1) {
            return Looks::Priced;
        }
        let Some((number, shape)) = token::read(self.text(at)) else { return Looks::No };
        let whole = number.as_whole();
        // `Si pagas antes de las 12` tells the time.
        if at > 0 && self.low(at - 1) == "las" && whole.is_some_and(|whole| whole <= 24) {
            return Looks::No;
        }
        let long = whole.is_none_or(|whole| whole >= 100);
        let year = shape == Shape::Plain && whole.is_some_and(|whole| (1900..2100).contains(&whole));
        let ended = self.ends_after(last);
        match self.follows_price_word(at) {
            // `en total son 3` counts, `son 30` does not.
            Some("total") if self.text(at).len() == 1 => return Looks::No,
            Some(word) if vocabulary::is_price_word(word) && (ended || long) => return Looks::Priced,
            Some(_) if long && ended && !year => return Looks::Likely,
            _ => {}
        }
        let likely = match shape {
            Shape::Decimals(2) => true,
            Shape::Grouped => ended,
            _ => self.is_labelled(at) && long && ended && !year,
        };
        if likely { Looks::Likely } else { Looks::No }
    }

    /// Part of a code, a time, a date, a fraction, a `#1023`.
    fn is_part_of_something(&self, at: usize) -> bool {
        let before = at.checked_sub(1);
        let glued = before.is_some_and(|before| {
            !self.spaced(at) && matches!(self.kind(before), Some(Kind::Word | Kind::Mark('#' | '/' | '@')))
        });
        let clock = |mark: usize| matches!(self.text(mark), ":" | "/") && !self.spaced(mark);
        let time_after = clock(at + 1) && self.is_number(at + 2) && !self.spaced(at + 2);
        let time_before =
            before.is_some_and(|mark| clock(mark) && mark > 0 && self.is_number(mark - 1) && !self.spaced(at));
        glued || time_after || time_before
    }

    /// `2 x`, `2 × Camiseta`, `1.75 m`, `3 a 5 días`: counted or measured, not priced.
    fn is_counted(&self, after: usize) -> bool {
        let measure = |at: usize| self.is_word(at) && vocabulary::is_measure(self.low(at));
        matches!(self.low(after), "x" | "\u{D7}" | "\"" | "\u{B0}")
            || measure(after)
            || (self.is_range_word(after) && self.is_number(after + 1) && measure(after + 2))
    }

    /// `50 off`, `100 de descuento`, `200 menos`, `30 mais barato`: what follows makes it a discount.
    fn is_taken_off(&self, after: usize) -> bool {
        let of_the_cart = |at: usize| {
            matches!(self.low(at), "the" | "your" | "my" | "this" | "that")
                && matches!(self.low(at + 1), "cart" | "order" | "list" | "bag" | "basket" | "shelf")
        };
        match self.low(after) {
            "off" => !of_the_cart(after + 1),
            "de" | "em" | "en" | "of" | "a" => vocabulary::is_discount_word(self.low(after + 1)),
            "mas" | "mais" => matches!(self.low(after + 1), "barato" | "barata" | "baratos" | "baratas"),
            // `3 menos` may be pieces.
            "menos" | "less" | "cheaper" => after > 0 && self.text(after - 1).len() > 1,
            _ => false,
        }
    }

    /// Whether the number ends a phrase, so that it counts nothing.
    fn ends_after(&self, last: usize) -> bool {
        !self.is_word(last + 1) || vocabulary::is_connective(self.low(last + 1))
    }

    /// The price word that stands before, if one does: the first that only prices follow, or else a weaker one.
    fn follows_price_word(&self, at: usize) -> Option<&'a str> {
        let mut weak = None;
        for before in (at.saturating_sub(5)..at).rev() {
            let word = self.low(before);
            if vocabulary::is_price_word(word) {
                return Some(word);
            }
            if vocabulary::is_weak_price_word(word) {
                weak = Some(word);
            } else if !(vocabulary::is_filler(word) || matches!(word, ":" | "=" | "\"" | "'")) {
                break;
            }
        }
        weak
    }

    /// `Camiseta: 450`, `Camiseta - 450`: a number after a label that is not a size, a code or a count.
    fn is_labelled(&self, at: usize) -> bool {
        let Some(mark) = at.checked_sub(1) else { return false };
        let parted = matches!(self.text(mark), ":" | "=" | ">") || (self.text(mark) == "-" && self.spaced(mark));
        let label = mark.checked_sub(1).filter(|label| self.is_word(*label));
        parted && self.spaced(at) && label.is_some_and(|label| !vocabulary::is_label_of_no_price(self.low(label)))
    }
}

enum Looks {
    /// It stands where only prices stand.
    Priced,
    /// It has the look of a price.
    Likely,
    /// It is a size, a count, a year, a code.
    No,
}
