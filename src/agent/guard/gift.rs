//! What is said to cost nothing. Shipping may, when a quote or a policy says so; goods and services only where the
//! shop's own words say it of the same thing.

use std::sync::LazyLock;

use regex::Regex;

use crate::agent::guard::finding::{Finding, FindingKind};
use crate::agent::guard::known::Known;
use crate::agent::guard::money;
use crate::agent::guard::pattern;
use crate::agent::guard::pattern::{Broken, Pattern};
use crate::agent::guard::reading::Reading;
use crate::agent::guard::vocabulary;

/// Says that something costs nothing. `Free` has many other meanings, so it counts only where it gives.
static GIVEN: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: gratis | gratuit[oa]s? | gratuitamente | sin\ (?:ningun\ )?(?:costo|coste|cargo)
        | sem\ (?:nenhum\ )?custo | without\ (?:any\ )?(?:cost|charge) | at\ no\ (?:extra\ |additional\ )?(?:cost|charge)
        | no\ extra\ (?:cost|charge) | (?:no\ cuesta|nao\ custa)\ nada | no\ tiene\ (?:ningun\ )?costo
        | nao\ tem\ (?:nenhum\ )?custo | costs?\ (?:you\ )?nothing
        | (?:is|are|be|it's|that's|comes?|yours|them|it)\ free
          (?:\ (?:with|for|if|when|today|now|too|on|over|and|because|this|in|from|gift)\b | [.,;:!?)\n] | $ )
        | free\ with | (?:get|gets|take|have|give\ you|throw\ in|throwing\ in)(?:\ [a-z]+){0,3}\ free )",
    )
});

/// The same in the shop's own words, where it is only looked for.
static GIVEN_BY_SHOP: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: free | gratis | gratuit\w* | sin\ (?:costo|coste|cargo) | sem\ custo | de\ graca | de\ regalo
        | de\ cortesia | no\ (?:extra\ )?(?:cost|charge) | cortesia | complimentary )\b",
    )
});

/// Words of sending: what is said of it is said of the charge for it.
static SENDING: Pattern = LazyLock::new(|| {
    Regex::new(r"(?x-u)\b(?: ship\w* | envi\w+ | entreg\w+ | deliver\w* | mand\w+ | postage | despach\w+ )\b")
});

/// With so few words before it in its clause, a gift has no subject of its own: `Y es gratis desde…`.
const WORDS_OF_NO_SUBJECT: usize = 2;
/// How far back the subject may then stand, in bytes.
const SUBJECT_BYTES_MAX: usize = 120;

/// Adds a finding for each gift that nobody gives. A question is no excuse: `¿Te la dejo gratis?` is an offer.
pub(in crate::agent::guard) fn examine(
    reading: &Reading,
    known: &Known<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    for found in pattern::compiled(&GIVEN)?.find_iter(&reading.low) {
        let excused = pattern::is_denied_or_supposed(reading.clause(found.start()))?
            || pattern::is_condition(&reading.low[found.end()..])?
            || known.has_sentence(reading.sentence(found.start()).text);
        if !excused && !is_given(reading, known, found.start())? {
            let text = reading.text[found.range()].trim().to_owned();
            let reason = format!(
                "\"{text}\" may not be said: no tool result gives that. Promise nothing that a tool did not give."
            );
            findings.push(Finding { kind: FindingKind::Discount, text, reason });
        }
    }
    Ok(())
}

fn is_given(reading: &Reading, known: &Known<'_>, at: usize) -> Result<bool, Broken> {
    let clause = reading.clause(at).text;
    if is_of_sending(reading, known, at)? {
        return Ok(known.ships_free());
    }
    if known.gives(clause) {
        return Ok(true);
    }
    let by_shop = pattern::compiled(&GIVEN_BY_SHOP)?;
    let gives = |words: &Reading| -> Result<bool, Broken> {
        for given in by_shop.find_iter(&words.low) {
            let charge = money::names_charge(words.clause(given.start()).text)?;
            if !charge && vocabulary::share_a_word(clause, words.sentence(given.start()).text) {
                return Ok(true);
            }
        }
        Ok(false)
    };
    for words in known.shops_own_words() {
        if gives(words)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether it is shipping that costs nothing: by its clause, or, where that names nothing, by what stands before or
/// what the shopper asked last.
fn is_of_sending(reading: &Reading, known: &Known<'_>, at: usize) -> Result<bool, Broken> {
    let clause = reading.clause(at);
    if money::is_of_a_charge(reading, at)? || pattern::compiled(&SENDING)?.is_match(clause.text) {
        return Ok(true);
    }
    if clause.before().split_whitespace().count() > WORDS_OF_NO_SUBJECT {
        return Ok(false);
    }
    let from = at.saturating_sub(SUBJECT_BYTES_MAX);
    let from = (from..=at).find(|at| reading.low.is_char_boundary(*at)).unwrap_or(at);
    if money::names_charge(&reading.low[from..at])? {
        return Ok(true);
    }
    known.heard_last().map_or(Ok(false), |heard| money::names_charge(&heard.low))
}
