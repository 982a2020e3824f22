//! Promises of when something arrives. Only what the shop says of shipping can give one; and when a parcel leaves says
//! nothing of when it arrives.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::agent::guard::finding::{Finding, FindingKind};
use crate::agent::guard::known::Known;
use crate::agent::guard::pattern;
use crate::agent::guard::pattern::{Broken, Pattern};
use crate::agent::guard::reading::{Part, Reading};
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

/// Words of a parcel's way, by what they say of it. `We ship in` says when it leaves; `enviamos en` may mean either.
static WAY: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?:
          (?P<leaves> salen? | saldra | saldran | saem | sai | leaves? | dispatch\w* | despach\w+ | ships? | shipped | postamos
            | postad[oa]s? | prepar\w+ | process\w* | procesa\w* | elabor\w+ | hacemos | producimos )
        | (?P<sends> envi(?:amos|o|an|a|ar|aremos|ado|ada|ados|arlo|arla) | mandamos | mando | ship )
        | (?P<arrives> lleg\w+ | recib\w+ | entreg\w+ | arriv\w+ | deliver\w* | shipping | shipment | receiv\w* | get | have
            | tienes | tendras | tarda\w* | demora\w* | cheg\w+ | receb\w+ | take | takes | leva | prazo | plazo | tiempo | envios )
        )\b",
    )
});

/// Words that make a sentence one of another subject than the way of a parcel, and who then may give the days of it.
static RETURNS: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: devol\w* | devuelv\w* | return\w* | cambi\w* | exchang\w* | troca\w* | refund\w* | reembols\w* | estorn\w*
        | garant\w* | warrant\w* | desist\w* | arrepent\w* | arrepend\w* | (?:send|bring|come)\ (?:\w+\ )?back )\b",
    )
});
static INVOICE: Pattern =
    LazyLock::new(|| Regex::new(r"(?x-u)\b(?: factura\w* | invoic\w* | nota\ fiscal | notas\ fiscais | cfdi )\b"));
static PICK_UP: Pattern = LazyLock::new(|| {
    Regex::new(r"(?x-u)\b(?: pick(?:ed)?\ ?(?:it\ |them\ )?up | pick-?up | recog\w+ | recoj\w+ | retir\w+ )\b")
});

/// Words before a date that make it the name of a street: `Calle 5 de Mayo`.
static STREET: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: calle | c\. | avenida | av\.? | calz(?:ada|\.)? | paseo | privada | priv\.? | cerrada | colonia | col\.?
        | plaza | barrio | carrera | cra\.? | jiron | jr\.? | pasaje | rua | r\. | praca | travessa | alameda | rodovia
        | street | st\.? | avenue | ave\.? | boulevard | blvd\.? )\ +(?:del?\ |do\ |da\ )?$",
    )
});

/// What the nearest word of a parcel's way says of a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Leaves,
    Sends,
    Arrives,
}

/// Adds a finding for each promise of a day or a time that no policy has.
pub(in crate::agent::guard) fn examine(
    reading: &Reading,
    known: &Known<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    for captures in pattern::compiled(&WHEN)?.captures_iter(&reading.low) {
        let Some(found) = captures.get(0) else { continue };
        let sentence = reading.sentence(found.start());
        if !pattern::compiled(&ARRIVES)?.is_match(sentence.text) || is_place(reading, known, found.range())? {
            continue;
        }
        let clause = reading.clause(found.start());
        let asked = sentence.asked && pattern::compiled(&ASKS_WHEN)?.is_match(sentence.text);
        if !asked && !pattern::is_denied(clause)? && !is_in_policy(sentence, known, &captures)? {
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

/// Whether the shop says this time of what the sentence is about.
fn is_in_policy(sentence: Part<'_>, known: &Known<'_>, said: &Captures<'_>) -> Result<bool, Broken> {
    let when = pattern::compiled(&WHEN)?;
    let wanted = key(said);
    let others = [(&RETURNS, "returns"), (&INVOICE, "payment"), (&PICK_UP, "hours")];
    for (about, topic) in others {
        if pattern::compiled(about)?.is_match(sentence.text)
            && known
                .policies_on(&[topic])
                .any(|policy| when.captures_iter(&policy.low).any(|time| key(&time) == wanted))
        {
            return Ok(true);
        }
    }
    let lasts = said.name("from").is_some();
    let way = way(sentence)?;
    for policy in known.policies_on(&["shipping"]) {
        for time in when.captures_iter(&policy.low).filter(|time| key(time) == wanted) {
            let at = time.get(0).map_or(0, |time| time.start());
            let given = self::way(policy.sentence(at))?;
            if way != Way::Arrives || given == Way::Arrives || (given == Way::Sends && lasts) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What the word before a time says of the way, or else the one after it. Without any it is taken for the whole way.
fn way(sentence: Part<'_>) -> Result<Way, Broken> {
    let words = pattern::compiled(&WAY)?;
    let found = words.captures_iter(sentence.before()).last().or_else(|| words.captures(sentence.after()));
    let says = |name: &str| found.as_ref().is_some_and(|found| found.name(name).is_some());
    Ok(match (says("leaves"), says("sends")) {
        (true, _) => Way::Leaves,
        (_, true) => Way::Sends,
        _ => Way::Arrives,
    })
}

/// Whether these words name a place and no time: behind `Calle`, or beside the same word as in an address we know.
fn is_place(reading: &Reading, known: &Known<'_>, found: Range<usize>) -> Result<bool, Broken> {
    let (before, words, after) =
        (&reading.low[..found.start], &reading.low[found.clone()], &reading.low[found.end..]);
    if pattern::compiled(&STREET)?.is_match(before) {
        return Ok(true);
    }
    let last =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty()).map(str::to_owned);
    let first =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).map(str::to_owned);
    let beside = (last(before), first(after));
    Ok(known.addresses().any(|address| {
        address.match_indices(words).any(|(at, _)| {
            let own = (last(&address[..at]), first(&address[at + words.len()..]));
            own == (None, None) || (own.0.is_some() && own.0 == beside.0) || (own.1.is_some() && own.1 == beside.1)
        })
    }))
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
