//! How a turn speaks: in which language, with which labels, by which introduction.

use crate::agent::evidence::Evidence;
use crate::agent::present::{Labels, Presented, present};
use crate::agent::prompt::PromptValues;
use crate::agent::turn::Outcome;
use crate::base::clock::Time;
use crate::base::language::{Language, Locale};
use crate::llm::guided::ShopFacts;
use crate::merchants::policies::Topic;
use crate::sentences::{Sentences, id};
use crate::workers::shops::OpenShop;

/// The language of a turn, and what follows from it.
#[derive(Clone, Debug)]
pub(in crate::workers::turn) struct Speaking {
    pub language: Language,
    /// The shop's country in the conversation's language.
    pub locale: Locale,
    /// Nobody of the shop is there now.
    is_closed: bool,
    sentences: Sentences,
}

impl Speaking {
    /// How to speak in a turn that runs now.
    pub fn new(open: &OpenShop, language: Language, now: Time) -> Self {
        let locale = open.merchant.locale.speaking(language);
        let hours = open.merchant.policies.hours.as_ref();
        let is_closed = hours.is_some_and(|hours| !hours.is_open(now, &open.merchant.time_zone));
        Self { language, locale, is_closed, sentences: Sentences::in_language(language) }
    }

    /// What the guided seller knows of the shop.
    pub fn facts(&self, open: &OpenShop) -> ShopFacts {
        ShopFacts {
            name: open.shop.name.clone(),
            language: self.language,
            locale: self.locale,
            currency: open.shop.currency,
            policies: open.shop.policies.clone(),
            bargains: open.shop.rules.bargaining.settings.bargains(),
        }
    }

    /// The shop's own words as evidence.
    pub fn policies(open: &OpenShop) -> Vec<Evidence> {
        let policy =
            |(topic, text): &(String, String)| Evidence::Policy { topic: topic.clone(), text: text.clone() };
        open.shop.policies.iter().map(policy).collect()
    }

    /// What the prompt is filled with.
    pub fn prompt_values(&self, open: &OpenShop) -> PromptValues {
        PromptValues {
            shop_name: open.shop.name.clone(),
            language: self.language,
            currency: open.shop.currency,
            policies: open.shop.policies.clone(),
        }
    }

    /// The bubbles a turn's end says. The very first message introduces the agent, whoever wrote the rest of it.
    pub fn presented(&self, open: &OpenShop, outcome: &Outcome, own: &[Evidence], introduced: bool) -> Presented {
        let text = match outcome {
            Outcome::Reply { text } => text.clone(),
            Outcome::HandOff { .. } => self.sentences.say(id::PERSON_CALLED, []),
            Outcome::Silence { .. } => {
                return Presented { bubbles: Vec::new(), shown_quote: None, shown_products: Vec::new() };
            }
        };
        let is_called = !matches!(outcome, Outcome::Reply { .. })
            || own.iter().any(|evidence| matches!(evidence, Evidence::HandOff { .. }));
        let text = if is_called && self.is_closed { format!("{text}\n\n{}", self.closed(open)) } else { text };
        let introduction = (!introduced).then(|| self.introduction(open));
        // A hand-off says that a person was called; what tools found meanwhile is for that person.
        let shown: Vec<&Evidence> =
            if matches!(outcome, Outcome::Reply { .. }) { own.iter().collect() } else { Vec::new() };
        present(&text, &shown, &self.labels(), introduction.as_deref())
    }

    /// That nobody is there now, and the shop's own words of when somebody is.
    fn closed(&self, open: &OpenShop) -> String {
        let closed = self.sentences.say(id::CLOSED_NOW, []);
        let hours = open.shop.policies.iter().find(|(topic, _)| topic == Topic::Hours.as_str());
        hours.map_or_else(|| closed.clone(), |(_, words)| format!("{closed} {}", words.trim()))
    }

    fn introduction(&self, open: &OpenShop) -> String {
        match open.merchant.policies.introduction.in_language(self.language) {
            Some(own) => own.to_owned(),
            None => self.sentences.say(id::INTRODUCTION, [("shop", open.shop.name.as_str().into())]),
        }
    }

    fn labels(&self) -> Labels {
        let label = |sentence| self.sentences.say(sentence, []);
        Labels {
            pay: label(id::LABEL_PAY),
            open_list: label(id::LABEL_LIST),
            keep_looking: label(id::LABEL_KEEP_LOOKING),
            person: label(id::LABEL_PERSON),
            choose: label(id::LABEL_OPTIONS),
            total: label(id::LABEL_TOTAL),
            from: label(id::LABEL_FROM),
            locale: self.locale,
        }
    }
}
