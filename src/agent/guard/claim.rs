//! Claims that something was done or is given: each pattern names the evidence it needs.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use crate::agent::evidence::OrderStateShown;
use crate::agent::guard::finding::{Finding, FindingKind};
use crate::agent::guard::known;
use crate::agent::guard::known::{Known, State};
use crate::agent::guard::pattern;
use crate::agent::guard::pattern::{Broken, Pattern};
use crate::agent::guard::reading::{Part, Reading};
use crate::agent::guard::token::Decimal;

/// What a claim needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Paid,
    Refunded,
    RefundRule,
    NoTool,
    CameToNothing,
    Order,
    PayPage,
    Cart,
    Discount,
    HalfOff,
    OwnWords,
    FreeShipping,
    Saved,
    Person,
}

impl Needs {
    fn kind(self) -> FindingKind {
        match self {
            Self::Discount | Self::HalfOff | Self::OwnWords | Self::FreeShipping => FindingKind::Discount,
            _ => FindingKind::Done,
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Paid => {
                "no tool result shows a paid order. Check with order_status, or do not say that it is paid."
            }
            Self::Refunded => "no tool result shows that money was given back.",
            Self::RefundRule => "no policy of the shop promises that. Say what the policy says, or hand over.",
            Self::NoTool => "no tool tells where a parcel is. Hand over to a person if the shopper asks.",
            Self::CameToNothing => "no tool result shows that an order was cancelled or closed.",
            Self::Order => "no tool result shows such an order.",
            Self::PayPage => "no pay page is open. Call create_checkout_session first, after the shopper agreed.",
            Self::Cart => "no tool result shows that in the cart. Call change_cart first.",
            Self::Discount => "no tool result shows a discount. Call apply_discount first.",
            Self::HalfOff | Self::OwnWords => {
                "no tool result gives that. Promise nothing that a tool did not give."
            }
            Self::FreeShipping => "no quote and no policy gives free shipping.",
            Self::Saved => "nothing was saved. Call save_delivery_details first.",
            Self::Person => "nobody was called. Call hand_off_to_person first.",
        }
    }

    /// Whether its clause claims nothing. A question is no excuse for an offer: `¿Te la dejo a mitad de precio?`
    fn is_excused(self, clause: Part<'_>) -> Result<bool, Broken> {
        match self {
            Self::HalfOff => pattern::is_denied_or_supposed(clause),
            _ => pattern::is_not_claimed(clause),
        }
    }

    fn are_met(self, known: &Known<'_>, order: Option<i64>, text: &str) -> bool {
        match self {
            Self::Paid => known.order_is(order, known::was_paid),
            Self::Refunded => known.order_is(order, known::was_refunded),
            Self::RefundRule => {
                known.order_is(order, known::was_refunded)
                    || known.policy_has(&["refund", "money back", "reembols", "devol", "estorn", "reintegr"])
            }
            Self::NoTool => false,
            Self::CameToNothing => known.order_is(order, known::came_to_nothing),
            Self::Order => !known.orders.is_empty() || !known.checkouts.is_empty(),
            Self::PayPage => {
                !known.checkouts.is_empty()
                    || known.order_is(order, |state| state == OrderStateShown::AwaitingPayment)
            }
            Self::Cart => known.stands(State::InCart),
            Self::Discount => known.stands(State::Discounted),
            Self::HalfOff => known.has_percentage(Decimal::whole(50)),
            Self::OwnWords => known.gives_something() || known.has_words(text),
            Self::FreeShipping => known.ships_free(),
            Self::Saved => known.stands(State::Saved),
            Self::Person => known.stands(State::PersonCalled),
        }
    }
}

const ORDER: &str = "(?:order|purchase|package|parcel|pedido|orden|compra|paquete|encomenda|pacote)";
const BETWEEN: &str = "(?: (?:number|numero|no\\.|#? ?[0-9]+|has|is|was|been|now|already|successfully|just|also|all|fully\
     |ya|fue|ha|sido|esta|quedo|se|nos|te|le|tambien|correctamente|foi|ja|ficou|tambem|went|of|de|tu|su|el|la|your|the)){0,6}";
const PAYMENT: &str =
    "(?:payment|transfer|deposit|money|pago|transferencia|deposito|dinero|pagamento|pix|boleto|dinheiro)";

/// The patterns and what each needs.
fn table() -> Vec<(String, Needs)> {
    let mut table = paid();
    table.extend(after_payment());
    table.extend(given());
    table.extend(done());
    table
}

