//! What can be priced and is known in no chat yet: what things weigh, where an order goes before it is paid, who a
//! shopper is. A rule that depends on it would be priced as if it were never so, without a word; so no shop is set up
//! with one.

use crate::pricing::rules::RulesFile;
use crate::pricing::scope::Condition;

/// What rules depend on without anybody knowing it, each in a sentence that says what to write.
pub(in crate::pricing) fn unknown_in_chats(file: &RulesFile) -> Vec<String> {
    let mut told = Vec::new();
    if file.shipping.iter().any(|zone| !zone.by_weight.is_empty()) {
        told.push(
            "`shipping` has by_weight, but nobody says yet what things weigh; write flat, by_amount or by_quantity"
                .to_owned(),
        );
    }
    if file.shipping.iter().any(|zone| !zone.places.is_empty()) {
        told.push(
            "`shipping` has places, but where an order goes is not known yet when it is priced; write one zone without \
             places"
                .to_owned(),
        );
    }
    if file.tax.iter().flat_map(|tax| &tax.rules).any(|rule| !rule.destinations.is_empty()) {
        told.push(
            "`tax.rules` has destinations, but where an order goes is not known yet when it is priced; leave them out"
                .to_owned(),
        );
    }
    let promotions = file.promotions.iter().map(|one| (one.id.as_str(), one.when.as_ref()));
    let lists = file.price_lists.iter().map(|one| (one.id.as_str(), one.when.as_ref()));
    for (id, condition) in promotions.chain(lists) {
        let mut names = Vec::new();
        if let Some(condition) = condition {
            condition.each_single(&mut |single| names.extend(unknown(single)));
        }
        names.dedup();
        let sentence =
            |name| format!("`{id}` depends on {name}, which no chat asks for yet; take that condition out");
        told.extend(names.into_iter().map(sentence));
    }
    told
}

/// What a condition depends on, if no chat knows it.
const fn unknown(condition: &Condition) -> Option<&'static str> {
    match condition {
        Condition::Markets(_) => Some("markets"),
        Condition::Groups(_) => Some("groups"),
        Condition::Birthday { .. } => Some("birthday"),
        Condition::Destinations(_) => Some("destinations"),
        Condition::All(_)
        | Condition::Any(_)
        | Condition::Not(_)
        | Condition::Minimum(_)
        | Condition::MinimumOf { .. }
        | Condition::Quantity { .. }
        | Condition::Contains(_)
        | Condition::Channels(_)
        | Condition::FirstOrder => None,
    }
}
