//! The words that amounts stand beside, in English, Spanish and Portuguese, plain and in lower case.

use std::collections::HashSet;
use std::sync::LazyLock;

type Words = LazyLock<HashSet<&'static str>>;

fn words(text: &'static str) -> HashSet<&'static str> {
    text.split_whitespace().collect()
}

/// The currencies a mark may mean, and the power of ten it stands for (cents are hundredths).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::agent::guard) struct Unit {
    means: Means,
    /// 0, or -2 for cents.
    pub(in crate::agent::guard) power: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    Any,
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

impl Unit {
    /// Any currency: none was said.
    pub(in crate::agent::guard) const ANY: Self = Self { means: Means::Any, power: 0 };

    /// One of these currencies.
    pub(in crate::agent::guard) const fn only(codes: &'static [&'static str]) -> Self {
        Self { means: Means::Only(codes), power: 0 }
    }

    /// Whether it can mean this currency.
    pub(in crate::agent::guard) fn fits(self, code: &str) -> bool {
        match self.means {
            Means::Any => true,
            Means::Only(codes) => codes.contains(&code),
            Means::AllBut(codes) => !codes.contains(&code),
        }
    }

    /// Whether the currencies this mark can mean and those that `fits` takes have one in common.
    pub(in crate::agent::guard) fn agrees_with(self, fits: &dyn Fn(&str) -> bool) -> bool {
        match self.means {
            Means::Any => true,
            _ => CODES.iter().any(|code| self.fits(code) && fits(code)),
        }
    }

    /// The narrower of two marks beside one number (`$500 MXN`).
    pub(in crate::agent::guard) fn and(self, other: Self) -> Self {
        let power = self.power.min(other.power);
        let means = match (self.means, other.means) {
            (Means::Only(_), _) if !CODES.iter().any(|code| self.fits(code) && other.fits(code)) => {
                Means::Only(&[])
            }
            (_, Means::Only(codes)) | (Means::Only(codes), _) => Means::Only(codes),
            (Means::Any, means) | (means, _) => means,
        };
        Self { means, power }
    }
}

/// Codes that are read as a currency wherever they stand in capitals.
static CODES: [&str; 42] = [
    "USD", "MXN", "BRL", "EUR", "COP", "ARS", "CLP", "PEN", "UYU", "BOB", "PYG", "GTQ", "CRC", "HNL", "NIO", "DOP",
    "PAB", "VES", "CUP", "GBP", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "CHF", "SEK", "NOK", "DKK", "PLN", "ZAR",
    "KRW", "HKD", "SGD", "THB", "IDR", "PHP", "AED", "SAR", "KWD", "NGN",
];
/// Those that are no word of any of our languages, and so count in lower case too.
const CODES_IN_ANY_CASE: [&str; 10] = ["usd", "mxn", "brl", "eur", "clp", "gbp", "uyu", "pyg", "gtq", "dop"];

const DOLLARS: &[&str] = &["USD", "CAD", "AUD", "NZD", "HKD", "SGD"];
const PESOS: &[&str] = &["MXN", "COP", "ARS", "CLP", "UYU", "DOP", "PHP", "CUP"];
const NOT_DOLLAR_SIGN: &[&str] = &["EUR", "GBP", "JPY", "CNY", "INR", "PEN"];

/// What a sign means with the letters just before it: `R$`, `US$`, `$`.
pub(in crate::agent::guard) fn sign_unit(letters: &str, sign: char) -> Unit {
    match (letters, sign) {
        ("r", '$') => Unit::only(&["BRL"]),
        ("us" | "u" | "usd", '$') => Unit::only(&["USD"]),
        ("mx" | "mxn", '$') => Unit::only(&["MXN"]),
        ("ar", '$') => Unit::only(&["ARS"]),
        ("co" | "col", '$') => Unit::only(&["COP"]),
        ("cl" | "clp", '$') => Unit::only(&["CLP"]),
        ("c" | "ca" | "cad", '$') => Unit::only(&["CAD", "NIO"]),
        ("a" | "au" | "aud", '$') => Unit::only(&["AUD"]),
        (_, '$') => Unit { means: Means::AllBut(NOT_DOLLAR_SIGN), power: 0 },
        (_, '\u{20AC}') => Unit::only(&["EUR"]),
        (_, '\u{A3}') => Unit::only(&["GBP"]),
        (_, '\u{A5}') => Unit::only(&["JPY", "CNY"]),
        (_, '\u{20B9}') => Unit::only(&["INR"]),
        (_, '\u{20B1}') => Unit::only(PESOS),
        (_, '\u{20A1}') => Unit::only(&["CRC"]),
        (_, '\u{20B2}') => Unit::only(&["PYG"]),
        (_, '\u{A2}') => Unit { means: Means::Any, power: -2 },
        _ => Unit::only(&[]),
    }
}

