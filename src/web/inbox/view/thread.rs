//! One conversation: who speaks, what was said, and the box to write in.

use crate::base::clock::Time;
use crate::base::language::Language;
use crate::base::secret::random_token;
use crate::conversation::control::Control;
use crate::conversation::store::Conversation;
use crate::conversation::thread::column::Heard;
use crate::conversation::thread::{Item, ItemBody, Marks, Work};
use crate::conversation::window::ReplyWindow;
use crate::web::inbox::pages::{Notice, Opened};
use crate::web::inbox::view::about::AboutView;
use crate::web::inbox::view::bubble::BubbleView;
use crate::web::inbox::view::held::HeldView;
use crate::web::inbox::view::when::Reader;
use crate::web::inbox::view::work::WorkView;
use crate::web::inbox::view::{Looker, called, initials, payment, reason_words};

pub struct ThreadView {
    pub name: String,
    pub initials: String,
    pub about: String,
    /// What stands beside the thread.
    pub shopper: AboutView,
    /// The list this page stands beside.
    pub back: String,
    pub take_over: String,
    pub hand_back: String,
    pub write: String,
    pub speaker: Speaker,
    pub since: String,
    /// Why a person is asked for, and since when.
    pub needed: Option<(String, i64, String)>,
    pub held: Vec<HeldView>,
    pub lines: Vec<Line>,
    pub earlier: Option<String>,
    pub latest: Option<String>,
    pub seen: i64,
    pub notice: Option<Notice>,
    pub composer: Composer,
}

/// Who speaks, as the person who looks sees it.
pub enum Speaker {
    Agent,
    Me,
    Colleague(String),
    /// Somebody in the channel's own app.
    Elsewhere,
}

/// One line of the thread.
pub enum Line {
    Day(String),
    Bubble(Box<BubbleView>),
    Work(Box<WorkView>),
    /// Something the shopper did not say.
    Event {
        text: String,
        mood: &'static str,
        time: String,
        full: String,
    },
}

/// What stands under the thread.
pub struct Composer {
    /// The script leaves the box alone while this stays the same.
    pub mode: &'static str,
    pub token: String,
    pub text: String,
    /// Until when the window is open, or since when it is closed; empty when it never was open.
    pub window: String,
}

impl ThreadView {
    pub fn of(opened: Opened, notice: Option<Notice>, looker: &Looker<'_>) -> Self {
        let Looker { me, asked, reader } = looker;
        let Opened { conversation, page, work, held, known, is_latest, suggestion } = opened;
        let here = format!("/inbox/c/{}", conversation.id);
        let speaker = match &conversation.control {
            Control::Agent => Speaker::Agent,
            Control::Person(holder) if holder.staff == *me => Speaker::Me,
            Control::Person(holder) => Speaker::Colleague(holder.name.clone()),
            Control::Elsewhere => Speaker::Elsewhere,
        };
        let seen = page.items.last().map_or(0, |item| item.seq);
        let mut lines = lines(&page.items, &page.marks, &work, reader);
        offer(&mut lines, &speaker, |key| asked.address(&here, &[("use", key)]));
        let chosen = words_of(&lines, &suggestion).unwrap_or_default();
        let unsent = notice.as_ref().and_then(|notice| notice.unsent.clone());
        let name = called(conversation.name.as_deref(), conversation.contact.phone());
        Self {
            initials: initials(&name),
            about: about(&conversation),
            shopper: AboutView::of(&conversation, language(&conversation), &known, reader),
            name,
            back: asked.address("/inbox", &[]),
            take_over: asked.address(&format!("{here}/take-over"), &[]),
            hand_back: asked.address(&format!("{here}/hand-back"), &[]),
            write: asked.address(&format!("{here}/write"), &[]),
            since: reader.short(conversation.control_since),
            needed: needed(&conversation, reader),
            held: held.into_iter().map(|order| HeldView::of(&order, looker)).collect(),
            earlier: page.earlier.map(|seq| asked.address(&here, &[("before", &seq.to_string())])),
            latest: (!is_latest).then(|| asked.address(&here, &[])),
            seen,
            composer: composer(&conversation, &speaker, unsent.unwrap_or(chosen), reader),
            speaker,
            lines,
            notice,
        }
    }

    /// What was written and cannot stay in the box, because there is none.
    pub fn lost_words(&self) -> Option<&str> {
        let unsent = self.notice.as_ref()?.unsent.as_deref()?;
        Some(unsent).filter(|words| self.composer.mode != "write" && !words.trim().is_empty())
    }
}

