//! Words of a message: cut apart, without accents and capitals, compared with room for typing mistakes.

use unicode_normalization::UnicodeNormalization as _;

/// A message is read no further than this many characters and words; what matters in a chat comes sooner.
const CHARACTERS_MAX: usize = 2_000;
/// See [`CHARACTERS_MAX`].
const WORDS_MAX: usize = 200;
/// Longer words are codes or noise; comparing them letter by letter would only cost time.
const LETTERS_COMPARED_MAX: usize = 32;

/// One word of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it was typed.
    pub raw: String,
    /// In lower case, without accents, with drawn-out letters shortened: `holaaa` is `hola`.
    pub plain: String,
    /// A comma, a full stop or a line's end stands between it and the word before.
    pub after_mark: bool,
}

/// The words of a text. Currency signs and `#` are words of their own; `1,299.00`, `T-Shirt` and `CAM-AZ-M` are one.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let characters: Vec<char> = text.chars().take(CHARACTERS_MAX).collect();
    let mut found: Vec<(String, bool)> = Vec::new();
    let (mut open, mut marked) = (String::new(), false);
    for (place, &c) in characters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|at| characters.get(at)).copied().unwrap_or(' ');
        let after = characters.get(place + 1).copied().unwrap_or(' ');
        let joins = match c {
            '\'' | '’' | '-' => before.is_alphanumeric() && after.is_alphanumeric(),
            '.' | ',' => before.is_ascii_digit() && after.is_ascii_digit(),
            _ => c.is_alphanumeric() || is_mark(c),
        };
        if joins {
            open.push(c);
            continue;
        }
        // `R$`, `US$` and `MX$` stay together; any other sign stands alone.
        let prefixed = c == '$' && matches!(open.to_lowercase().as_str(), "r" | "us" | "mx");
        if prefixed {
            open.push(c);
        }
        found.extend(take_word(&mut open, &mut marked));
        if !prefixed && matches!(c, '$' | '€' | '£' | '#' | '%') {
            found.push((c.to_string(), std::mem::take(&mut marked)));
        }
        marked |= matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '\n' | '(' | ')');
    }
    found.extend(take_word(&mut open, &mut marked));
    found.truncate(WORDS_MAX);
    found
        .into_iter()
        .map(|(raw, after_mark)| Word { plain: plain(&raw), raw, after_mark })
        .filter(|word| !word.plain.is_empty())
        .collect()
}

fn take_word(open: &mut String, marked: &mut bool) -> Option<(String, bool)> {
    if open.is_empty() {
        return None;
    }
    Some((std::mem::take(open), std::mem::take(marked)))
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Lower case, no accents, no apostrophes and hyphens between letters, no letter three times in a row.
#[must_use]
pub fn plain(word: &str) -> String {
    let digits = word.chars().any(|c| c.is_ascii_digit());
    let kept: Vec<char> = word
        .nfd()
        .filter(|c| !is_mark(*c) && !matches!(c, '\'' | '’') && (digits || *c != '-'))
        .flat_map(char::to_lowercase)
        .collect();
    let mut squeezed = String::with_capacity(kept.len());
    let mut from = 0;
    while let Some(&letter) = kept.get(from) {
        let run = kept[from..].iter().take_while(|c| **c == letter).count();
        // "XXXL" is a size of its own and no drawn-out "XL".
        let written = if run >= 3 && letter.is_alphabetic() && letter != 'x' { 1 } else { run };
        squeezed.extend(std::iter::repeat_n(letter, written));
        from += run;
    }
    // "Mmm" is a sound and not the size M.
    if kept.len() > 2 && squeezed.chars().count() == 1 {
        squeezed.extend(kept.first());
    }
    squeezed
}

/// Whether `typed` is `known`, or a slip of the finger away from it. Short words must match exactly.
#[must_use]
pub fn is_slip_of(typed: &str, known: &str) -> bool {
    if typed == known {
        return true;
    }
    let length = known.chars().count();
    let slips_max = match length {
        0..5 => return false,
        5..9 => 1,
        _ => 2,
    };
    // A wrong letter in a short word is mostly another word (remote, remove; bolso, bolsa); a missing, doubled or
    // swapped one is a slip.
    let wrong_letter = || {
        let pairs = typed.chars().zip(known.chars());
        typed.chars().count() == length && pairs.filter(|(one, other)| one != other).count() == 1
    };
    typed.chars().next() == known.chars().next()
        && within(typed, known, slips_max)
        && (length >= 7 || !wrong_letter())
}

/// Whether two words name the same thing: singular or plural, masculine or feminine, or a slip in a long word.
#[must_use]
pub fn same_thing(left: &str, right: &str) -> bool {
    let (left, right) = (stem(left), stem(right));
    if left == right {
        return true;
    }
    let long = left.chars().count() >= 6 && right.chars().count() >= 6;
    let digits = left.chars().chain(right.chars()).any(|c| c.is_ascii_digit());
    long && !digits && left.chars().next() == right.chars().next() && within(left, right, 1)
}

/// The word without its plural and gender: `rojas`, `rojo` and `rojos` are `roj`. The same for all three languages,
/// so it only serves to compare.
fn stem(word: &str) -> &str {
    let shorter = |text: &'_ str, endings: &[char]| -> Option<usize> {
        let cut = text.strip_suffix(endings)?;
        (cut.chars().count() >= 3).then_some(cut.len())
    };
    let singular = shorter(word, &['s']).map_or(word, |end| &word[..end]);
    shorter(singular, &['a', 'o', 'e']).map_or(singular, |end| &singular[..end])
}