/// What a code means, as it is written.
pub(in crate::agent::guard) fn code_unit(word: &str) -> Option<Unit> {
    if word.len() != 3 {
        return None;
    }
    if word.bytes().any(|letter| letter.is_ascii_lowercase())
        && !CODES_IN_ANY_CASE.iter().any(|code| word.eq_ignore_ascii_case(code))
    {
        return None;
    }
    let known = CODES.iter().position(|code| word.eq_ignore_ascii_case(code))?;
    Some(Unit::only(&CODES[known..=known]))
}

/// What a word after a number, or after number words, means.
pub(in crate::agent::guard) fn word_unit(word: &str) -> Option<Unit> {
    let unit = match word {
        "pesos" | "pesitos" | "varos" => Unit::only(PESOS),
        "dollars" | "dolares" | "dolar" | "dollar" => Unit::only(DOLLARS),
        "bucks" => Unit { means: Means::AllBut(NOT_DOLLAR_SIGN), power: 0 },
        "reais" | "reales" | "conto" | "contos" => Unit::only(&["BRL"]),
        "euros" | "euro" => Unit::only(&["EUR"]),
        "soles" => Unit::only(&["PEN"]),
        "quetzales" => Unit::only(&["GTQ"]),
        "lempiras" => Unit::only(&["HNL"]),
        "colones" => Unit::only(&["CRC"]),
        "guaranies" => Unit::only(&["PYG"]),
        "bolivianos" => Unit::only(&["BOB"]),
        "rupees" | "rupias" => Unit::only(&["INR", "IDR"]),
        "yen" | "yenes" => Unit::only(&["JPY"]),
        "quid" | "sterling" => Unit::only(&["GBP"]),
        "cents" | "centavos" | "centimos" => Unit { means: Means::Any, power: -2 },
        _ => return None,
    };
    Some(unit)
}

/// What a word means after the number one: in the plural form's place, or with other meanings elsewhere.
pub(in crate::agent::guard) fn single_word_unit(word: &str) -> Option<Unit> {
    match word {
        "peso" => Some(Unit::only(PESOS)),
        "real" => Some(Unit::only(&["BRL"])),
        "sol" => Some(Unit::only(&["PEN"])),
        "cent" | "centavo" => Some(Unit { means: Means::Any, power: -2 }),
        _ => None,
    }
}

static PRICE_WORDS: Words = LazyLock::new(|| {
    words(
        "price prices priced cost costs costing pay paying charge charged total subtotal totals fee discounted
         save saves saving savings precio precios cuesta cuestan costo coste costaria pagas pagar pagarias cobro
         cobramos cobran sale salen saldria quedaria dejo dejamos ahorras ahorro rebajado rebajada oferta importe
         preco precos custa custam custaria custo valor paga pagaria fica ficam ficaria sai saem sairia deixo
         economiza promocao promocion frete shipping envio impuesto impuestos iva imposto tax descuento desconto
         discount rebaja rebajas rebajo rebajamos rebajar rebajarte rebajarlo rebajarla abatimento",
    )
});

/// Words that a price follows and hardly anything else.
pub(in crate::agent::guard) fn is_price_word(word: &str) -> bool {
    PRICE_WORDS.contains(word)
}

/// What is taken off a price, said behind its number.
pub(in crate::agent::guard) fn is_discount_word(word: &str) -> bool {
    matches!(
        word,
        "descuento" | "desconto" | "discount" | "rebaja" | "abatimento" | "ahorro" | "economia" | "menos"
    )
}

static WEAK_PRICE_WORDS: Words = LazyLock::new(|| {
    words(
        "por for at en from desde only solo just apenas vale valen valem antes ahora agora was era before partir
         queda bajo bajamos bajar bajarte baixo baixamos baixar quito quitar quitarte tiro tirar descontar",
    )
});

/// Words that a price may follow, among other things.
pub(in crate::agent::guard) fn is_weak_price_word(word: &str) -> bool {
    WEAK_PRICE_WORDS.contains(word)
}

static FILLERS: Words = LazyLock::new(|| {
    words(
        "is are of now just only to be would will you comes come about around a an the at it s as low currently
         down es son de del en solo seria sera total final por unos tan te lo la el los las todo como
         aproximadamente actual e em apenas so fica o sao uns tudo agora ahora hoy hoje today este esta each cada
         uno unitario regular normal",
    )
});

/// Words that may stand between a price word and its price.
pub(in crate::agent::guard) fn is_filler(word: &str) -> bool {
    FILLERS.contains(word)
}

static CONNECTIVES: Words = LazyLock::new(|| {
    words(
        "y and or ou u con com with mas plus pero but incluido incluye including incluyendo c per for para pra si
         if que finales neto nada do da in antes before al menos sin sem without ya ja gracias thanks its tu su
         your seu sua this cerrados redondos ida off instead vez free gratis",
    )
});

/// Words after which a number has ended and counts nothing.
pub(in crate::agent::guard) fn is_connective(word: &str) -> bool {
    is_filler(word) || CONNECTIVES.contains(word)
}

