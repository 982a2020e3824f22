//! A model that says what a test told it to say, and fails on any call the test did not expect.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::agent::entry::{Call, ModelReply, ModelRequest, Usage};
use crate::llm::model::{Asked, Model, ModelError, NoAnswer};

/// What the script looks at before it answers.
type Look = Box<dyn Fn(&ModelRequest<'_>) -> Result<ModelReply, ModelError> + Send>;

/// A model with a script. Clones share it.
#[derive(Clone, Default)]
pub struct Scripted {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    lines: VecDeque<Look>,
    asked: Vec<ModelRequest<'static>>,
    unexpected: usize,
}

impl Scripted {
    /// A model with an empty script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Next it answers with these words.
    #[must_use]
    pub fn says(self, text: &str) -> Self {
        let reply = reply(Some(text.to_owned()), Vec::new());
        self.answers(move |_| Ok(reply.clone()))
    }

    /// Next it calls these tools, each with a name and JSON arguments.
    #[must_use]
    pub fn calls(self, calls: &[(&str, serde_json::Value)]) -> Self {
        let calls = calls
            .iter()
            .map(|(tool, arguments)| Call {
                id: String::new(),
                tool: (*tool).to_owned(),
                arguments: arguments.to_string(),
                extra: None,
            })
            .collect();
        let reply = reply(None, calls);
        self.answers(move |_| Ok(reply.clone()))
    }

    /// Next it fails.
    #[must_use]
    pub fn fails(self, error: ModelError) -> Self {
        self.answers(move |_| Err(error.clone()))
    }

    /// Next it answers what this makes of the request.
    #[must_use]
    pub fn answers(
        self,
        look: impl Fn(&ModelRequest<'_>) -> Result<ModelReply, ModelError> + Send + 'static,
    ) -> Self {
        self.with(|state| state.lines.push_back(Box::new(look)));
        self
    }

    /// Every request it was asked, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<ModelRequest<'static>> {
        self.with(|state| state.asked.clone())
    }

    /// What is wrong at the end of a test: lines that were not used, calls that were not expected.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        self.with(|state| match (state.lines.len(), state.unexpected) {
            (0, 0) => None,
            (left, unexpected) => {
                Some(format!("{left} lines were not used and {unexpected} calls were not expected"))
            }
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Model for Scripted {
    fn ask<'a>(&'a self, request: &'a ModelRequest<'_>) -> Asked<'a> {
        let answer = self.with(|state| {
            state.asked.push(request.clone().into_owned());
            if let Some(look) = state.lines.pop_front() {
                look(request)
            } else {
                state.unexpected += 1;
                Err(ModelError::Refused("the script has no line for this call".to_owned()))
            }
        });
        Box::pin(std::future::ready(answer.map_err(NoAnswer::from)))
    }
}

fn reply(text: Option<String>, calls: Vec<Call>) -> ModelReply {
    let usage = Usage { tokens_in: 100, tokens_out: 20, cost_micros: 10 };
    ModelReply { text, calls, usage, model: "scripted".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::base::fingerprint::Fingerprint;

    fn request() -> ModelRequest<'static> {
        ModelRequest {
            system: String::new(),
            prompt_fingerprint: Fingerprint::of(b""),
            entries: Cow::default(),
            tools: Cow::default(),
            answer_tokens_max: 100,
        }
    }

    #[tokio::test]
    async fn it_follows_its_script_and_complains_of_what_was_not_in_it() {
        let model = Scripted::new().calls(&[("view_cart", serde_json::json!({}))]).says("Hola");
        assert_eq!(model.complaint().as_deref(), Some("2 lines were not used and 0 calls were not expected"));
        assert_eq!(model.ask(&request()).await.unwrap().calls[0].tool, "view_cart");
        assert_eq!(model.ask(&request()).await.unwrap().text.as_deref(), Some("Hola"));
        assert_eq!(model.complaint(), None);
        assert!(model.ask(&request()).await.is_err());
        assert!(model.complaint().is_some());
        assert_eq!(model.asked().len(), 3);
    }
}