const fn language(conversation: &Conversation) -> &'static str {
    match conversation.language {
        Language::En => "English",
        Language::Es => "Spanish",
        Language::Pt => "Portuguese",
    }
}

fn about(conversation: &Conversation) -> String {
    let language = language(conversation);
    match (&conversation.name, conversation.contact.phone()) {
        (Some(_), Some(phone)) => format!("+{phone} · WhatsApp · {language}"),
        _ => format!("WhatsApp · {language}"),
    }
}

fn needed(conversation: &Conversation, reader: &Reader) -> Option<(String, i64, String)> {
    let since = conversation.needs_person_since?;
    let reason = conversation.needs_person_reason.as_deref().map_or_else(String::new, reason_words);
    Some((reason, since.timestamp(), reader.waited(since)))
}

fn composer(conversation: &Conversation, speaker: &Speaker, text: String, reader: &Reader) -> Composer {
    let window = ReplyWindow::at(conversation.heard_at, reader.now);
    let mode = match speaker {
        Speaker::Agent | Speaker::Elsewhere => "take-over",
        Speaker::Colleague(_) => "colleague",
        Speaker::Me if window.is_open() => "write",
        Speaker::Me => "closed",
    };
    let window = match window {
        ReplyWindow::Open { until: at } | ReplyWindow::Closed { since: Some(at) } => reader.said(at),
        ReplyWindow::Closed { since: None } => String::new(),
    };
    Composer { mode, token: random_token(), text, window }
}

/// Everything in one order: days between, the agent's work behind the event it answers.
fn lines(items: &[Item], marks: &Marks, work: &[Work], reader: &Reader) -> Vec<Line> {
    let mut lines = Vec::with_capacity(items.len() + work.len() + 4);
    let mut work = work.iter().peekable();
    let mut day = String::new();
    for item in items {
        while let Some(done) = work.next_if(|done| done.after < item.seq) {
            push_work(&mut lines, done, reader);
        }
        let line = match &item.body {
            ItemBody::Heard { wire_id, heard } => {
                let bubble = BubbleView::heard(heard, wire_id, marks);
                bubble
                    .map(|view| Line::Bubble(Box::new(view.at(item.at, reader))))
                    .or_else(|| event(heard, item.at, reader))
            }
            ItemBody::Said(said) => Some(Line::Bubble(Box::new(BubbleView::said(said, marks).at(item.at, reader)))),
        };
        let Some(line) = line else { continue };
        let today = reader.day(item.at);
        if today != day {
            lines.push(Line::Day(today.clone()));
            day = today;
        }
        lines.push(line);
    }
    for done in work {
        push_work(&mut lines, done, reader);
    }
    lines
}

fn push_work(lines: &mut Vec<Line>, work: &Work, reader: &Reader) {
    let view = WorkView::of(work, reader);
    if view.is_worth_showing() {
        lines.push(Line::Work(Box::new(view)));
    }
}

/// What happened without a word: money, mostly.
fn event(heard: &Heard, at: Time, reader: &Reader) -> Option<Line> {
    let (words, mood) = match heard {
        Heard::Payment { kind, .. } => kind.parse().map_or(payment::UNKNOWN, payment::heard),
        Heard::ContactChanged {} => ("The shopper's number or account changed", "calm"),
        _ => return None,
    };
    let amount = match heard {
        // What is told of refunds is what was given back so far.
        Heard::Payment { amount: Some(amount), kind, .. } if kind.ends_with("refunded") => {
            format!(" · {} in all", amount.display(reader.locale))
        }
        Heard::Payment { amount: Some(amount), .. } => format!(" · {}", amount.display(reader.locale)),
        _ => String::new(),
    };
    let (time, full) = (reader.clock(at), reader.full(at));
    Some(Line::Event { text: format!("{words}{amount}"), mood, time, full })
}

/// Offers what the agent was stopped from saying to the person who may say it.
fn offer(lines: &mut [Line], speaker: &Speaker, address: impl Fn(&str) -> String) {
    if !matches!(speaker, Speaker::Me) {
        return;
    }
    for line in lines {
        match line {
            Line::Bubble(bubble) if bubble.is_withheld => bubble.use_address = Some(address(&bubble.key)),
            Line::Work(work) if work.draft.is_some() => work.use_address = Some(address(&work.key)),
            _ => {}
        }
    }
}

fn words_of(lines: &[Line], key: &str) -> Option<String> {
    lines.iter().find_map(|line| match line {
        Line::Bubble(bubble) if bubble.use_address.is_some() && bubble.key == key => Some(bubble.text.clone()),
        Line::Work(work) if work.use_address.is_some() && work.key == key => work.draft.clone(),
        _ => None,
    })
}
