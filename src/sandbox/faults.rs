//! Faults on request: what goes wrong at Meta and Stripe, switched on by rule, so many times or with a chance.
//!
//! Owns the rules and the drawing. What a fault then does is where it does it: the API answers and the postman.

use serde::{Deserialize, Serialize};

use crate::base::random::Random;

/// Which of the two stand-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Meta's Graph API and its webhooks.
    Graph,
    /// Stripe's API and its webhooks.
    Stripe,
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// The work is done at once, the answer comes late.
    SlowAnswer {
        /// Who is slow.
        service: Service,
        /// How slow.
        milliseconds: u64,
    },
    /// A 5xx before any work is done; nothing is saved.
    ServerError {
        /// Who fails.
        service: Service,
    },
    /// The work is done, then the connection closes without an answer.
    AnswerLost {
        /// Who falls silent.
        service: Service,
    },
    /// The Graph API refuses a message with this error code.
    GraphError {
        /// Such as 130429 or 131056.
        code: u32,
    },
    /// The Graph API accepts a message, and reports this failure later.
    StatusFailed {
        /// Such as 131026 or 131047.
        code: u32,
    },
    /// Stripe answers 500 and saves that answer under the idempotency key.
    SavedServerError,
    /// Stripe answers 409: the same key is at work in parallel.
    KeyInUse,
    /// Stripe answers 429.
    RateLimited,
    /// The webhook comes twice.
    WebhookDuplicated {
        /// Whose.
        service: Service,
    },
    /// Webhooks of one happening come in the wrong order: delivered before sent.
    WebhookReordered {
        /// Whose.
        service: Service,
    },
    /// The webhook comes late, and later ones overtake it.
    WebhookDelayed {
        /// Whose.
        service: Service,
        /// How late.
        milliseconds: u64,
    },
    /// The webhook never comes.
    WebhookLost {
        /// Whose.
        service: Service,
    },
}

/// When a fault strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strikes {
    /// The next so many times.
    Times(u32),
    /// Each time with this chance, drawn from a generator with this seed.
    Chance {
        /// Between 0 and 1.
        probability: f64,
        /// The same seed gives the same draws.
        seed: u64,
    },
}

/// A fault and when it strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultRule {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// When.
    #[serde(flatten)]
    pub strikes: Strikes,
}

impl FaultRule {
    /// The fault, the next time there is an occasion for it.
    #[must_use]
    pub const fn once(fault: Fault) -> Self {
        Self::times(fault, 1)
    }

    /// The fault, the next so many times.
    #[must_use]
    pub const fn times(fault: Fault, times: u32) -> Self {
        Self { fault, strikes: Strikes::Times(times) }
    }
}

/// The rules in force.
#[derive(Default)]
pub struct Faults {
    armed: Vec<Armed>,
}

struct Armed {
    rule: FaultRule,
    draws: Random,
}

/// More rules than this are a mistake of whoever sets them; the oldest is dropped.
const RULES_MAX: usize = 200;

impl Faults {
    /// Adds a rule.
    pub fn add(&mut self, rule: FaultRule) {
        if self.armed.len() >= RULES_MAX {
            self.armed.remove(0);
        }
        let seed = match rule.strikes {
            Strikes::Chance { seed, .. } => seed,
            Strikes::Times(_) => 0,
        };
        self.armed.push(Armed { rule, draws: Random::new(seed) });
    }

    /// Removes every rule.
    pub fn clear(&mut self) {
        self.armed.clear();
    }

    /// The rules that may still strike.
    pub fn rules(&self) -> Vec<FaultRule> {
        self.armed.iter().map(|armed| armed.rule.clone()).collect()
    }

    /// Whether a fault for which `wanted` answers strikes now, and with what. Counts the occasion.
    pub fn draw<T>(&mut self, wanted: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut struck = None;
        for armed in &mut self.armed {
            if let Some(found) = wanted(&armed.rule.fault)
                && armed.strikes()
            {
                struck = Some(found);
                break;
            }
        }
        self.armed.retain(|armed| armed.rule.strikes != Strikes::Times(0));
        struck
    }
}

impl Armed {
    fn strikes(&mut self) -> bool {
        match &mut self.rule.strikes {
            Strikes::Times(0) => false,
            Strikes::Times(left) => {
                *left -= 1;
                true
            }
            Strikes::Chance { probability, .. } => next_fraction(&mut self.draws) < *probability,
        }
    }
}

/// The upper bits of the next number as a fraction.
fn next_fraction(draws: &mut Random) -> f64 {
    let upper = u32::try_from(draws.bits() >> 32).unwrap_or(u32::MAX);
    f64::from(upper) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(fault: &Fault) -> Option<()> {
        matches!(fault, Fault::WebhookLost { service: Service::Graph }).then_some(())
    }

    #[test]
    fn a_counted_fault_strikes_exactly_so_often_and_only_on_its_occasion() {
        let mut faults = Faults::default();
        faults.add(FaultRule::times(Fault::WebhookLost { service: Service::Graph }, 2));
        assert_eq!(faults.draw(|fault| matches!(fault, Fault::KeyInUse).then_some(())), None);
        assert_eq!([faults.draw(lost), faults.draw(lost), faults.draw(lost)], [Some(()), Some(()), None]);
        assert!(faults.rules().is_empty());
    }

    #[test]
    fn the_same_seed_strikes_at_the_same_occasions() {
        let draws = |seed| {
            let mut faults = Faults::default();
            let strikes = Strikes::Chance { probability: 0.3, seed };
            faults.add(FaultRule { fault: Fault::WebhookLost { service: Service::Graph }, strikes });
            (0..1000).map(|_| faults.draw(lost).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
        let struck = draws(7).iter().filter(|hit| **hit).count();
        assert!((250..350).contains(&struck), "{struck} of 1000");
    }

    #[test]
    fn a_rule_is_read_from_json_as_it_is_documented() {
        let rule: FaultRule = serde_json::from_str(r#"{"fault":"graph_error","code":131056,"times":3}"#).unwrap();
        assert_eq!(rule, FaultRule::times(Fault::GraphError { code: 131_056 }, 3));
        let rule: FaultRule = serde_json::from_str(
            r#"{"fault":"webhook_lost","service":"graph","chance":{"probability":0.5,"seed":1}}"#,
        )
        .unwrap();
        assert_eq!(rule.strikes, Strikes::Chance { probability: 0.5, seed: 1 });
    }
}
