//! Where to send an order, read from how people write it: in one message or over several, with labels or without.

use std::sync::LazyLock;

use regex::Regex;

use crate::llm::guided::text::plain;

mod region;

/// More pieces than this are no address.
const PIECES_MAX: usize = 24;

/// Delivery details as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Who receives it.
    pub name: Option<String>,
    /// Street, number and what else a courier needs.
    pub address: Option<String>,
    /// City, with state when one was written.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Anything the courier should know.
    pub note: Option<String>,
}

impl Details {
    /// Whether a parcel can be sent with these.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.name.is_some() && self.address.is_some() && self.city.is_some()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

macro_rules! pattern {
    ($name:ident = $text:expr) => {
        // The expressions are literals; a test uses every one of them.
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($text).ok());
    };
}

pattern!(
    LABEL = r"(?i)^\s*(?:(mi |my |meu |o |el )?(nombre|name|nome|recibe|recebe|recipient|receiver|destinat[aá]rio)(?: completo)?|(direcci[oó]n|domicilio|calle|address|street|endere[cç]o|rua)|(ciudad|city|cidade|municipio|munic[ií]pio)|(c\.?p\.?|c[oó]digo postal|cep|zip|zip ?code|postal code|postcode)|(referencias?|notas?|note|notes|observa[cç][aã]o|instrucciones))(?:\s*[:=-]|\s+(?:es|is|é)\s)\s*(.+)$"
);
pattern!(
    CALLED = r"(?i)^\s*(?:me llamo|soy|my name is|i'?m|i am|meu nome [eé]|me chamo|sou(?: [oa])?|(?:lo |la )?recibe|recebe|para|for|a nombre de|em nome de|quien recibe es|quem recebe [eé])\s+(.+)$"
);
pattern!(
    STREET = r"(?i)(?:^|[\s,])(?:calle|c/|av\.?|avda\.?|avenida|avenue|ave\.?|blvd\.?|boulevard|bulevar|calz(?:ada|\.)|carretera|camino|privada|priv\.|cerrada|paseo|prol(?:ongaci[oó]n|\.)|street|st\.?|road|rd\.?|drive|dr\.?|lane|ln\.?|court|ct\.?|way|place|highway|hwy\.?|rua|r\.|travessa|alameda|al\.|rodovia|estrada|pra[cç]a|largo|quadra|circuito|andador|jr\.|jir[oó]n)(?:$|[\s,\d])"
);
pattern!(
    DISTRICT = r"(?i)^(?:col\.?|colonia|fracc\.?|fraccionamiento|barrio|bairro|b\.|urb\.?|urbanizaci[oó]n|int\.?|interior|ext\.?|depto\.?|dpto\.?|departamento|piso|apto?\.?|apt\.?|apartment|apartamento|unit|suite|ste\.?|bloco|bl\.?|casa|torre|edificio|edif[ií]cio|mz\.?|manzana|lt\.?|lote|floor|#)(?:\s|\d|$)"
);
// Five or eight digits, or letters and digits as in Canada, Argentina and Britain.
pattern!(
    POSTAL = r"(?i)(?:\b(?:mi |my |meu )?(?:c\.?p\.?|cep|zip(?: ?code)?|postal code|postcode|c[oó]digo postal)\s*(?:es|is|é|:|=|-)?)?[:\s]*\b(\d{5}-\d{3}|\d{5}-\d{4}|\d{5}|\d{8}|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]\d{4}[a-z]{3}|(?-i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))\b"
);
// What stands inside a building, or the number on the door, and its number.
pattern!(
    UNIT = r"(?i)\b(int(?:erior)?|apt|apto|apartment|apartamento|depto|dpto|departamento|unit|suite|ste|piso|floor|andar|bloco|torre|casa|number|n[uú]mero|num)\b[\s.:,#]*(?:(?:is|es|é|eh|its|it's|it’s|era|the|el|la|o|a)\s+){0,3}#?(\d{1,5}\s?[a-z]?)\b"
);
pattern!(NUMBER = r"(?i)\b\d{1,5}[a-z]?\b");
// A surname that is also what English calls a street: only before a street with its number is it a name.
pattern!(SURNAME = r"(?i)^\p{L}[\p{L}.'’-]*(?:\s\p{L}[\p{L}.'’-]*)*\s(?:lane|street|way|court|place|drive|road)$");
pattern!(NUMBERED = r"(?i)^\p{L}[\p{L}\s.'’ºª-]*\s#?\d{1,5}\s?[a-z]?(?:\s|$|-)|^\d{1,5}\s?[a-z]?\s+\p{L}{2,}");

