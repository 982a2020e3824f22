//! Amounts and percentages against the evidence.

use std::sync::LazyLock;

use regex::Regex;

use crate::agent::guard::amount;
use crate::agent::guard::amount::{Mention, Percentage};
use crate::agent::guard::finding::{Finding, FindingKind};
use crate::agent::guard::known::Known;
use crate::agent::guard::pattern;
use crate::agent::guard::pattern::{Broken, Pattern};
use crate::agent::guard::reading::Reading;
use crate::agent::guard::token::Decimal;

/// Words that make a percentage one of price and not of cotton.
static PRICE_OFF: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: off | discounts? | discounted | descuentos? | descontar | descontos? | rebajas? | rebajad[oa]s?
        | menos | cheaper | barat[oa]s? | ofertas? | promo\w* | cupon\w* | coupons? | cupom | sale | save | ahorr\w*
        | econom\w* | deal | gratis | free | reembols\w* | refund\w* )\b",
    )
});

/// A budget, which a shopper may have named.
static BUDGET: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: presupuesto | budget | orcamento | menos\ de | under | below | hasta | up\ to | ate | maximo | max
        | maximum | debajo\ de | abaixo\ de | within | less\ than )\b",
    )
});

/// Words by which an amount is offered, and a number of the shopper's becomes a promise of ours.
static OFFER: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: dej\w+ | doy | dar(?:te|le|emos)? | vend\w+ | cuest\w+ | cost\w* | precios? | price[sd]? | total
        | pag\w+ | pay\w* | qued\w+ | sale | salen | custa\w* | precos? | fica\w* | faco | fazemos | deix\w+ | yours
        | deals? | descuentos? | discounts? | off | desconto | acept\w+ | accept\w* | aceit\w+ | hecho | trato
        | problem\w* | inconveniente | sell\w* | give | have\ it | baj(?:o|amos|ar\w*) | baix(?:o|amos|ar\w*)
        | llego | llegamos | (?:puedo|podemos|podria|podriamos)\ llegar | chego | chegamos
        | (?:posso|podemos|poderia|consigo)\ chegar | (?:can|could|i'll|we'll|will|let's)\ (?:do|go|drop|get)
        | go\ (?:down|as\ low) | drop\ (?:it|the|to) | rebaj\w+ )\b",
    )
});

/// A denial that names the lowest price there is: `no puedo bajar de …`.
static LOWEST: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?:puedo|podemos|podria|can't|cannot|can\ not|couldn't|unable|able|posso|consigo)\ (?:[!-~]+\ ){0,4}?
        (?: menos | bajar(?:l[oa])? | lower | below | under | less | abaixo | baixar )\ (?:mas\ |mais\ )?
        (?: de | que | than | do\ que )?[\ $:]*$",
    )
});

/// What may cost nothing while the goods do not.
static CHARGE: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: shipping | delivery | postage | tax(?:es)? | vat | gst | envios? | entregas? | impuestos? | iva
        | fretes? | impostos? | icms | taxas? | imp )\b",
    )
});

/// Adds a finding for each amount and percentage that no evidence has.
pub(in crate::agent::guard) fn examine(
    reading: &Reading,
    known: &Known<'_>,
    amounts: &[Mention],
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    for mention in amounts {
        if !amount_stands(reading, known, mention)? {
            findings.push(amount_finding(&reading.text[mention.start..mention.end]));
        }
    }
    for percentage in amount::percentages(reading) {
        if !percentage_stands(reading, known, &percentage)? {
            findings.push(percentage_finding(&reading.text[percentage.start..percentage.end]));
        }
    }
    for (start, end) in amount::spelled_out(reading) {
        let text = &reading.text[start..end];
        findings.push(Finding {
            kind: FindingKind::Amount,
            text: text.to_owned(),
            reason: format!(
                "\"{text}\" says an amount or a percentage in words. Write it in digits, exactly as a tool gave it, \
                 or leave it out."
            ),
        });
    }
    for (start, end) in amount::signs_without_number(reading) {
        findings.push(amount_finding(&reading.text[start..end]));
    }
    Ok(())
}

