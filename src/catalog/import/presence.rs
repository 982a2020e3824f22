//! Whether a thing is there, and whether shoppers may see it, in the words that other systems write. Both lists are
//! closed: of a word that stands in neither, nothing follows, least of all that a thing is on sale. Pure.

use crate::catalog::fold::fold;
use crate::catalog::import::words;

/// What a word says of how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// There is some.
    Some,
    /// There is none.
    Nothing,
    /// There is none, and it is sold all the same.
    ToOrder,
    /// There is none, nor will there be.
    Never,
}

/// What a word says of who may see a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Every shopper.
    All,
    /// Nobody yet, or for the moment.
    Nobody,
    /// Nobody any more.
    Never,
}

const SOME: &[&str] = &[
    "in stock",
    "instock",
    "on stock",
    "available",
    "limited availability",
    "limited stock",
    "low stock",
    "online only",
    "ready to ship",
    "few left",
    "en stock",
    "con stock",
    "hay stock",
    "hay",
    "disponible",
    "disponibles",
    "en existencia",
    "en existencias",
    "con existencia",
    "con existencias",
    "hay existencias",
    "en inventario",
    "stock bajo",
    "bajo stock",
    "pocas unidades",
    "ultima unidad",
    "ultimas unidades",
    "ultimas piezas",
    "ultimas pecas",
    "entrega inmediata",
    "em estoque",
    "em stock",
    "com estoque",
    "disponivel",
    "disponiveis",
    "pronta entrega",
    "auf lager",
    "lagernd",
    "vorratig",
    "lieferbar",
    "sofort lieferbar",
    "verfugbar",
    "sofort verfugbar",
    "verfuegbar",
    "sofort verfuegbar",
    "disponibile",
    "in magazzino",
    "unlimited",
    "ilimitado",
    "ilimitada",
    "infinito",
    "unbegrenzt",
    "illimite",
];
const NOTHING: &[&str] = &[
    "out of stock",
    "outofstock",
    "no stock",
    "sold out",
    "soldout",
    "not available",
    "unavailable",
    "not in stock",
    "agotado",
    "agotada",
    "agotados",
    "agotadas",
    "sin stock",
    "sin existencia",
    "sin existencias",
    "sin inventario",
    "sin disponibilidad",
    "no disponible",
    "no hay",
    "no hay stock",
    "no hay existencias",
    "fuera de stock",
    "fuera de existencia",
    "fuera de existencias",
    "vendido",
    "vendida",
    "esgotado",
    "esgotada",
    "sem estoque",
    "sem stock",
    "fora de estoque",
    "fora de stock",
    "indisponivel",
    "nao disponivel",
    "nicht auf lager",
    "nicht lagernd",
    "nicht vorratig",
    "nicht lieferbar",
    "nicht verfugbar",
    "nicht verfuegbar",
    "ausverkauft",
    "vergriffen",
    "rupture de stock",
    "en rupture de stock",
    "en rupture",
    "hors stock",
    "epuise",
    "indisponible",
    "non disponible",
    "esaurito",
    "non disponibile",
    "non in magazzino",
    "in store only",
];
const TO_ORDER: &[&str] = &[
    "preorder",
    "pre order",
    "presale",
    "pre sale",
    "backorder",
    "back order",
    "on backorder",
    "onbackorder",
    "available for order",
    "made to order",
    "reserva",
    "en reserva",
    "preventa",
    "pre venta",
    "pedido pendiente",
    "bajo pedido",
    "sobre pedido",
    "por encargo",
    "por pedido",
    "pre venda",
    "prevenda",
    "sob encomenda",
    "vorbestellbar",
    "vorbestellung",
    "precommande",
    "su ordinazione",
];
const NEVER: &[&str] = &[
    "discontinued",
    "descontinuado",
    "descontinuada",
    "discontinuado",
    "discontinuada",
    "archived",
    "archivado",
    "archivada",
    "arquivado",
    "arquivada",
    "deleted",
    "eliminado",
    "eliminada",
    "excluido",
    "excluida",
    "trash",
    "papelera",
    "lixeira",
    "descatalogado",
];
/// Where these stand within a longer text, there is nothing left all the same.
const NOTHING_WITHIN: &[&str] = &["out of stock", "sold out", "agotad", "esgotad", "sin stock", "sin existencias"];

