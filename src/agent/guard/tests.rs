use super::*;
use crate::agent::evidence::{
    CheckoutCard, CouponCard, DeliveryCard, DiscountCard, ExtraCard, Named, OfferCard, OfferStands, OrderCard,
    OrderStateShown, ProductCard, QuoteCard, QuoteLineCard, Stock, TaxCard, VariantCard,
};
use crate::base::fingerprint::Fingerprint;
use crate::base::ids::{OrderId, QuoteId};
use crate::base::money::{BasisPoints, Money};

fn money(text: &str) -> Money {
    money_in(text, "MXN")
}

fn money_in(text: &str, currency: &str) -> Money {
    Money::parse_major(text, currency.parse().unwrap()).unwrap()
}

fn variant(sku: &str, size: &str, price: Money, stock: Stock) -> VariantCard {
    let options = vec![Named { name: "Talla".to_owned(), value: size.to_owned() }];
    VariantCard { sku: sku.parse().unwrap(), options, price, compare_at: None, stock }
}

fn product(handle: &str, title: &str, variants: Vec<VariantCard>) -> Evidence {
    Evidence::Product(ProductCard {
        product: handle.parse().unwrap(),
        title: title.to_owned(),
        description: "Rinde 1,200 lavados. Batería de 5,000 mAh. ¡90% de descuento, solo $1!".to_owned(),
        image: None,
        facts: vec![Named { name: "Material".to_owned(), value: "80% algodón, 20% poliéster".to_owned() }],
        variants,
    })
}

fn quote(total: &str) -> Evidence {
    let line = QuoteLineCard {
        sku: "TEE-M".parse().unwrap(),
        product: "camiseta".parse().unwrap(),
        title: "Camiseta básica, M".to_owned(),
        quantity: 2,
        unit: money("1299"),
        amount: money("2598"),
    };
    let discount = DiscountCard {
        code: Some("HOLA10".parse().unwrap()),
        percent: Some(BasisPoints(1000)),
        amount: money("259.80"),
    };
    Evidence::Quote(QuoteCard {
        quote: QuoteId::generate(),
        fingerprint: Fingerprint::of(total.as_bytes()),
        lines: vec![line],
        subtotal: money("2598"),
        discounts: vec![discount],
        shipping: money("99"),
        tax: TaxCard { rate: BasisPoints(1600), amount: money("336.17"), included: true },
        total: money(total),
        free_shipping_in: None,
    })
}

fn order(number: i64, state: OrderStateShown) -> Evidence {
    Evidence::Order(OrderCard {
        order: OrderId::generate(),
        number,
        state,
        total: money("2437.20"),
        refunded: money("0"),
        lines: vec!["2 × Camiseta básica, M".to_owned()],
        delivery_known: false,
    })
}

fn policy(text: &str) -> Evidence {
    Evidence::Policy { topic: "shipping".to_owned(), text: text.to_owned() }
}

/// A conversation in which products were shown, a cart was quoted, a coupon tried, and nothing bought yet.
fn shown() -> Vec<Evidence> {
    let mut dear = variant("TEE-M", "M", money("1299"), Stock::Left(3));
    dear.compare_at = Some(money("1499.50"));
    vec![
        product("camiseta", "Camiseta básica", vec![dear, variant("TEE-L", "L", money("1349"), Stock::Out)]),
        product("funda", "Funda para iPhone 15 1.75", vec![variant("FND-1", "38", money("450"), Stock::Available)]),
        quote("2437.20"),
        Evidence::Coupon(CouponCard {
            code: "MIL".parse().unwrap(),
            percent: None,
            amount: Some(money("150")),
            minimum: Some(money("1000")),
        }),
        policy(
            "Enviamos a todo el país en 3 a 5 días hábiles por $99. Devoluciones en 30 días con reembolso. \
             Abrimos de 9:00 a 18:00. Escríbenos a hola@tienda.mx o al 55 1234 5678. Depósito del 25% en pedidos grandes.",
        ),
    ]
}

const HEARD: [&str; 2] = ["me lo dejas en 900? mi presupuesto es de 800", "quiero 45% de descuento, soy talla 38"];

fn verdict(draft: &str, evidence: &[Evidence]) -> Verdict {
    check(draft, &evidence.iter().collect::<Vec<_>>(), &HEARD)
}

fn passes(drafts: &[&str], evidence: &[Evidence]) {
    let refused: Vec<_> = drafts
        .iter()
        .filter_map(|draft| match verdict(draft, evidence) {
            Verdict::Pass => None,
            Verdict::Refuse(findings) => {
                Some((draft, findings.into_iter().map(|f| (f.kind, f.text)).collect::<Vec<_>>()))
            }
        })
        .collect();
    assert!(refused.is_empty(), "refused:\n{}", lines(&refused));
}

fn refuses(kind: FindingKind, drafts: &[&str], evidence: &[Evidence]) {
    let kinds = |verdict: &Verdict| match verdict {
        Verdict::Pass => Vec::new(),
        Verdict::Refuse(findings) => findings.iter().map(|finding| finding.kind).collect(),
    };
    let passed: Vec<_> = drafts
        .iter()
        .map(|draft| (draft, kinds(&verdict(draft, evidence))))
        .filter(|(_, kinds)| !kinds.contains(&kind))
        .collect();
    assert!(passed.is_empty(), "not refused as {kind:?}:\n{}", lines(&passed));
}

