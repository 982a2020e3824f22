//! The pages of orders as a browser meets them, over a database.

use axum::http::StatusCode;
use chrono::TimeDelta;
use sqlx::PgPool;

use crate::base::contact::ContactPoint;
use crate::base::ids::{ChannelId, ConversationId, OrderId};
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::store::Scope;
use crate::cart::delivery::{Delivery, DeliveryText};
use crate::checkout::apply::Arrived;
use crate::checkout::notice::{NoticeKind, PaymentNotice};
use crate::checkout::order::Order;
use crate::checkout::store::Orders;
use crate::checkout::store::samples::{Shopper, notice, session, shop_with};
use crate::conversation::store::Conversations;
use crate::merchants::staff::Role;
use crate::merchants::staff::store::Staff;
use crate::testing::fresh_database;
use crate::web::browser::{Browser, PASSWORD, now};

/// A shop in Mexico that sells A and B at 100.00, with an agent, Ana.
struct Shop {
    scope: Scope,
    email: String,
}

impl Shop {
    async fn open(pool: &PgPool) -> Self {
        let scope = shop_with(pool, &[("A", None), ("B", None)]).await;
        let email = format!("ana@{}.example", scope.merchant().uuid().simple());
        let staff = Staff::of(&scope);
        staff.add(email.parse().unwrap(), "Ana", Role::Agent, PASSWORD.to_owned().into()).await.unwrap();
        Self { scope, email }
    }

    fn orders(&self) -> Orders {
        Orders::of(&self.scope)
    }

    /// A shopper of this name.
    async fn shopper(&self, name: &str) -> Shopper {
        let phone = format!("52{}", &ConversationId::generate().uuid().as_u128().to_string()[..10]);
        let channel = self.channel().await;
        let contact = ContactPoint::new(None, Some(&phone)).unwrap();
        let conversations = Conversations::of(&self.scope);
        let conversation = conversations.find_or_create(channel, &contact, Some(name), Language::Es).await.unwrap();
        Shopper::at(&self.scope, conversation).await
    }

    async fn channel(&self) -> ChannelId {
        let channel = ChannelId::generate();
        sqlx::query(
            "insert into channels (id, merchant_id, kind, external_id, display_number, access_token_sealed)
             values ($1, $2, 'whatsapp', $3, '+52 55 0000 0000', '')",
        )
        .bind(channel.uuid())
        .bind(self.scope.merchant().uuid())
        .bind(channel.to_string())
        .execute(self.scope.pool())
        .await
        .unwrap();
        channel
    }

    /// An order with an open page.
    async fn order(&self, name: &str, lines: &[(&str, u32)]) -> Order {
        let shopper = self.shopper(name).await;
        let order = self.orders().begin(&shopper.quoted(lines, None).await).await.unwrap();
        self.orders().opened(order.id, &session(&format!("cs_{}", order.id))).await.unwrap()
    }

    async fn hears(&self, order: &Order, external_id: &str, notice: &PaymentNotice) {
        let arrived = Arrived { external_id, notice, now: now() - TimeDelta::minutes(5) };
        let mut connection = self.scope.pool().acquire().await.unwrap();
        self.orders().apply(&mut connection, order.id, &arrived).await.unwrap();
    }

    async fn is_told(&self, order: &Order, kind: NoticeKind) {
        let page = order.session.clone().unwrap();
        self.hears(order, &format!("evt_{kind:?}"), &notice(kind, order, &page)).await;
    }

    async fn paid(&self, name: &str, lines: &[(&str, u32)]) -> Order {
        let order = self.order(name, lines).await;
        self.is_told(&order, NoticeKind::CompletedPaid).await;
        order
    }

    async fn delivers(&self, order: OrderId, name: &str, note: Option<&str>) {
        self.orders().save_delivery(order, &given(name, "Calle 5 no. 12", note)).await.unwrap();
    }

    /// Somebody of this shop at the pages of orders and the inbox.
    async fn browser(&self, pool: &PgPool) -> Browser {
        Browser::of(pool, &self.email).await
    }
}

