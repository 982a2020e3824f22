//! What the Graph API accepts in an interactive message: reply buttons, a list, or a link.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::sandbox::graph::check::{bounded, is_web_address, object, only, optional, picture, required, text_of};
use crate::sandbox::graph::errors::GraphError;
use crate::sandbox::phone::chat::{Choice, Content, Header, Section};

/// Reads the `interactive` object.
///
/// # Errors
/// What Meta would answer.
pub fn content(held: &Map<String, Value>) -> Result<Content, GraphError> {
    only(held, "interactive", &["type", "header", "body", "footer", "action"])?;
    let kind = required(held, "type", "interactive")?;
    let body_max = match kind {
        "list" => 4096,
        "button" | "cta_url" => 1024,
        other => {
            return Err(GraphError {
                details: Some(format!("The sandbox does not show interactive messages of type '{other}'.")),
                ..GraphError::of(131_051)
            });
        }
    };
    let header = held.get("header").map(|header| read_header(header, kind)).transpose()?;
    let body = nested(held, "body")?.ok_or_else(|| GraphError::missing("interactive['body'] is required"))?;
    only(body, "body", &["text"])?;
    let body = bounded(body, "text", "Body", body_max)?;
    let footer = match nested(held, "footer")? {
        None => None,
        Some(footer) => optional(footer, "text", "Footer", 60)?,
    };
    let action = nested(held, "action")?.ok_or_else(|| GraphError::missing("interactive['action'] is required"))?;
    match kind {
        "button" => Ok(Content::Buttons { header, body, footer, buttons: buttons(action)? }),
        "list" => {
            only(action, "action", &["button", "sections"])?;
            let button = bounded(action, "button", "Button", 20)?;
            Ok(Content::List { header, body, footer, button, sections: sections(action)? })
        }
        _ => {
            let (label, url) = link(action)?;
            Ok(Content::Link { header, body, footer, label, url })
        }
    }
}

fn nested<'a>(held: &'a Map<String, Value>, key: &str) -> Result<Option<&'a Map<String, Value>>, GraphError> {
    held.get(key).map(|value| object(value, key)).transpose()
}

fn read_header(header: &Value, kind: &str) -> Result<Header, GraphError> {
    let header = object(header, "header")?;
    match (text_of(header, "type"), kind) {
        (Some("text"), _) => bounded(header, "text", "Header", 60).map(|text| Header::Text { text }),
        (Some("image"), "button" | "cta_url") => {
            let image =
                nested(header, "image")?.ok_or_else(|| GraphError::missing("header['image'] is required"))?;
            picture(image, "header image").map(|url| Header::Picture { url })
        }
        _ => Err(GraphError::value("Header type is not valid for this interactive type")),
    }
}

fn buttons(action: &Map<String, Value>) -> Result<Vec<Choice>, GraphError> {
    only(action, "action", &["buttons"])?;
    let listed = listed(action, "buttons", (1, 3))?;
    let mut buttons = Vec::with_capacity(listed.len());
    for button in listed {
        let button = object(button, "button")?;
        only(button, "button", &["type", "reply"])?;
        if text_of(button, "type") != Some("reply") {
            return Err(GraphError::value("Button type must be reply"));
        }
        let reply = nested(button, "reply")?.ok_or_else(|| GraphError::missing("button['reply'] is required"))?;
        only(reply, "reply", &["id", "title"])?;
        let id = bounded(reply, "id", "Button", 256)?;
        let title = bounded(reply, "title", "Button", 20)?;
        buttons.push(Choice { id, title, description: None });
    }
    unique(buttons.iter().map(|button| &button.id), "Duplicate button ids")?;
    unique(buttons.iter().map(|button| &button.title), "Duplicate button titles")?;
    Ok(buttons)
}

fn sections(action: &Map<String, Value>) -> Result<Vec<Section>, GraphError> {
    let listed_sections = listed(action, "sections", (1, 10))?;
    let several = listed_sections.len() > 1;
    let mut sections = Vec::with_capacity(listed_sections.len());
    for section in listed_sections {
        let section = object(section, "section")?;
        only(section, "section", &["title", "rows"])?;
        let title = optional(section, "title", "Section", 24)?;
        if several && title.is_none() {
            return Err(GraphError::missing("Section title is required when there are several sections"));
        }
        let rows = listed(section, "rows", (1, 10))?.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        sections.push(Section { title, rows });
    }
    let rows = || sections.iter().flat_map(|section| &section.rows);
    if rows().count() > 10 {
        return Err(GraphError::value("Total row count exceed max allowed count: 10"));
    }
    unique(rows().map(|row| &row.id), "Duplicate row ids")?;
    Ok(sections)
}

fn row(value: &Value) -> Result<Choice, GraphError> {
    let row = object(value, "row")?;
    only(row, "row", &["id", "title", "description"])?;
    Ok(Choice {
        id: bounded(row, "id", "Row", 200)?,
        title: bounded(row, "title", "Row", 24)?,
        description: optional(row, "description", "Row", 72)?,
    })
}

fn link(action: &Map<String, Value>) -> Result<(String, String), GraphError> {
    only(action, "action", &["name", "parameters"])?;
    if text_of(action, "name") != Some("cta_url") {
        return Err(GraphError::value("action.name must be cta_url"));
    }
    let parameters = nested(action, "parameters")?.ok_or_else(|| GraphError::missing("parameters are required"))?;
    only(parameters, "parameters", &["display_text", "url"])?;
    let label = bounded(parameters, "display_text", "Button", 20)?;
    let url = required(parameters, "url", "parameters")?;
    if is_web_address(url) {
        Ok((label, url.to_owned()))
    } else {
        Err(GraphError::value("parameters.url is not a valid URL"))
    }
}

fn listed<'a>(
    fields: &'a Map<String, Value>,
    key: &str,
    (min, max): (usize, usize),
) -> Result<&'a [Value], GraphError> {
    let found = fields.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if (min..=max).contains(&found.len()) {
        Ok(found)
    } else {
        Err(GraphError::value(format!("Invalid {key} count. Min allowed {key}: {min}, Max allowed {key}: {max}")))
    }
}

fn unique<'a>(mut texts: impl Iterator<Item = &'a String>, complaint: &str) -> Result<(), GraphError> {
    let mut seen = HashSet::new();
    if texts.all(|text| seen.insert(text)) { Ok(()) } else { Err(GraphError::value(complaint)) }
}
