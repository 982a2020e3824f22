//! Lines of the log turned into the entries a model sees.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use crate::agent::entry::{About, Attachment, Entry, ShopperSaid};
use crate::agent::turn::{Limits, Step, Turn};
use crate::base::clock::Time;
use crate::base::ids::TurnId;
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::conversation::bubble::Bubble;
use crate::intake::event::{self, Carrier, EventBody, Said};

/// One line of the log, as stored.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its place in the thread; that of the last event answered for a step.
    pub seq: i64,
    /// `heard`, `said` or `step`.
    pub source: String,
    /// The kind of event, the author of a message, or the kind of step.
    pub kind: String,
    /// The turn it belongs to.
    pub turn: Option<TurnId>,
    /// The person who said it.
    pub staff_name: Option<String>,
    /// The source's id of an event.
    pub external_id: Option<String>,
    /// The event, bubble or step, read by whoever knows which.
    pub body: Box<RawValue>,
    /// When.
    pub at: Time,
}

/// Whether the lines were read when all of these events and the newest message said were there.
#[must_use]
pub fn is_whole(lines: &[Line], events: &[i64], said_up_to: Option<i64>) -> bool {
    let is_there = |source: &str, seq: i64| lines.iter().rev().any(|line| line.seq == seq && line.source == source);
    events.iter().all(|event| is_there("heard", *event)) && said_up_to.is_none_or(|newest| is_there("said", newest))
}

/// The same lines with each event behind what was said in answer to earlier ones: what came while an answer was being
/// written was not heard by it.
fn behind_answers(mut lines: Vec<Line>) -> Vec<Line> {
    // What each turn answered last, and where its own last words stand.
    let mut turns: BTreeMap<TurnId, (i64, i64)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.source == "step") {
        turns.extend(line.turn.map(|turn| (turn, (line.seq, line.seq))));
    }
    for line in lines.iter().filter(|line| line.source == "said") {
        if let Some((_, said)) = line.turn.and_then(|turn| turns.get_mut(&turn)) {
            *said = (*said).max(line.seq);
        }
    }
    let behind = |event: i64| {
        let running = turns.values().filter(|(answered, said)| *answered < event && event < *said);
        running.map(|(_, said)| *said).max().unwrap_or(event)
    };
    lines.sort_by_cached_key(|line| match line.source.as_str() {
        "said" => (line.seq, 0, 0),
        "heard" => (behind(line.seq), 1, line.seq),
        _ => (behind(line.seq), 2, line.seq),
    });
    lines
}

/// What a turn begins with: what happened up to the newest of its events and what was said until it was started, with
/// its own events last. Words that were said while these waited do not answer them, but whoever answers must know them.
#[must_use]
pub fn before_a_turn(lines: Vec<Line>, events: &[i64], started_at: Time) -> Vec<Line> {
    let mut lines = behind_answers(lines);
    let newest = events.last().copied().unwrap_or_default();
    lines.retain(|line| if line.source == "said" { line.at <= started_at } else { line.seq <= newest });
    lines.sort_by_key(|line| line.source == "heard" && events.contains(&line.seq));
    lines
}

/// The entries of these lines, oldest first. Lines that an older version wrote and this one cannot read are left
/// out: a model that lacks a line is better than a shopper without an answer.
#[must_use]
pub fn entries(lines: Vec<Line>, limits: &Limits) -> Vec<Entry> {
    let mut steps: BTreeMap<TurnId, Vec<Step>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.source == "step") {
        if let (Some(turn), Ok(step)) = (line.turn, serde_json::from_str(line.body.get())) {
            steps.entry(turn).or_default().push(step);
        }
    }
    let mut entries = Vec::with_capacity(lines.len());
    let edits = Edits::of(&lines);
    for (place, line) in lines.into_iter().enumerate() {
        match line.source.as_str() {
            "heard" if edits.replaced.contains(&place) => {}
            "heard" => {
                let body = serde_json::from_str(line.body.get()).ok();
                let mut entry = body.and_then(|body| heard(body, line.at));
                if let Some(Entry::Shopper(said)) = &mut entry {
                    said.corrects = edits.correct.contains(&place);
                }
                entries.extend(entry);
            }
            "said" => entries.extend(said(&line.kind, line.staff_name, &line.body)),
            _ => {
                let taken = line.turn.and_then(|turn| steps.remove(&turn));
                entries.extend(taken.map(|steps| tool_entries(steps, limits)).unwrap_or_default());
            }
        }
    }
    entries
}

/// Which lines take the place of others.
#[derive(Default)]
struct Edits {
    /// The lines that a later one takes the place of before anybody has answered them.
    replaced: BTreeSet<usize>,
    /// The lines that take the place of one that was answered.
    correct: BTreeSet<usize>,
}

