//! Promises of when something arrives. Only a policy of the shop can give one.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::agent::guard::finding::{Finding, FindingKind};
use crate::agent::guard::known::Known;
use crate::agent::guard::pattern;
use crate::agent::guard::pattern::{Broken, Pattern};
use crate::agent::guard::reading::Reading;
use crate::agent::guard::vocabulary;

static ARRIVES: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: lleg(?:a|an|ar|ara|aran|aria|ue|uen|aria) | recib(?:es|e|ir|iras|ira|irlo|irla|irias|as) | entreg(?:a|amos|ar|aremos|an|ue|arte|aramos)
        | envi(?:o|os|amos|ar|aremos|arlo|e|a|an|arte) | despach(?:amos|o|a|ar|aremos|an) | arriv(?:e|es|ing|al) | deliver(?:y|s|ed|ing|able)?
        | ship(?:s|ping|ped|ment)? | receive | get\ (?:it|them|your) | have\ (?:it|them) | (?:lo|la|los|las)\ (?:tienes|tendras|tendrias)
        | tu\ casa | cheg(?:a|am|ar|ara|ue|arao) | receb(?:e|er|era|erao) | your\ door | frete | pick\ ?up | picked\ up
        | recog(?:er|es|erlo|erla) | retir(?:ar|a|as|arlo) | despacha\w* | envia\w* | entreg\w+ )\b",
    )
});

static WHEN: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?:
          (?P<today> hoy | today | tonight | hoje | same\ day | same-day | mismo\ dia | mesmo\ dia )
        | (?P<after> pasado\ manana | day\ after\ tomorrow | depois\ de\ amanha )
        | (?P<tomorrow> manana | tomorrow | amanha | next\ day | next-day | dia\ siguiente | dia\ seguinte )
        | (?P<mon> lunes | monday | segunda-feira | (?:na|ate|proxima)\ segunda )
        | (?P<tue> martes | tuesday | terca-feira | (?:na|ate|proxima)\ terca )
        | (?P<wed> miercoles | wednesday | quarta-feira | (?:na|ate|proxima)\ quarta )
        | (?P<thu> jueves | thursday | quinta-feira | (?:na|ate|proxima)\ quinta )
        | (?P<fri> viernes | friday | sexta-feira | (?:na|ate|proxima)\ sexta )
        | (?P<sat> sabado | saturday ) | (?P<sun> domingo | sunday )
        | (?P<weekend> weekend | fin\ de\ semana | fim\ de\ semana )
        | (?P<week> next\ week | this\ week | proxima\ semana | semana\ que\ (?:viene|vem) | (?:esta|essa|nesta)\ semana )
        | (?P<feast> christmas | navidad | natal | reyes )
        | (?P<from> [0-9]{1,3} | uno? | una | one | two | dos | dois | duas | tres | three | four | cuatro | quatro | five | cinco | six | seis
            | seven | siete | sete | eight | ocho | oito | nine | nueve | nove | ten | diez | dez | uma? | couple\ of | few | pocos | poucos | unos
            | algunos )
          (?: \ ?(?:-|a|to|o|or|ou|y|and|e)\ ?(?P<to> [0-9]{1,3} | two | dos | dois | tres | three | four | cuatro | quatro | five | cinco | six | seis | seven | siete ))?
          \ ?(?:business\ |working\ |calendar\ )?
          (?: (?P<hours> hours? | hrs? | hs? | horas? ) | (?P<days> days? | dias? ) | (?P<weeks> weeks? | semanas? ) | (?P<minutes> min | minutes? | minutos? ) )
        | (?P<date> [0-9]{1,2}\ (?:de\ |of\ )?(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre
            |janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro
            |january|february|march|april|may|june|july|august|september|october|november|december)
          | (?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.?\ [0-9]{1,2}
          | [0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{2,4})? | [0-9]{4}-[0-9]{2}-[0-9]{2} | (?:dia|the)\ [0-9]{1,2}(?:st|nd|rd|th)? )
        )\b",
    )
});

static ASKS_WHEN: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?-u)\b(?:necesit\w+|need|precis\w+|para cuando|que dia|which day|what day|por la|en la|de la|de manha|da manha)\b",
    )
});

/// Adds a finding for each promise of a day or a time that no policy has.
pub(in crate::agent::guard) fn examine(
    reading: &Reading,
    known: &Known<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    let when = pattern::compiled(&WHEN)?;
    for captures in when.captures_iter(&reading.low) {
        let Some(found) = captures.get(0) else { continue };
        let sentence = reading.sentence(found.start());
        if !pattern::compiled(&ARRIVES)?.is_match(sentence.text) {
            continue;
        }
        let clause = reading.clause(found.start());
        let asked = sentence.asked && pattern::compiled(&ASKS_WHEN)?.is_match(sentence.text);
        let wanted = key(&captures);
        let in_policy =
            known.policies().iter().any(|policy| when.captures_iter(&policy.low).any(|time| key(&time) == wanted));
        if !in_policy && !asked && !pattern::is_denied(clause)? {
            let text = reading.text[found.range()].to_owned();
            let reason = format!(
                "\"{text}\" promises when something arrives, and no policy of the shop says so. Say only what the \
                 shipping policy says, or that you cannot promise a day."
            );
            findings.push(Finding { kind: FindingKind::Delivery, text, reason });
        }
    }
    Ok(())
}

/// The time that is meant, the same in every language.
fn key(captures: &Captures<'_>) -> String {
    const NAMED: [&str; 13] =
        ["today", "after", "tomorrow", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "weekend", "week", "feast"];
    let group = |name: &str| captures.name(name).map(|group| group.as_str());
    if let Some(name) = NAMED.into_iter().find(|name| group(name).is_some()) {
        return name.to_owned();
    }
    let number = |name: &str| {
        group(name)
            .map(|text| vocabulary::small_number(text).map_or_else(|| text.to_owned(), |number| number.to_string()))
    };
    let unit = ["hours", "days", "weeks", "minutes"].into_iter().find(|unit| group(unit).is_some());
    match (number("from"), unit) {
        (Some(from), Some(unit)) => format!("{from}-{} {unit}", number("to").unwrap_or_default()),
        _ => group("date").unwrap_or_default().to_owned(),
    }
}
