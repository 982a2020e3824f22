//! Playing a case: a new shopper does one thing after another and waits for each answer.

use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;

use crate::base::clock::Time;
use crate::base::ids::ConversationId;
use crate::evals::case::{Action, Case, Payment, Step};
use crate::evals::grade::{Miss, cart_miss, grade, misses_of_step};
use crate::evals::observed::{Observed, Spoken};
use crate::evals::stage::{Stage, StageShop};
use crate::evals::store::Looking;
use crate::sandbox::phone::chat::{ChatEntry, Content, ShopperMessage, Side};
use crate::sandbox::phone::shopper::ShopperNumber;
use crate::sandbox::stripe::ledger::PayAction;

const POLL: Duration = Duration::from_millis(20);
/// After a payment a webhook is on its way, which nothing in the database tells of.
const WEBHOOK: TimeDelta = TimeDelta::milliseconds(300);
/// A picture: the smallest PNG there is.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

/// A case that was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// Its name.
    pub name: String,
    /// What it shows.
    pub about: String,
    /// What was expected and did not come; empty when the case passes.
    pub misses: Vec<Miss>,
    /// How long it took.
    pub took: TimeDelta,
    /// What both sides said.
    pub transcript: Vec<Spoken>,
    /// What it left behind.
    pub observed: Observed,
}

impl Played {
    /// Whether everything was as expected.
    #[must_use]
    pub const fn passes(&self) -> bool {
        self.misses.is_empty()
    }
}

/// Plays a case and judges it. A stage that does not work is a miss of the case, not an error.
pub async fn play(stage: &Stage, case: &Case) -> Played {
    let started = stage.clock.now();
    let mut played = Played {
        name: case.name.clone(),
        about: case.about.clone(),
        misses: Vec::new(),
        took: TimeDelta::zero(),
        transcript: Vec::new(),
        observed: Observed::default(),
    };
    if let Err(error) = play_into(stage, case, &mut played).await {
        played.misses.push(Miss::new("the case can be played", format!("{error:#}")));
    }
    played.took = stage.clock.now() - started;
    played
}

async fn play_into(stage: &Stage, case: &Case, played: &mut Played) -> anyhow::Result<()> {
    let shop = stage.shops.iter().find(|shop| shop.slug == case.shop);
    let shop = shop.with_context(|| format!("there is no shop `{}` on this stage", case.shop))?;
    let mut phone = Phone::new(stage, shop)?;
    for (place, step) in case.steps.iter().enumerate() {
        let before = phone.received()?.len();
        let done = phone.act(step, before).await;
        played.transcript = phone.transcript()?;
        done.with_context(|| format!("in step {}", place + 1))?;
        let answer: Vec<Spoken> = phone.received()?[before..].iter().map(spoken).collect();
        played.misses.extend(misses_of_step(place, step, shop.currency, &answer));
        if step.cart.is_some() {
            let conversation = phone.conversation().await?.context("nothing was heard")?;
            let found = phone.looking.observe(conversation).await?.cart;
            let what = format!("in the cart after step {}", place + 1);
            played.misses.extend(cart_miss(&what, step.cart.as_ref(), &found));
        }
    }
    played.transcript = phone.transcript()?;
    let conversation = phone.conversation().await?.context("nothing was heard")?;
    played.observed = phone.looking.observe(conversation).await?;
    played.misses.extend(grade(case, (shop, stage.seller), &played.observed, &played.transcript));
    Ok(())
}

/// The phone of one shopper.
struct Phone<'a> {
    stage: &'a Stage,
    shop: &'a StageShop,
    looking: Looking,
    number: ShopperNumber,
    /// How many messages were sent.
    said: i64,
}

impl<'a> Phone<'a> {
    fn new(stage: &'a Stage, shop: &'a StageShop) -> anyhow::Result<Self> {
        let number = stage.control.new_shopper(&shop.phone_number_id)?.number;
        Ok(Self { stage, shop, looking: Looking::of(&shop.scope), number, said: 0 })
    }

