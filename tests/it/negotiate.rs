//! `trato negotiate` as other programs meet it: a process that reads lines, and a server that takes posts.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn trato(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trato"));
    command.arg("negotiate").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    trato(arguments).output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("trato-negotiate-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A past of drawn buyers and the policy learned from it.
fn learned(folder: &Path) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    let (past, policy) = (at("past.jsonl"), at("policy.json"));
    let sample = run(&["sample", "--buyers", "patient,silent", "--count", "800", "--rounds", "5", "--out", &past]);
    assert!(sample.status.success(), "{sample:?}");
    let fit = run(&["fit", "--history", &past, "--out", &policy, "--quick"]);
    assert!(fit.status.success(), "{}", String::from_utf8_lossy(&fit.stderr));
    let said = String::from_utf8_lossy(&fit.stdout).into_owned();
    assert!(said.contains("Learned from 800 negotiations") && said.contains("90 % interval"), "{said}");
    policy
}

fn state(round: u32, history: &Value, last: &str) -> Value {
    json!({
        "episode_id": "e1", "round": round, "max_rounds": 5, "currency": "USD", "cost": "70.00", "floor": "72.00",
        "list_price": 100, "last_response": last, "history": history,
    })
}

/// Haggles until the end; whoever answers is asked for each move.
fn haggle(mut ask: impl FnMut(&Value) -> Value) {
    let opening = ask(&state(1, &json!([]), "none"));
    assert_eq!(opening["move"], "offer");
    assert_eq!(opening["episode_id"], "e1");
    let price = |answer: &Value| -> f64 { answer["price"].as_str().unwrap().parse().unwrap() };
    let first = price(&opening);
    let refused = json!([{"who": "seller", "price": opening["price"]}, {"who": "buyer", "price": null}]);
    let second = ask(&state(2, &refused, "reject"));
    assert!(price(&second) < first && price(&second) >= 72.0, "{second}");
    let named = json!([{"who": "seller", "price": opening["price"]}, {"who": "buyer", "price": first - 0.01}]);
    let taken = ask(&state(2, &named, "counter"));
    assert_eq!(taken["move"], "accept");
    let low = json!([{"who": "seller", "price": opening["price"]}, {"who": "buyer", "price": "71.99"}]);
    assert_ne!(ask(&state(5, &low, "counter"))["move"], "accept", "below the floor");
}

/// What `trato … | head` does.
fn nobody_reads_to_the_end(policy: &str) {
    let mut step = trato(&["step", "--policy", policy]);
    let mut child = step.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    // It may have ended before all of it was taken.
    let _ = child.stdin.take().unwrap().write_all("nonsense\n".repeat(1_000).as_bytes());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{:?}", output.status);
}

#[test]
fn a_policy_is_learned_and_answers_line_by_line() {
    let folder = folder("step");
    let policy = learned(&folder);
    let mut child =
        trato(&["step", "--policy", &policy]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut ask = |text: &str| -> Value {
        writeln!(input, "{text}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    };
    haggle(|state| ask(&state.to_string()));
    assert!(ask("nonsense")["error"].as_str().unwrap().contains("not a state"));
    assert_eq!(ask(&state(1, &json!([]), "none").to_string())["move"], "offer", "a bad line ends nothing");
    drop(input);
    assert!(child.wait().unwrap().success());
    nobody_reads_to_the_end(&policy);
    let chart = run(&["simulate", "--policy", &policy, "--buyers", "patient", "--count", "200", "--rounds", "5"]);
    let chart = String::from_utf8(chart.stdout).unwrap();
    assert!(chart.contains("this policy") && chart.contains('█') && chart.contains('├'), "{chart}");
    std::fs::remove_dir_all(folder).unwrap();
}

struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_answers_come_over_http() {
    let folder = folder("serve");
    let policy = learned(&folder);
    let mut child = trato(&["serve", "--policy", &policy, "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let served = Served(child);
    let url = line.trim().rsplit(' ').next().unwrap().to_owned();
    let client = reqwest::Client::new();
    let post = |body: String| {
        let request = client.post(&url).body(body);
        async move {
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.json::<Value>().await.unwrap())
        }
    };
    let handle = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| haggle(|state| handle.block_on(post(state.to_string())).1));
    let (status, refused) = post("{}".to_owned()).await;
    assert_eq!(status, 422);
    assert!(refused["error"].as_str().unwrap().contains("not a state"));
    drop(served);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn too_little_past_and_bad_lines_are_said_in_sentences() {
    let folder = folder("few");
    let past = folder.join("past.jsonl");
    std::fs::write(&past, "{\"id\":1}\n").unwrap();
    let path = past.display().to_string();
    let out = folder.join("policy.json").display().to_string();
    let fit = run(&["fit", "--history", &path, "--out", &out]);
    let error = String::from_utf8(fit.stderr).unwrap();
    assert!(!fit.status.success());
    assert!(error.contains("line 1: ") && error.contains("300 are needed"), "{error}");
    std::fs::remove_dir_all(folder).unwrap();
}