fn paid() -> Vec<(String, Needs)> {
    let cleared = "(?:confirmed|received|approved|complete|completed|successful|through|processed|accepted|cleared\
        |recibid[oa]|recibio|confirmad[oa]|confirmo|aprobad[oa]|aprobo|acreditad[oa]|acredito|procesad[oa]|proceso\
        |exitos[oa]|completad[oa]|realizad[oa]|efectuad[oa]|recebid[oa]|aprovad[oa]|compensad[oa]|processad[oa]\
        |concluid[oa]|efetuad[oa]|caiu|cayo|entro|llego)";
    let got = "(?:recibimos|recibi|confirmamos|confirme|hemos (?:recibido|confirmado)|he (?:recibido|confirmado)\
        |se (?:recibio|confirmo|acredito|aprobo|proceso)|nos (?:llego|cayo|entro)|ya (?:llego|cayo|entro)|recebemos\
        |recebi|received|got|confirmed|processed)";
    [
        format!(r"\b{PAYMENT}{BETWEEN} {cleared}\b"),
        format!(r"\b{got}(?: (?:ya|bien|correctamente|o|el|la|tu|su|seu|your|the|a)){{0,3}} {PAYMENT}\b"),
        format!(r"\b{ORDER}{BETWEEN} (?:paid|pagad[oa]|pag[oa]|confirmed|confirmad[oa]|completed?|completad[oa]|aprobad[oa]|aprovad[oa]|approved)\b"),
        r"\b(?:esta|quedo|fue|ha sido|ya esta|ya quedo) (?:ya |todo )?pagad[oa]s?\b".to_owned(),
        r"\b(?:foi|ja foi|esta|ja esta|ficou) pag[oa]\b".to_owned(),
        r"(?:\bis|\bwas|\bbeen|'s) (?:now |already |fully |all )?paid\b|\bpaid in full\b".to_owned(),
        r"\byou(?:'ve| have)? (?:already |just )?paid\b|\bya pagaste\b|\bvoce ja pagou\b".to_owned(),
        r"\bthank(?:s| you)(?: so much| very much)? for (?:your|the) (?:payment|purchase|order)\b".to_owned(),
        r"\b(?:gracias|obrigad[oa]) (?:por|pelo|pela) (?:tu |su |el |la |o |a |seu |sua )?(?:pago|pagamento|compra)\b".to_owned(),
        r"\b(?:card|tarjeta|cartao)(?: \w+){0,2} (?:was|been|fue|foi|sido) (?:charged|cobrad[oa]|debitad[oa])\b".to_owned(),
        r"\b(?:preparing|preparando|packing|empacando|alistando)(?: \w+)? (?:your|tu|su|el|seu|o) (?:order|pedido|paquete)\b".to_owned(),
    ]
    .into_iter()
    .map(|pattern| (pattern, Needs::Paid))
    .collect()
}

fn after_payment() -> Vec<(String, Needs)> {
    let refund = "(?:refund|reembolso|estorno|reintegro|devolucion|devolucao)";
    vec![
        (r"\b(?:refunded|reembolsad[oa]s?|reembolsamos|reembolse|estornad[oa]|estornamos|reintegrad[oa]|reintegramos)\b".to_owned(), Needs::Refunded),
        (format!(r"\b{refund}{BETWEEN} (?:issued|processed|approved|completed|done|sent|on its way|hech[oa]|procesad[oa]|emitid[oa]|aprobad[oa]|realizad[oa]|aprovad[oa]|processad[oa]|feit[oa]|enviad[oa]|en camino|a caminho)\b"), Needs::Refunded),
        (r"\bwill (?:be )?refund|'ll (?:be )?refund|\b(?:full|complete) refund\b|\bmoney[- ]back\b|\breembolso (?:total|completo|integral)\b".to_owned(), Needs::RefundRule),
        (r"\b(?:te|lhe|le) (?:reembolsa|devolve)\w*|\bdevolvemos (?:el|tu|su|seu|o) (?:dinero|dinheiro)\b|\bvamos (?:a )?(?:reembolsar|devolver|estornar)\b".to_owned(), Needs::RefundRule),
        (format!(r"\b{ORDER}{BETWEEN} (?:shipped|dispatched|delivered|on (?:its|the) way|out for delivery|enviad[oa]|despachad[oa]|entregad[oa]|entregue|en camino|a caminho|en ruta|postad[oa]|en reparto|salio|saiu)\b"), Needs::NoTool),
        (r"\b(?:has|have|was|been|already|just)(?: been)? (?:shipped|dispatched|delivered)\b|\bon its way\b|\bout for delivery\b".to_owned(), Needs::NoTool),
        (r"\b(?:ya|ha sido|fue|foi|hemos|ja|ya lo|ya la) (?:enviad[oa]|despachad[oa]|entregad[oa]|enviamos|despachamos|entregamos|entregue)\b".to_owned(), Needs::NoTool),
        (format!(r"\b(?:enviamos|despachamos|mandamos|shipped|sent) (?:ya )?(?:tu|su|el|your|the|o|seu) {ORDER}\b"), Needs::NoTool),
        (r"\bsaiu para entrega\b|\b(?:va|esta|ya va) en camino\b|\ba caminho\b|\btracking number (?:is|:)|\b(?:guia|rastreo|rastreio|seguimiento) (?:es|e)\b".to_owned(), Needs::NoTool),
        (format!(r"\b{ORDER}{BETWEEN} cancel(?:l?ed|ad[oa])\b|\b(?:cancele|cancelamos|cancelei|cancell?ed) (?:tu|su|el|your|the|o|seu) {ORDER}\b"), Needs::CameToNothing),
        (format!(r"\b{ORDER}{BETWEEN} (?:placed|created|registered|registrad[oa]|cread[oa]|generad[oa]|criad[oa]|gerad[oa])\b"), Needs::Order),
        (format!(r"\b(?:cree|registre|genere|criei|gerei|created|placed|registered) (?:tu|su|el|your|the|an|o|seu|un) {ORDER}\b"), Needs::Order),
    ]
}

