//! Readers for products: choosing among what is in view, asking about it, and looking for more.

use crate::agent::evidence::ProductCard;
use crate::base::money::Money;
use crate::base::names::{Handle, Sku};
use crate::llm::guided::heard::Heard;
use crate::llm::guided::intent::{Intent, Talk, Wanted};
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::lexicon::title_words;
use crate::llm::guided::numbers::{count, place_in_list, quantity};
use crate::llm::guided::question::Asked;
use crate::llm::guided::refer::{self, By, Target};
use crate::llm::guided::text::{Word, asks, same_thing};
use crate::llm::guided::wish::{Why, Wish};

/// Questions about a product, those that name what they ask first.
const QUESTIONS: &[Signal] = &[
    Signal::Material,
    Signal::Care,
    Signal::Details,
    Signal::Price,
    Signal::Colors,
    Signal::Sizes,
    Signal::Stock,
    Signal::AboutIt,
];

/// Questions whose words never choose an option.
const ONLY_ASKED: &[Signal] = &[Signal::Material, Signal::Care, Signal::Details, Signal::Price];

/// Asks for a discount, not for a thing.
pub fn discount(heard: &Heard<'_>) -> Option<Intent> {
    let coupons = heard.has(Signal::Coupon);
    (heard.has(Signal::Discount) || coupons).then_some(Intent::Discount)
}

/// "What do you sell?"
pub fn catalog(heard: &Heard<'_>) -> Option<Intent> {
    let everything = || Intent::Search(Wish { why: Why::Everything, ..Wish::default() });
    let about_view = heard.view.focus.is_some() && heard.signals.any(QUESTIONS);
    // "What sizes do you have?" asks about something, even if we do not know about what.
    let of_a_thing = heard.signals.any(&[Signal::Sizes, Signal::Colors]);
    let everywhere = heard.has(Signal::Catalog) && heard.foreign_nouns.is_empty();
    (everywhere && !about_view && !of_a_thing).then(everything)
}

/// "And if I take two?" of what is in view asks what they cost; nothing is put in the cart for that.
pub fn suppose(heard: &Heard<'_>) -> Option<Intent> {
    if !heard.has(Signal::Supposes) || !heard.foreign_nouns.is_empty() || heard.has(Signal::Discount) {
        return None;
    }
    // Spanish "sí, me llevo 2" is often written without its accent.
    if heard.has(Signal::Yes) && !heard.is_question() && !heard.has(Signal::Price) {
        return None;
    }
    let target = refer::target(heard);
    let Some(card) = target.as_ref().map(|target| target.card).or(heard.view.focus) else {
        return (has_list(heard) && heard.nouns.is_empty()).then_some(Intent::WhichProduct);
    };
    let wanted = wanted(heard, card, target.as_ref());
    (wanted.quantity > 1).then_some(Intent::Suppose { wanted })
}

/// Several things in view at once, each named so that only one variant of what was shown is meant: "2 of the blue in M
/// and one in L". What a part leaves open is as in the part before it.
pub fn several(heard: &Heard<'_>) -> Option<Intent> {
    let otherwise = [Signal::Remove, Signal::Change, Signal::Rather, Signal::EmptyCart, Signal::Pay];
    if heard.is_question() || heard.signals.any(&otherwise) {
        return None;
    }
    let mut before: Option<(&Handle, Vec<(String, String)>)> = None;
    let mut lines: Vec<(&Sku, Wanted)> = Vec::new();
    let parts = heard.parts();
    for part in &parts {
        let target = match refer::target(part) {
            Some(target) => target,
            None if !part.refused.is_empty() || says_nothing_else(part) => continue,
            None => return None,
        };
        let card = target.card;
        let mut wanted = wanted(part, card, Some(&target));
        let mut named = refer::values_named(card, &part.retold(&wanted.words).words, part.lexicon);
        // "The mug and the cap" may be a question about both; an option, a number or "I want" is not.
        let counted = quantity(&part.words, &target.places, part.lexicon).is_some();
        if named.is_empty() && !counted && !heard.has(Signal::Want) {
            return None;
        }
        if let Some((_, known)) = before.take().filter(|(product, _)| **product == card.product) {
            let open: Vec<_> =
                known.into_iter().filter(|(name, _)| !named.iter().any(|(own, _)| own == name)).collect();
            wanted.words.extend(open.iter().map(|(_, value)| format!(" {value}")));
            named.extend(open);
        }
        let fitting = refer::variants_with(card, &named);
        let [variant] = fitting.as_slice() else { return None };
        if !variant.stock.covers(wanted.quantity) || lines.iter().any(|(sku, _)| **sku == variant.sku) {
            return None;
        }
        lines.push((&variant.sku, wanted));
        before = Some((&card.product, named));
    }
    (lines.len() > 1).then(|| Intent::AddSeveral(lines.into_iter().map(|(_, wanted)| wanted).collect()))
}

