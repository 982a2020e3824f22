//! Patterns over plain lower-case text, compiled once; and what excuses a phrase.
//!
//! A pattern that does not compile makes every check fail, and so every draft is refused.

use std::sync::LazyLock;

use regex::Regex;

use crate::agent::guard::reading::Part;

/// A pattern, or why there is none.
pub(in crate::agent::guard) type Pattern = LazyLock<Result<Regex, regex::Error>>;

/// The guard itself does not work; the draft is refused.
#[derive(Debug, thiserror::Error)]
#[error("a pattern of the guard does not compile")]
pub(in crate::agent::guard) struct Broken(#[from] regex::Error);

/// The compiled pattern.
pub(in crate::agent::guard) fn compiled(pattern: &'static Pattern) -> Result<&'static Regex, Broken> {
    LazyLock::force(pattern).as_ref().map_err(|error| Broken(error.clone()))
}

static SUPPOSED: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: cuando | una\ vez | en\ cuanto | si | hasta\ que | antes\ de | antes\ que | when | once | if | until
        | after | as\ soon\ as | unless | before | quando | assim\ que | caso | ate\ que
        | se\ (?:o|a|seu|sua|voce|ja) | para\ que | so\ that )\b",
    )
});

static NEGATED: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: no | not | nao | never | nunca | yet\ to | cannot | sin | sem | without | ni | nor | nem | neither
        | tampoco | (?:is|are|was|were|has|have|had|do|does|did|wo|ca|could|would)n't )\b",
    )
});

/// What denies a claim right behind it: `nothing has been charged`.
static NOTHING: Pattern = LazyLock::new(|| {
    Regex::new(r"(?x-u)\b(?: nothing | nada | none | ningun[oa]? | nenhuma? | nobody | nadie | ninguem )\ *$")
});

/// Words after which what is said is said outright, whatever was supposed before: `when I looked, I see that …`.
static OUTRIGHT: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: because | porque | since | ya\ que | ja\ que | now\ that | ahora\ que | agora\ que | asi\ que
        | entao | so\ (?:your|the|it|its|you|we|i|now|everything|all) | (?:i|we)\ (?:can\ )?(?:now\ )?see
        | i\ (?:can\ )?confirm | (?:ya\ )?(?:veo|vemos)\ que | puedo\ ver\ que | (?:vejo|vemos|posso\ ver)\ que
        | (?:after|when|once)\ (?:(?:i|we)\ )?(?:checking|checked|reviewing|reviewed|looking|looked|verifying|verified)
        )\b",
    )
});

/// Words that end what a negation reaches.
static ENDS_NEGATION: Pattern = LazyLock::new(|| {
    Regex::new(r"(?x-u)\b(?: and | y | e\ (?:o|a|os|as|seu|sua|ja|tudo) | que\ ya | anything | nothing | nada )\ ")
});
/// A negation reaches so many words; what stands further on has a verb of its own.
const NEGATION_REACHES: usize = 5;

static CONDITION: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)^\ (?:only\ |solo\ |so\ )? (?: when | once | after | if | until | as\ soon\ as | cuando | una\ vez | en\ cuanto | hasta
        | despues | si | quando | assim\ que | depois )\b",
    )
});

static NO_DOUBT: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: no\ (?:hay|tengo|tenemos|veo|vemos)\ (?:ningun[a]?\ )?(?:duda|problema|inconveniente)
        | no\ te\ preocupes | no\ (?:doubt|problem|worries) | don't\ (?:worry|mind)
        | (?:don't|do\ not)\ (?:have|see)\ (?:a|any)\ problem | sin\ (?:ningun[a]?\ )?(?:duda|problema|inconveniente)
        | without\ (?:a\ )?(?:doubt|problem) | sem\ (?:nenhum[a]?\ )?(?:duvida|problema) | nao\ se\ preocupe
        | nao\ (?:tenho|temos|ha|vejo|tem)\ (?:nenhum\ )?problema | no\ solo | not\ only | nao\ so
        | (?:can't|cannot|can\ not|couldn't)\ (?:say\ no|refuse|resist|argue|complain)
        | no\ (?:(?:te|lo|la|le|me)\ )*(?:puedo|podemos|podria)\ (?:decir(?:te|le|se)?\ que\ no|negar\w*|rechazar\w*|resistir\w*)
        | nao\ (?:posso|podemos|consigo|da\ para)\ (?:dizer\ (?:que\ )?nao|negar|recusar|resistir) )\b",
    )
});