fn given() -> Vec<(String, Needs)> {
    let coupon = "(?:cupon|coupon|codigo|code|descuento|discount|desconto|cupom|promo\\w*|rebaja)";
    vec![
        (r"\bhalf (?:off|price|the price)\b|\b(?:a|la) mitad (?:de|del) precio\b|\bmitad de precio\b|\b(?:pela )?metade do preco\b|\bpela metade\b|\bmeio preco\b".to_owned(), Needs::HalfOff),
        (r"\b(?:third|quarter|tercio|cuarto|terco|quarto|tercera parte|cuarta parte) (?:off|de descuento|menos|de desconto|del precio|do preco)\b".to_owned(), Needs::OwnWords),
        (r"\b(?:2 ?x ?1|3 ?x ?2|4 ?x ?3|bogo|buy one,? get one|two for one|dos por uno|dois por um|(?:leve|lleva|llevas|compra|compre) [0-9] (?:y |e )?(?:pague|paga|pagas|leve|lleva))\b|\b(?:por (?:el precio|o preco)|pelo preco|for the price) (?:de|of) (?:(?:un[oa]?|uma?|one|dos|two|dois|duas)\b|[0-9](?:[ !?;)\n]|[.,](?:[ \n]|$)|$))".to_owned(), Needs::OwnWords),
        (r"\b(?:free (?:shipping|delivery)|(?:shipping|delivery) is (?:free|on us|included)|ships? free|no shipping (?:cost|fee|charge))\b".to_owned(), Needs::FreeShipping),
        (r"\b(?:envio|entrega|frete)(?: (?:es|sale|te|va|totalmente|e|sai|a|todo|el|pais|completamente)){0,4} (?:gratis|gratuit[oa]|sin costo|sem custo|gratis)\b".to_owned(), Needs::FreeShipping),
        (r"\b(?:for free|free of charge|free gift|on the house|complimentary|de regalo|te regalo|te lo regalo|de graca|de cortesia|de brinde|brinde)\b".to_owned(), Needs::OwnWords),
        (format!(r"\b{coupon}(?: [!-~]+){{0,4}} (?:aplicad[oa]s?|applied|activad[oa]|activated|activo|ativad[oa])\b"), Needs::Discount),
        (format!(r"\b(?:applied|aplique|aplicamos|apliquei|aplicado|te hice|te di|te fiz)(?: [!-~]+){{0,3}} {coupon}\b"), Needs::Discount),
    ]
}

fn done() -> Vec<(String, Needs)> {
    let cart = "(?:carrito|cart|carrinho|bag|basket|bolsa|sacola)";
    let someone = "(?:persona|colega|companer[oa]|equipo|asesora?|alguien|person|colleague|team|human|someone|manager|pessoa|atendente|equipe|gerente|agente|agent)";
    vec![
        (r"\b(?:agregue|anadi|adicionei|acrescentei)\b|\bi(?:'ve| have)? (?:just )?added\b".to_owned(), Needs::Cart),
        (format!(r"\b(?:agregad[oa]s?|anadid[oa]s?|adicionad[oa]s?|added)(?: [!-~]+){{0,4}} (?:al|a|to|ao|en|in|no) (?:(?:tu|su|el|your|the|seu|o) )?{cart}\b"), Needs::Cart),
        (format!(r"\b(?:esta|estan|is|are|ya|tienes|estao) (?:en|in|no|na) (?:tu|su|el|your|the|seu|sua|o) {cart}\b"), Needs::Cart),
        (r"\b(?:guarde|guardamos|registre|registramos|anote|salvei|anotei|registrei|saved|noted|recorded)(?: [!-~]+){0,3} (?:direccion|datos|address|details|endereco|dados)\b".to_owned(), Needs::Saved),
        (r"\b(?:direccion|datos|address|details|endereco|dados)(?: [!-~]+){0,3} (?:guardad[oa]s?|registrad[oa]s?|saved|salv[oa]s?|anotad[oa]s?)\b".to_owned(), Needs::Saved),
        (format!(r"\b(?:avise|avisamos|notifique|llame|avisei|chamei|notified|called|alerted|handed|forwarded|transferred)(?: [!-~]+){{0,4}} {someone}\b"), Needs::Person),
        (format!(r"\b(?:te|lhe|le) (?:paso|comunico|transfiero|conecto|passo|transfiro) (?:con|a|para|com) (?:una? |um |uma |el |la |mi |nuestr[oa] )?{someone}\b|\b(?:connecting|transferring) you\b|\b(?:i'll|i will|let me) (?:connect|transfer) you\b"), Needs::Person),
        (format!(r"\b{someone}(?: [!-~]+){{0,5}} (?:te|le|lo|la|lhe|vai) (?:atendera|respondera|contactara|escribira|ayudara|contestara|atender|responder)\b|\b{someone}(?: [!-~]+){{0,5}} (?:will|'ll) (?:contact|reply|answer|get back|be with|write|help|reach)"), Needs::Person),
        (r"\b(?:here's|here is|aqui (?:tienes|esta|va|te dejo)|segue|te (?:envie|mande|deje)|sent)(?: [!-~]+){0,3} (?:payment link|link|enlace|liga|link de pago|checkout)\b".to_owned(), Needs::PayPage),
    ]
}