/// Whether a part only agrees or greets: "nice, I'll take it and the mug".
fn says_nothing_else(part: &Heard<'_>) -> bool {
    let counts = part.words.iter().any(|word| count(&word.plain, part.lexicon).is_some());
    let courteous = [Signal::Acknowledged, Signal::Yes, Signal::Greeting, Signal::Thanks];
    part.nouns.is_empty()
        && !counts
        && part.signals.any(&courteous)
        && !part.signals.any(&[Signal::Want, Signal::This])
}

/// Wants, asks about or points at something in view.
pub fn talk_of_product(heard: &Heard<'_>) -> Option<Intent> {
    let about = QUESTIONS.iter().copied().find(|signal| heard.has(*signal));
    // Portuguese "e uma musgo" (and) reads like "é uma" (is) once accents are gone.
    let only_joins = |word: &Word| heard.lexicon.joins(&word.plain) && word.raw.to_lowercase() == word.plain;
    let goes_on = !heard.is_question() && heard.words.first().is_some_and(only_joins);
    let agrees = heard.has(Signal::Yes) && !heard.is_question();
    let about = about.filter(|signal| *signal != Signal::AboutIt || !(goes_on || agrees));
    // "Too much at that price" asks for none.
    let about =
        about.filter(|signal| *signal != Signal::Price || heard.is_question() || !heard.has(Signal::Pricey));
    // A price to keep within is a search, even in the words of a title in view.
    if heard.price.max.or(heard.price.min).is_some() {
        return None;
    }
    let asks = about.is_some() && (heard.is_question() || !heard.has(Signal::Want));
    // "How much is the large one" answers no question of ours, with or without its mark.
    let asks_plainly = about.is_some_and(|about| ONLY_ASKED.contains(&about));
    let chooses = heard.view.asked == Some(Asked::Option) && !heard.is_question() && !asks_plainly;
    let only_asks = about.is_none() && heard.is_question() && !heard.has(Signal::Want);
    match refer::target(heard) {
        // "Thanks for that" and "I like it but it's expensive" speak of the thing and do not take it.
        Some(target) if target.by == By::This && speaks_of(heard) => None,
        // "In 27?" asks whether there is one.
        Some(target) if only_asks && target.by == By::Option => question(heard, &target, Signal::Stock),
        Some(target) if asks && !chooses => question(heard, &target, about?),
        Some(target) => Some(chosen(heard, &target, chooses)),
        None => taken_back(heard).or_else(|| without_target(heard, about)),
    }
}

/// Something in view is not wanted, and nothing is said of what is: "not the black one".
fn taken_back(heard: &Heard<'_>) -> Option<Intent> {
    let goes_on = heard.view.asked == Some(Asked::Deal) || heard.signals.any(GOES_ON) || heard.names_foreign();
    if heard.refused.is_empty() || goes_on {
        return None;
    }
    Some(match (heard.view.focus, refused_values(heard)) {
        (Some(card), refused) if !refused.is_empty() => Intent::Others { product: card.product.clone(), refused },
        _ => rest(heard).unwrap_or(Intent::Talk(Talk::Declined)),
    })
}