fn given(name: &str, address: &str, note: Option<&str>) -> Delivery {
    let (name, address, city) = (name.to_owned(), address.to_owned(), "Puebla".to_owned());
    let (postal_code, note) = (Some("72000".to_owned()), note.map(str::to_owned));
    Delivery::new(&DeliveryText { name, address, city, postal_code, note }).unwrap()
}

/// How many rows a file has, and what stands where.
fn table(file: &str) -> (usize, impl Fn(usize, &str) -> String) {
    let text = file.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let place = move |name: &str| names.iter().position(|found| found == name).unwrap();
    (rows.len(), move |row: usize, name: &str| rows[row][place(name)].to_owned())
}

/// The address in the page that has these words in it.
fn address(html: &str, words: &str) -> String {
    let found = html.split('"').find(|part| part.starts_with('/') && part.contains(words));
    found.unwrap_or_else(|| panic!("no address with {words}")).replace("&#38;", "&").replace("&amp;", "&")
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_door_and_told_nothing() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    shop.paid("Eva Luna", &[("A", 1)]).await;
    let stranger = Browser::stranger(&pool);
    for (wanted, next) in [
        ("/inbox/orders?show=paid", "%2Finbox%2Forders%3Fshow%3Dpaid"),
        ("/inbox/orders/1", "%2Finbox%2Forders%2F1"),
        ("/inbox/orders/download", "%2Finbox%2Forders%2Fdownload"),
    ] {
        let answer = stranger.get(wanted).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{wanted}");
        assert_eq!(answer.header("location"), format!("/inbox/login?next={next}"));
        answer.is_silent_of(&["Eva"]);
    }
}

#[tokio::test]
async fn the_list_tells_what_was_bought_by_whom_and_how_it_stands() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let paid = shop.paid("Eva Luna", &[("A", 2), ("B", 1)]).await;
    shop.order("Sol Ríos", &[("B", 3)]).await;
    let browser = shop.browser(&pool).await;

    let all = browser.get("/inbox/orders").await;
    assert_eq!(all.status, StatusCode::OK);
    all.says(&["#1", "Eva Luna", "2 × A, 1 × B", "$300.00 MXN", ">Paid<", "No address yet"]);
    all.says(&["#2", "Sol Ríos", "3 × B", ">Awaiting payment<", "/inbox/orders/2"]);
    all.says(&["1 paid order", "Today"]);
    let eva = all.body.find("Eva Luna").unwrap();
    assert!(all.body.find("Sol Ríos").unwrap() < eva, "the newest comes first");

    shop.delivers(paid.id, "Eva Luna", None).await;
    let of_paid = browser.get("/inbox/orders?show=paid").await;
    of_paid.says(&["Eva Luna"]);
    of_paid.is_silent_of(&["Sol Ríos", "No address yet"]);
    browser.get("/inbox/orders?q=sol+rios").await.is_silent_of(&["Eva Luna"]);
    browser.get("/inbox/orders?sold=1").await.is_silent_of(&["Sol Ríos"]);
    let nobody = browser.get("/inbox/orders?show=paid&q=nadie").await;
    nobody.says(&["No order found", "Search looks at order numbers"]);
    browser.get("/inbox/orders?show=refunded").await.says(&["Nothing was given back"]);
    // An address that nobody of ours has written is one of the whole list.
    browser.get("/inbox/orders?show=x&before=y&sold=z").await.says(&["Eva Luna", "Sol Ríos"]);
}

#[tokio::test]
async fn older_orders_are_one_page_further_and_the_way_back_is_there() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let shopper = shop.shopper("Eva Luna").await;
    for quantity in 1..=42 {
        shop.orders().begin(&shopper.quoted(&[("A", quantity)], None).await).await.unwrap();
    }
    let browser = shop.browser(&pool).await;
    let first = browser.get("/inbox/orders?q=eva").await;
    first.says(&["/inbox/orders/42\"", "/inbox/orders/3\""]);
    first.is_silent_of(&["/inbox/orders/2\"", "Back to the newest"]);
    let older = address(&first.body, "before=3");
    assert_eq!(older, "/inbox/orders?q=eva&before=3");
    let second = browser.get(&older).await;
    second.says(&["/inbox/orders/2\"", "/inbox/orders/1\"", "Back to the newest"]);
    second.is_silent_of(&["/inbox/orders/3\"", ">Older<"]);
}