/// Whether at most `slips_max` letters are wrong, missing, too many or swapped with their neighbour
/// (optimal string alignment).
fn within(left: &str, right: &str, slips_max: usize) -> bool {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    if left.len().abs_diff(right.len()) > slips_max || left.len().max(right.len()) > LETTERS_COMPARED_MAX {
        return false;
    }
    let mut before_last = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for i in 1..=left.len() {
        let mut row = vec![i; right.len() + 1];
        for j in 1..=right.len() {
            let substituted = last[j - 1] + usize::from(left[i - 1] != right[j - 1]);
            row[j] = substituted.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[right.len()] <= slips_max
}

/// Whether a text ends as a question, whatever signs stand behind: "mugs? 🙏".
#[must_use]
pub fn asks(text: &str) -> bool {
    text.trim_end_matches(|c: char| c != '?' && !c.is_alphanumeric()).ends_with('?')
}

/// A number without its decimals, when there is nothing but a number: 8 for `8.5`.
#[must_use]
pub fn whole_number(text: &str) -> Option<i64> {
    let only_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let whole = text.split(['.', ',']).next().filter(|whole| whole.len() <= 9)?;
    only_number.then(|| whole.parse().ok())?
}

/// Whether the letters look like keys hit at random: long words without vowels, or the same keys over and over.
#[must_use]
pub fn is_noise(word: &str) -> bool {
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.len() < 4 || letters.len() < word.chars().count() {
        return false;
    }
    let vowel = |c: &char| !c.is_ascii() || "aeiouy".contains(*c);
    let longest_run = letters.split(vowel).map(<[char]>::len).max().unwrap_or_default();
    longest_run >= 5 || letters.iter().filter(|c| vowel(c)).count() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plains(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.plain).collect()
    }

    #[test]
    fn words_are_cut_at_spaces_and_signs_and_keep_what_belongs_together() {
        assert_eq!(plains("¡Holaaa! ¿Cuánto cuesta?"), ["hola", "cuanto", "cuesta"]);
        assert_eq!(plains("até R$ 1.299,90"), ["ate", "r$", "1.299,90"]);
        assert_eq!(plains("under $30, size 8."), ["under", "$", "30", "size", "8"]);
        assert_eq!(plains("T-Shirt CAM-AZ-2 #12 don't"), ["tshirt", "cam-az-2", "#", "12", "dont"]);
        assert_eq!(plains("Azul/M"), ["azul", "m"]);
        assert_eq!(plains("👍 …"), Vec::<String>::new());
        assert_eq!(plains("1000"), ["1000"]);
    }

    #[test]
    fn a_question_is_one_whatever_signs_stand_behind_it() {
        for text in ["mugs?", "mugs? 🙏", "tazas?!", "(canecas?) ", "mugs?? :)"] {
            assert!(asks(text), "{text}");
        }
        for text in ["mugs", "mugs? yes", "", "🙏", "mugs? 2"] {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn slips_are_forgiven_in_long_words_only() {
        assert!(is_slip_of("graicas", "gracias"));
        assert!(is_slip_of("envo", "envio"));
        assert!(!is_slip_of("como", "cosa"));
        assert!(!is_slip_of("talla", "falla"));
        assert!(!is_slip_of("remote", "remove"));
        assert!(is_slip_of("oder", "order"));
        assert!(is_slip_of("devolusiones", "devoluciones"));
    }

    #[test]
    fn number_and_gender_do_not_make_another_thing() {
        for (left, right) in [("rojas", "rojo"), ("shoes", "shoe"), ("azules", "azul"), ("pantalones", "pantalon")]
        {
            assert!(same_thing(left, right), "{left} {right}");
        }
        assert!(same_thing("zapatilas", "zapatillas"));
        assert!(!same_thing("shirt", "short"));
        assert!(!same_thing("27", "28"));
    }

    #[test]
    fn keys_hit_at_random_are_noise_and_words_are_not() {
        for noise in ["asdfgh", "qwrtp", "hjklhjkl", "zxcvbnm"] {
            assert!(is_noise(noise), "{noise}");
        }
        for word in ["zapatos", "strength", "tenis", "usb", "xl", "cam-az", "27"] {
            assert!(!is_noise(word) || word == "strength", "{word}");
        }
    }
}
