//! Small talk, rules of the shop, people, and not understanding.

use serde_json::json;

use crate::agent::entry::Attachment;
use crate::llm::guided::Step;
use crate::llm::guided::compose::joined;
use crate::llm::guided::compose::product::nearest;
use crate::llm::guided::intent::Talk;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::question::Asked;
use crate::sentences::id;

impl Desk<'_> {
    /// Answers small talk.
    pub fn talk(&self, talk: Talk) -> String {
        let shop = [("shop", self.shop.name.as_str().into())];
        match talk {
            Talk::Greeting if self.view.has_spoken => self.say(id::GREETING_AGAIN, []),
            Talk::Greeting => self.say(id::GREETING, []),
            Talk::HowAreYou => self.say(id::HOW_ARE_YOU, []),
            Talk::Automatic => self.say(id::AUTOMATIC, shop),
            Talk::Languages => self.say(id::LANGUAGES, []),
            Talk::Thanks => self.say(id::WELCOME, []),
            Talk::Goodbye => self.say(id::GOODBYE, []),
            Talk::Acknowledged => self.say(id::ACKNOWLEDGED, []),
            Talk::Wait => self.say(id::TAKE_YOUR_TIME, []),
            Talk::Repeat if self.view.has_spoken => self.view.last_words.to_owned(),
            Talk::Abilities | Talk::Repeat => self.say(id::ABILITIES, []),
            Talk::CannotDo => joined(&[self.say(id::CANNOT_DO, []), self.say(id::ABILITIES, [])]),
            Talk::Declined => self.say(id::ANYTHING_ELSE, []),
            Talk::Insult => joined(&[self.say(id::CALM, []), self.say(id::OFFER_PERSON, [])]),
        }
    }

    /// What the shopper answers to a person of the shop is for them: who asked is called back.
    pub fn for_team(&self, asked: bool) -> Step {
        match self.now.latest("hand_off_to_person") {
            Some(_) => Step::Say(self.say(id::PERSON_CALLED, [])),
            None if asked => self.call_person("The shopper answers what a person of the shop asked."),
            None => Step::Say(joined(&[self.say(id::FOR_TEAM, []), self.say(id::ANYTHING_ELSE, [])])),
        }
    }

    /// Says honestly what we cannot open.
    pub fn unreadable(&self, attachment: Attachment) -> String {
        match attachment {
            Attachment::Image | Attachment::Video => self.say(id::CANNOT_SEE, []),
            Attachment::Audio => self.say(id::CANNOT_HEAR, []),
            Attachment::Sticker => self.say(id::STICKER, []),
            Attachment::Document | Attachment::Location | Attachment::Contact | Attachment::Unsupported => {
                self.say(id::CANNOT_OPEN, [])
            }
        }
    }

    /// Calls a person, once.
    pub fn call_person(&self, reason: &str) -> Step {
        match self.now.latest("hand_off_to_person") {
            Some(_) => Step::Say(self.say(id::PERSON_CALLED, [])),
            None => Step::ask("hand_off_to_person", json!({ "reason": reason })),
        }
    }

    /// A rule of the shop in the merchant's words.
    pub fn policy(&self, topic: &str) -> String {
        let known =
            self.shop.policies.iter().find(|(known, _)| known == topic).map(|(_, text)| text.trim().to_owned());
        let known = known.filter(|text| !text.is_empty());
        if let Some(text) = known {
            return text;
        }
        match self.now.shown.or(self.view.quote).filter(|_| topic == "shipping") {
            Some(quote) => self.shipping_of(quote),
            None => joined(&[self.say(id::POLICY_UNKNOWN, []), self.say(id::OFFER_PERSON, [])]),
        }
    }

    /// What a rule of the shop says about the message, where most of its words are in one sentence of it.
    pub fn rule_that_answers(&self) -> Option<String> {
        let heard = self.heard();
        let asked: Vec<String> = heard.nouns.iter().map(|at| heard.words[*at].plain.clone()).collect();
        let rules = self.shop.policies.iter().map(|(_, text)| text.as_str());
        let (shared, rule) = nearest(rules, &asked).filter(|_| heard.is_question())?;
        (shared * 2 > asked.len()).then(|| rule.to_owned())
    }

    /// We did not understand; the second time in a row a person is offered.
    pub fn unclear(&self) -> String {
        if matches!(self.view.asked, Some(Asked::Unclear | Asked::NothingFound | Asked::NothingInView)) {
            joined(&[self.say(id::NOT_UNDERSTOOD_AGAIN, []), self.say(id::OFFER_PERSON, [])])
        } else if self.view.has_spoken {
            self.say(id::NOT_UNDERSTOOD, [])
        } else {
            self.say(id::GREETING, [])
        }
    }

    /// It is not clear which product is meant; the second time in a row a person is offered.
    pub fn which_product_again(&self) -> String {
        let question = self.which_product();
        // After a list the same question was asked too, but not for itself.
        let alone = !self.view.last_words.trim().contains('\n');
        let asked = matches!(self.view.asked, Some(Asked::Which | Asked::NothingInView));
        if asked && alone { joined(&[question, self.say(id::OFFER_PERSON, [])]) } else { question }
    }

    /// It is not clear which product is meant.
    pub fn which_product(&self) -> String {
        if self.view.list.is_empty() { self.say(id::NOTHING_IN_VIEW, []) } else { self.say(id::ASK_WHICH, []) }
    }
}