/// What is left of a list without what is refused: a place in it, a word of a title, or what comes in nothing else.
fn rest(heard: &Heard<'_>) -> Option<Intent> {
    let list = &heard.view.list;
    let words: Vec<Word> = heard.refused.iter().map(|place| heard.words[*place].clone()).collect();
    let place = place_in_list(&words, list.len(), heard.lexicon).map(|(index, _)| index);
    let telling = |word: &&Word| !heard.lexicon.is_stop(&word.plain) && word.plain.chars().count() > 2;
    let in_title = |card: &ProductCard| {
        let title = title_words(&card.title);
        words.iter().filter(telling).any(|word| title.iter().any(|own| heard.is_named(own, &word.plain)))
    };
    let refused = |card: &ProductCard| refer::all_values_named(card, &words, heard.lexicon);
    let has_other = |card: &ProductCard| !refer::variants_without(card, &refused(card)).is_empty();
    let named = place.is_some() || list.iter().any(|card| in_title(card) || !refused(card).is_empty());
    let kept = list.iter().enumerate();
    let kept = kept.filter(|(index, card)| place != Some(*index) && !in_title(card) && has_other(card));
    let kept: Vec<Handle> = kept.map(|(_, card)| card.product.clone()).collect();
    (named && list.len() > 1 && !kept.is_empty()).then_some(Intent::Rest(kept))
}

/// The option values of the product in view that are not wanted.
pub fn refused_values(heard: &Heard<'_>) -> Vec<(String, String)> {
    let words: Vec<_> = heard.refused.iter().map(|place| heard.words[*place].clone()).collect();
    heard.view.focus.map(|card| refer::all_values_named(card, &words, heard.lexicon)).unwrap_or_default()
}

fn question(heard: &Heard<'_>, target: &Target<'_>, about: Signal) -> Option<Intent> {
    // "Do you have black sneakers?" with a product in view that is neither: a search.
    let elsewhere = target.by != By::Sku && !heard.foreign_nouns.is_empty() && !is_about_view(about);
    (!elsewhere).then(|| Intent::Question { product: target.card.product.clone(), about })
}

/// Pointed at without a question: taken when it is wanted or a variant was named, else shown.
fn chosen(heard: &Heard<'_>, target: &Target<'_>, chooses: bool) -> Intent {
    let searches = heard.has(Signal::Search) && !heard.has(Signal::Want);
    let in_focus = heard.view.focus.is_some_and(|card| card.product == target.card.product);
    let named = matches!(target.by, By::Option | By::Sku) && in_focus && !searches;
    let pointed = target.by == By::This && in_focus && points_plainly(heard);
    let taken = (heard.has(Signal::Want) || chooses) && !searches || named || pointed;
    let mut explained = target.places.clone();
    explained.extend(refer::value_places(target.card, &heard.meant, heard.lexicon));
    let counted = counted(heard, explained).is_some_and(|count| count > 1);
    if taken || counted {
        Intent::Add(wanted(heard, target.card, Some(target)))
    } else {
        Intent::Show(target.card.product.clone())
    }
}