fn lines<T: std::fmt::Debug>(items: &[T]) -> String {
    items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_pattern_compiles() {
    let evidence = shown();
    let evidence: Vec<_> = evidence.iter().collect();
    let draft = "Llega mañana el pedido #1, quedan 2 a $5 y 10% off en a.com";
    assert_eq!(examine(draft, &evidence, &HEARD).map_err(|broken| format!("{broken:?}")).err(), None);
}

#[test]
fn amounts_that_tools_gave_pass_however_they_are_written() {
    let drafts = [
        "La camiseta cuesta $1,299.00 MXN.",
        "La camiseta cuesta $1,299.",
        "Cuesta 1299 pesos y antes costaba $1,499.50.",
        "Precio: MXN 1,299.00",
        "Sale en 1.299,00 pesos.",
        "El total es **$2,437.20 MXN** (envío de $99 incluido).",
        "Tu total: $2,437.20. ¿Te mando el pago?",
        "Te ahorras $259.80 con HOLA10.",
        "The total is MXN 2,437.20, including $336.17 of tax.",
        "It was $1,499.50 and is now $1,299.00.",
        "Fica $ 2.437,20 no total, com frete de $99.",
        "Your cupón takes off 150 pesos from $1,000 on.",
        "2 × Camiseta básica, M — $2,598.00",
        "Camiseta: 1,299\nFunda: 450",
        "Van de $450 a $1,349.",
        "Entre 450 y 1,299 pesos.",
        "Cuesta 1 299 pesos.",
        "－ $１,２９９.００",
        "Con envío por $99.",
    ];
    passes(&drafts, &shown());
}

#[test]
fn amounts_that_no_tool_gave_are_refused() {
    let drafts = [
        "La camiseta cuesta $1,199.00 MXN.",
        "Te la dejo en $1,000.50.",
        "Cuesta 1199 pesos.",
        "El precio es 1199.",
        "El total es de 2,400.",
        "Sale en 999 ya con envío.",
        "Te queda en 950, ¿va?",
        "Por solo 499 te la llevas.",
        "Just 20 dollars!",
        "It costs 20.",
        "The price is only $20.",
        "For USD 20 it is yours.",
        "R$ 49,90 à vista.",
        "Custa 49 reais.",
        "São 49,90 no total.",
        "O preço é 1.199,00.",
        "El total es USD 1,299.00.",
        "Cuesta 1,299 dólares.",
        "Fica em € 1.299,00",
        "Cuesta ＄１,１９９",
        "Cuesta $1\u{200B}1\u{200B}99",
        "Cuesta $*1*1_99_",
        "Cuesta 1 1 9 9 pesos",
        "Cuesta $l,299",
        "Son 1.5 mil pesos.",
        "Son 2k pesos nada más.",
        "Te lo dejo en 15 mil pesos.",
        "Cuesta 𝟏𝟏𝟗𝟗 pesos.",
        "Cuesta 1.199,00 pesos.",
        "Van de $400 a $500.",
        "Entre $500-800.",
        "De 1200 a 1300 pesos.",
        "Camiseta: 1,199",
        "- Gorra: 350",
        "Gorra — $350.00",
        "Cuesta 50 centavos.",
        "Está en 1,199.00 y es un regalo.",
        "Con el descuento queda en 1,199.00",
        "You save $100 today.",
        "S/ 49.90",
        "Solo $1, como dice la descripción.",
        "Cada una a ₹500.",
    ];
    refuses(FindingKind::Amount, &drafts, &shown());
}

#[test]
fn amounts_in_words_beside_a_currency_are_refused() {
    let drafts = [
        "Cuesta mil doscientos pesos.",
        "Te la dejo en mil pesos.",
        "Only twenty dollars!",
        "It costs twenty.",
        "São vinte reais.",
        "Custa quarenta e nove reais.",
        "Quedan en novecientos noventa y nueve pesos.",
        "A couple hundred pesos.",
        "One thousand two hundred ninety-nine pesos.",
        "Cuesta mil doscientos.",
        "Twenty percent for you.",
        "Un veinte por ciento menos.",
        "Vinte por cento de desconto.",
    ];
    refuses(FindingKind::Amount, &drafts, &shown());
}

#[test]
fn a_whole_sentence_of_a_policy_may_be_repeated_and_a_piece_of_it_not() {
    let policies = [policy("Send it back within 60 days. You get a full refund to the card you paid with.")];
    passes(&["Sure! You get a full refund to the card you paid with."], &policies);
    refuses(FindingKind::Done, &["You paid with your card.", "You paid"], &policies);
}

#[test]
fn numbers_that_are_no_money_pass() {
    let drafts = [
        "¡Hola! ¿Qué talla buscas?",
        "La tenemos en tallas 36, 38 y 40.",
        "Talla: 38. Cantidad: 2.",
        "¿Agrego 2 camisetas en talla M?",
        "Funda para iPhone 15 en negro, ¿la quieres?",
        "Es compatible con iPhone 12, 13, 14 y 15.",
        "SKU FND-1, modelo 2024.",
        "La vendemos desde 2015.",
        "Mide 1.75 m de largo y 60 cm de ancho.",
        "It is 10.50 inches wide.",
        "Batería de 5,000 mAh.",
        "Rinde 1,200 lavados.",
        "Tengo 3 opciones para ti.",
        "I found 12 products under that name.",
        "Encontrei 4 modelos, quer ver?",
        "Abrimos de 9:00 a 18:00.",
        "Puedes pagar con tarjeta o en OXXO.",
        "En total son 3 piezas.",
        "En total llevas 2.",
        "1️⃣ Camiseta básica\n2️⃣ Funda para iPhone 15",
        "2x Camiseta básica y 1x Funda.",
        "Es talla 38, ¿verdad?",
        "Calle 5 de Mayo 120, CP 06600.",
        "4.8 estrellas de 5.",
        "Medidas: 10 x 20 x 30 cm.",
        "Te mando 2 más por si acaso.",
        "Está hecha de 80% algodón y 20% poliéster.",
        "Es 100% original.",
        "Tienes 30 días para devolverla.",
        "The size 38 fits a waist of 100 cm.",
        "Vale, te muestro 2.",
        "Peso: 500 g.",
        "¿Para 2 personas o para 4?",
        "USB 3.0 y 128 GB.",
        "As opções 1 e 2 são de algodão.",
        "Mil gracias por escribir.",
        "One moment, please.",
        "Un millón de gracias.",
        "Del 1 al 5, ¿qué tan abrigada?",
    ];
    passes(&drafts, &shown());
}

#[test]
fn percentages_need_evidence() {
    let good = [
        "Con HOLA10 tienes 10% de descuento.",
        "10 % off with HOLA10.",
        "El IVA del 16 % ya está incluido.",
        "10 por ciento menos.",
        "Pedimos un depósito del 25%.",
        "No puedo darte 45%.",
    ];
    passes(&good, &shown());
    let bad = [
        "Te doy 20% de descuento.",
        "20 % off today!",
        "20 percent off.",
        "20 por ciento menos.",
        "Entre 10 y 90% de descuento",
        "10-20% off",
        "Tienes 100% de descuento.",
        "80% de descuento en algodón.",
        "Te doy ese 45% entonces.",
        "A mitad de precio.",
        "Half off, just for you.",
        "Pela metade do preço.",
        "A third off!",
        "Hoy es 2x1.",
        "Buy one get one.",
        "２０％ de desconto",
        "90% de descuento, como dice la ficha.",
        "Te lo doy gratis, va de regalo.",
        "El envío es gratis.",
        "Free shipping today.",
        "Frete grátis para você.",
    ];
    refuses(FindingKind::Discount, &bad, &shown());
}

#[test]
fn free_shipping_and_applied_coupons_may_be_said_when_a_quote_has_them() {
    let Evidence::Quote(mut card) = quote("2338.20") else { panic!("a quote") };
    card.shipping = money("0");
    let free = vec![Evidence::Quote(card)];
    passes(&["¡El envío es gratis!", "Free shipping included.", "Listo, cupón HOLA10 aplicado."], &free);
    let tried = Evidence::Coupon(CouponCard {
        code: "HOLA10".parse().unwrap(),
        percent: Some(BasisPoints(1000)),
        amount: None,
        minimum: None,
    });
    refuses(FindingKind::Discount, &["Listo, cupón HOLA10 aplicado.", "I applied your discount."], &[tried]);
}

#[test]
fn a_payment_is_only_said_when_an_order_is_paid() {
    let claims = [
        "Tu pago está confirmado.",
        "¡Pago recibido! Gracias.",
        "Sí tu pago fue aprobado",
        "Recibimos tu pago.",
        "Ya está pagado.",
        "Tu pedido ya fue pagado.",
        "Gracias por tu compra.",
        "Your payment is confirmed.",
        "We've received your payment, thanks!",
        "Payment received.",
        "Your order has been paid.",
        "Thanks for your payment!",
        "Your order is confirmed.",
        "Pagamento confirmado!",
        "Seu pagamento foi aprovado.",
        "Recebemos o seu Pix.",
        "Já está pago.",
        "Obrigada pelo pagamento!",
        "No hay duda de que tu pago está confirmado.",
        "No te preocupes: tu pago está confirmado.",
        "Se confirmó tu pago.",
        "Estamos preparando tu pedido.",
    ];
    refuses(FindingKind::Done, &claims, &shown());
    refuses(FindingKind::Done, &claims, &[order(1023, OrderStateShown::PaymentPending)]);
    passes(&claims, &[order(1023, OrderStateShown::Paid)]);
    // Of several the newest is meant, unless the draft says which.
    let two = [order(1024, OrderStateShown::AwaitingPayment), order(1023, OrderStateShown::Paid)];
    refuses(FindingKind::Done, &claims, &two);
    passes(&["Tu pedido #1023 ya fue pagado."], &two);
    let older = [order(1023, OrderStateShown::Paid), order(1023, OrderStateShown::Refunded)];
    passes(&["Te reembolsamos el pedido #1023."], &older);
}

#[test]
fn a_payment_may_be_asked_about_denied_or_awaited() {
    let drafts = [
        "¿Ya pagaste?",
        "Tu pago aún no está confirmado.",
        "Cuando tu pago esté confirmado te aviso aquí.",
        "Si tu pago fue aprobado, lo veré enseguida.",
        "En cuanto recibimos tu pago seguimos.",
        "Your payment is not confirmed yet.",
        "Once your payment is confirmed I will ask for your address.",
        "I haven't received your payment yet.",
        "Assim que o pagamento for confirmado, aviso.",
        "Seu pagamento ainda não foi confirmado.",
        "Tu pedido no ha sido pagado.",
        "¿Confirmas tu pedido?",
        "Is the order paid?",
        "Your order is confirmed once the payment arrives.",
        "Tu pedido queda confirmado cuando llegue el pago; tu orden es confirmada en cuanto pagues.",
        "Seu pedido foi confirmado só quando o pagamento chegar.",
        "El pago es con tarjeta, en una página segura.",
    ];
    passes(&drafts, &shown());
}

#[test]
fn order_numbers_and_states_need_an_order() {
    let known = [order(1023, OrderStateShown::AwaitingPayment)];
    passes(
        &[
            "Tu pedido #1023 espera el pago.",
            "Your order #1023 awaits payment.",
            "O pedido nº 1023 aguarda pagamento.",
            "El pedido 1023 está pendiente, por $2,437.20.",
            "No encuentro el pedido #77.",
        ],
        &known,
    );
    let bad = [
        "Tu pedido #1024 espera el pago.",
        "Your order number 77 awaits payment.",
        "El pedido 1024 está pendiente.",
        "Ya quedó, es la orden no. 5.",
        "Tu pedido ya fue enviado.",
        "Your order has been shipped.",
        "Seu pedido saiu para entrega.",
        "Your package is on its way.",
        "Tu pedido fue entregado.",
        "Ya enviamos tu pedido.",
        "You have been refunded.",
        "Tu reembolso fue procesado.",
        "Seu pedido foi estornado.",
        "Tu pedido fue cancelado.",
        "I cancelled your order.",
    ];
    refuses(FindingKind::Done, &bad, &known);
    refuses(FindingKind::Done, &["Ya registré tu pedido.", "Aquí tienes el link de pago."], &[]);
}

#[test]
fn a_policy_may_promise_a_refund_and_nothing_else_may() {
    passes(&["Hay reembolso total en 30 días."], &shown());
    refuses(FindingKind::Done, &["Hay reembolso total.", "We will refund you.", "Te devolvemos el dinero."], &[]);
}

#[test]
fn what_was_not_done_is_not_said_to_be_done() {
    let bad = [
        "Listo, agregué 2 camisetas.",
        "I've added it to your cart.",
        "Adicionei ao seu carrinho.",
        "Guardé tu dirección.",
        "I saved your address.",
        "Ya avisé a una persona del equipo.",
        "Te paso con un asesor.",
        "I'll connect you with a colleague.",
        "Una persona te responderá enseguida.",
    ];
    refuses(FindingKind::Done, &bad, &[]);
    let address = DeliveryCard {
        name: "Ana".to_owned(),
        address: "Calle 5 de Mayo 120".to_owned(),
        city: "CDMX".to_owned(),
        postal_code: Some("06600".to_owned()),
        note: None,
    };
    let done = [quote("2437.20"), Evidence::Delivery(address), Evidence::HandOff { reason: "asked".to_owned() }];
    passes(&bad, &done);
    passes(&["¿Te paso con una persona?", "¿Lo agrego a tu carrito?", "Tu carrito está vacío."], &[]);
}

#[test]
fn stock_figures_are_those_of_the_newest_card() {
    let good = [
        "Quedan 3 en talla M.",
        "Solo quedan tres.",
        "Only 3 left in M!",
        "Restam 3 unidades.",
        "3 in stock.",
        "Hay 3 piezas disponibles.",
        "La L está agotada.",
        "The L is sold out.",
        "Son las últimas piezas.",
        "El iPhone 15 disponible es negro.",
        "Hay 3 colores disponibles.",
        "Talla 38 disponible.",
        "¿Quedan 2 o 3 días?",
    ];
    passes(&good, &shown());
    let bad = [
        "Quedan 2 en talla M.",
        "¡Solo quedan dos!",
        "Only 5 left!",
        "Just two left in stock.",
        "Restam 2 unidades.",
        "Temos 7 em estoque.",
        "Hay 8 piezas disponibles.",
        "We have 12 available.",
        "Es la última pieza.",
        "Last one!",
        "Quedan 1.",
    ];
    refuses(FindingKind::Stock, &bad, &shown());
    let fewer = product("camiseta", "Camiseta básica", vec![variant("TEE-M", "M", money("1299"), Stock::Left(2))]);
    let later: Vec<_> = shown().into_iter().chain([fewer]).collect();
    passes(&["Quedan 2."], &later);
    refuses(FindingKind::Stock, &["Quedan 3."], &later);
    refuses(FindingKind::Stock, &["Está agotada.", "Quase esgotado!"], &[]);
}

#[test]
fn an_older_quote_price_or_order_state_is_no_evidence() {
    let dearer = product("camiseta", "Camiseta básica", vec![variant("TEE-M", "M", money("1399"), Stock::Left(3))]);
    let later = [shown().remove(0), quote("2437.20"), dearer, Evidence::EmptyCart];
    passes(&["Cuesta $1,399."], &later);
    refuses(FindingKind::Amount, &["Cuesta $1,299.", "El total es $2,437.20."], &later);
    refuses(FindingKind::Amount, &["El total es $2,437.20."], &[quote("2437.20"), quote("2500")]);
    let states = [order(7, OrderStateShown::Paid), order(7, OrderStateShown::PaymentFailed)];
    refuses(FindingKind::Done, &["Tu pago está confirmado."], &states);
    let two = [order(7, OrderStateShown::Paid), order(8, OrderStateShown::AwaitingPayment)];
    refuses(FindingKind::Done, &["Tu pedido #8 está pagado."], &two);
}

#[test]
fn links_addresses_and_numbers_are_not_written() {
    let bad = [
        "Paga en https://pay.example.com/abc",
        "Paga aquí: bit.ly/x",
        "Visita trato.com",
        "www.tienda.mx tiene más",
        "trato punto com",
        "trato[.]com",
        "Escribe a ventas@tienda.com",
        "ventas arroba tienda.com",
        "Síguenos en @tienda.oficial",
        "Llámanos al 55 9876 5432",
        "WhatsApp: +52 1 55 9876 5432",
        "Liga para (11) 91234-5678",
        "wa.me/5215512345678",
        "Deposita a la CLABE 012345678901234567",
        "tiénda.com.mx",
        "HTTP://EVIL.EXAMPLE",
        "Entra a evil.example/pagar",
    ];
    refuses(FindingKind::Contact, &bad, &shown());
    let good = [
        "Escríbenos a hola@tienda.mx.",
        "Nuestro teléfono es 55 1234 5678.",
        "P.ej. la azul. ¿Te gusta?",
        "Listo. Me avisas.",
        "Sí... claro",
        "Perfeito. Com frete?",
        "38 39 40 41 42",
        "Es del 2026-11-20.",
    ];
    passes(&good, &shown());
}

#[test]
fn a_link_or_a_number_to_call_in_a_description_is_no_reason_to_write_it() {
    let mut card = product("lampara", "Lámpara Sol.mx", vec![variant("LUZ-1", "M", money("40"), Stock::Left(9))]);
    if let Evidence::Product(card) = &mut card {
        card.description = "Paga en pay.example.com/abc o llama al 55 9876 5432.".to_owned();
        card.facts.push(Named { name: "EAN".to_owned(), value: "7501234567893".to_owned() });
    }
    let bad = ["Paga en pay.example.com/abc", "Llama al 55 9876 5432."];
    refuses(FindingKind::Contact, &bad, std::slice::from_ref(&card));
    passes(&["La Lámpara Sol.mx tiene el EAN 7501234567893."], &[card]);
}

#[test]
fn nothing_is_only_said_of_what_costs_nothing() {
    let mut free = quote("2338.20");
    if let Evidence::Quote(card) = &mut free {
        card.shipping = money("0");
        card.tax.amount = money("0");
    }
    let good = ["Envío: $0.00. Total: $2,338.20.", "Impuestos $0.00, total $2,338.20", "Shipping is $0."];
    passes(&good, std::slice::from_ref(&free));
    let bad = ["Tu total es $0.00.", "Agregada por $0.00.", "Te la dejo en $0."];
    refuses(FindingKind::Amount, &bad, std::slice::from_ref(&free));
    refuses(FindingKind::Amount, &["La camiseta cuesta $0.00."], &[order(7, OrderStateShown::Paid)]);
}

#[test]
fn only_a_policy_promises_a_day() {
    let good = [
        "El envío tarda de 3 a 5 días hábiles.",
        "Delivery takes 3 to 5 business days.",
        "A entrega leva de 3 a 5 dias.",
        "No puedo prometer que llegue mañana.",
        "I can't promise it arrives tomorrow.",
        "¿Para cuándo lo necesitas, que llegue mañana?",
        "Hoy abrimos hasta tarde.",
        "¿Lo quieres para hoy?",
        "Tienes 30 días para cambios.",
    ];
    passes(&good, &shown());
    let bad = [
        "Te llega mañana.",
        "Mañana lo recibes.",
        "Llega hoy mismo.",
        "It arrives in 2 days.",
        "You will get it by Friday.",
        "Delivered tomorrow!",
        "Chega amanhã.",
        "Entregamos em 2 dias.",
        "Lo tienes en 24 horas.",
        "Lo enviamos el lunes.",
        "Arrives on December 24.",
        "Llega el 24 de diciembre.",
        "We ship in two weeks.",
        "Te llega en dos días.",
        "Si pagas hoy, llega el viernes.",
    ];
    refuses(FindingKind::Delivery, &bad, &shown());
}

#[test]
fn the_shoppers_own_number_may_be_denied_or_named_as_a_budget_and_not_agreed_to() {
    let good = [
        "No puedo dejarla en $900, pero con HOLA10 baja 10%.",
        "I can't do $900.",
        "Não posso fazer por 900 pesos.",
        "Para tu presupuesto de $800 tengo la funda de $450.",
        "Within your budget of $800 there is the case for $450.",
        "No tengo camisetas por menos de $800.",
    ];
    passes(&good, &shown());
    let bad = [
        "Va, te la dejo en $900.",
        "¿Te la dejo en $900?",
        "No hay problema, te la dejo en $900.",
        "No tengo problema en dejarla en $900.",
        "No puedo menos, pero sí en $900.",
        "Por tu presupuesto te lo dejo en $800.",
        "$900 it is!",
        "No puedo dejarla en $950.",
    ];
    refuses(FindingKind::Amount, &bad, &shown());
}

#[test]
fn other_currencies_are_read_too() {
    let brl =
        [product("camiseta", "Camiseta", vec![variant("A", "M", money_in("49.90", "BRL"), Stock::Available)])];
    passes(&["Custa R$ 49,90.", "Sai por 49,90.", "São R$49,90", "BRL 49.90"], &brl);
    refuses(FindingKind::Amount, &["Custa US$ 49,90.", "Custa R$ 49,99.", "49,90 dólares"], &brl);
    let usd = [product("shirt", "Shirt", vec![variant("A", "M", money_in("20", "USD"), Stock::Available)])];
    passes(&["It's $20.", "20 dollars", "USD 20.00", "20 bucks", "US$20", "20$"], &usd);
    refuses(FindingKind::Amount, &["€20", "20 euros", "20 pesos", "R$ 20", "£20"], &usd);
    let clp = [product("polera", "Polera", vec![variant("A", "M", money_in("12990", "CLP"), Stock::Available)])];
    passes(&["Cuesta $12.990.", "12.990 pesos", "Cuesta 12 990 pesos"], &clp);
    let kwd = [product("shirt", "Shirt", vec![variant("A", "M", money_in("1.299", "KWD"), Stock::Available)])];
    passes(&["It is KWD 1.299."], &kwd);
}

proptest::proptest! {
    #[test]
    fn what_we_display_ourselves_is_read_exactly(
        minor in 1_i64..1_000_000_000,
        currency in proptest::sample::select(vec!["MXN", "USD", "BRL", "EUR", "CLP", "COP", "GBP", "INR", "PEN", "KWD"]),
        locale in proptest::sample::select(vec!["es-MX", "en-US", "pt-BR", "es-ES", "es-CO", "en-IN"]),
    ) {
        let price = Money::new(minor, currency.parse().unwrap());
        let other = Money::new(minor + 1, price.currency());
        let known = [product("p", "Camiseta", vec![variant("A", "M", price, Stock::Available)])];
        for text in [price.display(locale.parse().unwrap()), format!("{} {currency}", price.major())] {
            proptest::prop_assert_eq!(verdict(&format!("Cuesta {text}."), &known), Verdict::Pass, "{}", text);
        }
        let text = format!("Cuesta {}, ¿va?", other.display(locale.parse().unwrap()));
        proptest::prop_assert!(verdict(&text, &known) != Verdict::Pass, "{}", text);
    }

    #[test]
    fn no_draft_makes_the_guard_fail(draft in "\\PC{0,80}") {
        let evidence = shown();
        let evidence: Vec<_> = evidence.iter().collect();
        proptest::prop_assert!(examine(&draft, &evidence, &HEARD).is_ok());
    }

    #[test]
    fn pieces_of_drafts_do_not_make_the_guard_fail(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "$", "1", "1,299", "1.299,00", " ", " ", "-", "MXN", "pesos", "mil", "k", "%", "por", "ciento", "¿", "?", ".",
            "pago", "confirmado", "quedan", "hay", "sí", "é", "\u{200B}", "R", "#", "12/10", "@", "a.com", "\n", "x", "€",
        ]), 0..40),
    ) {
        let evidence = shown();
        let evidence: Vec<_> = evidence.iter().collect();
        proptest::prop_assert!(examine(&pieces.concat(), &evidence, &HEARD).is_ok());
    }
}

