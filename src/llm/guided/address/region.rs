//! The states that addresses are written with, and cities told from streets by them.

use crate::llm::guided::text::plain;

/// Of Mexico, as they are abbreviated, and those whose name is rarely a city's.
const MEXICO: &str = "ags bc bcs chis chih cdmx coah dgo edomex gto gro hgo jal mich nay nl oax pue qro qroo slp tamps \
                      tlax ver yuc zac jalisco nayarit chiapas sinaloa tamaulipas michoacan coahuila sonora";
/// Of the United States and Canada.
const NORTH: &str = "al ak az ar ca co ct dc de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny \
                     nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy ab mb nb ns on qc sk texas florida california \
                     ohio illinois oregon arizona colorado georgia ontario quebec";
/// Of Brazil.
const BRAZIL: &str = "ac al ap am ba ce df es go ma mt ms mg pa pb pr pe pi rj rn rs ro rr sc sp se to";

/// What a city's name may begin with, or hold before its last word.
const CITY_BEGINS: &[&str] = &[
    "san", "santa", "santo", "sao", "los", "las", "la", "el", "new", "ciudad", "cd", "villa", "puerto", "porto",
    "belo", "rio", "de", "do", "da", "del", "nova", "nuevo", "nueva", "north", "south", "east", "west", "fort",
    "saint", "monte", "campo", "playa", "ponta", "foz", "juiz",
];

/// Whether a word is a state. One of two letters is rather a small word unless it is written in capitals.
#[must_use]
pub fn is_region(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', '-']);
    let known = |list: &str| list.split_whitespace().any(|known| known == plain(word));
    let written = word.chars().count() > 2 || word.chars().all(char::is_uppercase) && !word.is_empty();
    written && [MEXICO, NORTH, BRAZIL].into_iter().any(known)
}

/// A piece that runs on from the street to the state, cut before the city: "8 Pine St | Portland OR 97201". Any other
/// piece as it is.
#[must_use]
pub fn apart(piece: &str) -> Vec<String> {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let number = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    let first_number = words.iter().position(|word| number(word));
    let whole = || vec![piece.to_owned()];
    let (Some(first_number), Some(region)) = (first_number, words.iter().rposition(|word| is_region(word))) else {
        return whole();
    };
    // Behind the state only the postal code may stand.
    let tail = words.get(region + 1..).unwrap_or_default();
    let only_code = tail.iter().all(|word| number(word) || plain(word).replace('.', "").len() <= 3);
    let Some(mut city) = region.checked_sub(1).filter(|city| *city > first_number && !number(words[*city])) else {
        return whole();
    };
    while city > first_number + 1 && CITY_BEGINS.contains(&plain(words[city - 1]).as_str()) {
        city -= 1;
    }
    if !only_code || tail.len() > 3 || city == 0 {
        return whole();
    }
    vec![words[..city].join(" "), words[city..].join(" ")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_is_cut_off_before_its_state_and_nothing_else_is() {
        assert_eq!(apart("8 Pine St Portland OR 97201"), ["8 Pine St", "Portland OR 97201"]);
        assert_eq!(apart("calle 5 de mayo 10 San Luis SLP"), ["calle 5 de mayo 10", "San Luis SLP"]);
        assert_eq!(apart("12 Oak Street"), ["12 Oak Street"]);
        assert_eq!(apart("Austin TX 78701"), ["Austin TX 78701"]);
        assert_eq!(apart("apto 4 de frente"), ["apto 4 de frente"]);
    }
}