fn without_target(heard: &Heard<'_>, about: Option<Signal>) -> Option<Intent> {
    let foreign = &heard.foreign_nouns;
    if let Some(intent) = heard.view.focus.and_then(|card| choice(heard, card, about)) {
        return Some(intent);
    }
    // "Is it waterproof?" after a list: which of them?
    if heard.view.focus.is_none()
        && has_list(heard)
        && heard.is_question()
        && heard.has(Signal::This)
        && about.is_some()
    {
        return Some(Intent::WhichProduct);
    }
    if let (Some(about), Some(card)) = (about, heard.view.focus) {
        let asks_about_it = foreign.is_empty() || is_about_view(about);
        let searches = heard.has(Signal::Search) && !foreign.is_empty() && about != Signal::Material;
        if asks_about_it && !searches {
            return Some(Intent::Question { product: card.product.clone(), about });
        }
    }
    let is_count = |place: &usize| count(&heard.words[*place].plain, heard.lexicon).is_some();
    let only_counts = heard.query_places.iter().all(is_count);
    if !foreign.is_empty() || !only_counts && heard.nouns.is_empty() && has_list(heard) {
        return None;
    }
    // A number beside "I give you" is a price that we did not get.
    let counts = counted(heard, Vec::new()).filter(|count| *count > 1 && !heard.has(Signal::Bid));
    if let (Some(card), Some(_)) = (heard.view.focus, counts.filter(|_| heard.price.max.is_none())) {
        let wanted = wanted(heard, card, None);
        // "And for two?" and "maybe two" ask what they cost.
        let asks = heard.doubts() || heard.is_question() && !heard.signals.any(&[Signal::Want, Signal::Yes]);
        return Some(if asks { Intent::Suppose { wanted } } else { Intent::Add(wanted) });
    }
    // "Add", when we have asked whether to; "give me one", when we have asked for its size.
    let chooses = matches!(heard.view.asked, Some(Asked::Add | Asked::Option));
    let says_how_many = heard.words.iter().any(|word| count(&word.plain, heard.lexicon).is_some());
    let how_many = heard.has(Signal::Want) && only_counts && says_how_many && heard.price.max.is_none();
    let only_want = heard.has(Signal::Want) && heard.query_places.is_empty() && heard.words.len() <= 2;
    let takes = chooses && !heard.is_question() && (how_many || only_want);
    if let Some(card) = heard.view.focus.filter(|_| takes) {
        return Some(Intent::Add(wanted(heard, card, None)));
    }
    let how_many = how_many && has_list(heard);
    let means_one = how_many || heard.has(Signal::This) || (about.is_some() && heard.nouns.is_empty());
    let bare = heard.query_places.is_empty() || heard.nouns.is_empty();
    (means_one && bare && heard.price.max.is_none() && !heard.signals.any(GOES_ON)).then_some(Intent::WhichProduct)
}

/// A choice of the thing in view that cannot be told from its card, or a size of something that comes in none: "do you
/// have it in lavender?", "add one in size 42". It is about that thing all the same.
fn choice(heard: &Heard<'_>, card: &ProductCard, about: Option<Signal>) -> Option<Intent> {
    let product = card.product.clone();
    let named = heard.names_choice().is_some();
    let sized = heard.foreign_nouns.is_empty() && matches!(about, Some(Signal::Sizes | Signal::Colors));
    // "I want it in blue" of what comes in no colours.
    let concept = |place: &usize| heard.lexicon.concept(&heard.words[*place].plain).is_some();
    let only_choice = !heard.query_places.is_empty() && heard.query_places.iter().all(concept);
    let chosen = only_choice && heard.view.list.len() < 2;
    if !heard.is_question() && heard.has(Signal::Want) && (named || sized || chosen) {
        return Some(Intent::Add(wanted(heard, card, None)));
    }
    if named && (heard.is_question() || about.is_some()) {
        return Some(Intent::Question { product, about: Signal::Stock });
    }
    // "And that one how much is the large, I don't know if I can afford it": a word too many changes nothing.
    let of_it = heard.has(Signal::This) && !heard.has(Signal::Search) && heard.foreign_nouns.len() == 1;
    (about == Some(Signal::Price) && of_it).then_some(Intent::Question { product, about: Signal::Price })
}

/// Whether a thing is pointed at and something is said of it other than that it is wanted.
fn speaks_of(heard: &Heard<'_>) -> bool {
    let about_price = heard.signals.any(&[Signal::Pricey, Signal::Cheaper]) && heard.price.max.is_none();
    let courteous = heard.signals.any(&[Signal::Thanks, Signal::Goodbye, Signal::ThatPrice]);
    about_price || courteous && !heard.has(Signal::Want)
}