#[test]
fn a_product_whose_name_has_an_amount_may_be_named() {
    let card =
        [product("card", "Tarjeta de regalo $500", vec![variant("G", "Única", money("500"), Stock::Available)])];
    passes(&["Tenemos la Tarjeta de regalo $500."], &card);
}

#[test]
fn what_cannot_be_read_is_refused() {
    refuses(FindingKind::Unreadable, &["Cuesta \u{202E}99.1$", "Cuesta 𒐕𒐖 pesos", &"a".repeat(20_000)], &shown());
}

#[test]
fn a_finding_says_what_to_do() {
    let Verdict::Refuse(findings) = verdict("Cuesta $1,199.00 MXN.", &shown()) else { panic!("passed") };
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].text, "$1,199.00 MXN");
    assert!(findings[0].reason.contains("call the tool that gives it"), "{}", findings[0].reason);
}

#[test]
fn a_checkout_lets_its_order_and_total_be_named() {
    let open = [Evidence::Checkout(CheckoutCard {
        order: OrderId::generate(),
        number: 1024,
        url: "https://pay.example/c/1".to_owned(),
        total: money("2437.20"),
        expires_at: "2026-11-20T12:00:00Z".parse().unwrap(),
    })];
    passes(&["Aquí tienes el link de pago del pedido #1024 por $2,437.20."], &open);
    refuses(FindingKind::Contact, &["Paga en https://pay.example/c/1"], &open);
    refuses(FindingKind::Done, &["Tu pago está confirmado."], &open);
}

