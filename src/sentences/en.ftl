### Sentences to shoppers in English. Warm, brief, plain: as a good shop assistant writes in a chat.
### Attributes (.b, .c) are other wordings of the same sentence, with the same arguments.

introduction = Hi! I'm the assistant of { $shop }. Ask me about anything in the shop, and write "person" if you'd rather talk to someone on the team.
receipt =
    Payment received, thank you! 🎉 Order #{ $number }:
    { $lines }
    Total paid: { $total }
receipt-asks-delivery =
    Payment received, thank you! 🎉 Order #{ $number }:
    { $lines }
    Total paid: { $total }

    Where should we send it? Please write the name of whoever receives it and the full address, city included.
voucher-pending = Your order #{ $number } for { $total } is reserved. I will tell you here as soon as the payment has come in.
payment-failed = The payment for order #{ $number } didn't go through and nothing was charged. Want to try again? I can send you a new link.
pay-page-expired = The payment link for order #{ $number } has closed, nothing was charged. Still interested? I can send you a fresh link.
refunded = Your refund for order #{ $number } is on its way: { $amount } in all.
person-called = Done, I've called someone from the team. They'll answer you right here 🙌
closed-now = We're closed right now, so they'll answer once we're open again.
cannot-see = I can't see pictures or videos yet, sorry! Can you tell me in words what you're looking for?
cannot-hear = I can't listen to audio yet, sorry! Can you write it to me?
cannot-open = I can't open that here, sorry! Can you write it to me?
sticker = 😄 Tell me what you're looking for and I'll find it for you.

label-pay = Pay
label-list = See options
label-options = Choose
label-person = Talk to a person
label-keep-looking = Keep looking
label-total = Total
label-from = from

# Lines of the pay page.
charge-shipping = Shipping
charge-tax = Tax
charge-deposit = Deposit

page-paid = Thank you!
page-paid-text = As soon as the payment comes in, your receipt arrives in the chat.
page-not-paid = Not paid yet
page-not-paid-text = Nothing was charged. Your cart is still there: you can go on in the chat whenever you like.
page-back = Back to the chat

# The introduction, which says hello, stands before it.
greeting = What are you looking for? 👋
    .b = What can I find for you? 👋
    .c = What do you have in mind? 👋
greeting-again = Hi again! What can I do for you?
    .b = Hello! How can I help?
how-are-you = All good here, thanks for asking! What are you looking for?
automatic = I'm the automatic assistant of { $shop }. If you'd rather talk to a person, write "person" and I'll call someone.
abilities = I can find products, answer questions about them, put together your cart, take a coupon, send you the payment link and check your orders. What are you looking for? If you'd rather talk to someone, write "person".
languages = Yes, of course! I speak English, Spanish and Portuguese.
welcome = You're welcome! 😊
    .b = My pleasure! I'm here if you need anything else.
    .c = Any time!
goodbye = Bye! Thanks for stopping by 👋
    .b = Take care! Write whenever you like.
acknowledged = Great! I'm here if you need anything else.
    .b = Perfect 👍
take-your-time = No rush, take your time.
anything-else = All right. Anything else you need?
    .b = No problem. What else can I look up for you?
calm = I'm sorry this hasn't been a good experience. I'd like to sort it out.
not-yet = I haven't got to the rest of your message yet: send it to me once more and I'll go on from there.
cannot-do = That's nothing I can do here, sorry.
for-team = Thanks! The team can read it right here.
card-declined = If your card was turned down, try once more or with another one; your bank can tell you why.
not-understood = Sorry, I didn't get that. I can look for products, show your cart, take your payment or check an order. What do you need?
    .b = Hmm, I'm not sure I follow. Tell me in a few words what you're looking for, for example the product and your size.
not-understood-again = Sorry, I still don't follow.
offer-person = Shall I call someone from the team?
    .b = Would you like to talk to someone from the team?