#[tokio::test]
async fn an_order_tells_what_it_charges_where_it_goes_and_what_was_heard() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let shopper = shop.shopper("Eva Luna").await;
    let order = shop.orders().begin(&shopper.quoted(&[("A", 2)], Some(5)).await).await.unwrap();
    let order = shop.orders().opened(order.id, &session("cs_1")).await.unwrap();
    let browser = shop.browser(&pool).await;
    let page = browser.get("/inbox/orders/1").await;
    page.says(&["Order #1", "Awaiting payment", "Nothing was heard of its payment yet", "Eva Luna"]);
    page.says(&["No delivery details were given yet", "Its pay page closed today at 08:00."]);
    let later = now() + TimeDelta::hours(1);
    sqlx::query("update orders set expires_at = $1").bind(later).execute(&pool).await.unwrap();
    let page = browser.get("/inbox/orders/1").await;
    page.says(&["Its pay page is open until today at 13:00.", "https://pay.example/cs_1"]);

    shop.is_told(&order, NoticeKind::CompletedPaid).await;
    shop.delivers(order.id, "Eva <b>Luna</b>", Some("Portón verde")).await;
    let part = PaymentNotice {
        amount: Some(Money::new(2500, order.total.currency())),
        ..notice(NoticeKind::PartlyRefunded, &order, "cs_1")
    };
    shop.hears(&order, "evt_part", &part).await;
    let page = browser.get("/inbox/orders/1").await;
    page.says(&["Partly refunded", "$100.00 MXN", "$200.00 MXN", "HOLA (10%)", "−$20.00 MXN", "$180.00 MXN"]);
    page.says(&["Given back", "−$25.00 MXN", "$155.00 MXN", "Part of the money was given back", "11:55"]);
    page.says(&["Eva &#60;b&#62;Luna&#60;/b&#62;", "Calle 5 no. 12", "72000 Puebla", "Note: Portón verde"]);
    page.says(&[&format!("/inbox/c/{}", shopper.conversation), "dashboard.stripe.com/payments/pi_cs_1"]);
    page.is_silent_of(&["No delivery details", "https://pay.example/cs_1", "<b>Luna"]);
}

