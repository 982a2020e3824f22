//! After buying: notices of payments, orders, and where to send them.

use serde_json::json;

use crate::agent::evidence::{Evidence, OrderCard, OrderStateShown};
use crate::llm::guided::Step;
use crate::llm::guided::address::Details;
use crate::llm::guided::compose::joined;
use crate::llm::guided::plan::Desk;
use crate::llm::guided::view::refusal;
use crate::sentences::id;

/// More orders than this in one message are a list nobody reads.
const ORDERS_SHOWN_MAX: usize = 3;

impl Desk<'_> {
    /// What a notice means and what happens next; `None` without notices.
    pub fn notices(&self) -> Option<String> {
        let facts = self.now.notices.iter().copied().flatten();
        let mut order = facts.filter_map(|fact| match fact {
            Evidence::Order(card) => Some(card),
            _ => None,
        });
        let newest = order.next_back().filter(|order| order.state != OrderStateShown::Replaced);
        newest.map(|order| self.notice(order))
    }

    fn notice(&self, order: &OrderCard) -> String {
        let number = || ("number", order.number.to_string().into());
        match order.state {
            // The receipt has been sent by rule, with thanks; what is left is what happens next.
            OrderStateShown::Paid if order.delivery_known => self.say(id::ORDER_DELIVERY_KNOWN, []),
            OrderStateShown::Paid => self.say(id::ASK_DELIVERY, []),
            OrderStateShown::PaymentPending => {
                let total = ("total", order.total.display(self.shop.locale).into());
                self.say(id::VOUCHER_PENDING, [number(), total])
            }
            OrderStateShown::PaymentFailed => self.say(id::PAYMENT_FAILED, [number()]),
            OrderStateShown::Expired => self.say(id::PAY_PAGE_EXPIRED, [number()]),
            OrderStateShown::Refunded | OrderStateShown::PartlyRefunded => {
                let amount = ("amount", order.refunded.display(self.shop.locale).into());
                self.say(id::REFUNDED, [number(), amount])
            }
            OrderStateShown::AwaitingPayment | OrderStateShown::Replaced | OrderStateShown::InReview => {
                self.order_state(order)
            }
        }
    }

    /// A card was turned down: what the shop knows of the payment, and how to go on. That nothing was charged is only
    /// said where the order says so.
    pub fn card_declined(&self) -> Step {
        let Some(result) = self.now.latest("order_status") else {
            return Step::ask("order_status", json!({ "number": null }));
        };
        let newest = result.evidence.iter().find_map(|fact| match fact {
            Evidence::Order(card) => Some(card),
            _ => None,
        });
        let hint = self.say(id::CARD_DECLINED, []);
        Step::Say(match newest.map(|order| (order, order.state)) {
            Some((order, OrderStateShown::PaymentFailed | OrderStateShown::Expired)) => self.notice(order),
            Some((order, OrderStateShown::AwaitingPayment)) => {
                joined(&[self.order_state(order), hint, self.say(id::OFFER_FRESH_LINK, [])])
            }
            Some((order, _)) => joined(&[self.order_state(order), self.say(id::OFFER_PERSON, [])]),
            None if self.view.quote.is_some() => joined(&[hint, self.say(id::ASK_PAY, [])]),
            None => joined(&[hint, self.say(id::OFFER_PERSON, [])]),
        })
    }

    /// Tells the state of one order, or of the newest ones.
    pub fn order_status(&self, number: Option<i64>) -> Step {
        let Some(result) = self.now.latest("order_status") else {
            return Step::ask("order_status", json!({ "number": number }));
        };
        if refusal(result).is_some() {
            return Step::Say(self.say(id::NO_SUCH_ORDER, []));
        }
        let orders: Vec<_> = result
            .evidence
            .iter()
            .filter_map(|fact| match fact {
                Evidence::Order(card) => Some(card),
                _ => None,
            })
            .take(ORDERS_SHOWN_MAX)
            .collect();
        if orders.is_empty() {
            return Step::Say(joined(&[self.say(id::NO_ORDERS, []), self.say(id::OFFER_PERSON, [])]));
        }
        let mut lines: Vec<_> = orders.iter().map(|order| self.order_with_lines(order)).collect();
        lines.push(self.what_next(orders[0]));
        Step::Say(joined(&lines))
    }

    fn order_with_lines(&self, order: &OrderCard) -> String {
        let bought = order.lines.iter().map(|line| format!("• {line}"));
        joined(&[self.order_state(order)].into_iter().chain(bought).collect::<Vec<_>>())
    }

    fn order_state(&self, order: &OrderCard) -> String {
        let number = ("number", order.number.to_string().into());
        let refunded = || ("amount", order.refunded.display(self.shop.locale).into());
        match order.state {
            OrderStateShown::AwaitingPayment => {
                let total = ("total", order.total.display(self.shop.locale).into());
                self.say(id::ORDER_AWAITING, [number, total])
            }
            OrderStateShown::PaymentPending => self.say(id::ORDER_PENDING, [number]),
            OrderStateShown::Paid => self.say(id::ORDER_PAID, [number]),
            OrderStateShown::PaymentFailed => self.say(id::ORDER_FAILED, [number]),
            OrderStateShown::Expired => self.say(id::ORDER_EXPIRED, [number]),
            OrderStateShown::Replaced => self.say(id::ORDER_REPLACED, [number]),
            OrderStateShown::PartlyRefunded => self.say(id::ORDER_PARTLY_REFUNDED, [number, refunded()]),
            OrderStateShown::Refunded => self.say(id::ORDER_REFUNDED, [number, refunded()]),
            OrderStateShown::InReview => self.say(id::ORDER_IN_REVIEW, [number]),
        }
    }

    fn what_next(&self, order: &OrderCard) -> String {
        match order.state {
            OrderStateShown::Paid if !order.delivery_known => self.say(id::ASK_DELIVERY, []),
            // Where the parcel is, only the team knows.
            OrderStateShown::Paid => {
                joined(&[self.say(id::ORDER_DELIVERY_KNOWN, []), self.say(id::OFFER_PERSON, [])])
            }
            OrderStateShown::PaymentFailed | OrderStateShown::Expired => self.say(id::OFFER_FRESH_LINK, []),
            _ => String::new(),
        }
    }

    /// Saves delivery details once nothing is missing; else asks for what is.
    pub fn deliver(&self, details: &Details) -> Step {
        if let Some(result) = self.now.latest("save_delivery_details") {
            return Step::Say(match refusal(result) {
                None => self.say(id::DELIVERY_SAVED, [("details", summary(details).into())]),
                Some(_) => joined(&[self.say(id::REFUSED, []), self.say(id::OFFER_PERSON, [])]),
            });
        }
        if details.is_complete() {
            return Step::ask(
                "save_delivery_details",
                json!({
                    "name": details.name, "address": details.address, "city": details.city,
                    "postal_code": details.postal_code, "note": details.note,
                }),
            );
        }
        if details.is_empty() {
            return Step::Say(self.say(id::ASK_DELIVERY, []));
        }
        let missing = [
            (details.name.is_none(), id::PART_NAME),
            (details.address.is_none(), id::PART_ADDRESS),
            (details.city.is_none(), id::PART_CITY),
        ];
        let parts = missing.into_iter().filter(|(missing, _)| *missing).map(|(_, part)| self.say(part, []));
        let parts = parts.reduce(|left, right| self.say(id::AND, [("left", left.into()), ("right", right.into())]));
        Step::Say(self.say(id::ASK_DELIVERY_MISSING, [("parts", parts.unwrap_or_default().into())]))
    }
}

fn summary(details: &Details) -> String {
    let parts = [&details.name, &details.address, &details.city, &details.postal_code, &details.note];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}