fn is(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Whether a message that nobody asked for is an address: a street or a numbered place, and more around it.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let pieces = pieces(text);
    let street = pieces.iter().any(|piece| is(&STREET, piece) && piece.chars().any(|c| c.is_ascii_digit()));
    let postal = is(&POSTAL, text);
    let numbered = pieces.iter().any(|piece| is(&NUMBERED, piece));
    !text.contains('?') && pieces.len() >= 3 && (street || (numbered && postal))
}

/// Whether a message, while an address is awaited, brings some of it: a street with its number, a labelled part, a
/// postal code, or a correction of what is `known`.
#[must_use]
pub fn is_part(text: &str, known: &Details) -> bool {
    let labelled = |piece: &String| read_labelled(piece, &mut Details::default());
    let street = |piece: &String| is(&STREET, piece) && piece.chars().any(|c| c.is_ascii_digit());
    let pieces = pieces(text);
    let corrects = || corrected(text, known.address.as_deref().unwrap_or_default()).is_some();
    // After other talk a bare name is one where only the name is missing, and where it is written like one.
    let only_name = known.name.is_none() && known.address.is_some() && known.city.is_some();
    let capitals = text.split_whitespace().all(|word| word.starts_with(char::is_uppercase));
    let named = only_name && capitals && text.split_whitespace().count() >= 2 && is_name(text.trim());
    !text.contains('?') && (pieces.iter().any(|piece| labelled(piece) || street(piece)) || corrects() || named)
}

/// The address with one number put right: "wrong apt, it's 21". `None` when the message says something else.
fn corrected(message: &str, address: &str) -> Option<String> {
    const WORDS_MAX: usize = 9;
    let numbers = |text: &str| -> Vec<String> {
        NUMBER
            .as_ref()
            .map_or_else(Vec::new, |regex| regex.find_iter(text).map(|m| m.as_str().to_owned()).collect())
    };
    let short = message.split_whitespace().count() <= WORDS_MAX;
    let label = UNIT.as_ref()?.captures(message)?;
    let before = numbers(address);
    let mut fresh = numbers(message).into_iter().filter(|number| !before.contains(number));
    let (label, number) = (label.get(1)?.as_str(), fresh.next()?);
    if !short || fresh.next().is_some() || is_address(message) || address.is_empty() {
        return None;
    }
    // On the door the number of the house is the first one, within the house that of the unit is behind its label.
    let door = plain(label).starts_with("num");
    let place = if door {
        NUMBER.as_ref()?.find(address).map(|found| found.range())
    } else {
        let units = UNIT.as_ref()?.captures_iter(address);
        units.filter_map(|found| found.get(2)).last().map(|found| found.range())
    };
    Some(match place {
        Some(place) => format!("{}{number}{}", &address[..place.start], &address[place.end..]),
        None => format!("{address}, {label} {number}"),
    })
}

/// Reads what the messages say, oldest first; later ones add to or replace earlier ones.
#[must_use]
pub fn read(messages: &[&str]) -> Details {
    read_on(Details::default(), messages)
}

/// Reads on from what is known already.
#[must_use]
pub fn read_on(mut details: Details, messages: &[&str]) -> Details {
    for message in messages {
        read_message(message, &mut details);
    }
    details
}

fn pieces(text: &str) -> Vec<String> {
    text.split([',', '\n', ';'])
        .map(|piece| piece.trim().trim_matches(['.', ' ']).to_owned())
        .filter(|piece| !piece.is_empty())
        .take(PIECES_MAX)
        .collect()
}