fn amount_stands(reading: &Reading, known: &Known<'_>, mention: &Mention) -> Result<bool, Broken> {
    let Some(number) = mention.number else { return Ok(false) };
    let text = &reading.text[mention.start..mention.end];
    Ok(known.has_amount(number, &|code| mention.unit.fits(code))
        || (known.charges_nothing && number.same(Decimal::whole(0)) && is_of_a_charge(reading, mention.start)?)
        || known.has_in_title(reading, mention)
        || (mention.only_looks && known.has_number_in_words(text))
        || (known.shopper_wrote(number) && may_repeat(reading, mention.start)?))
}

/// Whether an amount is said of a charge: by its clause, or by the words before a colon.
pub(in crate::agent::guard) fn is_of_a_charge(reading: &Reading, at: usize) -> Result<bool, Broken> {
    let sentence = reading.sentence(at);
    let label = sentence.before().rsplit([',', ';']).next().unwrap_or_default();
    Ok(names_charge(reading.clause(at).text)? || names_charge(label)?)
}

/// Whether words name shipping or a tax.
pub(in crate::agent::guard) fn names_charge(words: &str) -> Result<bool, Broken> {
    Ok(pattern::compiled(&CHARGE)?.is_match(words))
}

/// Whether a number the shopper wrote may be said back: where it is denied, or is named as a budget and nothing is
/// offered. A question is no excuse, because `¿Te lo dejo en $500?` is an offer.
fn may_repeat(reading: &Reading, at: usize) -> Result<bool, Broken> {
    let clause = reading.clause(at);
    if pattern::compiled(&LOWEST)?.is_match(clause.before()) {
        return Ok(false);
    }
    if pattern::is_denied(clause)? {
        return Ok(true);
    }
    Ok(pattern::compiled(&BUDGET)?.is_match(clause.before()) && !pattern::compiled(&OFFER)?.is_match(clause.text))
}

fn percentage_stands(reading: &Reading, known: &Known<'_>, percentage: &Percentage) -> Result<bool, Broken> {
    let number = percentage.number;
    let clause = reading.clause(percentage.start);
    // A tax rate and a deposit are percentages too, and take nothing off.
    let of_price = is_off(clause.text)? && !is_rate_of_tax(reading, percentage)?;
    let given = if of_price { known.takes_off(number, &is_off)? } else { known.has_percentage(number) };
    Ok(given
        || (!of_price && (number.same(Decimal::whole(100)) || known.has_percentage_in_words(number)))
        || (known.shopper_wrote(number) && pattern::is_denied(clause)?))
}

fn is_off(words: &str) -> Result<bool, Broken> {
    Ok(pattern::compiled(&PRICE_OFF)?.is_match(words))
}

/// Words beside a percentage that make it the rate of a tax: `IVA del 16 %`, `16 % de IVA`.
static TAX_BEFORE: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: tax(?:es)? | vat | gst | iva | impuestos? | impostos? | icms )
        \ ?(?: (?:del?|do|da|of|is|es|e|at|al)\ ){0,2}\(?$",
    )
});
static TAX_AFTER: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)^\ ?(?: (?:de|do|da|of|in|sales|en)\ ){0,2}(?: tax(?:es)? | vat | gst | iva | impuestos? | impostos? | icms )\b",
    )
});

fn is_rate_of_tax(reading: &Reading, percentage: &Percentage) -> Result<bool, Broken> {
    let (before, after) = (&reading.low[..percentage.start], &reading.low[percentage.end..]);
    Ok(pattern::compiled(&TAX_BEFORE)?.is_match(before) || pattern::compiled(&TAX_AFTER)?.is_match(after))
}

fn amount_finding(text: &str) -> Finding {
    Finding {
        kind: FindingKind::Amount,
        text: text.to_owned(),
        reason: format!(
            "No tool result gives the amount \"{text}\". Say only amounts that stand in tool results, exactly as they \
             stand there; work none out yourself. If you need one, call the tool that gives it, or leave it out."
        ),
    }
}

fn percentage_finding(text: &str) -> Finding {
    Finding {
        kind: FindingKind::Discount,
        text: text.to_owned(),
        reason: format!(
            "No tool result gives \"{text}\". Say only percentages that stand in tool results, and promise no discount \
             that a tool has not applied."
        ),
    }
}
