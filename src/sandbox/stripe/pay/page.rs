//! The markup of the pay page.

use std::fmt::Write as _;

use crate::base::language::Locale;
use crate::sandbox::html::{Slot, escape, fill, hue, initials};
use crate::sandbox::settings::SandboxStripeAccount;
use crate::sandbox::stripe::amounts;
use crate::sandbox::stripe::pay::words::{Words, words};
use crate::sandbox::stripe::session::{Line, Session, Stage};
use crate::sandbox::tokens;

const TEMPLATE: &str = include_str!("pay.html");

/// The page of a session. `tried` says that a card has been declined on it.
pub fn render(session: &Session, account: &SandboxStripeAccount, locale: Locale, tried: bool) -> String {
    let words = words(locale.language());
    let total = amounts::display(session.draft.total, &session.draft.currency, locale);
    let body = match session.stage {
        Stage::Open => open(session, words, &total, tried),
        Stage::AwaitingVoucher => voucher(session, words),
        Stage::Paid | Stage::Free => notice(("good", words.paid_title), words.paid_text, Some(session), words),
        Stage::VoucherFailed => notice(("bad", words.failed_title), words.failed_text, None, words),
        Stage::Expired => notice(("bad", words.expired_title), words.expired_text, None, words),
    };
    let lines: String = session.draft.lines.iter().map(|it| line(it, session, words, locale)).collect();
    let lines_class = if session.draft.lines.iter().any(|it| it.image.is_some()) { "lines" } else { "lines bare" };
    let shop = &account.shop_name;
    let hue = hue(shop).to_string();
    let slots = [
        ("lang", Slot::Text(locale.language().code())),
        ("title", Slot::Text(shop)),
        ("band", Slot::Text(words.band)),
        ("hue", Slot::Text(&hue)),
        ("back", Slot::Markup(back(session, shop, words))),
        ("initials", Slot::Markup(escape(&initials(shop)))),
        ("shop", Slot::Text(shop)),
        ("pay_shop", Slot::Text(words.pay_shop)),
        ("total", Slot::Text(&total)),
        ("total_label", Slot::Text(words.total)),
        ("lines", Slot::Markup(lines)),
        ("lines_class", Slot::Text(lines_class)),
        ("body", Slot::Markup(body)),
        ("cut", Slot::Text(words.cut)),
        ("safe", Slot::Text(words.safe)),
    ];
    fill(TEMPLATE, &slots)
}

/// The page for an address that names no session.
pub fn unknown(locale: Locale) -> String {
    let words = words(locale.language());
    let template = include_str!("unknown.html");
    let slots = [
        ("lang", Slot::Text(locale.language().code())),
        ("band", Slot::Text(words.band)),
        ("heading", Slot::Text(words.unknown_title)),
        ("text", Slot::Text(words.unknown_text)),
    ];
    fill(template, &slots)
}

fn back(session: &Session, shop: &str, words: &Words) -> String {
    match &session.draft.cancel_url {
        Some(url) if session.stage == Stage::Open => format!(
            r#"<a class="back" href="{}"><span aria-hidden="true">←</span> {} {}</a>"#,
            escape(url),
            words.back_to,
            escape(shop)
        ),
        _ => String::new(),
    }
}

fn line(line: &Line, session: &Session, words: &Words, locale: Locale) -> String {
    let currency = &session.draft.currency;
    let picture = match &line.image {
        Some(url) => format!(r#"<img src="{}" alt="" loading="lazy">"#, escape(url)),
        None => r#"<span class="no-picture" aria-hidden="true"></span>"#.to_owned(),
    };
    let amount = amounts::display(line.unit.saturating_mul(line.quantity), currency, locale);
    let each = match line.quantity {
        1 => String::new(),
        count => {
            let unit = amounts::display(line.unit, currency, locale);
            format!("<small>{} {count} × {}</small>", words.quantity, escape(&unit))
        }
    };
    let description =
        line.description.as_ref().map(|text| format!("<small>{}</small>", escape(text))).unwrap_or_default();
    let name = escape(&line.name);
    let amount = escape(&amount);
    format!(
        r#"<li>{picture}<span class="what"><b>{name}</b>{description}{each}</span><span class="amount">{amount}</span></li>"#
    )
}

fn form(session: &Session, action: &str, class: &str, inner: &str) -> String {
    format!(
        r#"<form method="post" action="/pay/{}/{action}"><button class="{class}" type="submit">{inner}</button></form>"#,
        session.id
    )
}

fn ending(label: &str, note: &str) -> String {
    format!("<b>{label}</b><small>{note}</small>")
}

fn open(session: &Session, words: &Words, total: &str, tried: bool) -> String {
    let free = session.draft.total == 0;
    let declined =
        if tried { format!(r#"<p class="declined" role="alert">{}</p>"#, words.declined) } else { String::new() };
    let card = format!(
        r#"<h2>{}</h2><div class="card"><span class="chip" aria-hidden="true"></span><span class="digits">•••• •••• •••• 4242</span><span class="card-date">12/34</span></div><p class="card-note">{}</p>"#,
        words.card, words.test_card
    );
    let pay = if free { words.confirm_free.to_owned() } else { format!("{} {}", words.pay, escape(total)) };
    let mut endings = String::new();
    if !free {
        endings += &form(session, "decline", "ending", &ending(words.decline, words.decline_note));
        endings += &form(session, "voucher", "ending", &ending(words.voucher, words.voucher_note));
    }
    if let Some(url) = &session.draft.cancel_url {
        let leave = ending(words.leave, words.leave_note);
        let _ = write!(endings, r#"<a class="ending" href="{}">{leave}</a>"#, escape(url));
    }
    let card = if free { String::new() } else { card };
    format!(
        r#"{declined}{card}{}<p class="until" data-until="{}">{} <time></time></p><section class="endings"><h3>{}</h3>{endings}</section>"#,
        form(session, "card", "pay", &pay),
        session.draft.expires_at.timestamp(),
        words.open_until,
        words.other_endings,
    )
}

fn voucher(session: &Session, words: &Words) -> String {
    let digits = tokens::digits_of(&session.id, 14);
    let grouped = format!("{} {} {}", &digits[..4], &digits[4..9], &digits[9..]);
    let mut bars = String::new();
    for digit in tokens::digits_of(&format!("bars {}", session.id), 30).bytes() {
        let _ = write!(bars, r#"<i class="w{}"></i>"#, digit % 4);
    }
    format!(
        r#"<h2>{}</h2><p>{}</p><div class="voucher"><small>{}</small><div class="bars" aria-hidden="true">{bars}</div><span class="digits">{grouped}</span></div><a class="pay" href="{}">{}</a><section class="endings"><h3>{}</h3>{}{}</section>"#,
        words.voucher_title,
        words.voucher_text,
        words.voucher_number,
        escape(&session.success_url()),
        words.to_shop,
        words.in_control,
        form(session, "settle", "ending", &ending(words.settle, words.settle_note)),
        form(session, "fail", "ending", &ending(words.fail, words.fail_note)),
    )
}

fn notice((mood, title): (&str, &str), text: &str, go_on: Option<&Session>, words: &Words) -> String {
    let go_on = match go_on {
        Some(session) => {
            format!(r#"<a class="pay" href="{}">{}</a>"#, escape(&session.success_url()), words.to_shop)
        }
        None => String::new(),
    };
    format!(
        r#"<div class="notice {mood}"><span class="mark" aria-hidden="true"></span><h2>{title}</h2><p>{text}</p></div>{go_on}"#
    )
}