const ALL: &[&str] = &[
    "active",
    "activo",
    "activa",
    "activos",
    "activado",
    "activada",
    "ativo",
    "ativa",
    "ativado",
    "published",
    "publish",
    "publicado",
    "publicada",
    "visible",
    "visivel",
    "shown",
    "live",
    "online",
    "en linea",
    "habilitado",
    "habilitada",
    "vigente",
    "alta",
    "approved",
    "aprobado",
    "aprovado",
    "for sale",
    "en venta",
    "a la venta",
    "a venda",
    "aktiv",
    "aktiviert",
    "veroffentlicht",
    "actif",
    "publie",
    "attivo",
    "pubblicato",
];
const NOBODY: &[&str] = &[
    "hidden",
    "staging",
    "draft",
    "inactive",
    "unpublished",
    "not published",
    "unlisted",
    "invisible",
    "not visible",
    "paused",
    "suspended",
    "deactivated",
    "private",
    "pending",
    "pending review",
    "under review",
    "offline",
    "blocked",
    "closed",
    "ended",
    "borrador",
    "inactivo",
    "inactiva",
    "inactivos",
    "oculto",
    "oculta",
    "no visible",
    "no publicado",
    "no publicada",
    "despublicado",
    "pausado",
    "pausada",
    "en pausa",
    "suspendido",
    "suspendida",
    "desactivado",
    "desactivada",
    "deshabilitado",
    "deshabilitada",
    "inhabilitado",
    "baja",
    "de baja",
    "dado de baja",
    "bloqueado",
    "privado",
    "privada",
    "pendiente",
    "en revision",
    "fuera de linea",
    "cerrado",
    "finalizado",
    "finalizada",
    "rascunho",
    "inativo",
    "inativa",
    "escondido",
    "desativado",
    "desativada",
    "desabilitado",
    "suspenso",
    "pendente",
    "nao publicado",
    "entwurf",
    "inaktiv",
    "deaktiviert",
    "versteckt",
    "verborgen",
    "brouillon",
    "inactif",
    "masque",
    "bozza",
    "inattivo",
    "nascosto",
];

/// What a word says of how many there are; nothing when we do not know it. A number says it in another way: see
/// [`pieces`].
#[must_use]
pub fn there(cell: &str) -> Option<There> {
    let word = plain(cell);
    let is = |known: &[&str]| known.contains(&word.as_str());
    match () {
        () if is(SOME) => Some(There::Some),
        () if is(TO_ORDER) => Some(There::ToOrder),
        () if is(NEVER) => Some(There::Never),
        () if is(NOTHING) || NOTHING_WITHIN.iter().any(|known| word.contains(known)) => Some(There::Nothing),
        () => words::yes(cell).map(|yes| if yes { There::Some } else { There::Nothing }),
    }
}

/// What a word says of who may see a product; nothing when we do not know it.
#[must_use]
pub fn shown(cell: &str) -> Option<Shown> {
    let word = plain(cell);
    let is = |known: &[&str]| known.contains(&word.as_str());
    match () {
        () if is(ALL) => Some(Shown::All),
        () if is(NOBODY) => Some(Shown::Nobody),
        () if is(NEVER) => Some(Shown::Never),
        () => words::yes(cell).map(|yes| if yes { Shown::All } else { Shown::Nobody }),
    }
}

/// Whether a cell says in which condition a thing is: `Estado` means that in many a table.
#[must_use]
pub fn is_condition(cell: &str) -> bool {
    const CONDITIONS: &[&str] = &[
        "new",
        "used",
        "like new",
        "refurbished",
        "nuevo",
        "nueva",
        "nuevos",
        "usado",
        "usada",
        "seminuevo",
        "seminueva",
        "como nuevo",
        "como nueva",
        "reacondicionado",
        "reacondicionada",
        "novo",
        "nova",
        "seminovo",
        "seminova",
        "recondicionado",
    ];
    CONDITIONS.contains(&plain(cell).as_str())
}