/// Whether a thing is pointed at and hardly anything else is said: "that one then". "I already have that one" takes none.
fn points_plainly(heard: &Heard<'_>) -> bool {
    let said = heard.signals.places(&[Signal::This, Signal::Yes, Signal::Acknowledged, Signal::No, Signal::Want]);
    let more = |at: &usize| !said.contains(at) && !heard.lexicon.is_courtesy(&heard.words[*at].plain);
    (0..heard.words.len()).filter(more).count() <= 1
}

/// What a later reader understands better than "which product?".
const GOES_ON: &[Signal] = &[
    Signal::Cheaper,
    Signal::More,
    Signal::Automatic,
    Signal::Abilities,
    Signal::HowAreYou,
    Signal::Languages,
    Signal::Acknowledged,
    Signal::Goodbye,
    Signal::Greeting,
    Signal::Thanks,
    Signal::Repeat,
];

fn has_list(heard: &Heard<'_>) -> bool {
    !heard.view.list.is_empty()
}

/// Questions whose further words describe what is asked ("does it have pockets?"), not another product.
fn is_about_view(about: Signal) -> bool {
    matches!(about, Signal::Material | Signal::Care | Signal::Sizes | Signal::AboutIt)
}

/// What is wanted of a product: words that may name its options, and how many.
pub fn wanted(heard: &Heard<'_>, card: &ProductCard, target: Option<&Target<'_>>) -> Wanted {
    let places: &[usize] = target.map_or(&[], |target| target.places.as_slice());
    let before: Vec<_> =
        heard.view.said_while_choosing().into_iter().map(|text| heard.retold(text).meant_text()).collect();
    let before = before.join(" ");
    // What pointed at the product does not also name an option: "the second", a colour in its title.
    let own: Vec<_> = heard
        .meant
        .iter()
        .enumerate()
        .filter(|(place, _)| target.is_none_or(|target| target.by == By::Option) || !places.contains(place))
        .map(|(_, word)| word.clone())
        .collect();
    // The values as the shop writes them go along: they are read once more, maybe in another language.
    let named = refer::values_named(card, &own, heard.lexicon).into_iter().map(|(_, value)| value);
    let words: Vec<_> = own.into_iter().map(|word| word.raw).chain(named).collect();
    let counted = counted_of(heard, card, places);
    let said = heard.view.said_while_choosing();
    let earlier = || said.iter().filter_map(|text| quantity_of(heard, text, Some(card))).next_back();
    Wanted {
        product: Some(card.product.clone()),
        sku: target.and_then(|target| target.sku.clone()),
        words: format!("{before} {}", words.join(" ")).split_whitespace().collect::<Vec<_>>().join(" "),
        quantity: counted.or_else(earlier).unwrap_or(1),
        instead: false,
    }
}

/// The words of the message that can count a product: those of the clause that names it, where "but" parts it from
/// another: "leave it at 3 but add the bracelet".
fn clause_of(heard: &Heard<'_>, card: &ProductCard) -> std::ops::Range<usize> {
    let title = title_words(&card.title);
    let parts = |at: &usize| heard.lexicon.contrasts(&heard.meant[*at].plain);
    let borders: Vec<usize> = (0..heard.meant.len()).filter(parts).collect();
    let named =
        |at: &usize| heard.nouns.contains(at) && title.iter().any(|own| same_thing(own, &heard.meant[*at].plain));
    let Some(name) = (0..heard.meant.len()).find(named) else { return 0..heard.meant.len() };
    let start = borders.iter().copied().rfind(|at| *at < name).map_or(0, |at| at + 1);
    start..borders.iter().copied().find(|at| *at > name).unwrap_or(heard.meant.len())
}

/// How many of a product an earlier text asked for.
pub fn quantity_of(heard: &Heard<'_>, text: &str, card: Option<&ProductCard>) -> Option<u32> {
    let told = heard.retold(text);
    let Some(card) = card else { return quantity_in(heard, text) };
    counted_of(&told, card, &[])
}

