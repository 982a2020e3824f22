use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::agent::entry::{ShopperSaid, ToolStatus};
use crate::agent::guard::finding::FindingKind;

fn said(text: &str) -> Entry {
    Entry::Shopper(ShopperSaid::words(text, "2026-11-20T10:00:00Z".parse().unwrap()))
}

fn limits() -> Limits {
    let tools = [("view_cart", ToolKind::Reads), ("search", ToolKind::Reads), ("change_cart", ToolKind::Changes)];
    Limits { tools: tools.map(|(name, kind)| (name.to_owned(), kind)).into(), ..Limits::default() }
}

fn turn() -> Turn {
    Turn::new(vec![said("hola")], limits())
}

fn words(text: &str) -> ModelReply {
    ModelReply {
        text: Some(text.to_owned()),
        calls: Vec::new(),
        usage: Usage { tokens_in: 100, tokens_out: 10, cost_micros: 50 },
        model: "scripted".to_owned(),
    }
}

fn call(id: &str, tool: &str, arguments: &str) -> Call {
    Call { id: id.to_owned(), tool: tool.to_owned(), arguments: arguments.to_owned(), extra: None }
}

fn calls(calls: &[Call]) -> ModelReply {
    ModelReply { text: None, calls: calls.to_vec(), ..words("") }
}

fn answer(call: &Call) -> ToolResult {
    ToolResult {
        call: call.id.clone(),
        tool: call.tool.clone(),
        status: ToolStatus::Answered,
        text: format!("answer to {} {}", call.tool, call.arguments),
        evidence: vec![Evidence::EmptyCart],
    }
}

fn run_tools(turn: &mut Turn) -> usize {
    let Next::RunTools(calls) = turn.next() else { panic!("expected tools, not {:?}", turn.next()) };
    let results: Vec<_> = calls.iter().map(answer).collect();
    let count = results.len();
    turn.on_tools(results).unwrap();
    count
}

fn last_results(turn: &Turn) -> &[ToolResult] {
    turn.entries()
        .iter()
        .rev()
        .find_map(|entry| match entry {
            Entry::Results(results) => Some(results.as_slice()),
            _ => None,
        })
        .unwrap()
}

fn refusal() -> Verdict {
    Verdict::Refuse(vec![Finding {
        kind: FindingKind::Amount,
        text: "$5".to_owned(),
        reason: "No tool gave $5.".to_owned(),
    }])
}

fn handed_off(turn: &Turn) -> &HandOffReason {
    match turn.next() {
        Next::Settle(Outcome::HandOff { reason }) => reason,
        other => panic!("expected a hand-off, not {other:?}"),
    }
}

#[test]
fn a_reply_is_checked_and_then_said() {
    let mut turn = turn();
    assert_eq!(turn.next(), Next::AskModel { tools: true });
    turn.on_model(words("¡Hola!")).unwrap();
    assert_eq!(turn.next(), Next::CheckDraft("¡Hola!"));
    turn.on_verdict(Verdict::Pass).unwrap();
    assert_eq!(turn.next(), Next::Settle(&Outcome::Reply { text: "¡Hola!".to_owned() }));
}

#[test]
fn words_beside_calls_are_not_a_reply() {
    let mut turn = turn();
    let mut reply = calls(&[call("1", "view_cart", "{}")]);
    reply.text = Some("Un momento".to_owned());
    turn.on_model(reply).unwrap();
    assert_eq!(turn.next(), Next::RunTools(&[call("1", "view_cart", "{}")]));
    assert_eq!(run_tools(&mut turn), 1);
    assert_eq!(turn.next(), Next::AskModel { tools: true });
    assert_eq!(turn.own_evidence().count(), 1);
}

#[test]
fn nothing_to_answer_is_silence() {
    let turn = Turn::new(vec![Entry::Agent { text: "Hola".to_owned() }], limits());
    let silence = Outcome::Silence { reason: SilenceReason::NothingToAnswer };
    assert_eq!(turn.next(), Next::Settle(&silence));
}

#[test]
fn a_step_out_of_order_is_an_error_and_changes_nothing() {
    let mut turn = turn();
    let before = turn.clone();
    assert!(matches!(turn.on_tools(Vec::new()), Err(TurnError::OutOfOrder { .. })));
    assert!(matches!(turn.on_verdict(Verdict::Pass), Err(TurnError::OutOfOrder { .. })));
    assert_eq!(turn.on_shopper(Entry::Agent { text: String::new() }), Err(TurnError::NotHeard));
    assert_eq!(turn, before);
    turn.on_model(calls(&[call("1", "view_cart", "{}"), call("2", "search", "{}")])).unwrap();
    let before = turn.clone();
    assert!(matches!(turn.on_model(words("x")), Err(TurnError::OutOfOrder { .. })));
    let (first, second) = (answer(&call("1", "view_cart", "")), answer(&call("2", "search", "")));
    for wrong in [vec![], vec![first.clone()], vec![second.clone(), first.clone()], vec![first.clone(), first]] {
        assert_eq!(turn.on_tools(wrong), Err(TurnError::ResultsDoNotFit));
    }
    assert_eq!(turn, before);
}