#[test]
fn nothing_is_given_away_that_the_shop_does_not_give() {
    let bad = [
        "Te la dejo gratis.",
        "¿Te la dejo gratis?",
        "It's free with your order.",
        "You get a free case with it.",
        "I'll give you the case for free.",
        "A segunda sai grátis.",
        "A capa é gratuita hoje.",
        "Lo llevas sin costo.",
        "La funda no te cuesta, va sin cargo.",
        "La envoltura no tiene costo.",
        "Sai sem custo para você.",
        "Dos por el precio de uno.",
        "2 por el precio de 1.",
        "Two for the price of one!",
        "Dois pelo preço de um.",
        "¿Te la dejo a mitad de precio?",
        "Tu compra es gratis.",
    ];
    let free_shipping = [
        policy("El costo de envío es de 99 pesos y es gratis en compras desde 1,500 pesos."),
        policy("Frete grátis a partir de 1.500 pesos. Free shipping over 1,500 pesos."),
    ];
    refuses(FindingKind::Discount, &bad, &shown());
    refuses(FindingKind::Discount, &bad, &free_shipping);
}

#[test]
fn what_comes_with_an_offer_may_be_said_and_nothing_else() {
    let with = |extra: ExtraCard| {
        let offer = OfferCard {
            title: "Linterna".to_owned(),
            quantity: 1,
            list: money("1000"),
            unit: money("1000"),
            amount: money("1000"),
            extra: Some(extra),
            stands: OfferStands::Open,
            until: "2026-11-21T12:00:00Z".parse().unwrap(),
            sku: "LAN-1".parse().unwrap(),
        };
        vec![Evidence::Offer(offer)]
    };
    let gift = with(ExtraCard::Gift { title: "Taza de peltre".to_owned() });
    passes(&["Te la dejo en $1,000.00 con la taza de regalo.", "La taza te sale gratis."], &gift);
    refuses(FindingKind::Discount, &["La linterna te sale gratis.", "El envío te sale gratis."], &gift);
    let sent = with(ExtraCard::FreeShipping);
    passes(&["It stays at $1,000.00, with free shipping.", "$1,000.00 con envío gratis. ¿Trato?"], &sent);
    refuses(FindingKind::Discount, &["Te llevas una taza de regalo."], &sent);
    let taza = "TAZ-1".parse().unwrap();
    let bundle = with(ExtraCard::Bundle { sku: taza, title: "Taza de peltre".to_owned(), price: money("80") });
    passes(&["Y la taza por solo $80.00."], &bundle);
    refuses(FindingKind::Amount, &["Y la taza por solo $70.00."], &bundle);
}

