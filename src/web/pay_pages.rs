//! Where the browser lands after the pay page. These pages say what happened and lead back to the chat; they change
//! nothing: only Stripe's word marks an order paid.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use crate::base::ids::MerchantId;
use crate::base::language::Language;
use crate::base::names::Slug;
use crate::merchants::store::Merchants;
use crate::sentences::{Sentence, Sentences, id};

/// What the pages are made from.
#[derive(Clone)]
pub struct PayPages {
    /// The shops.
    pub merchants: Merchants,
    /// Where chats are opened, without a slash at the end: `https://wa.me`.
    pub chat_url: String,
}

impl PayPages {
    /// A link that opens the chat with the shop's number.
    pub async fn chat_link(&self, merchant: MerchantId) -> Option<String> {
        let channel = self.merchants.channels(merchant).await.ok()?.into_iter().next()?;
        let digits: String = channel.display_number.chars().filter(char::is_ascii_digit).collect();
        Some(format!("{}/{digits}", self.chat_url))
    }
}

/// The routes.
pub fn router(state: PayPages) -> Router {
    Router::new().route("/paid/{shop}", get(paid)).route("/not-paid/{shop}", get(not_paid)).with_state(state)
}

#[derive(Template)]
#[template(path = "pay_page.html")]
struct Page {
    language: Language,
    shop: String,
    title: String,
    text: String,
    back: String,
    chat: Option<String>,
    paid: bool,
}

async fn paid(State(pages): State<PayPages>, Path(shop): Path<String>) -> Response {
    page(&pages, &shop, true).await
}

async fn not_paid(State(pages): State<PayPages>, Path(shop): Path<String>) -> Response {
    page(&pages, &shop, false).await
}

async fn page(pages: &PayPages, shop: &str, paid: bool) -> Response {
    let Ok(slug) = Slug::new(shop) else { return StatusCode::NOT_FOUND.into_response() };
    let merchant = match pages.merchants.by_slug(&slug).await {
        Ok(Some(merchant)) => merchant,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(_) => return (StatusCode::SERVICE_UNAVAILABLE, shown(&without_shop(paid))).into_response(),
    };
    let chat = pages.chat_link(merchant.id).await;
    let language = merchant.locale.language();
    let sentences = Sentences::in_language(language);
    let (title, text) = words(paid);
    shown(&Page {
        language,
        shop: merchant.name,
        title: sentences.say(title, []),
        text: sentences.say(text, []),
        back: sentences.say(id::PAGE_BACK, []),
        chat,
        paid,
    })
}

/// The same where the shop cannot be read now: whoever has just paid must not find an empty page. In every language,
/// for theirs is not known.
fn without_shop(paid: bool) -> Page {
    let (title, text) = words(paid);
    let in_each = |id| Language::ALL.map(|language| Sentences::in_language(language).say(id, []));
    Page {
        language: Language::En,
        shop: String::new(),
        title: in_each(title).join(" · "),
        text: in_each(text).join(" · "),
        back: String::new(),
        chat: None,
        paid,
    }
}

const fn words(paid: bool) -> (Sentence<0>, Sentence<0>) {
    if paid { (id::PAGE_PAID, id::PAGE_PAID_TEXT) } else { (id::PAGE_NOT_PAID, id::PAGE_NOT_PAID_TEXT) }
}

fn shown(page: &Page) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_just_paid_is_told_so_in_every_language_where_the_shop_cannot_be_read() {
        let html = without_shop(true).render().unwrap();
        for language in Language::ALL {
            let said = Sentences::in_language(language).say(id::PAGE_PAID_TEXT, []);
            let start: String = said.chars().take_while(|character| character.is_alphanumeric()).collect();
            assert!(html.contains(&start) && !start.is_empty(), "{start} in {html}");
        }
        assert!(!html.contains("href"));
    }
}