#[test]
fn a_message_that_arrives_while_tools_run_is_seen_after_their_results() {
    let mut turn = turn();
    turn.on_model(calls(&[call("1", "view_cart", "{}")])).unwrap();
    turn.on_shopper(said("¿y bien?")).unwrap();
    run_tools(&mut turn);
    assert!(matches!(turn.own_entries(), [Entry::Calls { .. }, Entry::Results(_), Entry::Shopper(_)]));
}

#[test]
fn a_message_that_arrives_after_the_draft_belongs_to_the_next_turn() {
    let mut turn = turn();
    turn.on_model(words("Hola")).unwrap();
    assert!(matches!(turn.on_shopper(said("otra cosa")), Err(TurnError::OutOfOrder { .. })));
}

#[test]
fn the_model_is_asked_at_most_so_often() {
    let mut turn = turn();
    for round in 0..7 {
        assert_eq!(turn.next(), Next::AskModel { tools: true }, "round {round}");
        turn.on_model(calls(&[call("", "search", &json!({ "words": round }).to_string())])).unwrap();
        run_tools(&mut turn);
    }
    assert_eq!(turn.next(), Next::AskModel { tools: false });
    turn.on_model(calls(&[call("", "search", "{}")])).unwrap();
    assert_eq!(handed_off(&turn), &HandOffReason::ModelCallsUsedUp);
    assert_eq!(turn.counts().model_calls, 8);
}

#[test]
fn a_turn_without_model_calls_is_handed_off_at_once() {
    let turn = Turn::new(vec![said("hola")], Limits { model_calls_max: 0, ..limits() });
    assert_eq!(handed_off(&turn), &HandOffReason::ModelCallsUsedUp);
}

#[test]
fn when_tool_calls_are_used_up_the_model_is_asked_once_more_without_tools() {
    let many: Vec<_> = (0..14).map(|n| call(&format!("c{n}"), "search", &json!({ "n": n }).to_string())).collect();
    let mut asked = turn();
    asked.on_model(calls(&many)).unwrap();
    assert_eq!(run_tools(&mut asked), 12);
    let results = last_results(&asked);
    assert_eq!(results.len(), 14);
    assert!(results[12..].iter().all(|result| result.status == ToolStatus::Refused));
    assert_eq!(asked.next(), Next::AskModel { tools: false });
    let mut answered = asked.clone();
    answered.on_model(words("Listo")).unwrap();
    assert_eq!(answered.next(), Next::CheckDraft("Listo"));
    asked.on_model(calls(&[call("z", "search", "{}")])).unwrap();
    assert_eq!(handed_off(&asked), &HandOffReason::ToolCallsUsedUp);
}

#[test]
fn after_its_last_second_the_turn_goes_on_without_the_model() {
    let mut turn = turn();
    turn.on_clock(89);
    assert!(turn.may_use_model());
    turn.on_clock(90);
    assert!(!turn.may_use_model());
    assert_eq!(turn.next(), Next::AskModel { tools: true }, "somebody answers");
    turn.on_model(words("Hola")).unwrap();
    assert_eq!(turn.next(), Next::CheckDraft("Hola"));
}

#[test]
fn past_its_money_the_turn_goes_on_without_the_model() {
    let limits = Limits { cost_micros_max: 100, ..limits() };
    let mut turn = Turn::new(vec![said("hola")], limits);
    assert!(turn.may_use_model());
    turn.on_model(calls(&[call("1", "view_cart", "{}")])).unwrap();
    run_tools(&mut turn);
    assert!(turn.may_use_model());
    turn.on_model(calls(&[call("2", "search", "{}")])).unwrap();
    assert_eq!(turn.usage().cost_micros, 100);
    run_tools(&mut turn);
    assert!(!turn.may_use_model());
    assert_eq!(turn.next(), Next::AskModel { tools: true });
}

