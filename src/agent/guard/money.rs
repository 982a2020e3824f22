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
        | problem\w* | inconveniente | sell\w* | give | have\ it )\b",
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
        || known.has_title_words(&reading.low[mention.start..mention.end])
        || (mention.only_looks && known.has_number_in_words(text))
        || (known.shopper_wrote(number) && may_repeat(reading, mention.start)?))
}

/// Whether an amount is said of a charge: by its clause, or by the words before a colon.
fn is_of_a_charge(reading: &Reading, at: usize) -> Result<bool, Broken> {
    let charge = pattern::compiled(&CHARGE)?;
    let sentence = reading.sentence(at);
    let label = sentence.before().rsplit([',', ';']).next().unwrap_or_default();
    Ok(charge.is_match(reading.clause(at).text) || charge.is_match(label))
}

/// Whether a number the shopper wrote may be said back: where it is denied, or is named as a budget and nothing is
/// offered. A question is no excuse, because `¿Te lo dejo en $500?` is an offer.
fn may_repeat(reading: &Reading, at: usize) -> Result<bool, Broken> {
    let clause = reading.clause(at);
    if pattern::is_denied(clause)? {
        return Ok(true);
    }
    Ok(pattern::compiled(&BUDGET)?.is_match(clause.before()) && !pattern::compiled(&OFFER)?.is_match(clause.text))
}

fn percentage_stands(reading: &Reading, known: &Known<'_>, percentage: &Percentage) -> Result<bool, Broken> {
    let number = percentage.number;
    let of_price = pattern::compiled(&PRICE_OFF)?.is_match(reading.clause(percentage.start).text);
    Ok(known.has_percentage(number)
        || (!of_price && (number.same(Decimal::whole(100)) || known.has_percentage_in_words(number)))
        || (known.shopper_wrote(number) && pattern::is_denied(reading.clause(percentage.start))?))
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