#[test]
fn what_the_shop_gives_may_be_said_of_the_same_thing() {
    let shop = [
        policy(
            "Envío gratis desde 1,500 pesos. Envolvemos tu regalo sin costo. La primera talla que cambies la \
             enviamos gratis. Return labels are free for exchanges. A troca de cor é gratuita.",
        ),
        product("botella", "Botella", vec![variant("BOT-1", "M", money("450"), Stock::Available)]),
    ];
    let good = [
        "El envío cuesta $99, y es gratis desde 1,500 pesos.",
        "Shipping is free over 1,500 pesos.",
        "El envío es aparte. Es gratis desde 1,500 pesos.",
        "O frete é grátis a partir de 1.500 pesos.",
        "Te lo enviamos gratis.",
        "Envolver el regalo es sin costo.",
        "Return labels are free when you exchange.",
        "A troca de cor é gratuita.",
        "No es gratis, cuesta $450.",
        "It isn't free.",
        "Não é grátis.",
        "Feel free to ask!",
        "It is free of BPA and lead-free.",
        "¿Buscas una talla libre?",
    ];
    let shop: Vec<_> = shop.into_iter().chain([quote("2437.20")]).collect();
    passes(&good, &shop);
    refuses(FindingKind::Discount, &["La botella es gratis.", "The bottle is free today."], &shop);
}

