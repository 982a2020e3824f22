//! Numbers in a message: how many, which one of a list, and what it may cost.

use crate::base::money::{Currency, Money};
use crate::llm::guided::lexicon::Lexicon;
use crate::llm::guided::text::Word;

/// More than this in one message is a telephone number, not a quantity.
const QUANTITY_MAX: u32 = 999;

/// More than so many are rarely bought of one thing in a chat: a greater number is a price or a measure first.
pub const DOZEN: u32 = 12;

/// What something may cost, as a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceRange {
    /// At least.
    pub min: Option<Money>,
    /// At most.
    pub max: Option<Money>,
    /// Which words of the message said so.
    pub places: Vec<usize>,
}

/// How many are meant: the first number that is no place in a list, no size, no price and not already explained.
#[must_use]
pub fn quantity(words: &[Word], explained: &[usize], lexicon: &Lexicon) -> Option<(u32, usize)> {
    if words.len() == 1 {
        return None;
    }
    let counts = words.iter().enumerate().filter_map(|(place, word)| {
        let before = place.checked_sub(1).and_then(|at| words.get(at)).map_or("", |word| word.plain.as_str());
        let pointed_at = lexicon.is_pointer(before)
            || lexicon.is_size_word(before)
            || is_sign(before)
            || (lexicon.is_article(before) && is_digits(&word.plain));
        // "Give me two minutes" is no wish for two.
        let of_another_kind = |next: &Word| {
            lexicon.is_currency(&next.plain) || is_percent(&next.plain) || lexicon.is_occasion(&next.plain)
        };
        let priced = words.get(place + 1).is_some_and(of_another_kind);
        if explained.contains(&place) || pointed_at || priced {
            return None;
        }
        count(&word.plain, lexicon).filter(|count| (1..=QUANTITY_MAX).contains(count)).map(|count| (count, place))
    });
    // "a", "un" and "uma" count as one, so a real number after them goes first: "un par".
    let counts: Vec<_> = counts.collect();
    counts.iter().find(|(count, _)| *count > 1).or(counts.first()).copied()
}

/// Says that the number before it is a share: "make it 20% off" is no wish for twenty.
#[must_use]
pub fn is_percent(plain: &str) -> bool {
    matches!(plain, "%" | "percent")
}

fn is_digits(plain: &str) -> bool {
    !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit())
}

/// A whole number, in digits (`3`, `3x`, `x3`) or in words.
#[must_use]
pub fn count(plain: &str, lexicon: &Lexicon) -> Option<u32> {
    let digits = plain.strip_suffix('x').or_else(|| plain.strip_prefix('x')).unwrap_or(plain);
    if !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.parse().ok();
    }
    lexicon.number(plain)
}

/// Which of a list of `length` is pointed at: `el segundo`, `the 2nd one`, `o 2`, `#2`, `2` alone, `the last`.
#[must_use]
pub fn place_in_list(words: &[Word], length: usize, lexicon: &Lexicon) -> Option<(usize, Vec<usize>)> {
    let within = |number: usize| (1..=length).contains(&number).then(|| number - 1);
    let by_name = words.iter().enumerate().find_map(|(place, word)| {
        let ordinal = lexicon.ordinal(&word.plain).filter(|_| points(words, place, lexicon))?;
        let index = match ordinal {
            -1 => length.checked_sub(1)?,
            number => within(usize::try_from(number).ok()?)?,
        };
        Some((index, vec![place]))
    });
    by_name.or_else(|| {
        words.iter().enumerate().find_map(|(place, word)| {
            let number = usize::try_from(count(&word.plain, lexicon)?).ok()?;
            let alone = words.len() == 1;
            let before = place.checked_sub(1).and_then(|at| words.get(at)).map_or("", |word| word.plain.as_str());
            // "the 2" is a place, "the two" is both and "the one" is no number.
            let pointed_at = lexicon.is_pointer(before) || (lexicon.is_article(before) && is_digits(&word.plain));
            // "the 2 of them" is how many, "the 2" is which.
            let last = words.get(place + 1).is_none_or(|next| !lexicon.is_of(&next.plain));
            let index = within(number)?;
            (alone || (pointed_at && last))
                .then(|| (index, if alone { vec![place] } else { vec![place - 1, place] }))
        })
    })
}

/// Whether the ordinal at a place points at something: "the second", "second one", "second option", "2nd", or
/// "second" alone. "First let me think", "a second please" and "the last time" do not.
fn points(words: &[Word], place: usize, lexicon: &Lexicon) -> bool {
    let plain = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", |word| word.plain.as_str());
    let apart = |at: usize| words.get(at).is_none_or(|word| word.after_mark);
    let (before, after) = (plain(place.checked_sub(1)), plain(Some(place + 1)));
    if !apart(place + 1) && lexicon.is_occasion(after) {
        return false;
    }
    let opens = place == 0 || apart(place) || lexicon.joins(before);
    let one_follows = !apart(place + 1) && lexicon.number(after) == Some(1);
    let pointer_follows = !apart(place + 1) && lexicon.is_pointer(after);
    let alone = words.iter().enumerate().all(|(at, word)| at == place || lexicon.is_courtesy(&word.plain));
    let determined = !apart(place) && (lexicon.is_determiner(before) || lexicon.is_pointer(before));
    let in_digits = words[place].plain.starts_with(|c: char| c.is_ascii_digit());
    determined || in_digits || alone || pointer_follows || (opens && one_follows)
}

