//! Filling HTML templates. Every value is escaped on its way in, except markup that was itself made here.

/// The text with everything escaped that means something in HTML, in text and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// What goes into a slot of a template.
pub enum Slot<'a> {
    /// Text, which is escaped.
    Text(&'a str),
    /// Markup, which is not.
    Markup(String),
}

/// The template with every `{{name}}` filled. Goes through the template once, so that a value that contains
/// braces fills nothing.
pub fn fill(template: &str, slots: &[(&str, Slot<'_>)]) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else { break };
        match slots.iter().find(|(known, _)| *known == name) {
            Some((_, Slot::Text(text))) => filled.push_str(&escape(text)),
            Some((_, Slot::Markup(markup))) => filled.push_str(markup),
            None => debug_assert!(false, "the template has a slot `{name}` that nobody fills"),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// JSON that can stand inside a `<script>` element: nothing in it can end the element.
pub fn json_in_script(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// One or two letters that stand for a shop in its round picture.
pub fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    letters.take(2).flat_map(char::to_uppercase).collect()
}

/// A hue that follows from the name, so that each shop has its own colour; a few that are pleasant to read on.
pub fn hue(name: &str) -> u32 {
    const HUES: [u32; 6] = [224, 262, 196, 330, 14, 290];
    let sum = name.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    HUES[sum as usize % HUES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_slot() {
        let slots = [("a", Slot::Text("<b>\"'&{{b}}")), ("b", Slot::Markup("<i>".to_owned()))];
        assert_eq!(fill("<p>{{a}}|{{b}}</p>", &slots), "<p>&lt;b&gt;&quot;&#39;&amp;{{b}}|<i></p>");
    }

    #[test]
    fn json_cannot_end_its_script() {
        let value = serde_json::json!({"name": "</script><script>"});
        assert!(!json_in_script(&value).contains('<'));
    }

    #[test]
    fn shops_have_initials() {
        assert_eq!(initials("Casa do Café"), "CD");
        assert_eq!(initials("ñandú"), "Ñ");
    }
}
