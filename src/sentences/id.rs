//! Everything that can be said, by name, with the names of what is filled in. One constant per message of the
//! Fluent files; a test compares them with every file.

use crate::sentences::Sentence;

macro_rules! sentences {
    ($($name:ident = $id:literal [$($argument:literal),*];)+) => {
        $(
            #[doc = concat!("`", $id, "` in the Fluent files.")]
            pub const $name: Sentence<{ <[&str]>::len(&[$($argument),*]) }> =
                Sentence { id: $id, arguments: [$($argument),*] };
        )+
        /// Every sentence: its id and its arguments.
        #[cfg(test)]
        pub(in crate::sentences) const ALL: &[(&str, &[&str])] = &[$(($id, &[$($argument),*])),+];
    };
}

// What the shop says by itself: introduction, receipts, payment notices, hand-overs.
sentences! {
    INTRODUCTION = "introduction" ["shop"];
    RECEIPT = "receipt" ["number", "lines", "total"];
    RECEIPT_ASKS_DELIVERY = "receipt-asks-delivery" ["number", "lines", "total"];
    VOUCHER_PENDING = "voucher-pending" ["number", "total"];
    PAYMENT_FAILED = "payment-failed" ["number"];
    PAY_PAGE_EXPIRED = "pay-page-expired" ["number"];
    REFUNDED = "refunded" ["number", "amount"];
    PERSON_CALLED = "person-called" [];
    CLOSED_NOW = "closed-now" [];
    CANNOT_SEE = "cannot-see" [];
    CANNOT_HEAR = "cannot-hear" [];
    CANNOT_OPEN = "cannot-open" [];
    STICKER = "sticker" [];

    // Labels: at most 20 characters, the least any channel allows on a button.
    LABEL_PAY = "label-pay" [];
    LABEL_LIST = "label-list" [];
    LABEL_OPTIONS = "label-options" [];
    LABEL_PERSON = "label-person" [];
    LABEL_KEEP_LOOKING = "label-keep-looking" [];
    LABEL_TOTAL = "label-total" [];
    LABEL_FROM = "label-from" [];
    CHARGE_SHIPPING = "charge-shipping" [];
    CHARGE_TAX = "charge-tax" [];
    CHARGE_DEPOSIT = "charge-deposit" [];

    // The pages a browser comes back to after paying.
    PAGE_PAID = "page-paid" [];
    PAGE_PAID_TEXT = "page-paid-text" [];
    PAGE_NOT_PAID = "page-not-paid" [];
    PAGE_NOT_PAID_TEXT = "page-not-paid-text" [];
    PAGE_BACK = "page-back" [];

    // Small talk of the guided seller.
    GREETING = "greeting" [];
    GREETING_AGAIN = "greeting-again" [];
    HOW_ARE_YOU = "how-are-you" [];
    AUTOMATIC = "automatic" ["shop"];
    ABILITIES = "abilities" [];
    LANGUAGES = "languages" [];
    WELCOME = "welcome" [];
    GOODBYE = "goodbye" [];
    ACKNOWLEDGED = "acknowledged" [];
    TAKE_YOUR_TIME = "take-your-time" [];
    ANYTHING_ELSE = "anything-else" [];
    CALM = "calm" [];
    NOT_YET = "not-yet" [];
    CANNOT_DO = "cannot-do" [];
    FOR_TEAM = "for-team" [];
    CARD_DECLINED = "card-declined" [];
    NOT_UNDERSTOOD = "not-understood" [];
    NOT_UNDERSTOOD_AGAIN = "not-understood-again" [];
    OFFER_PERSON = "offer-person" [];
    NEEDS_PERSON = "needs-person" [];
    POLICY_UNKNOWN = "policy-unknown" [];
    SAFE = "safe" [];
    SAFE_PRODUCTS = "safe-products" [];
    SAFE_CART = "safe-cart" [];

    // Looking for things.
    FOUND = "found" ["count"];
    FOUND_CLOSEST = "found-closest" [];
    FOUND_OTHER_PRICES = "found-other-prices" [];
    FOUND_CHEAPER = "found-cheaper" ["count"];
    PRODUCT_LINE = "product-line" ["place", "title", "price"];
    PRODUCT_LINE_FROM = "product-line-from" ["place", "title", "price"];
    PRODUCT_LINE_SOLD_OUT = "product-line-sold-out" ["place", "title"];
    ASK_WHICH = "ask-which" [];
    NOTHING_FOUND = "nothing-found" ["query"];
    NOTHING_MORE = "nothing-more" [];
    NOTHING_CHEAPER = "nothing-cheaper" [];
    DISCOUNT = "discount" [];
    OFFER_CHEAPER = "offer-cheaper" [];
    OFFER = "offer" ["title", "price"];
    LAST_OFFER = "last-offer" ["title", "price"];
    OFFER_WITH = "offer-with" ["title", "price", "extra"];
    LAST_OFFER_WITH = "last-offer-with" ["title", "price", "extra"];
    EXTRA_FREE_SHIPPING = "extra-free-shipping" [];
    EXTRA_GIFT = "extra-gift" ["title"];
    EXTRA_BUNDLE = "extra-bundle" ["title", "price"];
    OFFER_AGREED = "offer-agreed" ["price"];
    OFFER_AGREED_WITH = "offer-agreed-with" ["price", "extra"];
    OFFER_SET_ASIDE = "offer-set-aside" ["price"];
    ASK_COUPON = "ask-coupon" [];
    NOTHING_IN_VIEW = "nothing-in-view" [];

    // One thing.
    PRODUCT = "product" ["title", "price"];
    PRODUCT_FROM = "product-from" ["title", "price"];
    OPTION_LINE = "option-line" ["option", "values"];
    ASK_OPTION = "ask-option" ["option", "values"];
    ASK_VARIANT = "ask-variant" [];
    ASK_ADD = "ask-add" [];
    SOLD_OUT = "sold-out" ["title"];
    STATED = "stated" ["title", "name", "value"];
    DESCRIBED = "described" ["title", "text"];
    NOT_STATED = "not-stated" ["title"];
    PRICE_IS = "price-is" ["item", "price"];
    PRICE_FROM = "price-from" ["item", "price"];
    PRICE_BEFORE = "price-before" ["price"];
    IN_STOCK = "in-stock" ["item"];
    IN_STOCK_LEFT = "in-stock-left" ["item", "count"];
    OUT_OF_STOCK = "out-of-stock" ["item"];
    NO_SUCH_OPTION = "no-such-option" ["values"];
    NO_OPTIONS = "no-options" ["title"];
    NO_SUCH_CHOICE = "no-such-choice" ["title", "value"];
    ASK_ADD_ITEM = "ask-add-item" ["item"];
    PRICE_NEEDS_OPTION = "price-needs-option" [];
    PRICE_EACH = "price-each" ["item", "price", "count"];
    PRICE_EACH_IN_CART = "price-each-in-cart" ["item", "price", "count"];
    CANNOT_COMPARE = "cannot-compare" [];
    CHEAPEST_IS = "cheapest-is" ["title", "price"];
    COST_THE_SAME = "cost-the-same" ["price"];
    WITHOUT_THOSE = "without-those" [];
    OFFER_NEEDS_MORE = "offer-needs-more" [];

    // The cart.
    ADDED = "added" [];
    CHANGED = "changed" [];
    REMOVED = "removed" [];
    CART = "cart" [];
    NO_LONGER_SOLD = "no-longer-sold" ["titles"];
    CART_EMPTY = "cart-empty" [];
    CART_EMPTIED = "cart-emptied" [];
    QUOTE_LINE = "quote-line" ["count", "title", "amount"];
    QUOTE_DISCOUNT = "quote-discount" ["amount"];
    QUOTE_DISCOUNT_CODE = "quote-discount-code" ["code", "amount"];
    QUOTE_DISCOUNT_PERCENT = "quote-discount-percent" ["percent", "amount"];
    QUOTE_DISCOUNT_CODE_PERCENT = "quote-discount-code-percent" ["code", "percent", "amount"];
    QUOTE_SHIPPING = "quote-shipping" ["amount"];
    QUOTE_SHIPPING_FREE = "quote-shipping-free" [];
    QUOTE_TAX = "quote-tax" ["rate", "amount"];
    QUOTE_TAXES = "quote-taxes" ["amount"];
    QUOTE_TOTAL = "quote-total" ["total"];
    FREE_SHIPPING_IN = "free-shipping-in" ["amount"];
    ASK_PAY = "ask-pay" [];
    ASK_WHICH_LINE = "ask-which-line" [];
    ASK_HOW_MANY = "ask-how-many" [];
    COUPON_APPLIED = "coupon-applied" ["code"];
    COUPON_REMOVED = "coupon-removed" [];
    COUPON_UNKNOWN = "coupon-unknown" ["code"];
    COUPON_MINIMUM = "coupon-minimum" ["code"];
    COUPON_MINIMUM_OF = "coupon-minimum-of" ["code", "minimum"];
    COUPON_EXPIRED = "coupon-expired" ["code"];
    COUPON_USED_UP = "coupon-used-up" ["code"];
    COUPON_NOT_YET = "coupon-not-yet" ["code"];
    COUPON_ALREADY_USED = "coupon-already-used" ["code"];
    COUPON_NOT_FOR_THIS = "coupon-not-for-this" ["code"];
    COUPON_NEEDS_CART = "coupon-needs-cart" ["code"];
    COUPON_NONE = "coupon-none" [];
    REFUSED_OUT_OF_STOCK = "refused-out-of-stock" [];
    REFUSED_ONLY_LEFT = "refused-only-left" ["item", "count"];
    REFUSED_TOO_MANY = "refused-too-many" [];
    REFUSED_NO_SUCH = "refused-no-such" [];
    REFUSED = "refused" [];
    QUOTE_CHANGED = "quote-changed" [];
    CHECKOUT_READY = "checkout-ready" ["number", "total"];

    // Orders and delivery.
    ORDER_AWAITING = "order-awaiting" ["number", "total"];
    ORDER_PENDING = "order-pending" ["number"];
    ORDER_PAID = "order-paid" ["number"];
    ORDER_FAILED = "order-failed" ["number"];
    ORDER_EXPIRED = "order-expired" ["number"];
    ORDER_REPLACED = "order-replaced" ["number"];
    ORDER_PARTLY_REFUNDED = "order-partly-refunded" ["number", "amount"];
    ORDER_REFUNDED = "order-refunded" ["number", "amount"];
    ORDER_IN_REVIEW = "order-in-review" ["number"];
    ORDER_DELIVERY_KNOWN = "order-delivery-known" [];
    NO_ORDERS = "no-orders" [];
    NO_SUCH_ORDER = "no-such-order" [];
    OFFER_FRESH_LINK = "offer-fresh-link" [];
    ASK_DELIVERY = "ask-delivery" [];
    ASK_DELIVERY_MISSING = "ask-delivery-missing" ["parts"];
    DELIVERY_SAVED = "delivery-saved" ["details"];
    PART_NAME = "part-name" [];
    PART_ADDRESS = "part-address" [];
    PART_CITY = "part-city" [];
    AND = "and" ["left", "right"];
}
