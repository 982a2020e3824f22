//! A browser of somebody who works at a shop, for tests: it keeps its session and follows nothing.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono_tz::Tz;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::base::clock::{Clock, Time};
use crate::base::money::BasisPoints;
use crate::base::store::Scope;
use crate::catalog::finder::Finder;
use crate::catalog::sources::address::Reach;
use crate::conversation::changes::Changes;
use crate::merchants::credentials::WhatsappNumber;
use crate::merchants::merchant::NewMerchant;
use crate::merchants::policies::{Policies, ShippingRule, ShippingTax, TaxMode, TaxRule};
use crate::merchants::sealed::Keyring;
use crate::merchants::staff::Role;
use crate::merchants::staff::store::{SignIns, Staff};
use crate::merchants::store::Merchants;
use crate::web::catalog::{self, CatalogState};
use crate::web::inbox::{self, InboxSettings, InboxState};
use crate::web::orders;
use crate::web::pay_pages::PayPages;
use crate::web::products::{self, ProductsState};
use crate::web::search::SearchDesk;

pub const PASSWORD: &str = "correct horse battery";

pub fn now() -> Time {
    "2026-11-20T18:00:00Z".parse().unwrap()
}

fn merchants(pool: &PgPool) -> Merchants {
    let key = "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned().into();
    Merchants::new(pool.clone(), Keyring::parse(&key).unwrap())
}

/// A shop with an owner, Ana, and an agent, Ben.
pub async fn shop(pool: &PgPool, slug: &str) -> Scope {
    let merchants = merchants(pool);
    let tax = TaxRule::new(BasisPoints(1600), TaxMode::Included, ShippingTax::Charged).unwrap();
    let new = NewMerchant {
        slug: slug.parse().unwrap(),
        name: format!("Tienda {slug}"),
        currency: "MXN".parse().unwrap(),
        locale: "es-MX".parse().unwrap(),
        time_zone: Tz::America__Mexico_City,
        policies: Policies::new(ShippingRule::new(0, None).unwrap(), tax),
    };
    let merchant = merchants.add(&new).await.unwrap();
    // Numbers are one shop's each.
    let id: String = slug.bytes().map(|letter| letter.to_string()).collect();
    let number = WhatsappNumber::new(&id, "+52 55 0000 0001", &"a-token".into()).unwrap();
    merchants.connect_whatsapp(merchant, &number).await.unwrap();
    let scope = Scope::new(pool.clone(), merchant);
    for (name, role) in [("Ana", Role::Owner), ("Ben", Role::Agent)] {
        let email = format!("{name}@{slug}.example").parse().unwrap();
        Staff::of(&scope).add(email, name, role, PASSWORD.to_owned().into()).await.unwrap();
    }
    scope
}

/// The pages for staff.
fn app(pool: &PgPool) -> Router {
    let settings = InboxSettings { https: false, behind_proxy: false };
    let (sign_ins, clock) = (SignIns::new(pool.clone()), Clock::fixed(now()));
    let inbox = InboxState::new(sign_ins, Changes::default(), clock, settings, CancellationToken::new());
    let merchants = merchants(pool);
    let search = SearchDesk::new(Finder::default(), merchants.clone(), "https://shop.example/");
    let shops = PayPages { merchants, chat_url: "https://chat.example".to_owned() };
    inbox::router(inbox.clone())
        .merge(orders::router(inbox.clone()))
        .merge(products::router(ProductsState::new(inbox.clone(), search)))
        .merge(catalog::router(CatalogState::new(inbox, shops, Reach::default())))
}

/// Somebody's browser, signed in: keeps its session, follows nothing.
pub struct Browser {
    app: Router,
    pub cookie: String,
    pub csrf: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn says(&self, words: &[&str]) {
        for words in words {
            assert!(self.body.contains(words), "{words:?} is not in {}", self.body);
        }
    }

    #[track_caller]
    pub fn is_silent_of(&self, words: &[&str]) {
        for words in words {
            assert!(!self.body.contains(words), "{words:?} is in {}", self.body);
        }
    }

    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| {
            panic!("no {name} in {}", self.body);
        });
        rest.split_once('"').unwrap().0.to_owned()
    }
}

impl Browser {
    pub async fn of(pool: &PgPool, email: &str) -> Self {
        let sign_ins = SignIns::new(pool.clone());
        let opened =
            sign_ins.open(&email.parse().unwrap(), PASSWORD.to_owned().into(), now()).await.unwrap().unwrap();
        let session = sign_ins.find(&opened.token, now()).await.unwrap().unwrap();
        let cookie = format!("trato={}", secrecy::ExposeSecret::expose_secret(&opened.token));
        Self { app: app(pool), cookie, csrf: session.csrf.as_str().to_owned() }
    }

    /// Somebody who has not signed in.
    pub fn stranger(pool: &PgPool) -> Self {
        Self { app: app(pool), cookie: String::new(), csrf: String::new() }
    }

    pub async fn send(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> Answer {
        let request = request.header(header::COOKIE, &self.cookie).body(body.into()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address), Body::empty()).await
    }

    /// Presses the button of a form that leads there.
    pub async fn press(&self, address: &str) -> Answer {
        self.post(address, &[]).await
    }

    /// A form of the page, with the token every form carries.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = [("csrf", self.csrf.as_str())];
        self.post_as_it_is(address, &[&csrf, fields].concat()).await
    }

    pub async fn post_as_it_is(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body).await
    }
}
