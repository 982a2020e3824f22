//! The phone page and the page to pick a shop on. What happens on them goes through `/_control`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::base::language::Language;
use crate::sandbox::html::{Slot, escape, fill, hue, initials, json_in_script};
use crate::sandbox::settings::SandboxNumber;
use crate::sandbox::world::{World, lock};

/// The routes of the pages.
pub fn routes() -> Router<Arc<World>> {
    let css = |body: &'static str| move || async move { asset("text/css", body) };
    let js = |body: &'static str| move || async move { asset("text/javascript", body) };
    Router::new()
        .route("/", get(shops))
        .route("/phone/{phone_number_id}", get(phone))
        .route("/chat/{digits}", get(chat))
        .route("/_assets/frame.css", get(css(include_str!("static/frame.css"))))
        .route("/_assets/chat.css", get(css(include_str!("static/chat.css"))))
        .route("/_assets/shops.css", get(css(include_str!("static/shops.css"))))
        .route("/_assets/words.js", get(js(include_str!("static/words.js"))))
        .route("/_assets/markup.js", get(js(include_str!("static/markup.js"))))
        .route("/_assets/bubble.js", get(js(include_str!("static/bubble.js"))))
        .route("/_assets/phone.js", get(js(include_str!("static/phone.js"))))
}

fn asset(kind: &'static str, body: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

/// The shops, to pick one; with only one there is nothing to pick.
async fn shops(State(world): State<Arc<World>>) -> Response {
    let numbers = lock(&world.directory).numbers.clone();
    if let [only] = numbers.as_slice() {
        return Redirect::to(&format!("/phone/{}", only.phone_number_id)).into_response();
    }
    let language = numbers.first().map_or(Language::En, |number| number.locale.language());
    let cards: String = numbers.iter().map(card).collect();
    let (title, lead) = match language {
        Language::En => ("Which shop do you want to write to?", "You are the shopper. No money moves here."),
        Language::Es => ("¿A qué tienda quieres escribir?", "Tú eres quien compra. Aquí no se mueve dinero."),
        Language::Pt => ("Para qual loja você quer escrever?", "Quem compra é você. Aqui nenhum dinheiro se move."),
    };
    let slots = [
        ("lang", Slot::Text(language.code())),
        ("title", Slot::Text(title)),
        ("lead", Slot::Text(lead)),
        ("cards", Slot::Markup(cards)),
    ];
    Html(fill(include_str!("static/shops.html"), &slots)).into_response()
}

fn card(number: &SandboxNumber) -> String {
    let name = &number.shop_name;
    let speaks = match number.locale.language() {
        Language::En => "English",
        Language::Es => "Español",
        Language::Pt => "Português",
    };
    format!(
        r#"<li><a class="hue-{}" href="/phone/{}"><span class="face" aria-hidden="true">{}</span><span class="who"><b>{}</b><small>{speaks} · {}</small></span><span class="go" aria-hidden="true">→</span></a></li>"#,
        hue(name),
        escape(&number.phone_number_id),
        escape(&initials(name)),
        escape(name),
        escape(&number.display_number),
    )
}

/// What `https://wa.me/<digits>` is outside: opens the chat with the number of these digits.
async fn chat(State(world): State<Arc<World>>, Path(digits): Path<String>) -> Redirect {
    let wanted =
        |number: &&SandboxNumber| number.display_number.chars().filter(char::is_ascii_digit).eq(digits.chars());
    match lock(&world.directory).numbers.iter().find(wanted) {
        Some(number) => Redirect::to(&format!("/phone/{}", number.phone_number_id)),
        None => Redirect::to("/"),
    }
}

async fn phone(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let numbers = lock(&world.directory).numbers.clone();
    let Some(number) = numbers.iter().find(|number| number.phone_number_id == id) else {
        return Redirect::to("/").into_response();
    };
    let settings = json!({
        "phone": number.phone_number_id,
        "language": number.locale.language().code(),
        "locale": number.locale.to_string(),
        "shops": numbers.iter().map(shop).collect::<Vec<_>>(),
    });
    let hue = hue(&number.shop_name).to_string();
    let slots = [
        ("lang", Slot::Text(number.locale.language().code())),
        ("hue", Slot::Text(&hue)),
        ("shop", Slot::Text(&number.shop_name)),
        ("initials", Slot::Markup(escape(&initials(&number.shop_name)))),
        ("display_number", Slot::Text(&number.display_number)),
        ("settings", Slot::Markup(json_in_script(&settings))),
    ];
    Html(fill(include_str!("static/phone.html"), &slots)).into_response()
}

fn shop(number: &SandboxNumber) -> Value {
    json!({
        "phone": number.phone_number_id,
        "name": number.shop_name,
        "initials": initials(&number.shop_name),
        "hue": hue(&number.shop_name),
        "number": number.display_number,
    })
}
