//! Product feeds in XML: RSS 2.0 with `g:` names, Atom, and lists of `<product>`. Each child of an item is a
//! column; a child with children of its own is written as Google's text feeds write it, with colons between.

use std::collections::HashSet;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::catalog::import::fault::Unreadable;
use crate::catalog::import::sheet::{Growing, Line};

const ITEMS: [&str; 5] = ["item", "entry", "product", "producto", "produto"];
/// Deeper than any feed; what is nested more is broken, or meant to be.
const DEPTH_MAX: usize = 32;
/// More children and grandchildren than any item has.
const PARTS_MAX: usize = 10_000;

/// One field of an item while it is being read.
#[derive(Debug, Default)]
struct Child {
    name: String,
    /// Whether the name was Google's own: where the feed says a thing twice, this one counts.
    google: bool,
    parts: Vec<String>,
}

#[derive(Debug, Default)]
struct Item {
    depth: usize,
    parts: usize,
    children: Vec<Child>,
}

/// Reads the items.
pub fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut growing = Growing::default();
    let mut item: Option<Item> = None;
    let mut number = 1;
    loop {
        let event = reader.read_event().map_err(|_| broken(text, reader.buffer_position()))?;
        match (event, item.as_mut()) {
            (Event::Eof, _) => break,
            (Event::Start(tag), None) if is_item(&tag) => item = Some(Item::default()),
            (Event::Start(tag), Some(open)) => {
                open.start(&tag);
                if open.depth > DEPTH_MAX || open.parts > PARTS_MAX {
                    return Err(broken(text, reader.buffer_position()));
                }
            }
            (Event::Empty(tag), Some(open)) => {
                open.start(&tag);
                open.depth -= 1;
                if open.parts > PARTS_MAX {
                    return Err(broken(text, reader.buffer_position()));
                }
            }
            (Event::Text(said), Some(open)) => open.say(&said.xml10_content()),
            (Event::CData(said), Some(open)) => open.say(&said.xml10_content()),
            (Event::GeneralRef(entity), Some(open)) => open.say(&resolved(&entity)),
            (Event::End(_), Some(open)) if open.depth > 0 => open.depth -= 1,
            (Event::End(_), Some(open)) => {
                number += 1;
                growing.push(number, std::mem::take(open).cells())?;
                item = None;
            }
            _ => {}
        }
    }
    Ok(growing.finish())
}

fn broken(text: &str, position: u64) -> Unreadable {
    let end = usize::try_from(position).unwrap_or(usize::MAX).min(text.len());
    Unreadable::BrokenXml { line: String::from_utf8_lossy(&text.as_bytes()[..end]).matches('\n').count() + 1 }
}

fn is_item(tag: &BytesStart<'_>) -> bool {
    let name = local(tag);
    ITEMS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn local(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

/// The letter of an entity; one that only HTML knows stays, and is read with the description.
fn resolved(entity: &BytesRef<'_>) -> String {
    match &**entity {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        name => entity.resolve_char_ref().ok().flatten().map_or_else(|| format!("&{name};"), String::from),
    }
}

impl Item {
    fn start(&mut self, tag: &BytesStart<'_>) {
        if self.depth == 0 {
            let google = tag.name().as_ref().starts_with("g:");
            let mut child = Child { name: local(tag), google, parts: vec![String::new()] };
            // Atom's links stand in an attribute.
            let link = tag.try_get_attribute("href").ok().flatten();
            if let Some(address) = link.and_then(|link| link.normalized_value(XmlVersion::Implicit1_0).ok()) {
                child.parts[0].push_str(&address);
            }
            self.children.push(child);
        } else if let Some(child) = self.children.last_mut() {
            child.parts.push(String::new());
        }
        self.depth += 1;
        self.parts += 1;
    }

    fn say(&mut self, text: &str) {
        if self.depth > 0
            && let Some(part) = self.children.last_mut().and_then(|child| child.parts.last_mut())
        {
            part.push_str(text);
        }
    }

    fn cells(self) -> Vec<(String, String)> {
        let by_google: HashSet<&str> =
            self.children.iter().filter(|child| child.google).map(|child| child.name.as_str()).collect();
        let counted = self.children.iter().filter(|child| child.google || !by_google.contains(child.name.as_str()));
        let said = |child: &Child| {
            let parts = child.parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(":")
        };
        counted.map(|child| (child.name.clone(), said(child))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rss_feed_is_a_table_and_googles_own_names_count() {
        let text = "<?xml version=\"1.0\"?><rss><channel><title>Shop</title><item><title>Plain</title>\
                    <g:title>Caf&eacute; &amp; t&#233;</g:title><g:id>A</g:id><g:additional_image_link>1\
                    </g:additional_image_link><g:additional_image_link>2</g:additional_image_link>\
                    <description><![CDATA[<p>x & y</p>]]></description></item><item><g:id>B</g:id><g:product_detail>\
                    <g:section_name>S</g:section_name><g:attribute_name>N</g:attribute_name></g:product_detail>\
                    </item></channel></rss>";
        let lines = read(text).unwrap();
        assert_eq!(lines[0].cells(), ["title", "id", "additional_image_link", "description", "product_detail"]);
        assert_eq!(lines[1].cells(), ["Caf&eacute; & té", "A", "1,2", "<p>x & y</p>"]);
        assert_eq!((lines[2].number, lines[2].cells()[4]), (3, "S:N"));
    }

    #[test]
    fn an_atom_feed_is_a_table_too() {
        let text = "<feed xmlns:g='x'><entry><id>tag:1</id><g:id>A</g:id><link href='https://a.example/?x&amp;y'/>\
                    </entry></feed>";
        let lines = read(text).unwrap();
        assert_eq!(lines[0].cells(), ["id", "link"]);
        assert_eq!(lines[1].cells(), ["A", "https://a.example/?x&y"]);
    }

    #[test]
    fn a_broken_feed_is_refused_with_its_line() {
        assert!(matches!(read("<rss>\n<item><!-- "), Err(Unreadable::BrokenXml { .. })));
        let wide = format!("<rss><item>{}</item></rss>", "<a/>".repeat(PARTS_MAX + 1));
        assert!(matches!(read(&wide), Err(Unreadable::BrokenXml { line: 1 })));
        let deep = format!("<item>{}", "<a>".repeat(100));
        assert!(matches!(read(&deep), Err(Unreadable::BrokenXml { line: 1 })));
    }
}