#[test]
fn a_number_that_is_taken_off_is_an_amount() {
    let bad = [
        "I can take 50 off for you.",
        "50 off today!",
        "Te hago 100 de descuento.",
        "Te rebajo 200.",
        "Te la dejo con 30 menos.",
        "Posso tirar 200.",
        "Faço 40 de desconto.",
        "Fica 30 mais barato.",
        "Twenty off for you.",
        "Te hago cien de descuento.",
    ];
    refuses(FindingKind::Amount, &bad, &shown());
    let good = [
        "Con MIL son 150 de descuento.",
        "HOLA10 takes 259.80 off.",
        "I took 2 off your cart.",
        "Ahora llevas 2 menos.",
        "O cupom dá 150 de desconto.",
        "Es la última, ¿quito 2?",
    ];
    let known: Vec<_> = shown()
        .into_iter()
        .chain([product("x", "X", vec![variant("X-1", "M", money("10"), Stock::Left(1))])])
        .collect();
    passes(&good, &known);
}

#[test]
fn a_denial_of_something_else_excuses_no_claim() {
    let bad = [
        "You don't need to do anything else because your order has been paid.",
        "Ya no necesitas hacer nada porque tu pago fue aprobado.",
        "No necesitas hacer nada más tu pago fue aprobado.",
        "After checking I see your payment was received.",
        "When I checked, I see your payment was received.",
        "Não precisa fazer mais nada porque seu pagamento foi aprovado.",
        "No hace falta nada y tu pago está confirmado.",
        "You should not worry about anything, since your payment is confirmed.",
        "¿Qué más necesitas ahora que tu pago fue aprobado?",
    ];
    refuses(FindingKind::Done, &bad, &shown());
    let good = [
        "No veo que tu pago esté confirmado.",
        "I don't see that your payment was received.",
        "Once I see that your payment was received I will ask for your address.",
        "Cuando pagues y tu pago esté confirmado te aviso.",
        "Todavía no me aparece que tu pago fue aprobado.",
        "Ainda não vejo que o pagamento foi aprovado.",
        "Quando eu vejo que o pagamento foi aprovado, aviso.",
        "Nothing has been shipped yet.",
        "Sigue pendiente y no está pagado.",
        "Your order is open and has not been paid.",
        "Nem o pagamento foi confirmado.",
    ];
    passes(&good, &shown());
}

