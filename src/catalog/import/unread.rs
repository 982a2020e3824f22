//! What stands in columns that nobody reads. A column of currency codes is the currency, whatever it is called; one that
//! may say what is sold, or how many there are, is asked about. Pure.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::money::Currency;
use crate::catalog::fold::fold;
use crate::catalog::import::presence;
use crate::catalog::import::words;

/// What a column that is not read may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "says")]
pub enum Says {
    /// That something is not sold, or not shown.
    Off {
        /// On how many rows.
        rows: u32,
    },
    /// How many there are.
    Count,
}

/// A column that is not read, as far as it was seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// On how many rows it holds something.
    pub rows: u32,
    codes: u32,
    /// Codes that are no words besides.
    clear_codes: u32,
    yes: u32,
    no: u32,
    counts: u32,
}

impl Seen {
    /// Looks at a cell that holds something.
    pub fn see(&mut self, text: &str) {
        // Words that are currencies as well: sizes, forms, and `all` of something.
        const WORDS: [&str; 7] = ["ALL", "CUP", "GEL", "MOP", "PEN", "TOP", "TRY"];
        self.rows += 1;
        let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_code && text.parse::<Currency>().is_ok() {
            self.codes += 1;
            self.clear_codes += u32::from(!WORDS.contains(&text));
        }
        match words::yes(text) {
            Some(true) => self.yes += 1,
            Some(false) => self.no += 1,
            None => {}
        }
        self.counts += u32::from(is_count(text));
    }

    /// Whether it is the currency of the row's prices.
    #[must_use]
    pub fn is_currency(&self, name: &str) -> bool {
        const NAMES: [&str; 8] = ["curr", "moned", "divisa", "moeda", "devise", "valuta", "wahrung", "iso"];
        let is_named = NAMES.iter().any(|known| fold(name).contains(known));
        self.rows > 0 && self.codes == self.rows && (is_named || self.clear_codes > 0) && !words::is_private(name)
    }

    /// What it may say of what is sold, by its name and all of its cells.
    #[must_use]
    pub fn says(&self, name: &str) -> Option<Says> {
        const SWITCHES: &[&str] = &[
            "activ",
            "ativ",
            "enabled",
            "habilit",
            "visib",
            "visivel",
            "publi",
            "vend",
            "sale",
            "sell",
            "sold",
            "display",
            "mostrar",
            "exibir",
            "show",
            "dispon",
            "availab",
            "stock",
            "estoque",
            "existencia",
            "online",
            "estado",
            "status",
        ];
        let name = fold(name).replace('_', " ");
        let is_off = presence::is_off(&name);
        let is_switch = is_off || SWITCHES.iter().any(|part| name.contains(part));
        let off = if is_off { self.yes } else { self.no };
        if is_switch
            && self.rows > 0
            && self.yes + self.no == self.rows
            && !(self.is_numbers() && is_of_count(&name))
        {
            return (off > 0).then_some(Says::Off { rows: off });
        }
        (self.is_numbers() && is_of_count(&name)).then_some(Says::Count)
    }

    const fn is_numbers(&self) -> bool {
        self.rows > 0 && self.counts == self.rows
    }
}

/// Words of names that mean something else.
const OTHERS: &[&str] = &[
    "min",
    "minimo",
    "minima",
    "minimum",
    "max",
    "maximo",
    "maxima",
    "maximum",
    "reorder",
    "reorden",
    "alert",
    "alerta",
    "threshold",
    "umbral",
    "pack",
    "paquete",
    "caja",
    "caixa",
    "box",
    "per",
    "por",
    "sold",
    "vendidas",
    "vendidos",
    "vendida",
    "track",
    "tracking",
    "value",
    "valor",
    "id",
    "policy",
    "incoming",
    "reserved",
    "reservado",
    "reservada",
    "ordered",
    "multiple",
    "step",
    "low",
    "tracked",
    "managed",
    "manage",
];

/// Whether a column of this name may say how many there are of a thing, and not of how many one should think.
fn is_of_count(name: &str) -> bool {
    const COUNTS: [&str; 13] = [
        "stock",
        "exist",
        "invent",
        "cantidad",
        "quantity",
        "qty",
        "on hand",
        "dispon",
        "availab",
        "estoque",
        "quantidade",
        "unidades",
        "saldo",
    ];
    let mut of_others = name.split(|letter: char| !letter.is_alphanumeric());
    COUNTS.iter().any(|part| name.contains(part)) && !of_others.any(|word| OTHERS.contains(&word))
}

/// A whole number, or one of which nothing but noughts stands behind the mark.
fn is_count(text: &str) -> bool {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = bare.split_once(['.', ',']).unwrap_or((bare, ""));
    !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) && rest.bytes().all(|byte| byte == b'0')
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off { rows: 1 } => f.write_str("may say of 1 row that it is not sold"),
            Self::Off { rows } => write!(f, "may say of {rows} rows that they are not sold"),
            Self::Count => f.write_str("may say how many there are"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(cells: &[&str]) -> Seen {
        let mut seen = Seen::default();
        for cell in cells {
            seen.see(cell);
        }
        seen
    }

    #[test]
    fn a_column_of_currency_codes_is_the_currency_whatever_it_is_called() {
        assert!(seen(&["USD", "EUR"]).is_currency("Columna 7"));
        assert!(seen(&["PEN", "PEN"]).is_currency("ISO"));
        for (cells, name) in [
            (["TOP", "GEL"], "Forma"),
            (["USD", "caro"], "Nota"),
            (["USD", "USD"], "Costo moneda"),
            (["usd", "eur"], "x"),
        ] {
            assert!(!seen(&cells).is_currency(name), "{cells:?} {name}");
        }
    }

    #[test]
    fn a_switch_that_is_off_and_a_count_are_asked_about() {
        let says = |name: &str, cells: &[&str]| seen(cells).says(name);
        assert_eq!(says("Se puede vender", &["True", "False", "False"]), Some(Says::Off { rows: 2 }));
        assert_eq!(says("is_enabled", &["1", "0"]), Some(Says::Off { rows: 1 }));
        assert_eq!(says("Hidden", &["yes", "no"]), Some(Says::Off { rows: 1 }));
        assert_eq!(says("Eliminado", &["no", "si"]), Some(Says::Off { rows: 1 }));
        assert_eq!(says("Desabilitado", &["não", "sim"]), Some(Says::Off { rows: 1 }));
        assert_eq!(says("In stock [Centro]", &["4", "0", "-1"]), Some(Says::Count));
        assert_eq!(says("Cantidad a la mano", &["5.0", "12"]), Some(Says::Count));
        for (name, cells) in [
            ("Activo", ["si", "si"]),
            ("Hidden", ["no", "no"]),
            ("Activo", ["si", "luego"]),
            ("Frágil", ["si", "no"]),
            ("Stock mínimo", ["5", "2"]),
            ("Cantidad por caja", ["6", "12"]),
            ("Inventario", ["alto", "3"]),
        ] {
            assert_eq!(says(name, &cells), None, "{name} {cells:?}");
        }
    }
}
