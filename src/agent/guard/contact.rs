//! Links, addresses and numbers by which somebody can be reached. The model writes none: buttons carry links. What
//! stands in a policy, in a name, or in what the shopper gave, may be repeated; what a description says may not.

use std::sync::LazyLock;

use regex::Regex;

use crate::agent::guard::amount::Mention;
use crate::agent::guard::finding::{Finding, FindingKind};
use crate::agent::guard::known::Known;
use crate::agent::guard::pattern;
use crate::agent::guard::pattern::{Broken, Pattern};
use crate::agent::guard::reading::Reading;
use crate::agent::guard::token;
use crate::agent::guard::token::Shape;

/// A number with so many digits or more is a number to reach somebody by, or an account.
const PHONE_DIGITS_MIN: usize = 8;

static LINK: Pattern = LazyLock::new(|| {
    let ends = "com|net|org|mx|br|es|pt|ar|cl|pe|uy|py|bo|ec|ve|gt|cr|do|us|uk|eu|de|fr|it|ca|au|in|cn|ru|io|co|me|ly|gl|gd|cc\
        |tv|to|sh|st|id|is|li|la|ws|im|app|dev|ai|shop|store|tienda|loja|online|site|website|web|link|click|page|xyz|top\
        |info|biz|mobi|live|pro|pay|chat|cloud|digital|buzz|fun|club|vip|art|blog|news|world|space|tech|run|so|gg|be|by|ms\
        |html|htm|php|pdf|apk|exe|onion|local";
    Regex::new(&format!(
        r"(?:(?-u:\b)[a-z][a-z+]{{1,9}}:/{{1,2}}\S+|(?-u:\b)(?:mailto|tel|sms):\S+|(?-u:\b)www\.\S+|[\p{{L}}0-9][\p{{L}}0-9.-]*[.\u{{3002}}](?:{ends})(?-u:\b)(?:[/?#:]\S*)?|(?-u:\b)[a-z0-9-]+\.[a-z]{{2,12}}/\S+|[\p{{L}}0-9-]+ ?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)| dot | punto | ponto ) ?(?:com|net|org|mx|br|co|io|ly|me|app|shop)(?-u:\b)|(?-u:\b)[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}(?-u:\b)|(?-u:\b)localhost(?-u:\b))"
    ))
});

static ADDRESS: Pattern = LazyLock::new(|| {
    Regex::new(
        r"[\p{L}0-9.%+-]+ ?(?:@|\(at\)|\[at\]| arroba ) ?[\p{L}0-9-]+ ?(?:\.| dot | punto | ponto )|(?:^|[\s(])@[\p{L}0-9.]{3,}",
    )
});

static DIGITS: Pattern = LazyLock::new(|| Regex::new(r"(?-u)\+?\(?[0-9][0-9 ().-]{6,}[0-9]"));
static DATE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?-u)^(?:[0-9]{4}[-.][0-9]{1,2}[-.][0-9]{1,2}|[0-9]{1,2}[-.][0-9]{1,2}[-.][0-9]{2,4})$")
});

/// Adds a finding for each link, address and number that may not be written.
pub(in crate::agent::guard) fn examine(
    reading: &Reading,
    known: &Known<'_>,
    amounts: &[Mention],
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    for pattern in [&LINK, &ADDRESS] {
        for found in pattern::compiled(pattern)?.find_iter(&reading.low) {
            let words = found.as_str().trim().trim_end_matches(['.', ',', ')', '!', '?', ';', ':']);
            if !known.has_link(words) {
                findings.push(finding(reading.text[found.range()].trim()));
            }
        }
    }
    for found in pattern::compiled(&DIGITS)?.find_iter(&reading.low) {
        let within = |mention: &Mention| mention.start <= found.start() && found.end() <= mention.end;
        let digits: String = found.as_str().chars().filter(char::is_ascii_digit).collect();
        let number = digits.len() >= PHONE_DIGITS_MIN
            && !amounts.iter().any(within)
            && !pattern::compiled(&DATE)?.is_match(found.as_str())
            && !is_list(found.as_str());
        if number && !known.has_digits(&digits) {
            findings.push(finding(&reading.text[found.range()]));
        }
    }
    Ok(())
}

/// `38 39 40 41`, `1,299 1,499`, `10-20 30-40`: numbers one after the other, not one number in pieces.
fn is_list(text: &str) -> bool {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let whole: Vec<u64> = pieces.iter().filter_map(|piece| piece.parse().ok()).collect();
    let rising = whole.len() == pieces.len() && whole.len() > 2 && whole.windows(2).all(|pair| pair[0] < pair[1]);
    let priced = pieces.iter().all(|piece| token::read(piece).is_some_and(|(_, shape)| shape != Shape::Plain));
    rising || priced
}

fn finding(text: &str) -> Finding {
    Finding {
        kind: FindingKind::Contact,
        text: text.to_owned(),
        reason: format!(
            "\"{text}\" is a link, an address or a number to reach somebody by. Write none: links are added to the \
             message as buttons, and a person is called with hand_off_to_person."
        ),
    }
}