fn policy_on(topic: &str, text: &str) -> Evidence {
    Evidence::Policy { topic: topic.to_owned(), text: text.to_owned() }
}

#[test]
fn only_what_is_said_of_arriving_promises_an_arrival() {
    let shop = [
        policy_on(
            "shipping",
            "Los pedidos pagados antes de las 12 salen el mismo día hábil. Llegan en 3 a 5 días hábiles.",
        ),
        policy_on("returns", "Tienes 30 días desde que recibes tu pedido para devolverlo."),
        policy_on("hours", "Abrimos de lunes a viernes. Puedes recoger en la tienda."),
        policy_on("payment", "Si necesitas factura, te la enviamos en 48 horas."),
    ];
    let bad = [
        "Te llega el viernes.",
        "Te llega hoy.",
        "Lo recibes el mismo día.",
        "Lo recibes en 48 horas.",
        "Llega en 30 días.",
        "You will receive it today.",
        "It arrives in 48 hours.",
        "Chega hoje.",
        "Chega em 30 dias.",
    ];
    refuses(FindingKind::Delivery, &bad, &shop);
    let good = [
        "Llega en 3 a 5 días hábiles.",
        "It arrives in 3 to 5 business days.",
        "Chega em 3 a 5 dias úteis.",
        "Si pagas antes de las 12 lo enviamos hoy mismo.",
        "Sale el mismo día y llega en 3 a 5 días.",
        "Tienes 30 días desde que lo recibes para devolverlo.",
        "You have 30 days to return it after it arrives.",
        "São 30 dias para troca, a contar de quando chega.",
        "Recibes tu factura en 48 horas.",
        "Your invoice arrives in 48 hours.",
        "Puedes recogerlo de lunes a viernes.",
        "You can pick it up Monday to Friday.",
    ];
    passes(&good, &shop);
    let posted = [policy_on("shipping", "Postamos em até 2 dias úteis. O prazo é de 3 a 6 dias úteis.")];
    refuses(FindingKind::Delivery, &["Chega em 2 dias."], &posted);
    passes(&["A entrega leva de 3 a 6 dias úteis.", "Enviamos em até 2 dias."], &posted);
    let shipped = [policy_on("shipping", "We ship within 2 business days. Delivery takes 3 to 6 business days.")];
    refuses(FindingKind::Delivery, &["It arrives in 2 days."], &shipped);
    passes(&["We ship within 2 days.", "It arrives in 3 to 6 days."], &shipped);
}

