//! JSON as Meta writes it on the wire: pure ASCII with `\u` escapes, and every slash escaped.
//!
//! Whoever verifies a signature over re-serialised JSON finds out here.

use std::fmt::Write as _;

use serde_json::Value;

/// The text of a webhook body.
pub fn written(value: &Value) -> String {
    // Non-ASCII characters and slashes occur only inside JSON strings, so the whole text can be gone through.
    let plain = value.to_string();
    let mut text = String::with_capacity(plain.len() + plain.len() / 8);
    for character in plain.chars() {
        match character {
            '/' => text.push_str("\\/"),
            ascii if ascii.is_ascii() => text.push(ascii),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn accents_emoji_and_slashes_are_escaped_and_read_back() {
        let value = json!({"body": "¿Qué tal? 😮 a/b \"c\" \\ \n"});
        let text = written(&value);
        assert_eq!(text, r#"{"body":"\u00bfQu\u00e9 tal? \ud83d\ude2e a\/b \"c\" \\ \n"}"#);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