static CANNOT: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: no\ (?:(?:te|lo|la|le|se|me|nos|los|las)\ )*(?:puedo|podemos|puede|podria|tengo|tenemos|hay|es\ posible
        |manejamos|llego|alcanza|encontre|encuentro|garantiz\w*|prometo|se\ cuando|aseguro)
        | can't | cannot | can\ not | couldn't | unable | not\ able | don't\ (?:have|know) | do\ not\ (?:have|know)
        | nao\ (?:(?:te|lhe|o|a)\ )*(?:posso|podemos|consigo|conseguimos|tenho|temos|ha|da|e\ possivel|encontrei|sei|garant\w*) )\b",
    )
});

/// Words by which somebody agrees. After a denial they make an offer all the same: `no hay más, te la dejo en …`.
static AGREED: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: (?:te|lo|la|se|le)\ (?:dejo|dejamos|doy|damos|vendo|vendemos|bajo|bajamos|acepto|aceptamos)
        | deixo | deixamos | dou | faco | fazemos | aceito | aceitamos | i'll | we'll )\b",
    )
});

/// Whether what follows in this clause is asked, denied or made to depend on something, and so is not claimed.
pub(in crate::agent::guard) fn is_not_claimed(clause: Part<'_>) -> Result<bool, Broken> {
    let outright = said_outright(clause.before())?.len() < clause.before().len();
    Ok((clause.asked && !outright) || is_denied_or_supposed(clause)?)
}

/// Whether what follows in this clause is denied, or made to depend on something.
pub(in crate::agent::guard) fn is_denied_or_supposed(clause: Part<'_>) -> Result<bool, Broken> {
    let before = clause.before();
    if compiled(&NO_DOUBT)?.is_match(before) {
        return Ok(false);
    }
    let told = said_outright(before)?;
    if compiled(&SUPPOSED)?.is_match(told) {
        return Ok(true);
    }
    let ended = compiled(&ENDS_NEGATION)?.find_iter(told).last().map_or(0, |found| found.end());
    let near = last_words(&told[ended..], NEGATION_REACHES + 1);
    Ok(compiled(&NOTHING)?.is_match(told) || compiled(&NEGATED)?.is_match(near))
}

/// Whether these words, which stand right after a phrase, make it depend on something: `… is confirmed once you pay`.
pub(in crate::agent::guard) fn is_condition(after: &str) -> Result<bool, Broken> {
    Ok(compiled(&CONDITION)?.is_match(after))
}

/// Whether what follows in this clause is said to be impossible or unknown, and nothing is agreed to after that.
pub(in crate::agent::guard) fn is_denied(clause: Part<'_>) -> Result<bool, Broken> {
    let before = clause.before();
    let Some(denial) = compiled(&CANNOT)?.find(before) else { return Ok(false) };
    let agreed = compiled(&AGREED)?.is_match(&before[denial.end()..]);
    Ok(!agreed && !compiled(&NO_DOUBT)?.is_match(before))
}

/// What stands behind the last words after which something is said outright; everything, if there are none. `If I see
/// that …` and `I do not see that …` say nothing outright.
fn said_outright(text: &str) -> Result<&str, Broken> {
    let mut from = 0;
    for found in compiled(&OUTRIGHT)?.find_iter(text) {
        let before = last_words(&text[..found.start()], 2);
        if !compiled(&NEGATED)?.is_match(before) && !compiled(&SUPPOSED)?.is_match(before) {
            from = found.end();
        }
    }
    Ok(&text[from..])
}

/// The last so many words.
fn last_words(text: &str, count: usize) -> &str {
    let starts = |(at, character): (usize, char)| {
        !character.is_whitespace() && text[..at].chars().next_back().is_none_or(char::is_whitespace)
    };
    let start = text.char_indices().rev().filter(|at| starts(*at)).nth(count.saturating_sub(1));
    start.map_or(text, |(at, _)| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in
            [&SUPPOSED, &NEGATED, &NOTHING, &OUTRIGHT, &ENDS_NEGATION, &CONDITION, &NO_DOUBT, &CANNOT, &AGREED]
        {
            assert!(compiled(pattern).is_ok());
        }
    }
}