#[tokio::test]
async fn another_shops_orders_are_not_there() {
    let pool = fresh_database().await;
    let (ours, theirs) = (Shop::open(&pool).await, Shop::open(&pool).await);
    ours.paid("Eva Luna", &[("A", 1)]).await;
    for name in ["Secret One", "Secret Two"] {
        theirs.paid(name, &[("A", 1)]).await;
    }
    let browser = ours.browser(&pool).await;
    browser.get("/inbox/orders/1").await.says(&["Eva Luna"]);
    for missing in ["/inbox/orders/2", "/inbox/orders/0", "/inbox/orders/nonsense"] {
        assert_eq!(browser.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    for page in ["/inbox/orders", "/inbox/orders?q=secret", "/inbox/orders/download"] {
        browser.get(page).await.is_silent_of(&["Secret"]);
    }
}

#[tokio::test]
async fn a_shoppers_name_is_a_name_and_never_markup() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let order = shop.paid("<script>alert(1)</script>", &[("A", 1)]).await;
    let browser = shop.browser(&pool).await;
    for page in ["/inbox/orders", "/inbox/orders/1", &format!("/inbox/c/{}", order.conversation)] {
        let answer = browser.get(page).await;
        answer.says(&["&#60;script&#62;"]);
        answer.is_silent_of(&["<script>alert", " style=", " onclick"]);
        assert!(answer.header("content-security-policy").contains("script-src 'self';"), "{page}");
    }
}

#[tokio::test]
async fn what_waits_for_a_person_is_settled_on_its_page_by_the_forms_of_the_thread() {
    let pool = fresh_database().await;
    crate::queue::store::install(&pool).await.unwrap();
    let shop = Shop::open(&pool).await;
    let order = shop.order("Eva Luna", &[("A", 1)]).await;
    let page = order.session.clone().unwrap();
    let odd = PaymentNotice {
        amount: Some(Money::new(1, order.total.currency())),
        ..notice(NoticeKind::CompletedPaid, &order, &page)
    };
    shop.hears(&order, "evt_1", &odd).await;
    let browser = shop.browser(&pool).await;
    browser.get("/inbox/orders?show=person").await.says(&["Eva Luna", ">On hold<"]);
    let before = browser.get("/inbox/orders/1").await;
    before.says(&[
        "is on hold",
        "another amount than the order",
        "“Paid” was reported and does not fit: the order is on hold",
    ]);

    let answer = browser.press(&address(&before.body, "/paid?from=order")).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/inbox/orders/1"));
    let (name, body): (String, sqlx::types::Json<serde_json::Value>) =
        sqlx::query_as("select external_id, body from intake where source = 'shop'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(body.0["kind"], "staff_confirmed");
    let decided = PaymentNotice { session: None, ..notice(NoticeKind::StaffConfirmed, &order, &page) };
    shop.hears(&order, &name, &decided).await;

    let after = browser.get("/inbox/orders/1").await;
    after.says(&[">Paid<", "A person saw that it is paid", "(Ana)"]);
    after.is_silent_of(&["from=order"]);
    let late = browser.press(&address(&before.body, "/refunded?from=order")).await;
    assert_eq!((late.status, late.header("location")), (StatusCode::SEE_OTHER, "/inbox/orders/1?late=1"));
    browser.get("/inbox/orders/1?late=1").await.says(&["Somebody was faster"]);
}

#[tokio::test]
async fn the_file_has_a_row_for_each_line_of_what_the_list_shows() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let paid = shop.paid("=cmd|' /C calc'!A0", &[("A", 2), ("B", 1)]).await;
    shop.delivers(paid.id, "Eva, \"la jefa\"", Some("@home")).await;
    shop.order("Sol Ríos", &[("B", 3)]).await;
    let browser = shop.browser(&pool).await;

    let file = browser.get("/inbox/orders/download?show=paid").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"orders-2026-11-20.csv\"");
    let (rows, cell) = table(&file.body);
    assert_eq!(rows, 2, "{}", file.body);
    assert_eq!(cell(0, "name"), "'=cmd|' /C calc'!A0");
    assert!(cell(0, "phone").starts_with("'+52"), "{}", cell(0, "phone"));
    let delivery = ["recipient", "address", "postal_code", "city", "note"].map(|name| cell(1, name));
    assert_eq!(delivery, ["Eva, \"la jefa\"", "Calle 5 no. 12", "72000", "Puebla", "'@home"]);
    let bought = |row| ["sku", "title", "quantity", "unit_price", "line_total"].map(|name| cell(row, name));
    assert_eq!(
        (bought(0), bought(1)),
        (
            ["A", "A", "2", "100.00", "200.00"].map(str::to_owned),
            ["B", "B", "1", "100.00", "100.00"].map(str::to_owned)
        )
    );
    // Said once, so that the column adds up.
    let sums = |row| ["order_total", "shipping", "refunded"].map(|name| cell(row, name));
    assert_eq!((sums(0), sums(1)), (["300.00", "0.00", "0.00"].map(str::to_owned), [""; 3].map(str::to_owned)));
    assert_eq!(
        ["order", "paid", "state", "currency"].map(|name| cell(1, name)),
        ["1", "2026-11-20 11:55", "Paid", "MXN"]
    );

    let all = browser.get("/inbox/orders/download").await;
    all.says(&["Sol Ríos"]);
    assert_eq!(all.body.lines().count(), 4);
}

#[tokio::test]
async fn the_amounts_of_the_file_add_up_to_what_was_paid() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let reduced = shop.shopper("Eva Luna").await.quoted(&[("A", 2), ("B", 1)], Some(1)).await;
    shop.orders().begin(&reduced).await.unwrap();
    let file = shop.browser(&pool).await.get("/inbox/orders/download").await;
    let (rows, cell) = table(&file.body);
    let sum = |name: &str| (0..rows).filter_map(|row| cell(row, name).parse::<f64>().ok()).sum::<f64>();
    assert!((sum("discount") - 30.0).abs() < 0.001, "{}", file.body);
    let paid = sum("line_total") - sum("discount") + sum("shipping") + sum("tax");
    assert!((paid - sum("order_total")).abs() < 0.001, "{}", file.body);
}