/// How many of a product a message counts, besides the words that pointed at it.
fn counted_of(heard: &Heard<'_>, card: &ProductCard, pointed: &[usize]) -> Option<u32> {
    let clause = clause_of(heard, card);
    let mut explained: Vec<usize> = (0..heard.meant.len()).filter(|place| !clause.contains(place)).collect();
    explained.extend(refer::value_places(card, &heard.meant, heard.lexicon));
    explained.extend(pointed.iter().chain(&heard.price.places));
    counted(heard, explained)
}

/// How many a message counts, besides the words that are explained otherwise. "For 3 people" is no number of things.
fn counted(heard: &Heard<'_>, mut explained: Vec<usize>) -> Option<u32> {
    let meant_for =
        |place: &usize| place.checked_sub(1).is_some_and(|at| heard.lexicon.is_purpose(&heard.meant[at].plain));
    explained.extend((0..heard.meant.len()).filter(meant_for));
    quantity(&heard.meant, &explained, heard.lexicon).map(|(count, _)| count)
}

/// How many an earlier text asked for. Numbers that are option values of the product in view are none.
pub fn quantity_in(heard: &Heard<'_>, text: &str) -> Option<u32> {
    let words = heard.retold(text).meant;
    let values = heard.view.focus.map(|card| refer::value_places(card, &words, heard.lexicon)).unwrap_or_default();
    quantity(&words, &values, heard.lexicon).map(|(count, _)| count)
}

/// Less expensive, or more of the same.
pub fn cheaper_or_more(heard: &Heard<'_>) -> Option<Intent> {
    let complains = heard.has(Signal::Pricey) && !heard.has(Signal::Search) && heard.price.max.is_none();
    let unread = !heard.foreign_nouns.is_empty() || !heard.has(Signal::Cheaper);
    if complains && unread && heard.foreign_nouns.len() <= 3 {
        return Some(Intent::Discount);
    }
    if !heard.foreign_nouns.is_empty() {
        return None;
    }
    // "Too expensive, forget it" is where a good seller says what could be done about the price.
    if heard.has(Signal::Cheaper) && heard.has(Signal::No) && heard.price.max.is_none() {
        return Some(Intent::Discount);
    }
    if heard.has(Signal::Cheapest) && heard.price.max.is_none() && heard.view.list.len() > 1 {
        let least = |card: &&&ProductCard| card.variants.iter().map(|variant| variant.price.minor()).min();
        let cheapest = heard.view.list.iter().filter(|card| least(card).is_some()).min_by_key(least)?;
        return Some(Intent::Show(cheapest.product.clone()));
    }
    if heard.has(Signal::Cheaper) && heard.price.max.is_none() {
        return Some(cheaper(heard).unwrap_or(Intent::Discount));
    }
    if heard.has(Signal::More) { more(heard) } else { None }
}

/// Something like what is in view that costs less than the least of it.
pub fn cheaper(heard: &Heard<'_>) -> Option<Intent> {
    let view = heard.view;
    let in_view = view.focus.map_or_else(|| view.list.clone(), |card| vec![card]);
    let prices = in_view.iter().flat_map(|card| &card.variants).map(|variant| variant.price);
    let least = prices.min_by_key(|price| price.minor())?;
    let mut wish = similar(heard)?;
    wish.max = Some(Money::new(least.minor().saturating_sub(1).max(0), least.currency()));
    wish.min = None;
    wish.why = Why::Cheaper;
    Some(Intent::Search(wish))
}

/// More like what is in view.
pub fn more(heard: &Heard<'_>) -> Option<Intent> {
    let mut wish = Wish { why: Why::More, ..similar(heard)? };
    let prices = heard.view.list.iter().flat_map(|card| &card.variants).map(|variant| variant.price);
    let mut prices: Vec<_> = prices.collect();
    prices.sort_by_key(|price| price.minor());
    // The same search would find the same things again; what costs more, or less, than all of them is new.
    if let (Some(least), Some(most)) = (prices.first(), prices.last()) {
        wish.min = Some(Money::new(most.minor().saturating_add(1), most.currency()));
        wish.or_below = Some(Money::new(least.minor().saturating_sub(1).max(0), least.currency()));
    }
    Some(Intent::Search(wish))
}