/// Whether a column of this name says yes of what is not shown or not there: `Oculto`, `Archived`, `Agotado`.
#[must_use]
pub fn is_off(name: &str) -> bool {
    const OFF: &[&str] = &[
        "hidden",
        "hide",
        "ocult",
        "escond",
        "archiv",
        "arquiv",
        "disabled",
        "deshabilit",
        "desabilit",
        "desactiv",
        "desativ",
        "inactiv",
        "inativ",
        "unlisted",
        "unpublished",
        "discontinu",
        "descontinu",
        "deleted",
        "eliminad",
        "suspend",
        "paus",
        "sold out",
        "out of stock",
        "agotad",
        "esgotad",
    ];
    let name = fold(name).replace('_', " ");
    OFF.iter().any(|part| name.contains(part))
}

/// The number that a cell is, where it is a whole one.
#[must_use]
pub fn pieces(cell: &str) -> Option<i64> {
    let text = cell.trim();
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.parse().ok().filter(|_| is_number)
}

/// A word as it is compared: `https://schema.org/OutOfStock`, `out_of_stock`, and `Out of stock (3)` are one.
fn plain(cell: &str) -> String {
    let last = cell.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last = last.split(['(', '[']).next().unwrap_or_default();
    let mut spaced = String::with_capacity(last.len() + 2);
    let mut before_is_small = false;
    for letter in last.chars() {
        if letter.is_uppercase() && before_is_small {
            spaced.push(' ');
        }
        before_is_small = letter.is_lowercase();
        spaced.push(if matches!(letter, '_' | '-' | '+' | '\u{a0}') { ' ' } else { letter });
    }
    let folded = fold(&spaced);
    let bare = folded.trim_end_matches(['.', '!', ':', ',']);
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_say_that_nothing_is_left_is_understood() {
        for word in [
            "out of stock",
            "out_of_stock",
            "OutOfStock",
            "https://schema.org/OutOfStock",
            "http://schema.org/SoldOut",
            "SOLD OUT",
            "Sin stock",
            "No disponible",
            "Fuera de stock",
            "Agotado temporalmente",
            "Esgotado",
            "Indisponível",
            "nicht auf Lager",
            "Nicht verfuegbar",
            "Épuisé",
            "non disponibile",
            "false",
            "No",
            "não",
            "FALSCH",
        ] {
            assert_eq!(there(word), Some(There::Nothing), "{word}");
        }
        for word in ["In Stock", "schema.org/InStock", "Disponible", "em estoque", "Auf Lager", "SÍ", "true"] {
            assert_eq!(there(word), Some(There::Some), "{word}");
        }
        for word in ["preorder", "https://schema.org/PreOrder", "Bajo pedido", "onbackorder", "BackOrder"] {
            assert_eq!(there(word), Some(There::ToOrder), "{word}");
        }
        assert_eq!(there("Discontinued"), Some(There::Never));
    }

    #[test]
    fn every_way_to_say_that_a_product_is_hidden_is_understood() {
        for word in [
            "Pausada",
            "paused",
            "Suspendido",
            "Baja",
            "Desactivado",
            "Deshabilitado",
            "private",
            "pending",
            "off",
            "Inaktiv",
            "brouillon",
            "FAUX",
            "0",
        ] {
            assert_eq!(shown(word), Some(Shown::Nobody), "{word}");
        }
        for word in ["Descontinuado", "Eliminado", "trash", "archived"] {
            assert_eq!(shown(word), Some(Shown::Never), "{word}");
        }
        for word in ["Activo", "publish", "visible", "Aktiv", "1", "VRAI"] {
            assert_eq!(shown(word), Some(Shown::All), "{word}");
        }
    }

    #[test]
    fn of_a_word_that_nobody_told_us_nothing_follows() {
        for word in ["quizás", "ask", "Jalisco", "", "en 3 días", "lager"] {
            assert_eq!((there(word), shown(word)), (None, None), "{word}");
        }
    }

    #[test]
    fn a_column_may_say_yes_of_what_is_hidden() {
        assert!(is_off("Oculto") && is_off("is_hidden") && is_off("Archivado") && is_off("Agotado"));
        assert!(!is_off("Activo") && !is_off("Visible") && !is_off("Se puede vender"));
    }

    #[test]
    fn a_number_is_a_count_and_no_word() {
        assert_eq!((pieces("10"), pieces("-3"), pieces("4.0")), (Some(10), Some(-3), Some(4)));
        assert_eq!((pieces("1,5"), pieces("diez"), pieces("")), (None, None, None));
    }
}
