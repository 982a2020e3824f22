//! Claims about how many are left.

use std::sync::LazyLock;

use regex::Regex;

use crate::agent::guard::finding::{Finding, FindingKind};
use crate::agent::guard::known::Known;
use crate::agent::guard::pattern;
use crate::agent::guard::pattern::{Broken, Pattern};
use crate::agent::guard::reading::Reading;
use crate::agent::guard::vocabulary;

/// So many or fewer may be called the last ones.
const FEW: u32 = 10;

const NUMBER: &str = "([0-9]{1,5}|uno?|una|one|two|dos|dois|duas|tres|three|four|cuatro|quatro|five|cinco|six|seis|seven\
     |siete|sete|eight|ocho|oito|nine|nueve|nove|ten|diez|dez|uma?)";
const PIECES: &str = "(?:units?|pieces?|pairs?|items?|pcs|piezas?|unidades?|unidad|pares|par|pecas?)";
const ONLY: &str =
    "(?:(?:solo|solamente|unicamente|apenas|so|ya|aun|todavia|nada|mas|somente|ainda|como|only|just|about) )*";

/// Says outright that so many are left.
static LEFT: Pattern = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?-u)\b(?:quedan?|quedaban?|restan?|restam|resta|sobran?|sobram|sobra) {ONLY}{NUMBER}\b(?: ([a-z]+))?|\b{NUMBER} (?:([a-z]+) )?(?:left|remaining|restantes?)\b"
    ))
});

/// Says that so many can be had; the number may as well belong to a name (`iPhone 15 disponible`).
static AVAILABLE: Pattern = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?-u)\b(?:(talla|tallas|size|tamanho|numero|color|cor|modelo|y|and|e|o|or) )?{NUMBER} (?:{PIECES} )?(?:disponibles?|disponive(?:l|is)|available|in stock|en stock|en existencia|en inventario|em estoque|on hand)\b|\b(?:hay|tenemos|tengo|temos|tem|we have|there are|there is) {ONLY}{NUMBER} {PIECES}\b"
    ))
});

static LAST_ONE: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: last\ (?:one|piece|unit|pair) | ultim[oa]\ (?:pieza|unidad|par|unidade|peca) | (?:es|e)\ (?:la|el|a|o)\ ultim[oa]
        | ultimo\ par )\b",
    )
});

static LAST_FEW: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: ultim[oa]s\ (?:piezas|unidades|pares|pecas) | casi\ agotad[oa]s? | almost\ (?:gone|sold\ out) | selling\ (?:out|fast)
        | se\ (?:estan?\ )?agotan?(?:do)? | po[ucq]+as\ (?:unidades|piezas|pecas) | few\ left | running\ (?:out|low) | low\ stock
        | quase\ (?:esgotad[oa]|acabando) )\b",
    )
});

static NONE_LEFT: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?: (?:esta|estan|quedo|se|is|are|esta) \ (?:ya\ |now\ |currently\ |todos?\ )?(?:agotad[oa]s?|agoto|sold\ out|out\ of\ stock|esgotad[oa]s?|sin\ (?:stock|existencias?)|fora\ de\ estoque|sem\ estoque) )\b",
    )
});

/// Adds a finding for each stock claim that no product card has.
pub(in crate::agent::guard) fn examine(
    reading: &Reading,
    known: &Known<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    numbers(reading, &LEFT, |number, _| known.stock.contains(&number), findings)?;
    let available = |number: u32, text: &str| known.stock.contains(&number) || known.has_number_in_words(text);
    numbers(reading, &AVAILABLE, available, findings)?;
    words(reading, &LAST_ONE, known.stock.contains(&1), findings)?;
    words(reading, &LAST_FEW, known.stock.iter().any(|left| (1..=FEW).contains(left)), findings)?;
    words(reading, &NONE_LEFT, known.stock.contains(&0), findings)
}

fn numbers(
    reading: &Reading,
    pattern: &'static Pattern,
    is_known: impl Fn(u32, &str) -> bool,
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    for captures in pattern::compiled(pattern)?.captures_iter(&reading.low) {
        let mut groups = captures.iter().skip(1).flatten().map(|group| group.as_str());
        let number = groups.clone().find_map(|group| Some((read(group)?, group)));
        let Some((number, text)) = number else { continue };
        // Sizes and colours are not counted as stock, and neither is time.
        let of_something_else = groups.any(counts_no_pieces);
        let Some(whole) = captures.get(0) else { continue };
        if !of_something_else && !is_known(number, text) && !reading.clause(whole.start()).asked {
            findings.push(finding(&reading.text[whole.range()]));
        }
    }
    Ok(())
}

fn words(
    reading: &Reading,
    pattern: &'static Pattern,
    is_known: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    if is_known {
        return Ok(());
    }
    for found in pattern::compiled(pattern)?.find_iter(&reading.low) {
        if !pattern::is_not_claimed(reading.clause(found.start()))? {
            findings.push(finding(&reading.text[found.range()]));
        }
    }
    Ok(())
}

fn read(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| vocabulary::small_number(text))
}

fn counts_no_pieces(word: &str) -> bool {
    matches!(
        word,
        "talla"
            | "tallas"
            | "size"
            | "sizes"
            | "tamanho"
            | "tamanhos"
            | "numero"
            | "color"
            | "colores"
            | "cor"
            | "cores"
            | "colors"
            | "colours"
            | "modelo"
            | "modelos"
            | "models"
            | "opcion"
            | "opciones"
            | "options"
            | "option"
            | "opcoes"
            | "dias"
            | "dia"
            | "days"
            | "day"
            | "horas"
            | "hours"
            | "minutos"
            | "minutes"
            | "pasos"
            | "steps"
            | "passos"
            | "preguntas"
            | "questions"
            | "perguntas"
            | "estilos"
            | "styles"
            | "diseno"
            | "disenos"
            | "designs"
            | "y"
            | "and"
            | "e"
            | "o"
            | "or"
            | "cosa"
            | "cosas"
            | "things"
            | "coisas"
    )
}

fn finding(text: &str) -> Finding {
    Finding {
        kind: FindingKind::Stock,
        text: text.to_owned(),
        reason: format!(
            "No tool result says \"{text}\". Say a stock figure only as a product's newest tool result gives it, or \
             leave it out."
        ),
    }
}