#[tokio::test]
async fn no_cell_of_the_file_is_a_formula_where_semicolons_part_cells() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    shop.order("Eva; =1+1;\t@x", &[("A", 1)]).await;
    shop.order("＝1", &[("A", 1)]).await;
    shop.order("Ana-Luz; y hermana", &[("A", 1)]).await;
    let file = shop.browser(&pool).await.get("/inbox/orders/download").await;
    let (_, cell) = table(&file.body);
    let names = [2, 1, 0].map(|row| cell(row, "name"));
    assert_eq!(names, ["Eva; '=1+1;'\t'@x", "'＝1", "Ana-Luz; y hermana"]);
}

#[tokio::test]
async fn a_page_that_was_closed_because_the_cart_changed_is_no_page_that_nobody_paid_in_time() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let shopper = shop.shopper("Eva Luna").await;
    let first = shop.orders().begin(&shopper.quoted(&[("A", 1)], None).await).await.unwrap();
    let first = shop.orders().opened(first.id, &session("cs_first")).await.unwrap();
    shop.orders().begin(&shopper.quoted(&[("A", 2)], None).await).await.unwrap();
    shop.is_told(&first, NoticeKind::Expired).await;
    let browser = shop.browser(&pool).await;
    browser.get("/inbox/orders?show=unpaid").await.says(&[">Replaced<"]);
    let page = browser.get("/inbox/orders/1").await;
    page.says(&[">Replaced<", "the cart costs something else now"]);
    page.is_silent_of(&["nobody paid in time", "Not paid in time"]);
}

#[tokio::test]
async fn only_what_was_reported_before_is_reported_again() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let order = shop.paid("Eva Luna", &[("A", 1)]).await;
    shop.is_told(&order, NoticeKind::CompletedUnpaid).await;
    let browser = shop.browser(&pool).await;
    let page = browser.get("/inbox/orders/1").await;
    page.says(&["“Payment is under way; the money has not come yet” was reported: it changed nothing"]);
    page.is_silent_of(&["reported again"]);
    let repeated = notice(NoticeKind::CompletedPaid, &order, &order.session.clone().unwrap());
    shop.hears(&order, "evt_again", &repeated).await;
    browser.get("/inbox/orders/1").await.says(&["Paid: reported again"]);
}

#[tokio::test]
async fn beside_a_thread_stands_what_is_known_of_the_shopper() {
    let pool = fresh_database().await;
    let shop = Shop::open(&pool).await;
    let order = shop.paid("Eva Luna", &[("A", 2)]).await;
    let thread = format!("/inbox/c/{}", order.conversation);
    let browser = shop.browser(&pool).await;
    let page = browser.get(&thread).await;
    page.says(&["About this shopper", "Spanish", "Nothing now.", "/inbox/orders/1", "Not given yet."]);

    shop.delivers(order.id, "Eva Luna", None).await;
    browser.get(&thread).await.says(&["Calle 5 no. 12", "Given for order #1"]);
    let carts = crate::cart::store::Carts::of(&shop.scope);
    let mut cart = carts.open(order.conversation).await.unwrap();
    let sku = |name: &str| name.parse().unwrap();
    let put = |name, quantity| crate::cart::Change::Add { sku: sku(name), quantity };
    cart.change(&[put("B", 3), put("GONE", 1)]).unwrap();
    carts.save(&cart).await.unwrap();
    let page = browser.get(&thread).await;
    page.says(&["3 × B", "1 × GONE", "Calle 5 no. 12", "Given for order #1"]);

    // They have moved, and have not ordered again yet.
    let mut cart = carts.open(order.conversation).await.unwrap();
    cart.deliver_to(given("Eva Luna", "Avenida 9 no. 3", None));
    carts.save(&cart).await.unwrap();
    let page = browser.get(&thread).await;
    page.says(&["Avenida 9 no. 3", "Given for what is in the cart"]);
}