static MEASURES: Words = LazyLock::new(|| {
    words(
        "m cm mm km kg kgs g gr mg l lt lts ml oz lb lbs in ft mts metros metro meters litros litro liters
         pulgadas inches inch polegadas gb tb mb mah w v ghz hz am pm h hs hrs horas hours stars star estrellas
         estrelas gramos grams gramas kilos kilo dias days mp rpm ohm business habiles uteis laborables",
    )
});

/// Units of measure: what they follow is measured and not priced.
pub(in crate::agent::guard) fn is_measure(word: &str) -> bool {
    MEASURES.contains(word)
}

static LABELS_OF_NO_PRICE: Words = LazyLock::new(|| {
    words(
        "talla tallas size sizes tamanho tamano numero number no num sku modelo model pedido order orden codigo
         code cp cep zip cantidad quantity quantidade qty largo length comprimento ancho width largura alto
         altura height peso weight cintura waist busto bust pecho chest cadera hip quadril piezas pieces pecas
         paginas pages hilos thread fios capacidad capacity capacidade stock estoque calle rua street direccion
         address endereco year ano version ref referencia",
    )
});

/// Labels whose number is a size, a code or a count.
pub(in crate::agent::guard) fn is_label_of_no_price(word: &str) -> bool {
    LABELS_OF_NO_PRICE.contains(word)
}

static NUMBER_WORDS: Words = LazyLock::new(|| {
    words(
        "uno una one um uma two dos dois duas three tres four cuatro quatro five cinco six seis seven siete sete
         eight ocho oito nine nueve nove ten diez dez eleven once onze twelve doce doze thirteen trece treze
         fourteen catorce quatorze catorze fifteen quince quinze sixteen dieciseis dezesseis seventeen diecisiete
         dezessete eighteen dieciocho dezoito nineteen diecinueve dezenove twenty veinte vinte veinticinco
         veintidos veintinueve thirty treinta trinta forty cuarenta quarenta fifty cincuenta cinquenta sixty
         sesenta sessenta seventy setenta eighty ochenta oitenta ninety noventa cien ciento cem cento hundred
         hundreds doscientos duzentos trescientos trezentos cuatrocientos quatrocentos quinientos quinhentos
         seiscientos seiscentos setecientos setecentos ochocientos oitocentos novecientos novecentos thousand
         thousands mil miles million millon millones milhao milhoes couple dozen docena duzia half medio meio
         veintiuno veintitres veinticuatro veintiseis veintisiete veintiocho grand",
    )
});

/// Whether a word says a number.
pub(in crate::agent::guard) fn is_number_word(word: &str) -> bool {
    NUMBER_WORDS.contains(word)
}

static SMALL_NUMBER_WORDS: Words =
    LazyLock::new(|| words("uno una one um uma two dos dois duas three tres once half medio meio couple ten"));

/// Number words that are said for much else.
pub(in crate::agent::guard) fn is_small_number_word(word: &str) -> bool {
    SMALL_NUMBER_WORDS.contains(word)
}

/// A small number as its word says it: for stock, which is often told in words.
pub(in crate::agent::guard) fn small_number(word: &str) -> Option<u32> {
    let number = match word {
        "un" | "uno" | "una" | "one" | "um" | "uma" => 1,
        "two" | "dos" | "dois" | "duas" => 2,
        "three" | "tres" => 3,
        "four" | "cuatro" | "quatro" => 4,
        "five" | "cinco" => 5,
        "six" | "seis" => 6,
        "seven" | "siete" | "sete" => 7,
        "eight" | "ocho" | "oito" => 8,
        "nine" | "nueve" | "nove" => 9,
        "ten" | "diez" | "dez" => 10,
        _ => return None,
    };
    Some(number)
}

/// The beginnings of words that are said of anything, and so make no two texts speak of the same thing.
static OF_ANYTHING: Words = LazyLock::new(|| {
    words(
        "para este esta todo toda cada como cuand desde hasta sobre solo tambi tambe tiene tenem puede lleva compr
         pedid orden order purch produ tiend shop store loja with your from free grati gratu costo custo cost that
         this have will when more over peso pesos reais dolar dolla today aqui here what they them their nuest nosso
         nossa voce pelo pela mais sale sai sera incl inclu artic item items piece pieza peca pecas hacem quier want
         give extra cargo also only sin sem without",
    )
});
/// So many letters of a word are compared; what follows is its ending.
const STEM: usize = 5;
/// Shorter words say too little.
const STEM_MIN: usize = 4;

/// Whether two plain texts have a word of some weight in common, endings aside.
pub(in crate::agent::guard) fn share_a_word(one: &str, other: &str) -> bool {
    let theirs: HashSet<&str> = stems(other).collect();
    stems(one).any(|stem| theirs.contains(stem))
}

fn stems(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic())
        .map(|word| word.char_indices().nth(STEM).map_or(word, |(end, _)| &word[..end]))
        .filter(|stem| stem.chars().count() >= STEM_MIN && !OF_ANYTHING.contains(stem))
}