needs-person = Someone from the team takes care of that.
policy-unknown = I don't have that on hand and I don't want to make something up.
safe = I'd rather not tell you something that isn't exact. Tell me which product or order it's about and I'll check it, or write "person" to talk to the team.
safe-products = Here's what I found:
safe-cart = Here's your cart as it stands now:

found = { $count ->
    [one] I found this one:
   *[other] I found these { $count }:
}
    .b = { $count ->
    [one] Look, there's this one:
   *[other] Look, we have these { $count }:
}
    .c = { $count ->
    [one] Here's one you may like:
   *[other] Here are { $count } you may like:
}
found-closest = I don't have exactly that, but these come close:
found-other-prices = There's nothing in that price range, but look at these:
found-cheaper = { $count ->
    [one] This one costs less:
   *[other] These { $count } cost less:
}
product-line = { $place }. { $title }: { $price }
product-line-from = { $place }. { $title }: from { $price }
product-line-sold-out = { $place }. { $title }: sold out for now
ask-which = Which one do you like? The number is enough.
    .b = Does one of them catch your eye? Just send me its number.
nothing-found = I couldn't find "{ $query }". Can you describe it another way, or tell me what it's for?
nothing-more = That's all I have along those lines. Want to try something different? Tell me what you have in mind.
nothing-cheaper = That's the lowest price I have for something like it. If you have a coupon code, type it here and I'll check it.
discount = If you have a coupon code, type it here and I'll check it.
offer-cheaper = Shall I look for something that costs less?
offer = I can let you have { $title } for { $price } each. Deal?
last-offer = { $price } each is the lowest I can go for { $title }. Do you want it at that price?
offer-with = The price of { $title } stays at { $price } each, but I can add { $extra }. Deal?
last-offer-with = { $price } each with { $extra } is the best I can do for { $title }. Do you want it like that?
extra-free-shipping = free shipping
extra-gift = { $title } as a gift
extra-bundle = { $title } for only { $price }
offer-agreed-with = Deal: { $price } each, with { $extra }. 🤝
offer-agreed = Deal: { $price } each. 🤝
offer-set-aside = Deal, { $price } each. But look: at its usual price your whole order comes to less, so I left it at that.
ask-coupon = Sure, what's the code?
nothing-in-view = Which product do you mean? Tell me its name or what you're looking for.

product = { $title }: { $price }
product-from = { $title }: from { $price }
option-line = { $option }: { $values }
ask-option = Which { $option } would you like? We have { $values }.
    .b = I only need to know which { $option }: { $values }.
ask-variant = Which one would you like?
    .b = Tell me which one and I'll add it.
ask-add = Shall I add it to your cart?
    .b = Want me to put it in your cart?
sold-out = { $title } is sold out for now. Shall I look for something similar?
stated = { $title } — { $name }: { $value }
described = This is what the shop says about { $title }: "{ $text }"
not-stated = That isn't stated for { $title }, and I don't want to guess.
price-is = { $item } costs { $price }.
price-from = { $item } starts at { $price }.
price-before = Before: { $price }.
in-stock = Yes, { $item } is available ✅
in-stock-left = { $count ->
    [one] Yes, there's { $count } left of { $item } ✅
   *[other] Yes, there are { $count } left of { $item } ✅
}
out-of-stock = { $item } is sold out for now.
no-such-option = I don't have that one. We have { $values }.
no-options = { $title } comes in a single version.
no-such-choice = { $title } has no choice of { $value }.
ask-add-item = Shall I add { $item } to your cart?
price-needs-option = About the price: tell me first which one you mean.
price-each = { $item } is { $price } each. Shall I put { $count } in your cart and show you the total?
price-each-in-cart = { $item } is { $price } each. Write "make it { $count }" and I'll show you the total.
cannot-compare = I can't weigh them against each other, but this is what the shop says of each:
cheapest-is = { $title } costs the least: { $price }.
cost-the-same = They cost the same: { $price }.
without-those = Without that one, there's this:
offer-needs-more = I can't do that price for so few. Tell me how many you'd take and I'll see what I can do.

