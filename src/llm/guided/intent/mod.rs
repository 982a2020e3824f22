//! What the shopper wants, whatever the language. A row of readers, the surest first; the first that recognises
//! something decides.

pub mod bid;
mod cart;
mod compare;
mod orders;
mod products;
mod talk;

use crate::agent::entry::Attachment;
use crate::base::language::Language;
use crate::base::money::Money;
use crate::base::names::{CouponCode, Handle, Sku};
use crate::llm::guided::address::Details;
use crate::llm::guided::heard::Heard;
use crate::llm::guided::lexicon::signal::Signal;
use crate::llm::guided::wish::Wish;

/// What the shopper wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Small talk and courtesies.
    Talk(Talk),
    /// A message we cannot open.
    Unreadable(Attachment),
    /// To talk to a person, and why, for staff.
    Person(&'static str),
    /// Something only a person can do; asked before one is called.
    Service,
    /// To know a rule of the shop.
    Policy(&'static str),
    /// A discount, of which we know nothing.
    Discount,
    /// Names a price for one.
    Bid {
        /// The price.
        price: Money,
        /// How many, when the shopper said so.
        quantity: Option<u32>,
    },
    /// Takes the price that was offered last; so many, when the shopper said how many.
    TakeOffer(Option<u32>),
    /// Has a coupon and did not say the code.
    CouponWithoutCode,
    /// To use a coupon.
    Coupon {
        /// The code.
        code: CouponCode,
        /// Whether it certainly is one.
        sure: bool,
    },
    /// To take the coupon off.
    RemoveCoupon,
    /// To look for something.
    Search(Wish),
    /// To see one product.
    Show(Handle),
    /// To know something about one product.
    Question {
        /// Which.
        product: Handle,
        /// What about it.
        about: Signal,
    },
    /// Does not want some of the options of a product.
    Others {
        /// Which.
        product: Handle,
        /// The option values that are not wanted: name and value.
        refused: Vec<(String, String)>,
    },
    /// Wonders what so many of a product would cost.
    Suppose {
        /// What, and how many.
        wanted: Wanted,
    },
    /// To compare products in view.
    Compare {
        /// Which.
        products: Vec<Handle>,
        /// By what.
        by: Aspect,
    },
    /// To see what is left of a list without what is not wanted.
    Rest(Vec<Handle>),
    /// Answers a person of the shop, whether that person had asked something.
    ForTeam {
        /// Whether they had.
        asked: bool,
    },
    /// Says that a card was turned down.
    CardDeclined,
    /// Means a product, but it is not clear which.
    WhichProduct,
    /// To have something.
    Add(Wanted),
    /// To have several things at once.
    AddSeveral(Vec<Wanted>),
    /// To change a line of the cart.
    Line(LineChange),
    /// To have an empty cart.
    EmptyCart,
    /// To see the cart.
    ViewCart,
    /// To pay; the quote has to be shown first.
    Pay,
    /// Agrees to the quote just shown: the first eight digits of its fingerprint.
    Agree(String),
    /// To know about an order.
    Orders(Option<i64>),
    /// Says where to send it.
    Deliver(Details),
    /// Cannot be made out.
    Unclear,
}

/// Small talk and courtesies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// A greeting.
    Greeting,
    /// "How are you?"
    HowAreYou,
    /// "Are you a robot?"
    Automatic,
    /// "What can you do?"
    Abilities,
    /// "Do you speak English?"
    Languages,
    /// Thanks.
    Thanks,
    /// A farewell.
    Goodbye,
    /// "Okay".
    Acknowledged,
    /// "Say that again".
    Repeat,
    /// "One moment".
    Wait,
    /// "No", or wants to look further.
    Declined,
    /// An insult.
    Insult,
    /// Something that is nothing for a shop: a poem, the weather.
    CannotDo,
}

/// What products are compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// What they cost.
    Price,
    /// A shelf fact that goes by one of these words.
    Fact(Vec<String>),
    /// Whatever is known.
    Everything,
}

/// A product somebody wants to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub product: Option<Handle>,
    /// The very variant, when it was pressed or its SKU written.
    pub sku: Option<Sku>,
    /// The words that may name option values.
    pub words: String,
    /// How many.
    pub quantity: u32,
    /// Takes the place of other variants of the product in the cart.
    pub instead: bool,
}

/// A change to a line of the cart; the words say which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// What to do.
    pub action: LineAction,
    /// The words that may name the line.
    pub words: String,
}

/// What to do with a line of the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineAction {
    /// So many from now on.
    Set(u32),
    /// So many fewer; all of them when `None`.
    Remove(Option<u32>),
    /// One more.
    Another,
}

type Reader = fn(&Heard<'_>) -> Option<Intent>;

/// The readers, the surest first. The order is the weighing: whoever asks for a person gets one whatever else the
/// message says; a search for the words themselves comes last.
const READERS: &[Reader] = &[
    talk::pressed,
    talk::unreadable,
    talk::person,
    talk::insult,
    talk::for_team,
    orders::card,
    orders::trouble,
    orders::delivery,
    talk::cannot_do,
    cart::coupon,
    orders::status,
    cart::line_answer,
    bid::read,
    talk::policy_of_payment,
    products::suppose,
    compare::compare,
    cart::empty,
    cart::remove,
    cart::another,
    cart::change,
    products::several,
    products::catalog,
    cart::pay,
    cart::view_cart,
    talk::policy,
    products::discount,
    talk::wait,
    products::talk_of_product,
    products::cheaper_or_more,
    talk::repeat,
    talk::answer,
    talk::question_about_us,
    talk::courtesy,
];

/// Readers for what is left: words that must then be the name of something.
const LAST_READERS: &[Reader] = &[products::refine, products::search, products::guess];

/// What a message wants, as it is heard in the language of its conversation.
#[must_use]
pub fn understand(heard: &Heard<'_>) -> Intent {
    let read = |heard: &Heard<'_>, readers: &[Reader]| readers.iter().find_map(|read| read(heard));
    if let Some(intent) = read(heard, READERS) {
        return intent;
    }
    // The shopper may have changed the language with this very message.
    let others = Language::ALL.into_iter().filter(|other| *other != heard.language);
    let other = others.map(|other| heard.in_language(other)).find(|other| knows_more(other, heard));
    let in_other = other.as_ref().and_then(|other| read(other, READERS));
    in_other.or_else(|| read(other.as_ref().unwrap_or(heard), LAST_READERS)).unwrap_or(Intent::Unclear)
}

/// Whether a lexicon knows most of the words, and clearly more of them than the other does.
fn knows_more(other: &Heard<'_>, heard: &Heard<'_>) -> bool {
    let known = |heard: &Heard<'_>| heard.words.iter().filter(|word| heard.lexicon.knows(&word.plain)).count();
    let (there, here) = (known(other), known(heard));
    there * 2 > other.words.len() && there > here + usize::from(heard.words.len() > 2)
}
