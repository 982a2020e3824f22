//! Masks payment card numbers in text before the text is stored anywhere (PCI DSS v4, requirement 3.4).

/// The text with every run of 13 to 19 digits that passes the Luhn check replaced, all but the last four
/// digits, by `•`. Spaces and hyphens inside a run are ignored when it is read.
#[must_use]
pub fn mask_cards(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut masked = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].to_digit(10).is_none() {
            at += 1;
            continue;
        }
        let digits = digit_run(&chars, at);
        let end = digits.last().map_or(at, |(position, _)| position + 1);
        mask_run(&digits, &mut masked);
        at = end;
    }
    masked.into_iter().collect()
}

/// The digits that start at `from`, with their positions, across single spaces and hyphens.
fn digit_run(chars: &[char], from: usize) -> Vec<(usize, u32)> {
    let mut digits = Vec::new();
    let mut separators = 0;
    for (offset, character) in chars[from..].iter().enumerate() {
        match character.to_digit(10) {
            Some(digit) => {
                digits.push((from + offset, digit));
                separators = 0;
            }
            None if matches!(character, ' ' | '-' | '\u{a0}' | '.') && separators == 0 => separators += 1,
            None => break,
        }
    }
    digits
}

/// Masks the longest card number found in the run, if there is one.
fn mask_run(digits: &[(usize, u32)], masked: &mut [char]) {
    const CARD_DIGITS_MIN: usize = 13;
    const CARD_DIGITS_MAX: usize = 19;
    for length in (CARD_DIGITS_MIN..=CARD_DIGITS_MAX.min(digits.len())).rev() {
        let found = digits.windows(length).position(|window| passes_luhn(window.iter().map(|(_, digit)| *digit)));
        if let Some(start) = found {
            for (position, _) in &digits[start..start + length - 4] {
                masked[*position] = '•';
            }
            mask_run(&digits[..start], masked);
            mask_run(&digits[start + length..], masked);
            return;
        }
    }
}

fn passes_luhn(digits: impl DoubleEndedIterator<Item = u32> + Clone) -> bool {
    if digits.clone().all(|digit| digit == 0) {
        return false;
    }
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2 == 1, digit * 2) {
            (false, _) => digit,
            (true, double) if double > 9 => double - 9,
            (true, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask_cards(text), expected, "{text:?}");
    }

    #[test]
    fn card_numbers_keep_only_their_last_four_digits() {
        check("4242424242424242", "••••••••••••4242");
        check("mi tarjeta es 4242 4242 4242 4242, gracias", "mi tarjeta es •••• •••• •••• 4242, gracias");
        check("amex 3782-822463-10005.", "amex ••••-••••••-•0005.");
        check("visa 4000056655665556 y 5555555555554444", "visa ••••••••••••5556 y ••••••••••••4444");
    }

    #[test]
    fn a_card_number_joined_to_its_expiry_is_still_masked() {
        assert!(!mask_cards("4242424242424242 12 29 123").contains("424242424242"));
        assert!(!mask_cards("12 4242424242424242").contains("424242424242"));
    }

    #[test]
    fn other_numbers_stay() {
        check("+52 55 1234 5678", "+52 55 1234 5678");
        check("order 1234567890123", "order 1234567890123");
        check("0000000000000000", "0000000000000000");
    }
}
