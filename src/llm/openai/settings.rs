//! What an operator sets about a provider.

use std::time::Duration;

use secrecy::SecretString;

use crate::agent::entry::Usage;

/// One provider and model.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it is, up to and without `/chat/completions`: `https://api.openai.com/v1`.
    pub base_url: String,
    /// Its key; empty for a server that wants none.
    pub key: SecretString,
    /// The model's name there.
    pub model: String,
    /// How long one call may take, retries included.
    pub timeout: Duration,
    /// How often a call is tried in all while the provider is away.
    pub attempts_max: u32,
    /// What it costs.
    pub prices: Prices,
    /// Whether answers are asked for in pieces. They are read either way, whatever is sent.
    pub stream: bool,
    /// Whether tools are asked for with strict schemas; off for servers that do not know the word.
    pub strict_tools: bool,
    /// Whether a server is told not to call several tools at once; off for servers that do not know the word.
    pub one_call_at_a_time: bool,
    /// What the limit of the answer is called.
    pub answer_limit: AnswerLimit,
    /// More to put into each request, such as `{"reasoning_effort": "none"}`. What we set ourselves wins.
    pub more: serde_json::Map<String, serde_json::Value>,
}

impl Settings {
    /// The usual settings for a model at a place.
    #[must_use]
    pub fn new(base_url: &str, key: SecretString, model: &str) -> Self {
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            key,
            model: model.to_owned(),
            timeout: Duration::from_secs(45),
            attempts_max: 2,
            prices: Prices::default(),
            stream: false,
            strict_tools: true,
            one_call_at_a_time: true,
            answer_limit: AnswerLimit::MaxCompletionTokens,
            more: serde_json::Map::new(),
        }
    }
}

/// What the limit of the answer is called: reasoning models of OpenAI refuse the old name, older servers the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerLimit {
    /// `max_completion_tokens`.
    MaxCompletionTokens,
    /// `max_tokens`.
    MaxTokens,
}

/// What a million tokens cost, in millionths of the deployment's accounting currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// Read.
    pub input_micros_per_million: u64,
    /// Written.
    pub output_micros_per_million: u64,
}

impl Prices {
    /// What so many tokens cost, rounded up.
    #[must_use]
    pub fn usage(self, tokens_in: u32, tokens_out: u32) -> Usage {
        let cost = u128::from(tokens_in) * u128::from(self.input_micros_per_million)
            + u128::from(tokens_out) * u128::from(self.output_micros_per_million);
        let cost_micros = u64::try_from(cost.div_ceil(1_000_000)).unwrap_or(u64::MAX);
        Usage { tokens_in, tokens_out, cost_micros }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_costs_its_tokens_rounded_up() {
        let prices = Prices { input_micros_per_million: 150_000, output_micros_per_million: 600_000 };
        assert_eq!(prices.usage(812, 34).cost_micros, 143);
        assert_eq!(prices.usage(0, 0).cost_micros, 0);
        assert_eq!(prices.usage(1, 0).cost_micros, 1);
    }
}
