//! The list of conversations.

use crate::base::ids::{ConversationId, StaffId};
use crate::conversation::control::Control;
use crate::conversation::list::{LastVoice, ListPage, Listed};
use crate::conversation::waiting::Waiting;
use crate::web::inbox::pages::Asked;
use crate::web::inbox::view::{Looker, called, initials, reason_words};

/// Characters of the last line that are sent to the page; its style cuts it to what fits.
const LINE_CHARACTERS: usize = 120;

pub struct ListView {
    pub tabs: [Tab; 3],
    /// Kept in the search form.
    pub show: String,
    pub search: String,
    /// The list without a search.
    pub everything: String,
    pub rows: Vec<Row>,
    pub next: Option<String>,
    /// What an empty list says.
    pub empty: (&'static str, &'static str),
}

pub struct Tab {
    pub label: &'static str,
    pub address: String,
    pub is_current: bool,
    pub count: i64,
}

pub struct Row {
    pub address: String,
    pub name: String,
    pub initials: String,
    pub is_current: bool,
    pub last: Option<Last>,
    pub alarm: Option<Alarm>,
    pub agent_is_at_it: bool,
    /// Who has it: `You`, a colleague's name, or the app they answered in.
    pub holder: Option<String>,
    pub is_closed: bool,
}

pub struct Last {
    pub who: String,
    pub is_undelivered: bool,
    pub text: String,
    pub time: String,
    pub full: String,
}

pub struct Alarm {
    pub since: i64,
    pub waited: String,
    pub reason: Option<String>,
}

impl ListView {
    pub fn of(page: ListPage, open: Option<ConversationId>, waiting: i64, looker: &Looker<'_>) -> Self {
        let asked = looker.asked;
        let path = open.map_or_else(|| "/inbox".to_owned(), |id| format!("/inbox/c/{id}"));
        let without_search = Asked { q: String::new(), ..asked.clone() };
        let next = page.next.map(|cursor| asked.address(&path, &[("after", &cursor.to_string())]));
        let show = if matches!(asked.show.as_str(), "waiting" | "mine") { asked.show.as_str() } else { "" };
        let tab = |label, word: &str, count| Tab {
            label,
            address: Asked { show: word.to_owned(), ..asked.clone() }.address("/inbox", &[]),
            is_current: show == word,
            count,
        };
        Self {
            tabs: [tab("All", "", 0), tab("Waiting", "waiting", waiting), tab("Mine", "mine", 0)],
            show: show.to_owned(),
            search: asked.q.clone(),
            everything: without_search.address("/inbox", &[]),
            rows: page.rows.into_iter().map(|listed| row(listed, open, looker)).collect(),
            next,
            empty: empty(show, !asked.q.trim().is_empty()),
        }
    }
}

fn empty(show: &str, is_search: bool) -> (&'static str, &'static str) {
    match show {
        _ if is_search => ("Nobody found", "Search looks at names and phone numbers."),
        "waiting" => ("Nobody is waiting", "Whoever needs a person appears here, the longest wait on top."),
        "mine" => ("You have no conversations", "Take one over and it stays here until you hand it back."),
        _ => ("No conversations yet", "When a shopper writes to the shop, they appear here."),
    }
}

fn row(listed: Listed, open: Option<ConversationId>, looker: &Looker<'_>) -> Row {
    let Looker { me, asked, reader } = looker;
    let name = called(listed.name.as_deref(), listed.contact.phone());
    let alarm = match listed.waiting {
        Waiting::ForPerson { since } => Some(Alarm {
            since: since.timestamp(),
            waited: reader.waited(since),
            reason: listed.needs_person_reason.as_deref().map(reason_words),
        }),
        Waiting::ForAgent { .. } | Waiting::Nobody => None,
    };
    Row {
        address: asked.address_of(listed.id),
        initials: initials(&name),
        name,
        is_current: open == Some(listed.id),
        last: listed.last.map(|line| Last {
            who: who(&line.voice, *me),
            is_undelivered: line.is_undelivered,
            text: one_line(&line.text),
            time: reader.short(line.at),
            full: reader.full(line.at),
        }),
        alarm,
        agent_is_at_it: matches!(listed.waiting, Waiting::ForAgent { .. }),
        holder: holder(&listed.control, *me),
        is_closed: !listed.window.is_open(),
    }
}

fn holder(control: &Control, me: StaffId) -> Option<String> {
    Some(match control {
        Control::Agent => return None,
        Control::Person(holder) if holder.staff == me => "You".to_owned(),
        Control::Person(holder) => first_name(&holder.name).to_owned(),
        Control::Elsewhere => "WhatsApp app".to_owned(),
    })
}

fn who(voice: &LastVoice, me: StaffId) -> String {
    match voice {
        LastVoice::Shopper => String::new(),
        LastVoice::Agent => "Assistant: ".to_owned(),
        LastVoice::Person(Some(holder)) if holder.staff == me => "You: ".to_owned(),
        LastVoice::Person(Some(holder)) => format!("{}: ", first_name(&holder.name)),
        LastVoice::Person(None) => "Colleague: ".to_owned(),
        LastVoice::Shop => "Notice: ".to_owned(),
    }
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "(no words)".to_owned() } else { words.chars().take(LINE_CHARACTERS).collect() }
}