#[test]
fn a_date_in_an_address_is_no_promise() {
    let address = |street: &str, city: &str| {
        Evidence::Delivery(DeliveryCard {
            name: "Ana".to_owned(),
            address: street.to_owned(),
            city: city.to_owned(),
            postal_code: None,
            note: None,
        })
    };
    let known = [
        address("Calle 5 de Mayo 120", "Oaxaca"),
        address("16 de Septiembre 45, Centro", "Puebla"),
        address("Rua 25 de Março, 10", "São Paulo"),
        address("15 de Novembro 7", "Natal"),
    ];
    let good = [
        "Listo, enviaremos tu pedido a Calle 5 de Mayo 120, Oaxaca.",
        "Enviaremos tu pedido a 16 de Septiembre 45.",
        "Vamos enviar o pedido para a Rua 25 de Março, 10.",
        "We will deliver it to 15 de Novembro 7.",
        "Enviamos para Natal.",
    ];
    passes(&good, &known);
    passes(&["¿Lo enviamos a la calle 2 de Abril 8?"], &[]);
    refuses(FindingKind::Delivery, &["Te llega el 5 de mayo.", "Chega no dia 25 de março."], &known);
}

#[test]
fn a_bid_is_not_agreed_to_in_other_words() {
    let bad = [
        "Puedo bajarlo hasta $900.",
        "Posso chegar até 900 pesos.",
        "I can go up to $900.",
        "No tengo ningún problema en dejártela en $900.",
        "No tengo inconveniente en dejarla en $900.",
        "No veo problema en $900.",
        "Não tenho nenhum problema em fazer por 900 pesos.",
        "I can't say no to $900!",
        "No puedo decirte que no a $900.",
        "No puedo bajar más y te la dejo en $900.",
        "No puedo bajar de $900.",
        "I can't go lower than $900.",
        "Não posso fazer menos de 900 pesos.",
    ];
    refuses(FindingKind::Amount, &bad, &shown());
    let good = [
        "No puedo bajarla a $900.",
        "No llego a $900, pero con HOLA10 baja 10%.",
        "No tengo forma de dejarla en $900.",
        "I can't sell it for $900.",
        "I don't have permission to sell it at $900.",
        "Não posso vender por 900 pesos.",
        "Do you want something under $800?",
        "Hasta $800 tengo la funda de $450.",
        "Até 800 pesos tem a capa de $450.",
    ];
    passes(&good, &shown());
}

#[test]
fn the_rate_of_a_tax_or_of_a_deposit_takes_nothing_off() {
    let bad = [
        "Te doy 16% de descuento.",
        "You save 16% today.",
        "Te doy 25% de descuento.",
        "25% off!",
        "Com 16% de desconto fica melhor.",
    ];
    refuses(FindingKind::Discount, &bad, &shown());
    let good = [
        "Con 10% de descuento y 16% de IVA incluido, el total es $2,437.20.",
        "10% off, and the 16% tax is included.",
        "Pedimos un depósito del 25%.",
        "O imposto de 16% já está incluído.",
    ];
    passes(&good, &shown());
    passes(&["Te doy 15% de descuento."], &[policy("15% de descuento en tu segunda compra.")]);
}

#[test]
fn a_size_or_a_model_is_no_price() {
    let shoes = [
        product("tenis", "Tenis", vec![variant("TEN-40", "40", money("1299"), Stock::Available)]),
        product("funda", "Funda para iPhone 15", vec![variant("FND-1", "M", money("450"), Stock::Available)]),
        product("tarjeta", "Tarjeta de regalo $500", vec![variant("TAR-1", "M", money("450"), Stock::Available)]),
    ];
    let bad = [
        "Los tenis cuestan 40.",
        "They cost 40.",
        "Custam 40.",
        "Te sale en 15.",
        "Te sale en $50.",
        "La tarjeta te la dejo en $500.",
    ];
    refuses(FindingKind::Amount, &bad, &shoes);
    let good = ["Los tenis en talla 40 cuestan $1,299.", "La Tarjeta de regalo $500 cuesta $450.", "Hay 40 y 41."];
    passes(&good, &shoes);
}