struct Table {
    any: RegexSet,
    each: Vec<(Regex, Needs)>,
}

static TABLE: LazyLock<Result<Table, regex::Error>> = LazyLock::new(|| {
    let table: Vec<(String, Needs)> =
        table().into_iter().map(|(pattern, needs)| (format!("(?-u){pattern}"), needs)).collect();
    let any = RegexSet::new(table.iter().map(|(pattern, _)| pattern))?;
    let each = table.iter().map(|(pattern, needs)| Ok((Regex::new(pattern)?, *needs)));
    Ok(Table { any, each: each.collect::<Result<_, regex::Error>>()? })
});

static ORDER_NUMBER: Pattern = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)(?: \b(?:order|pedido|orden|encomenda|compra|purchase)\ ?
            (?: (?:(?:number|numero|num\.?|nro\.?|no\.?|n\.?o?)\ ?)?\#\ ?([0-9]{1,12})
              | (?:number|numero|num\.?|nro\.?|no\.?|n\.?o)\ ?:?\ ?([0-9]{1,12})
              | :?\ ?([0-9]{3,12})\b (?:\ ?(?:[;:!?)\n]|[.,](?:[\ \n]|$)|$|\ (?:is|was|has|esta|fue|ya|quedo|foi|ja|e|es)\b)) )
          | \#\ ?([0-9]{2,12}) )",
    )
});

/// Adds a finding for each claim that lacks its evidence.
pub(in crate::agent::guard) fn examine(
    reading: &Reading,
    known: &Known<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(), Broken> {
    let named = order_numbers(reading, known, findings)?;
    let table = LazyLock::force(&TABLE).as_ref().map_err(|error| Broken::from(error.clone()))?;
    for matched in table.any.matches(&reading.low) {
        let Some((pattern, needs)) = table.each.get(matched) else { continue };
        for found in pattern.find_iter(&reading.low) {
            let clause = reading.clause(found.start());
            if !needs.are_met(known, named, found.as_str())
                && !needs.is_excused(clause)?
                && !known.has_sentence(reading.sentence(found.start()).text)
                && !pattern::is_condition(&reading.low[found.end()..])?
            {
                let text = reading.text[found.range()].to_owned();
                let reason = format!("\"{text}\" may not be said: {}", needs.advice());
                findings.push(Finding { kind: needs.kind(), text, reason });
            }
        }
    }
    Ok(())
}

/// Checks the order numbers a draft names; the number, when it names exactly one.
fn order_numbers(reading: &Reading, known: &Known<'_>, findings: &mut Vec<Finding>) -> Result<Option<i64>, Broken> {
    let mut named = Vec::new();
    for captures in pattern::compiled(&ORDER_NUMBER)?.captures_iter(&reading.low) {
        let Some(digits) = captures.iter().skip(1).flatten().next() else { continue };
        let number = digits.as_str().parse().unwrap_or(-1);
        named.push(number);
        // A denied or unknown number may be repeated: `No encuentro el pedido #77`.
        let denied = pattern::is_denied(reading.clause(digits.start()))?;
        if !known.knows_order(number) && !known.has_number_in_words(digits.as_str()) && !denied {
            let text = format!("#{}", digits.as_str());
            let reason =
                format!("No tool result shows an order {text}. Use order_status, or name no order number.");
            findings.push(Finding { kind: FindingKind::Done, text, reason });
        }
    }
    named.dedup();
    Ok(if let [one] = named.as_slice() { Some(*one) } else { None })
}
