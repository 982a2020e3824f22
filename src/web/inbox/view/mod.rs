//! What the pages show, as plain values: templates only lay them out.

pub mod about;
pub mod bubble;
pub mod failure;
pub mod held;
pub mod list;
pub mod order;
pub mod payment;
pub mod thread;
pub mod when;
pub mod work;

use askama::Template;

use crate::base::ids::StaffId;
use crate::web::inbox::assets::address;
use crate::web::inbox::pages::Asked;
use crate::web::inbox::session::SignedIn;
use crate::web::inbox::view::list::ListView;
use crate::web::inbox::view::thread::{Line, Speaker, ThreadView};
use crate::web::inbox::view::when::Reader;
use crate::web::inbox::view::work::Part;
use crate::web::words::sentence_case;

/// The whole page.
#[derive(Template)]
#[template(path = "inbox/page.html")]
pub struct Page {
    pub frame: Frame,
    pub list: ListView,
    pub thread: Option<ThreadView>,
}

/// Who looks at a page, and how they came to it.
pub struct Looker<'a> {
    pub me: StaffId,
    pub asked: &'a Asked,
    pub reader: Reader,
}

/// What every page has.
pub struct Frame {
    shop: String,
    me: String,
    csrf: String,
    waiting: i64,
    stylesheet: String,
    script: String,
    icon: String,
}

impl Frame {
    pub fn of(signed: &SignedIn, waiting: i64) -> Self {
        Self {
            shop: signed.shop.name.clone(),
            me: signed.staff.name.clone(),
            csrf: signed.csrf.as_str().to_owned(),
            waiting,
            stylesheet: address("inbox.css"),
            script: address("inbox.js"),
            icon: address("icon.svg"),
        }
    }
}

/// How a shopper is called: their name, else their number, else that they have neither.
pub fn called(name: Option<&str>, phone: Option<&str>) -> String {
    match (name, phone) {
        (Some(name), _) => name.to_owned(),
        (None, Some(phone)) => format!("+{phone}"),
        (None, None) => "Shopper without a number".to_owned(),
    }
}

/// Up to two letters for the round sign beside a name.
pub fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().next()).filter(|c| c.is_alphabetic());
    let letters: String = letters.take(2).flat_map(char::to_uppercase).collect();
    if letters.is_empty() { "#".to_owned() } else { letters }
}

/// Why a person is asked for, as staff read it. The reason is a sentence already, or one of our own words.
pub fn reason_words(reason: &str) -> String {
    match reason {
        "message_failed" => "A message could not be delivered.".to_owned(),
        "number_stopped" => {
            "WhatsApp takes nothing from the shop's number: its token or the business account needs \
                             mending. What is owed is sent once it is."
                .to_owned()
        }
        other if other.contains(' ') => other.to_owned(),
        word => sentence_case(&word.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shopper_without_a_name_is_called_by_number() {
        assert_eq!(called(Some("Eva"), Some("5255")), "Eva");
        assert_eq!(called(None, Some("5255")), "+5255");
        assert_eq!(
            (initials("eva maría luna"), initials("+5255"), initials("李雷")),
            ("EM".into(), "#".into(), "李".into())
        );
    }

    #[test]
    fn a_reason_reads_as_words() {
        assert_eq!(reason_words("asked_for_a_person"), "Asked for a person");
        assert_eq!(reason_words("The model is down."), "The model is down.");
    }
}