/// The last search again, or one for the title of the product in view.
fn similar(heard: &Heard<'_>) -> Option<Wish> {
    let card = heard.view.focus.or_else(|| heard.view.list.first().copied())?;
    let currency = card.variants.first()?.price.currency();
    let by_title = || Wish { query: card.title.clone(), ..Wish::default() };
    let searched = heard.view.search.as_ref().filter(|search| !search.query.is_empty());
    Some(searched.map_or_else(by_title, |search| Wish::again(search, currency)))
}

/// Only a colour, a size or a price after a list: the last search, narrowed.
pub fn refine(heard: &Heard<'_>) -> Option<Intent> {
    let searched = heard.view.search.as_ref()?;
    if !heard.foreign_nouns.is_empty() || heard.view.list.is_empty() || heard.is_noise() {
        return None;
    }
    let currency = heard.view.list.first()?.variants.first()?.price.currency();
    let mut wish = Wish::again(searched, currency);
    if heard.price.max.or(heard.price.min).is_some() {
        (wish.min, wish.max) = (heard.price.min, heard.price.max);
    }
    let added = heard.query();
    let narrowed =
        heard.view.list.iter().flat_map(|card| refer::values_named(card, &heard.meant, heard.lexicon)).next();
    if added.is_empty() && narrowed.is_none() && heard.price.max.or(heard.price.min).is_none() {
        return None;
    }
    let repeats = added.split_whitespace().all(|word| wish.query.contains(word));
    match narrowed {
        Some(value) if heard.nouns.is_empty() => wish.option = Some(value),
        _ if repeats => {}
        _ if heard.nouns.is_empty() => wish.query = format!("{} {added}", wish.query),
        _ => wish.query = added,
    }
    Some(Intent::Search(wish))
}

/// Looks for something, and says so.
pub fn search(heard: &Heard<'_>) -> Option<Intent> {
    let says_so = heard.signals.any(&[Signal::Search, Signal::Want, Signal::Stock, Signal::Price, Signal::Cheaper]);
    let priced = heard.price.max.or(heard.price.min).is_some();
    if heard.is_noise() || !(says_so || priced) {
        return None;
    }
    let query = heard.query();
    if query.is_empty() && !priced {
        return Some(Intent::Talk(Talk::Abilities));
    }
    Some(Intent::Search(Wish { query, min: heard.price.min, max: heard.price.max, ..Wish::default() }))
}

/// So many words still are the name of something.
const NAME_WORDS_MAX: usize = 3;

/// Whether a question is a name and hardly more: "mugs?", "and wool socks, then?"
fn is_bare_name(heard: &Heard<'_>) -> bool {
    let named = heard.nouns.first().filter(|_| heard.nouns == heard.query_places);
    let begins = |place: &usize| heard.words[..*place].iter().all(|word| word.plain.chars().count() <= 3);
    let count = heard.nouns.len();
    count < NAME_WORDS_MAX && heard.words.len() <= count + 2 && named.is_some_and(begins)
}

/// Words that nothing explains are probably the name of something.
pub fn guess(heard: &Heard<'_>) -> Option<Intent> {
    let query = heard.query();
    if query.is_empty() || heard.is_noise() {
        return None;
    }
    if let Some(words) = heard.view.person.filter(|_| !heard.is_question()) {
        return Some(Intent::ForTeam { asked: asks(words) });
    }
    // A short message is what one types into a search field; a long one, or a question, rather is something else.
    let short = if heard.is_question() { is_bare_name(heard) } else { heard.query_places.len() <= NAME_WORDS_MAX };
    let why = if short { Why::Asked } else { Why::Guessed };
    Some(Intent::Search(Wish { query, why, ..Wish::default() }))
}