#[test]
fn a_refused_draft_is_written_again_once_and_then_handed_to_a_person() {
    let mut turn = turn();
    turn.on_model(words("Cuesta $5")).unwrap();
    turn.on_verdict(refusal()).unwrap();
    assert!(
        matches!(turn.own_entries(), [Entry::Rewrite { draft, reason }] if draft == "Cuesta $5" && reason == "No tool gave $5.")
    );
    turn.on_model(words("Cuesta $5, de verdad")).unwrap();
    turn.on_verdict(refusal()).unwrap();
    assert!(
        matches!(handed_off(&turn), HandOffReason::GuardRefused { draft, findings } if draft == "Cuesta $5, de verdad" && findings.len() == 1)
    );
}

#[test]
fn unknown_tools_and_arguments_that_are_no_object_are_answered_and_never_run() {
    let mut turn = turn();
    let bad = [
        call("1", "refund_everything", "{}"),
        call("2", "view_cart", "{\"a\": 1,}"),
        call("3", "view_cart", "[1]"),
        call("4", "view_cart", "7"),
    ];
    turn.on_model(calls(&bad)).unwrap();
    assert_eq!(turn.next(), Next::AskModel { tools: true });
    let results = last_results(&turn);
    assert_eq!(results.iter().map(|result| result.call.as_str()).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    assert!(results.iter().all(|result| result.status == ToolStatus::Refused && result.evidence.is_empty()));
    assert!(results[0].text.contains("change_cart, search, view_cart"));
    assert_eq!(turn.counts().calls_not_run, 4);
}

#[test]
fn no_arguments_at_all_are_an_empty_object() {
    let mut turn = turn();
    turn.on_model(calls(&[call("1", "view_cart", "")])).unwrap();
    assert!(matches!(turn.next(), Next::RunTools([_])));
}

#[test]
fn a_repeated_call_gets_the_earlier_answer_and_is_counted() {
    let mut turn = turn();
    turn.on_model(calls(&[call("1", "search", r#"{"a":1,"b":2}"#)])).unwrap();
    run_tools(&mut turn);
    turn.on_model(calls(&[call("2", "search", r#"{ "b": 2, "a": 1 }"#), call("3", "search", r#"{"a":2}"#)]))
        .unwrap();
    assert_eq!(run_tools(&mut turn), 1);
    let results = last_results(&turn);
    assert!(results[0].text.ends_with(r#"answer to search {"a":1,"b":2}"#));
    assert_eq!((results[0].call.as_str(), results[0].evidence.len()), ("2", 1));
    assert_eq!((turn.counts().tool_calls, turn.counts().calls_not_run), (3, 1));
}

#[test]
fn a_call_repeated_within_one_reply_is_run_once() {
    let mut turn = turn();
    let twice = [call("1", "change_cart", "{}"), call("2", "change_cart", "{}"), call("3", "change_cart", "")];
    turn.on_model(calls(&twice)).unwrap();
    assert_eq!(run_tools(&mut turn), 1);
    let results = last_results(&turn);
    assert_eq!(results.iter().map(|result| result.call.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!(results[1].text, results[2].text);
}

#[test]
fn after_a_change_the_same_question_is_asked_anew() {
    let mut turn = turn();
    let view = |id| call(id, "view_cart", "{}");
    turn.on_model(calls(&[view("1"), call("2", "change_cart", r#"{"a":1}"#), view("3")])).unwrap();
    assert_eq!(run_tools(&mut turn), 3);
    turn.on_model(calls(&[view("4")])).unwrap();
    assert_eq!(turn.next(), Next::AskModel { tools: true });
    turn.on_model(calls(&[call("5", "change_cart", r#"{"a":2}"#), view("6")])).unwrap();
    assert_eq!(run_tools(&mut turn), 2);
    turn.on_model(calls(&[call("7", "change_cart", r#"{"a":1}"#)])).unwrap();
    assert_eq!(run_tools(&mut turn), 1);
}

#[test]
fn call_ids_are_unique_within_a_turn_whatever_the_provider_sends() {
    let mut turn = turn();
    for arguments in [r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#] {
        turn.on_model(calls(&[call("call_2_1", "search", arguments), call("", "search", "{}")])).unwrap();
        while let Next::RunTools(_) = turn.next() {
            run_tools(&mut turn);
        }
    }
    let ids: Vec<_> = turn
        .entries()
        .iter()
        .filter_map(|entry| match entry {
            Entry::Calls { calls, .. } => Some(calls.iter().map(|call| call.id.clone())),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 6, "{ids:?}");
}

#[test]
fn an_empty_answer_gets_one_more_chance() {
    let mut turn = turn();
    turn.on_model(words("  \n")).unwrap();
    assert_eq!(turn.next(), Next::AskModel { tools: true });
    turn.on_model(ModelReply { text: None, ..words("") }).unwrap();
    assert_eq!(handed_off(&turn), &HandOffReason::NoAnswer);
}

#[test]
fn what_is_heard_is_replayed_too() {
    let steps = vec![
        Step::Model { reply: calls(&[call("1", "view_cart", "{}")]) },
        Step::Heard { entries: vec![said("y una gorra")], silent: 0 },
        Step::Tools { results: vec![answer(&call("1", "view_cart", "{}"))] },
        Step::Model { reply: words("Listo") },
        Step::Guard { verdict: refusal() },
    ];
    let kinds: Vec<_> = steps.iter().map(Step::kind).collect();
    assert_eq!(kinds, ["model", "heard", "tools", "model", "guard"]);
    let turn = Turn::replay(vec![said("hola")], limits(), steps).unwrap();
    assert_eq!(turn.own_entries().len(), 4);
    assert!(Turn::replay(vec![said("hola")], limits(), vec![Step::Tools { results: vec![] }]).is_err());
}

#[derive(Clone, Debug)]
enum Move {
    Words(String),
    Calls(Vec<(u8, String)>),
    Refuse,
    Pass,
    Heard,
}

fn any_move() -> impl Strategy<Value = Move> {
    let arguments = prop_oneof![Just("{}".to_owned()), Just("{\"n\":1}".to_owned()), Just("nope".to_owned())];
    prop_oneof![
        2 => "[a-z ]{0,3}".prop_map(Move::Words),
        6 => prop::collection::vec((0..5_u8, arguments), 0..6).prop_map(Move::Calls),
        2 => Just(Move::Refuse),
        1 => Just(Move::Pass),
        1 => Just(Move::Heard),
    ]
}

/// Does one move if it fits where the turn stands; the step it took.
fn play(turn: &mut Turn, step: &Move) -> Option<Step> {
    let taken = match (turn.next(), step) {
        (Next::AskModel { .. }, Move::Words(text)) => Step::Model { reply: words(text) },
        (Next::AskModel { .. }, Move::Calls(asked)) => {
            let tools = ["view_cart", "search", "change_cart", "unknown", "search"];
            let asked: Vec<_> = asked
                .iter()
                .map(|(tool, arguments)| {
                    call(if *tool == 4 { "same" } else { "" }, tools[usize::from(*tool)], arguments)
                })
                .collect();
            Step::Model { reply: calls(&asked) }
        }
        (Next::AskModel { .. } | Next::RunTools(_), Move::Heard) => {
            Step::Heard { entries: vec![said("?")], silent: 0 }
        }
        (Next::RunTools(calls), _) => Step::Tools { results: calls.iter().map(answer).collect() },
        (Next::CheckDraft(_), Move::Refuse) => Step::Guard { verdict: refusal() },
        (Next::CheckDraft(_), _) => Step::Guard { verdict: Verdict::Pass },
        _ => return None,
    };
    turn.apply(taken.clone()).unwrap();
    Some(taken)
}

proptest! {
    #[test]
    fn any_sequence_of_answers_ends_within_the_limits(moves in prop::collection::vec(any_move(), 120)) {
        let mut turn = turn();
        let mut steps = Vec::new();
        for step in &moves {
            let Some(taken) = play(&mut turn, step) else { continue };
            steps.push(taken);
            let replayed = Turn::replay(vec![said("hola")], limits(), steps.clone()).unwrap();
            prop_assert_eq!(&replayed, &turn);
        }
        let heard = moves.iter().filter(|step| matches!(step, Move::Heard)).count();
        prop_assert!(heard > 90 || matches!(turn.next(), Next::Settle(_)), "{:?}", turn.next());
        prop_assert!(turn.counts().model_calls <= 8 && turn.counts().rewrites <= 1);
        let ran = steps.iter().map(|step| match step { Step::Tools { results } => results.len(), _ => 0 });
        prop_assert!(ran.sum::<usize>() <= 12);
        let kept: Turn = serde_json::from_value(serde_json::to_value(&turn).unwrap()).unwrap();
        prop_assert_eq!(kept, turn);
    }

    #[test]
    fn every_call_is_answered_once_and_in_order(moves in prop::collection::vec(any_move(), 60)) {
        let mut turn = turn();
        for step in &moves {
            play(&mut turn, step);
        }
        let entries = turn.own_entries();
        for (position, entry) in entries.iter().enumerate() {
            let Entry::Calls { calls, .. } = entry else { continue };
            match entries.get(position + 1) {
                Some(Entry::Results(results)) => {
                    let asked: Vec<_> = calls.iter().map(|call| &call.id).collect();
                    let answered: Vec<_> = results.iter().map(|result| &result.call).collect();
                    prop_assert_eq!(asked, answered);
                }
                other => prop_assert!(other.is_none(), "{other:?}"),
            }
        }
    }
}