fn read_message(message: &str, details: &mut Details) {
    if let Some(address) = corrected(message, details.address.as_deref().unwrap_or_default()) {
        details.address = Some(address);
        return;
    }
    let mut loose = Vec::new();
    for piece in pieces(message).into_iter().flat_map(|piece| region::apart(&piece)) {
        if !read_labelled(&piece, details) {
            loose.push(piece);
        }
    }
    let mut address_open = false;
    let city_at = loose.iter().position(|piece| is_city(piece));
    let surname = matches!(loose.as_slice(), [first, next, ..]
        if is(&SURNAME, first) && next.chars().any(|c| c.is_ascii_digit()) && is(&NUMBERED, next));
    // We ask for the name before the city, so of two bare pieces that answer us the first is the name.
    let bare = loose.iter().filter(|piece| !piece.chars().any(|c| c.is_ascii_digit())).count();
    let name_first = bare >= 2 && details.name.is_none() && details.address.is_some() && details.city.is_none();
    for (at, piece) in loose.into_iter().enumerate() {
        let piece = take_postal(&piece, details);
        if piece.is_empty() {
            continue;
        }
        let has_digits = piece.chars().any(|c| c.is_ascii_digit());
        let is_surname = surname && at == 0 && details.name.is_none();
        let street = !is_surname && is(&STREET, &piece) || (has_digits && is(&NUMBERED, &piece));
        // Where only the name is missing, a bare answer is the name, even one like a street's.
        let only_name = !address_open && details.address.is_some() && details.city.is_some();
        if only_name && details.name.is_none() && is_name(&piece) {
            details.name = Some(called(&piece));
            continue;
        }
        if city_at == Some(at) {
            details.city = Some(piece);
            continue;
        }
        // What stands between the street and the city is the district; a name may stand behind the city.
        if let Some(city_at) = city_at.filter(|_| !has_digits && !street && details.address.is_some()) {
            if at < city_at && address_open {
                append(&mut details.address, &piece);
                continue;
            }
            if at > city_at && details.name.is_none() && is_name(&piece) && !region::is_region(&piece) {
                details.name = Some(called(&piece));
                continue;
            }
        }
        if is(&DISTRICT, &piece) && (details.address.is_some() || address_open) {
            append(&mut details.address, &piece);
        } else if street && (details.address.is_none() || !address_open) {
            details.address = Some(piece);
            address_open = true;
        } else if has_digits && address_open && details.city.is_none() {
            append(&mut details.address, &piece);
        } else if details.name.is_none() && (details.address.is_none() || name_first) && is_name(&piece) {
            details.name = Some(called(&piece));
        } else {
            read_plain(&piece, address_open, details);
        }
    }
}

/// Whether a piece is a city for sure: its state or its postal code stands behind it.
fn is_city(piece: &str) -> bool {
    let mut details = Details::default();
    let rest = take_postal(piece, &mut details);
    let words: Vec<_> = rest.split_whitespace().collect();
    let region = words.len() >= 2 && words.last().is_some_and(|word| region::is_region(word));
    let with_code = details.postal_code.is_some() && !rest.is_empty() && !region::is_region(&rest);
    let plain_place = !rest.chars().any(|c| c.is_ascii_digit()) && is_place(&rest) && !is(&DISTRICT, &rest);
    (region || with_code) && plain_place && !is(&STREET, &rest)
}

/// A piece without a number: a city once the street is known, else whatever is still missing.
fn read_plain(piece: &str, address_open: bool, details: &mut Details) {
    if piece.chars().any(|c| c.is_ascii_digit()) || !is_place(piece) {
        return;
    }
    let city_known_before = details.city.is_some() && !address_open;
    if details.name.is_none() && is_name(piece) && (city_known_before || explicitly_called(piece)) {
        details.name = Some(called(piece));
    } else if details.city.is_none() && details.address.is_some() {
        details.city = Some(piece.to_owned());
    } else if address_open && details.city.is_some() {
        append(&mut details.city, piece);
    } else if details.name.is_none() && is_name(piece) {
        details.name = Some(called(piece));
    }
}

fn append(slot: &mut Option<String>, piece: &str) {
    match slot {
        Some(text) => {
            text.push_str(", ");
            text.push_str(piece);
        }
        None => *slot = Some(piece.to_owned()),
    }
}

/// "Name: …", "CEP 01310-100": what the label says it is.
fn read_labelled(piece: &str, details: &mut Details) -> bool {
    let Some(found) = LABEL.as_ref().and_then(|regex| regex.captures(piece)) else { return false };
    let Some(value) = found.get(7).map(|value| value.as_str().trim().to_owned()) else { return false };
    let slot = if found.get(2).is_some() {
        &mut details.name
    } else if found.get(3).is_some() {
        &mut details.address
    } else if found.get(4).is_some() {
        &mut details.city
    } else if found.get(5).is_some() {
        &mut details.postal_code
    } else {
        &mut details.note
    };
    *slot = Some(value);
    true
}

/// Takes a postal code out of a piece that is not a street ("64000 Monterrey"); a street keeps its numbers.
fn take_postal(piece: &str, details: &mut Details) -> String {
    let found = POSTAL.as_ref().and_then(|regex| regex.captures(piece));
    let Some((whole, code)) = found.as_ref().and_then(|found| found.get(0).zip(found.get(1))) else {
        return piece.to_owned();
    };
    let labelled = whole.as_str().trim_start().starts_with(|c: char| c.is_alphabetic());
    let street_number =
        is(&STREET, piece) || whole.start() == 0 && is(&NUMBERED, piece) && details.address.is_none();
    if !labelled && street_number {
        return piece.to_owned();
    }
    details.postal_code = Some(code.as_str().to_owned());
    let rest = format!("{} {}", &piece[..whole.start()], &piece[whole.end()..]);
    rest.trim().trim_matches(['-', '.', ' ', '(', ')']).to_owned()
}