    /// Does it and waits until the shop has answered and nothing more is under way.
    async fn act(&mut self, step: &Step, before: usize) -> anyhow::Result<()> {
        let control = &self.stage.control;
        let phone = &self.shop.phone_number_id;
        match &step.action {
            Action::Say(texts) => {
                for text in texts {
                    control.say(phone, self.number, text)?;
                    self.said += 1;
                }
            }
            Action::Press(wanted) => {
                let choice = self.choice(wanted)?;
                control.press(phone, self.number, &choice)?;
                self.said += 1;
            }
            Action::Picture(caption) => {
                let media = control.keep_picture("image/png", PICTURE.to_vec())?;
                let caption = (!caption.is_empty()).then(|| caption.clone());
                control.send(phone, self.number, ShopperMessage::Picture { media, caption })?;
                self.said += 1;
            }
            Action::Pay(payment) => {
                control.act(&self.session()?, pay_action(*payment))?;
                // A declined card is tried again on the pay page; nobody is written to.
                let answers = usize::from(*payment != Payment::Declined);
                return self.until_quiet(before + answers, WEBHOOK).await;
            }
        }
        self.until_quiet(before + 1, TimeDelta::zero()).await
    }

    async fn until_quiet(&self, messages: usize, lasting: TimeDelta) -> anyhow::Result<()> {
        let started = self.stage.clock.now();
        let mut quiet_since: Option<Time> = None;
        loop {
            let now = self.stage.clock.now();
            let quiet = self.received()?.len() >= messages && self.is_quiet().await?;
            quiet_since = quiet_since.or(Some(now)).filter(|_| quiet);
            if quiet_since.is_some_and(|since| now - since >= lasting) {
                return Ok(());
            }
            if now - started > self.stage.patience {
                anyhow::bail!("no answer came within {} s", self.stage.patience.num_seconds());
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn is_quiet(&self) -> anyhow::Result<bool> {
        let Some(conversation) = self.conversation().await? else { return Ok(false) };
        Ok(self.looking.is_quiet(conversation, self.said).await?)
    }

    async fn conversation(&self) -> anyhow::Result<Option<ConversationId>> {
        let shopper = self.stage.control.shopper(&self.shop.phone_number_id, self.number)?;
        let user = shopper.user_id(self.shop.slug.as_str());
        Ok(self.looking.conversation(&user, &shopper.phone).await?)
    }

    fn received(&self) -> anyhow::Result<Vec<ChatEntry>> {
        Ok(self.stage.control.received(&self.shop.phone_number_id, self.number)?)
    }

    fn transcript(&self) -> anyhow::Result<Vec<Spoken>> {
        let thread = self.stage.control.thread(&self.shop.phone_number_id, self.number)?;
        Ok(thread.entries.iter().map(spoken).collect())
    }

    /// The newest choice whose id begins so or whose words are these.
    fn choice(&self, wanted: &str) -> anyhow::Result<String> {
        let fits = |id: &str, title: &str| id.starts_with(wanted) || title.eq_ignore_ascii_case(wanted);
        let found = self.received()?.iter().rev().find_map(|entry| {
            let (choices, _) = entry.content.choices();
            choices.iter().find(|choice| fits(&choice.id, &choice.title)).map(|choice| choice.id.clone())
        });
        found.with_context(|| format!("there is nothing to press that is or begins with `{wanted}`"))
    }

    /// The pay session behind the newest pay button.
    fn session(&self) -> anyhow::Result<String> {
        let url = self.received()?.into_iter().rev().find_map(|entry| match entry.content {
            Content::Link { url, .. } => Some(url),
            _ => None,
        });
        let url = url.context("no pay button came")?;
        let session = url.split(['/', '#', '?']).find(|part| part.starts_with("cs_"));
        Ok(session.context("the pay button leads to no pay page")?.to_owned())
    }
}

const fn pay_action(payment: Payment) -> PayAction {
    match payment {
        Payment::Card => PayAction::PayByCard,
        Payment::Declined => PayAction::DeclineCard,
        Payment::Voucher => PayAction::TakeVoucher,
        Payment::VoucherPaid => PayAction::SettleVoucher,
        Payment::Abandon => PayAction::Expire,
    }
}

fn spoken(entry: &ChatEntry) -> Spoken {
    let by_shopper = entry.from == Side::Shopper;
    let words = match (&entry.content, by_shopper) {
        (Content::Pressed { title, .. }, _) => format!("[{title}]"),
        (Content::Picture { caption, .. }, true) => {
            format!("[picture] {}", caption.as_deref().unwrap_or_default()).trim_end().to_owned()
        }
        (content, _) => content.words().to_owned(),
    };
    let choices = match &entry.content {
        Content::Link { label, .. } => vec![label.clone()],
        content => content.choices().0.iter().map(|choice| choice.title.clone()).collect(),
    };
    Spoken { by_shopper, words, choices }
}