added = Done, it's in your cart 🛒
    .b = Added! 🛒
changed = Done, I've changed it:
removed = Done, I took it out:
cart = Here's your cart:
    .b = This is what you have so far:
no-longer-sold = No longer sold and left out of your cart: { $titles }.
cart-empty = Your cart is empty. What are you looking for?
cart-emptied = Done, your cart is empty. What else can I find for you?
quote-line = { $count } × { $title }: { $amount }
quote-discount = Discount: −{ $amount }
quote-discount-code = Coupon { $code }: −{ $amount }
quote-discount-percent = Discount ({ $percent }): −{ $amount }
quote-discount-code-percent = Coupon { $code } ({ $percent }): −{ $amount }
quote-shipping = Shipping: { $amount }
quote-shipping-free = Shipping: free
quote-tax = Tax ({ $rate }): { $amount }
quote-taxes = Taxes: { $amount }
quote-total = Total: { $total }
free-shipping-in = Add { $amount } more and shipping is free.
ask-pay = Would you like to pay now or keep looking?
    .b = Ready to pay, or shall we keep looking?
ask-which-line = Which one? Tell me its number or name.
ask-how-many = How many would you like?
coupon-applied = Your coupon { $code } is on ✅
coupon-removed = I took the coupon off:
coupon-unknown = I can't find a coupon { $code }. Could you check how it's spelled?
coupon-minimum = The coupon { $code } needs a bigger purchase than this one.
coupon-minimum-of = The coupon { $code } works from { $minimum } on.
coupon-expired = The coupon { $code } has expired, sorry.
coupon-used-up = The coupon { $code } has been used up, sorry.
coupon-not-yet = The coupon { $code } isn't valid yet.
coupon-already-used = You've already used the coupon { $code }.
coupon-not-for-this = The code { $code } is not for what is in your cart, or not for this order.
coupon-needs-cart = Let's put something in your cart first and then I'll try the coupon { $code }. What are you looking for?
coupon-none = There's no coupon on your cart.
refused-out-of-stock = I'm sorry, I don't have enough of that one.
refused-only-left = { $count ->
    [one] I'm sorry, there's only { $count } left of { $item }.
   *[other] I'm sorry, there are only { $count } left of { $item }.
}
refused-too-many = That's more than I can put in one order here.
refused-no-such = I can't find that one in the shop any more.
refused = I couldn't do that just now.
quote-changed = Something changed since I showed you the total, so please have another look:
checkout-ready = Your order #{ $number } is ready: { $total }. Tap the button to pay on the secure page; I'll confirm here when the payment comes in.

order-awaiting = Order #{ $number } for { $total } is waiting for your payment.
order-pending = The payment for order #{ $number } is on its way.
order-paid = Order #{ $number } is paid ✅
order-failed = The payment for order #{ $number } didn't go through.
order-expired = The payment link for order #{ $number } has closed unpaid.
order-replaced = Order #{ $number } was closed because your cart changed; nothing was charged.
order-partly-refunded = Order #{ $number }: { $amount } has been refunded to you.
order-refunded = Order #{ $number } has been refunded: { $amount }.
order-in-review = Someone from the team is looking at order #{ $number }.
order-delivery-known = The team has your delivery details.
no-orders = I don't see any orders from this chat yet.
no-such-order = I can't find an order with that number in this chat. Could you check it?
offer-fresh-link = Shall I get you a fresh payment link?
ask-delivery = Where should we send it? Please write the name of whoever receives it and the full address, city included.
ask-delivery-missing = Almost there! I still need { $parts }.
delivery-saved = Got it, we'll use these details: { $details }
part-name = the name of whoever receives it
part-address = the street address
part-city = the city
and = { $left } and { $right }