fn explicitly_called(piece: &str) -> bool {
    is(&CALLED, piece)
}

/// The name without "me llamo" and the like.
fn called(piece: &str) -> String {
    let found = CALLED.as_ref().and_then(|regex| regex.captures(piece)).and_then(|found| found.get(1));
    found.map_or(piece, |name| name.as_str()).trim().to_owned()
}

/// One to six words of letters, none of which only serves to build sentences.
fn is_name(piece: &str) -> bool {
    let name = called(piece);
    let words: Vec<_> = name.split_whitespace().collect();
    let letters =
        words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’' | '-')));
    (1..=6).contains(&words.len()) && letters && is_place(piece)
}

/// Whether a piece reads like a proper name rather than like a sentence.
fn is_place(piece: &str) -> bool {
    const SENTENCE: &[&str] = &[
        "te", "me", "lo", "se", "que", "no", "si", "yes", "okey", "ok", "okay", "gracias", "thanks", "thank",
        "obrigado", "obrigada", "por", "favor", "please", "manana", "luego", "ahorita", "depois", "amanha",
        "later", "i", "you", "the", "is", "it", "my", "mi", "meu", "minha", "to", "quiero", "quero", "want",
        "hola", "oi", "hi", "hello", "send", "manda", "mandame", "envia", "aqui", "here", "como", "how", "what",
        "sim", "nao", "voce", "y", "cuando", "wait", "espera", "un", "um", "a", "an", "es", "para", "listo",
        "pronto", "perfecto", "perfeito", "vale", "dale", "person", "persona", "pessoa",
    ];
    let name = called(piece);
    !name.split_whitespace().any(|word| SENTENCE.contains(&plain(word).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(messages: &[&str], name: &str, address: &str, city: &str, postal: &str) {
        let details = read(messages);
        let text = |part: Option<String>| part.unwrap_or_default();
        assert_eq!(
            (text(details.name), text(details.address), text(details.city), text(details.postal_code)),
            (name.to_owned(), address.to_owned(), city.to_owned(), postal.to_owned()),
            "{messages:?}"
        );
    }

    #[test]
    fn an_address_in_one_message_is_read_whole() {
        check(
            &["Ana Pérez, calle Hidalgo 12, Col. Centro, Monterrey, 64000"],
            "Ana Pérez",
            "calle Hidalgo 12, Col. Centro",
            "Monterrey",
            "64000",
        );
        check(
            &["Mary Jones, 12 Oak Street, Apt 4, Austin, TX 78701"],
            "Mary Jones",
            "12 Oak Street, Apt 4",
            "Austin, TX",
            "78701",
        );
        check(
            &["João da Silva\nRua das Flores, 123, apto 45\nBairro Jardim\nSão Paulo - SP\nCEP 01310-100"],
            "João da Silva",
            "Rua das Flores, 123, apto 45, Bairro Jardim",
            "São Paulo - SP",
            "01310-100",
        );
        check(&["Name, street 12, city, 01234"], "Name", "street 12", "city", "01234");
        check(
            &["Luis Mora, Insurgentes Sur 1602, CDMX, 03940"],
            "Luis Mora",
            "Insurgentes Sur 1602",
            "CDMX",
            "03940",
        );
    }

    #[test]
    fn a_postal_code_is_read_with_and_without_its_label() {
        for (code, expected) in [
            ("zip code 78701", "78701"),
            ("código postal 68000", "68000"),
            ("my postcode is SW1A 1AA", "SW1A 1AA"),
            ("postal code K1A 0B1", "K1A 0B1"),
            ("C1425ABC", "C1425ABC"),
            ("CP 06700", "06700"),
        ] {
            check(
                &[&format!("Ana Pérez, calle Hidalgo 12, Centro, {code}")],
                "Ana Pérez",
                "calle Hidalgo 12",
                "Centro",
                expected,
            );
        }
        check(
            &["Mary Jones, 12 Oak Street, B2 4th floor, Austin"],
            "Mary Jones",
            "12 Oak Street, B2 4th floor",
            "Austin",
            "",
        );
    }

    #[test]
    fn labels_say_what_a_piece_is() {
        check(
            &["Nombre: Ana Pérez\nDirección: Hidalgo 12 int 3\nCiudad: Puebla\nCP: 72000"],
            "Ana Pérez",
            "Hidalgo 12 int 3",
            "Puebla",
            "72000",
        );
        check(&["my name is Joe Smith"], "Joe Smith", "", "", "");
        check(&["Me llamo Carla Ruiz, av. Juárez 8, Toluca"], "Carla Ruiz", "av. Juárez 8", "Toluca", "");
    }

    #[test]
    fn an_address_may_come_over_several_messages_in_any_order() {
        check(
            &["Ana Pérez", "Calle 5 número 10", "Mérida", "97000"],
            "Ana Pérez",
            "Calle 5 número 10",
            "Mérida",
            "97000",
        );
        check(&["Rua Augusta 900, São Paulo", "Paulo Souza"], "Paulo Souza", "Rua Augusta 900", "São Paulo", "");
        check(&["12 Main St", "Ann Lee, Springfield"], "Ann Lee", "12 Main St", "Springfield", "");
        check(&["12 Main St", "Springfield", "Homer Simpson"], "Homer Simpson", "12 Main St", "Springfield", "");
    }

    #[test]
    fn an_address_in_one_breath_is_read_whole() {
        check(
            &["Inés Robles, av del lago 1520 int 3 col las fuentes zapopan jal cp 45110"],
            "Inés Robles",
            "av del lago 1520 int 3 col las fuentes",
            "zapopan jal",
            "45110",
        );
        check(
            &["Amber Lane, 77 Harbor Ave Apt 9, Austin TX 78701"],
            "Amber Lane",
            "77 Harbor Ave Apt 9",
            "Austin TX",
            "78701",
        );
        check(&["Joe Way\n8 Pine St Portland OR 97201"], "Joe Way", "8 Pine St", "Portland OR", "97201");
        check(
            &["Rua do Sol 45 apto 2, Boa Vista, Recife PE 50050-000, Clara Nunes Dias"],
            "Clara Nunes Dias",
            "Rua do Sol 45 apto 2, Boa Vista",
            "Recife PE",
            "50050-000",
        );
        check(
            &["Rua das Acácias 10, Centro, Belo Horizonte MG", "Davi Rocha"],
            "Davi Rocha",
            "Rua das Acácias 10, Centro",
            "Belo Horizonte MG",
            "",
        );
        check(&["Calle Esmeralda 12, Toluca"], "", "Calle Esmeralda 12", "Toluca", "");
    }

    #[test]
    fn one_number_is_put_right_and_the_rest_stays() {
        let first = "Amber Lane, 77 Harbor Ave Apt 9, Austin TX 78701";
        for (text, address) in [
            ("wait wrong apt its 21", "77 Harbor Ave Apt 21"),
            ("sorry, apt 21 not 9", "77 Harbor Ave Apt 21"),
            ("it's apartment 21", "77 Harbor Ave Apt 21"),
            ("the number is 79", "79 Harbor Ave Apt 9"),
        ] {
            check(&[first, text], "Amber Lane", address, "Austin TX", "78701");
        }
        let first = "Inés Robles, Calle Luna 8 int 3, Zapopan Jal";
        for text in ["perdón, es int 5", "me equivoqué, interior 5", "el int es 5"] {
            check(&[first, text], "Inés Robles", "Calle Luna 8 int 5", "Zapopan Jal", "");
        }
        let first = "Clara Dias, Rua do Sol 45, Recife PE";
        for text in ["faltou o apto 7", "esqueci, apto 7", "é apto 7"] {
            check(&[first, text], "Clara Dias", "Rua do Sol 45, apto 7", "Recife PE", "");
        }
    }

    #[test]
    fn sentences_are_no_names() {
        for text in ["gracias", "mañana te la paso", "ok", "I'll send it later", "sim", "no", "qué?", ""] {
            assert!(read(&[text]).is_empty(), "{text:?}: {:?}", read(&[text]));
        }
    }

    #[test]
    fn an_unasked_address_is_recognised_and_other_lists_are_not() {
        assert!(is_address("Ana Pérez, calle Hidalgo 12, Monterrey"));
        assert!(is_address("Joe Smith, 12 Oak Street, Austin, TX 78701"));
        assert!(!is_address("quiero 2 rojas, 3 azules, 1 negra"));
        assert!(!is_address("zapatos, calle"));
        assert!(!is_address("tienes tenis, talla 27, en rojo?"));
    }

    #[test]
    fn every_expression_is_valid() {
        for pattern in [&LABEL, &CALLED, &STREET, &DISTRICT, &POSTAL, &NUMBERED, &UNIT, &NUMBER, &SURNAME] {
            assert!(pattern.is_some());
        }
    }
}
