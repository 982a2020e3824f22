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

static HYPOTHETICAL: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: no | not | nao | never | nunca | yet\ to | cannot | (?:is|are|was|were|has|have|do|does|did|wo|ca|could|would)n't
        | cuando | una\ vez | en\ cuanto | si | hasta\ que | antes\ de | antes\ que | when | once | if | until | after
        | as\ soon\ as | unless | before | quando | assim\ que | caso | ate\ que | se\ (?:o|a|seu|sua|voce|ja)
        | sin | sem | without | para\ que | so\ that )\b",
    )
});

static CONDITION: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)^\ (?:only\ |solo\ |so\ )? (?: when | once | after | if | until | as\ soon\ as | cuando | una\ vez | en\ cuanto | hasta
        | despues | si | quando | assim\ que | depois )\b",
    )
});

static NO_DOUBT: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: no\ hay\ (?:duda|problema) | no\ te\ preocupes | no\ (?:doubt|problem|worries) | don't\ worry
        | sin\ (?:duda|problema) | without\ (?:a\ )?doubt | sem\ (?:duvida|problema) | nao\ se\ preocupe
        | no\ (?:solo|only|tengo\ problema|tenemos\ problema) | not\ only | nao\ so )\b",
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

/// Whether what follows in this clause is asked, denied or made to depend on something, and so is not claimed.
pub(in crate::agent::guard) fn is_not_claimed(clause: Part<'_>) -> Result<bool, Broken> {
    let before = clause.before();
    let excused = compiled(&HYPOTHETICAL)?.is_match(before) && !compiled(&NO_DOUBT)?.is_match(before);
    Ok(clause.asked || excused)
}

/// Whether these words, which stand right after a phrase, make it depend on something: `… is confirmed once you pay`.
pub(in crate::agent::guard) fn is_condition(after: &str) -> Result<bool, Broken> {
    Ok(compiled(&CONDITION)?.is_match(after))
}

/// Whether what follows in this clause is said to be impossible or unknown.
pub(in crate::agent::guard) fn is_denied(clause: Part<'_>) -> Result<bool, Broken> {
    let before = clause.before();
    Ok(compiled(&CANNOT)?.is_match(before) && !compiled(&NO_DOUBT)?.is_match(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(compiled(&HYPOTHETICAL).is_ok() && compiled(&NO_DOUBT).is_ok() && compiled(&CANNOT).is_ok());
        assert!(compiled(&CONDITION).is_ok());
    }
}