/// What something may cost: "under 30", "até 100 reais", "entre 200 y 500", "$500".
#[must_use]
pub fn price_range(words: &[Word], lexicon: &Lexicon, currency: Currency) -> PriceRange {
    let amounts = amounts(words, lexicon, currency);
    let mut range = PriceRange::default();
    let between = |left: &Amount, right: &Amount| {
        let start = left.places.first().copied().unwrap_or_default();
        let opened = start.checked_sub(1).and_then(|at| words.get(at));
        let joined = left.places.last().and_then(|at| words.get(at + 1));
        let adjacent = left.places.last().zip(right.places.first()).is_some_and(|(left, right)| right - left == 2);
        adjacent
            && opened.is_some_and(|word| lexicon.opens_range(&word.plain))
            && joined.is_some_and(|word| lexicon.joins_range(&word.plain))
    };
    if let Some([left, right]) = amounts.windows(2).find_map(|pair| match pair {
        [left, right] if between(left, right) => Some([left, right]),
        _ => None,
    }) {
        let (low, high) = if left.money.minor() <= right.money.minor() { (left, right) } else { (right, left) };
        (range.min, range.max) = (Some(low.money), Some(high.money));
        let ends = (left.places.first().copied(), right.places.last().copied());
        if let (Some(first), Some(last)) = ends {
            range.places = (first.saturating_sub(1)..=last).collect();
        }
        return range;
    }
    for amount in amounts {
        let start = amount.places.first().copied().unwrap_or_default();
        match lexicon.bound_before(words, start) {
            Some((Bound::AtMost, places)) => set(&mut range, None, Some(amount.money), places),
            Some((Bound::AtLeast, places)) => set(&mut range, Some(amount.money), None, places),
            Some((Bound::Around, places)) => {
                let (low, high) = around(amount.money);
                set(&mut range, Some(low), Some(high), places);
            }
            None if amount.marked => set(&mut range, None, Some(amount.money), Vec::new()),
            None => continue,
        }
        range.places.extend(amount.places);
    }
    range
}

/// Which side of an amount is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Not more.
    AtMost,
    /// Not less.
    AtLeast,
    /// About so much.
    Around,
}

/// A number that could be money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How much it would be.
    pub money: Money,
    /// Which words of the message say so.
    pub places: Vec<usize>,
    /// It carries a currency sign or word, so it is money even without "under".
    pub marked: bool,
}

fn set(range: &mut PriceRange, min: Option<Money>, max: Option<Money>, places: Vec<usize>) {
    range.min = min.or(range.min);
    range.max = max.or(range.max);
    range.places.extend(places);
}

/// A fifth less to a fifth more: wide enough to find something, narrow enough to be "about".
fn around(money: Money) -> (Money, Money) {
    let fifth = money.minor() / 5;
    let moved = |by: i64| Money::new(money.minor().saturating_add(by), money.currency());
    (moved(-fifth), moved(fifth))
}

fn is_sign(plain: &str) -> bool {
    matches!(plain, "$" | "€" | "£" | "r$" | "us$" | "mx$")
}

/// Every number that could be money, with its sign, its "thousand" and its currency word.
#[must_use]
pub fn amounts(words: &[Word], lexicon: &Lexicon, currency: Currency) -> Vec<Amount> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let signed = is_sign(&words[at].plain);
        let number_at = if signed { at + 1 } else { at };
        let Some((mut number, thousand)) = words.get(number_at).and_then(|word| decimal(&word.plain, currency))
        else {
            at += 1;
            continue;
        };
        let mut end = number_at + 1;
        let mut thousands = thousand;
        if words.get(end).is_some_and(|word| lexicon.is_thousand(&word.plain)) {
            thousands = true;
            end += 1;
        }
        if thousands && !number.contains('.') {
            number.push_str("000");
        }
        if !signed && words.get(end).is_some_and(|word| lexicon.is_measure(&word.plain)) {
            at = end;
            continue;
        }
        let named = words.get(end).is_some_and(|word| lexicon.is_currency(&word.plain));
        end += usize::from(named);
        if let Ok(money) = Money::parse_major(&number, currency) {
            found.push(Amount { money, places: (at..end).collect(), marked: signed || named });
        }
        at = end;
    }
    found
}