impl Edits {
    fn of(lines: &[Line]) -> Self {
        let mut edits = Self::default();
        // What each message is called, and since when nothing has been said or done.
        let mut named: Vec<(usize, &str)> = Vec::new();
        let mut answered = 0;
        for (place, line) in lines.iter().enumerate() {
            let Some(name) = line.external_id.as_deref().filter(|_| line.kind == "said" && line.source == "heard")
            else {
                answered = place;
                continue;
            };
            let said = serde_json::from_str(line.body.get()).ok();
            let Some(EventBody::Said(Said { carrier: Carrier::Edit, reply_to: Some(original), .. })) = said else {
                named.push((place, name));
                continue;
            };
            let earlier = named.iter().filter(|(_, name)| *name == original).map(|(place, _)| *place);
            for earlier in earlier {
                if earlier >= answered {
                    edits.replaced.insert(earlier);
                } else {
                    edits.correct.insert(place);
                }
            }
            let original = named.iter().find(|(_, name)| *name == original).map(|(_, name)| *name);
            named.extend(original.map(|original| (place, original)));
        }
        edits
    }
}

/// What an event is to the model that joins a turn which has begun: an edit then takes the place of something that was
/// read already.
#[must_use]
pub fn joining(body: EventBody, at: Time) -> Option<Entry> {
    let is_edit = matches!(&body, EventBody::Said(Said { carrier: Carrier::Edit, .. }));
    let mut entry = heard(body, at);
    if let Some(Entry::Shopper(said)) = &mut entry {
        said.corrects = is_edit;
    }
    entry
}

/// What an event is to the model; `None` for those it does not see.
#[must_use]
pub fn heard(body: EventBody, at: Time) -> Option<Entry> {
    match body {
        EventBody::Said(said) if said.unsent => None,
        EventBody::Said(said) => Some(Entry::Shopper(shopper_said(said, at))),
        EventBody::StaffWrote { text } => Some(Entry::Person { name: "staff".to_owned(), text }),
        EventBody::Payment(notice) => {
            Some(Entry::Notice { text: payment_words(&notice).to_owned(), evidence: Vec::new() })
        }
        EventBody::Unsent { .. }
        | EventBody::Reacted { .. }
        | EventBody::Report(_)
        | EventBody::ContactChanged { .. }
        | EventBody::Unknown { .. } => None,
    }
}

fn shopper_said(said: Said, at: Time) -> ShopperSaid {
    let attachment = match said.carrier {
        Carrier::Text | Carrier::Press | Carrier::Order | Carrier::Form | Carrier::Edit => None,
        Carrier::Image => Some(Attachment::Image),
        Carrier::Audio => Some(Attachment::Audio),
        Carrier::Video => Some(Attachment::Video),
        Carrier::Document => Some(Attachment::Document),
        Carrier::Sticker => Some(Attachment::Sticker),
        Carrier::Location => Some(Attachment::Location),
        Carrier::Contact => Some(Attachment::Contact),
        Carrier::Unsupported => Some(Attachment::Unsupported),
    };
    let about = said.about.map(|about| match about {
        event::About::Product { id } => About::Product(id),
        event::About::Ad { headline, body } => About::Ad { headline, body },
    });
    ShopperSaid { text: said.text, pressed: said.pressed, attachment, about, corrects: false, at }
}

const fn payment_words(notice: &PaymentNotice) -> &'static str {
    match notice.kind {
        NoticeKind::CompletedPaid | NoticeKind::CompletedFree | NoticeKind::AsyncSucceeded => {
            "Payment notice: the order was paid. The shop has sent the receipt."
        }
        NoticeKind::StaffConfirmed => {
            "Payment notice: a person of the shop saw that the order was paid. The shop has sent the receipt."
        }
        NoticeKind::StaffRefunded => "Payment notice: a person of the shop gave the money back.",
        NoticeKind::StaffDismissed => "Payment notice: a person of the shop saw that the order was not paid.",
        NoticeKind::CompletedUnpaid => "Payment notice: the payment is under way; the money has not come yet.",
        NoticeKind::AsyncFailed => "Payment notice: the payment did not go through.",
        NoticeKind::Expired => "Payment notice: the pay page closed unpaid.",
        NoticeKind::PartlyRefunded => "Payment notice: part of the money was given back.",
        NoticeKind::Refunded => "Payment notice: the money was given back.",
        NoticeKind::RefundFailed => {
            "Payment notice: money that was given back did not arrive; a person looks at it."
        }
        NoticeKind::Undecided => {
            "Payment notice: nobody has said what became of the payment; a person looks at it."
        }
        NoticeKind::Disputed => "Payment notice: the payment is disputed; a person looks at it.",
    }
}

fn said(author: &str, staff_name: Option<String>, body: &RawValue) -> Option<Entry> {
    let bubble: Bubble = serde_json::from_str(body.get()).ok()?;
    let text = bubble.text().to_owned();
    Some(match author {
        "person" => Entry::Person { name: staff_name.unwrap_or_else(|| "staff".to_owned()), text },
        _ => Entry::Agent { text },
    })
}

