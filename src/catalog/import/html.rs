//! HTML bodies to the text a shopper can read in a chat.

/// The text of an HTML fragment: tags, comments, scripts and styles taken out, entities resolved, one line per
/// block, list entries with a dash. Text that holds no HTML comes back as it was, its spaces tidied.
#[must_use]
pub fn to_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('<') { skip_tag(rest, &mut text) } else { read_entity(rest, &mut text) };
    }
    text.push_str(rest);
    tidy(&text)
}

/// Reads a tag at the start of `rest` and gives what follows it. A `<` that opens no tag is text.
fn skip_tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    if let Some(comment) = rest.strip_prefix("<!--") {
        return comment.find("-->").map_or("", |end| &comment[end + 3..]);
    }
    let opens = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    let Some(end) = opens.then(|| tag_end(rest)).flatten() else {
        text.push('<');
        return &rest[1..];
    };
    let name: String = rest[1..end].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
    let name = name.to_ascii_lowercase();
    let after = &rest[end + 1..];
    match name.trim_end_matches('/') {
        "script" | "style" | "noscript" | "template" | "svg" | "iframe" => skip_element(after, &name),
        "li" => {
            text.push_str("\n- ");
            after
        }
        "td" | "th" | "/td" | "/th" | "img" => {
            text.push(' ');
            after
        }
        name if is_block(name.trim_start_matches('/')) => {
            text.push('\n');
            after
        }
        _ => after,
    }
}

/// Where the tag's `>` stands, quotes in attributes respected. Another `<` outside of quotes, and the first was none:
/// so that a text of nothing but beginnings is not read to its end for each of them.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed is not one.
    if quote.is_some() { tag.find('>') } else { None }
}

/// What follows the closing tag of an element whose content is not text.
fn skip_element<'a>(after: &'a str, name: &str) -> &'a str {
    let closes =
        |at: &usize| after[at + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    let Some(start) = after.match_indices("</").map(|(at, _)| at).find(closes) else { return "" };
    after[start..].find('>').map_or("", |end| &after[start + end + 1..])
}

fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 22] = [
        "p",
        "div",
        "br",
        "ul",
        "ol",
        "li",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "section",
        "article",
        "blockquote",
        "dl",
        "dt",
        "dd",
        "pre",
    ];
    BLOCKS.contains(&name)
}

/// Reads an entity at the start of `rest`. A `&` that begins none is text.
fn read_entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    const NAME_BYTES_MAX: usize = 10;
    let end = rest.bytes().take(NAME_BYTES_MAX).position(|byte| byte == b';');
    if let Some(end) = end
        && let Some(character) = entity(&rest[1..end])
    {
        text.push(character);
        return &rest[end + 1..];
    }
    text.push('&');
    &rest[1..]
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let visible = |character: &char| !character.is_control() || *character == '\n';
        return code.ok().and_then(char::from_u32).filter(visible);
    }
    if name == "nbsp" {
        return Some(' ');
    }
    let known = ENTITIES.split(' ').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name);
    known.and_then(|(_, character)| character.chars().next())
}

/// The named entities that descriptions in our languages use.
const ENTITIES: &str = "amp=& lt=< gt=> quot=\" apos=' aacute=á eacute=é iacute=í oacute=ó uacute=ú ntilde=ñ Aacute=Á Eacute=É \
    Iacute=Í Oacute=Ó Uacute=Ú Ntilde=Ñ uuml=ü Uuml=Ü atilde=ã otilde=õ Atilde=Ã Otilde=Õ acirc=â ecirc=ê \
    ocirc=ô Acirc=Â Ecirc=Ê Ocirc=Ô agrave=à egrave=è Agrave=À Egrave=È ccedil=ç Ccedil=Ç iexcl=¡ iquest=¿ \
    ordf=ª ordm=º deg=° micro=µ middot=· bull=• hellip=… ndash=– mdash=— lsquo=‘ rsquo=’ ldquo=“ rdquo=” \
    laquo=« raquo=» times=× plusmn=± frac12=½ frac14=¼ frac34=¾ sup2=² sup3=³ euro=€ pound=£ cent=¢ copy=© \
    reg=® trade=™ auml=ä Auml=Ä ouml=ö Ouml=Ö szlig=ß euml=ë iuml=ï yuml=ÿ aring=å Aring=Å oslash=ø Oslash=Ø \
    aelig=æ AElig=Æ oelig=œ OElig=Œ igrave=ì ograve=ò ugrave=ù Igrave=Ì Ograve=Ò Ugrave=Ù icirc=î ucirc=û Icirc=Î \
    Ucirc=Û Euml=Ë Iuml=Ï yacute=ý Yacute=Ý eth=ð thorn=þ sup1=¹ permil=‰ dagger=† sbquo=‚ bdquo=„ lsaquo=‹ rsaquo=› \
    yen=¥ sect=§ para=¶ divide=÷ minus=− infin=∞ asymp=≈ ne=≠ le=≤ ge=≥ larr=← rarr=→ uarr=↑ darr=↓ hearts=♥ star=☆ \
    check=✓ cross=✗ ensp=\u{2002} emsp=\u{2003} thinsp=\u{2009}";

/// One space between words, no blank lines, no lines of a dash alone.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty() && line != "-").collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(to_text(html), expected, "{html:?}");
    }

    #[test]
    fn blocks_become_lines_and_entities_letters() {
        check(
            "<h2>Camiseta</h2><p>Algod&oacute;n&nbsp;100&#37; <b>suave</b> ✨</p><ul><li>Azul</li><li>Roja</li></ul>",
            "Camiseta\nAlgodón 100% suave ✨\n- Azul\n- Roja",
        );
        check("uno<br>dos<br/>tres<BR />cuatro", "uno\ndos\ntres\ncuatro");
    }

    #[test]
    fn scripts_styles_and_comments_are_not_text() {
        check("a<style>p{}</style><script>if (a<b) {}</script><!-- <p>no</p> -->b", "ab");
        check("a<script>never closed", "a");
    }

    #[test]
    fn a_text_of_beginnings_is_read_in_one_go() {
        for text in ["<a", "<a \"", "<a '\"", "<style></style>", "</", "<!-", "<a x=\"<a x='"] {
            let long = text.repeat(256 * 1024 / text.len());
            assert!(to_text(&long).len() <= long.len());
        }
        check("a<STYLE>p{}</Style >b<script>x</scr</SCRIPT>c", "abc");
    }

    #[test]
    fn letters_of_other_languages_are_read() {
        check(
            "Gr&ouml;&szlig;e &Auml;pfel cr&egrave;me &OElig;uvre sm&oslash;rrebr&oslash;d",
            "Größe Äpfel crème Œuvre smørrebrød",
        );
    }

    #[test]
    fn attributes_may_hold_any_character() {
        check(r#"<a title="a > b" href='x'>ver</a> más"#, "ver más");
        check(r#"<p title="open>texto"#, "texto");
    }

    #[test]
    fn text_that_is_no_html_stays() {
        check("pesa < 5 kg & mide > 2 m; 3<4 &nada; AT&T", "pesa < 5 kg & mide > 2 m; 3<4 &nada; AT&T");
        check("&#0;&#xD800;&", "&#0;&#xD800;&");
    }
}