/// `1.299,90`, `1,299.90`, `1299` or `2k` as a plain decimal, and whether thousands were meant. One or two digits
/// after the last mark are decimals, three are a group.
fn decimal(plain: &str, currency: Currency) -> Option<(String, bool)> {
    let (digits, thousand) = plain.strip_suffix('k').map_or((plain, false), |rest| (rest, true));
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.len() > 15 {
        return None;
    }
    let (whole, fraction) = match digits.rfind(['.', ',']) {
        Some(mark) if digits.len() - mark - 1 <= currency.exponent() as usize => digits.split_at(mark),
        _ => (digits, ""),
    };
    let only_digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if !digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return None;
    }
    let (whole, fraction) = (only_digits(whole), only_digits(fraction));
    Some((if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") }, thousand))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language::{self, En, Es, Pt};
    use crate::llm::guided::lexicon;
    use crate::llm::guided::text::words;

    #[track_caller]
    fn check_range(language: Language, text: &str, min: Option<&str>, max: Option<&str>) {
        let currency: Currency = "MXN".parse().unwrap();
        let range = price_range(&words(text), lexicon::of(language), currency);
        let text_of = |money: Option<Money>| money.map(Money::major);
        assert_eq!((text_of(range.min).as_deref(), text_of(range.max).as_deref()), (min, max), "{text:?}");
    }

    #[test]
    fn price_ranges_are_read_in_every_language() {
        check_range(En, "something for my niece, under 30", None, Some("30.00"));
        check_range(En, "shoes between $10 and $15.50", Some("10.00"), Some("15.50"));
        check_range(En, "over 1,299.99", Some("1299.99"), None);
        check_range(En, "around 100 dollars", Some("80.00"), Some("120.00"));
        check_range(En, "no more than 2k", None, Some("2000.00"));
        check_range(Es, "entre 200 y 500", Some("200.00"), Some("500.00"));
        check_range(Es, "de menos de 1,500 pesos", None, Some("1500.00"));
        check_range(Es, "tengo 500 pesos", None, Some("500.00"));
        check_range(Es, "que no pase de 2 mil", None, Some("2000.00"));
        check_range(Pt, "até 100 reais", None, Some("100.00"));
        check_range(Pt, "até R$ 1.299,90", None, Some("1299.90"));
        check_range(Pt, "de 50 a 80 reais", Some("50.00"), Some("80.00"));
    }

    #[test]
    fn sizes_and_quantities_are_no_prices() {
        check_range(Es, "tenis talla 27", None, None);
        check_range(En, "2 of the blue in M", None, None);
        check_range(Pt, "quero 3", None, None);
        check_range(En, "cases under $14 with over 1,000 reviews", None, Some("14.00"));
        check_range(Es, "de menos de 20 cm", None, None);
    }

    #[track_caller]
    fn check_quantity(language: Language, text: &str, expected: Option<u32>) {
        let found = quantity(&words(text), &[], lexicon::of(language)).map(|(count, _)| count);
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn quantities_are_told_from_sizes_places_and_prices() {
        check_quantity(En, "2 of the blue in M", Some(2));
        check_quantity(En, "give me three", Some(3));
        check_quantity(En, "a couple of those", Some(2));
        check_quantity(En, "the 2", None);
        check_quantity(En, "size 8 please", None);
        check_quantity(Es, "quiero dos", Some(2));
        check_quantity(Es, "talla 27", None);
        check_quantity(Es, "la de $500", None);
        check_quantity(Es, "dame dos minutos", None);
        check_quantity(En, "give me 5 minutes", None);
        check_quantity(Pt, "me vê 4 desses", Some(4));
        check_quantity(Pt, "tamanho 38", None);
        check_quantity(Pt, "5512345678 é meu número", None);
    }

    #[track_caller]
    fn check_place(language: Language, text: &str, expected: Option<usize>) {
        let found = place_in_list(&words(text), 5, lexicon::of(language)).map(|(index, _)| index);
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn places_in_a_list_are_read_in_every_language() {
        check_place(En, "the second one", Some(1));
        check_place(En, "number 3", Some(2));
        check_place(En, "2", Some(1));
        check_place(En, "the last one", Some(4));
        check_place(En, "option 9", None);
        check_place(Es, "el segundo", Some(1));
        check_place(Es, "quiero la 4", Some(3));
        check_place(Es, "el 1ro", Some(0));
        check_place(Pt, "o 2", Some(1));
        check_place(Pt, "a terceira", Some(2));
        check_place(Pt, "o último", Some(4));
        check_place(En, "I want 2 of them", None);
        check_place(En, "second one please", Some(1));
        check_place(En, "2nd please", Some(1));
        check_place(En, "first please", Some(0));
        check_place(Es, "la segunda opción", Some(1));
        check_place(Es, "me quedo con uno del segundo", Some(1));
        check_place(Es, "la negra y la segunda", Some(1));
        check_place(Pt, "gostei da segunda", Some(1));
        check_place(Pt, "fico com o primeiro", Some(0));
    }

    #[test]
    fn first_and_second_said_of_time_and_order_point_at_nothing() {
        for text in [
            "give me a second",
            "one second please",
            "I'll have to think about it first",
            "first I want to see more",
            "how long does it last?",
            "this is the first time I buy here",
            "I'd like a second one",
        ] {
            check_place(En, text, None);
        }
        for text in
            ["dame un segundo", "primero quiero ver más", "es la primera vez que compro", "en un segundo te digo"]
        {
            check_place(Es, text, None);
        }
        for text in ["me dá um segundo", "primeiro quero ver mais", "é a primeira vez", "só um segundo por favor"]
        {
            check_place(Pt, text, None);
        }
    }
}