/// The calls and results of a settled turn. The machine that ran it tells which calls were answered how, so the
/// model sees one result per call, also for those that were never run.
fn tool_entries(steps: Vec<Step>, limits: &Limits) -> Vec<Entry> {
    // A turn is not begun over nothing; what it was begun over stands in the thread already.
    let begun_over = vec![Entry::Notice { text: String::new(), evidence: Vec::new() }];
    let Ok(turn) = Turn::replay(begun_over, limits.clone(), steps) else { return Vec::new() };
    let own = turn.own_entries().iter();
    own.filter(|entry| matches!(entry, Entry::Calls { .. } | Entry::Results(_))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(source: &str, seq: i64, second: i64) -> Line {
        Line {
            seq,
            source: source.to_owned(),
            kind: String::new(),
            turn: None,
            staff_name: None,
            external_id: None,
            body: RawValue::from_string("null".to_owned()).unwrap(),
            at: Time::from_timestamp(second, 0).unwrap(),
        }
    }

    #[test]
    fn a_turn_begins_with_all_that_was_said_before_it_and_ends_with_its_own_events() {
        // A person wrote (12) while an event of this turn (11) waited; what came after its start is of another turn.
        let lines = vec![
            line("said", 9, 1),
            line("heard", 10, 2),
            line("heard", 11, 3),
            line("said", 12, 4),
            line("heard", 13, 5),
            line("heard", 14, 6),
            line("said", 15, 9),
        ];
        let begun = before_a_turn(lines, &[11, 13], Time::from_timestamp(7, 0).unwrap());
        let order: Vec<(&str, i64)> = begun.iter().map(|line| (line.source.as_str(), line.seq)).collect();
        assert_eq!(order, [("said", 9), ("heard", 10), ("said", 12), ("heard", 11), ("heard", 13)]);
    }

    #[test]
    fn an_edit_takes_the_place_of_what_it_corrects_and_says_so_where_that_was_answered() {
        let said = |seq, name: &str, text: &str, original: Option<&str>| {
            let carrier = if original.is_some() { "edit" } else { "text" };
            let body = serde_json::json!({"event": "said", "text": text, "carrier": carrier, "reply_to": original});
            Line {
                kind: "said".to_owned(),
                external_id: Some(name.to_owned()),
                body: RawValue::from_string(body.to_string()).unwrap(),
                ..line("heard", seq, seq)
            }
        };
        let answer = |seq| {
            let body = serde_json::to_string(&Bubble::Text { text: "Yes.".to_owned() }).unwrap();
            Line { body: RawValue::from_string(body).unwrap(), kind: "agent".to_owned(), ..line("said", seq, seq) }
        };
        let shown = |lines: Vec<Line>| -> Vec<String> {
            let told = |entry| match entry {
                Entry::Shopper(said) if said.corrects => format!("corrects: {}", said.text),
                Entry::Shopper(said) => said.text,
                _ => "answer".to_owned(),
            };
            entries(lines, &Limits::default()).into_iter().map(told).collect()
        };
        let two = || said(1, "a", "2 of them", None);
        let edited = |seq, name: &str, text: &str| said(seq, name, text, Some("a"));
        assert_eq!(
            shown(vec![two(), said(2, "b", "blue", None), edited(3, "c", "3 of them")]),
            ["blue", "3 of them"]
        );
        assert_eq!(shown(vec![two(), edited(2, "c", "3"), edited(3, "d", "4")]), ["4"]);
        assert_eq!(shown(vec![two(), answer(2), edited(3, "c", "3")]), ["2 of them", "answer", "corrects: 3"]);
        let again = vec![two(), answer(2), edited(3, "c", "3"), edited(4, "d", "4")];
        assert_eq!(shown(again), ["2 of them", "answer", "corrects: 4"]);
    }

    #[test]
    fn an_answer_stands_before_what_came_while_it_was_written_and_behind_a_receipt() {
        let of = |turn: TurnId, line: Line| Line { turn: Some(turn), ..line };
        let (first, second) = (TurnId::generate(), TurnId::generate());
        // Asked (10), asked again (11) while the answer (12) was being written, answered too (13). Then a payment (20),
        // its receipt (21), and what the agent goes on with (22).
        let lines = vec![
            line("heard", 10, 1),
            of(first, line("step", 10, 2)),
            line("heard", 11, 3),
            of(second, line("step", 11, 5)),
            of(first, line("said", 12, 4)),
            of(second, line("said", 13, 6)),
            line("heard", 20, 7),
            of(TurnId::generate(), line("step", 20, 9)),
            line("said", 21, 8),
            line("said", 22, 10),
        ];
        let order: Vec<(String, i64)> =
            behind_answers(lines).into_iter().map(|line| (line.source, line.seq)).collect();
        let order: Vec<(&str, i64)> = order.iter().map(|(source, seq)| (source.as_str(), *seq)).collect();
        assert_eq!(
            order,
            [
                ("heard", 10),
                ("step", 10),
                ("said", 12),
                ("heard", 11),
                ("step", 11),
                ("said", 13),
                ("heard", 20),
                ("step", 20),
                ("said", 21),
                ("said", 22)
            ]
        );
    }

    #[test]
    fn lines_read_too_early_are_not_whole() {
        let lines = vec![line("heard", 10, 1), line("said", 11, 2)];
        assert!(is_whole(&lines, &[10], Some(11)) && is_whole(&lines, &[10], None));
        assert!(!is_whole(&lines, &[10, 12], Some(11)) && !is_whole(&lines, &[10], Some(13)));
    }
}
