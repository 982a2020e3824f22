//! What a sandbox is started with.

use std::net::SocketAddr;
use std::time::Duration;

use crate::base::clock::Clock;
use crate::base::language::Locale;

/// Everything a sandbox needs to know before it listens.
#[derive(Clone)]
pub struct SandboxSettings {
    /// Where to listen; port 0 takes any free one.
    pub bind: SocketAddr,
    /// How browsers reach the sandbox, when that is not the address it listens on.
    pub public_base_url: Option<String>,
    /// Where the server under test lives, such as `http://127.0.0.1:8080`.
    pub app_url: String,
    /// Signs the webhooks of every WhatsApp number.
    pub whatsapp_app_secret: String,
    /// The connected WhatsApp numbers.
    pub phones: Vec<SandboxNumber>,
    /// The connected Stripe accounts.
    pub stripe_accounts: Vec<SandboxStripeAccount>,
    /// How long things take.
    pub timings: Timings,
    /// What the time is; a fixed clock moves windows and expiry by hand.
    pub clock: Clock,
}

/// One business number at the stand-in for Meta.
#[derive(Clone)]
pub struct SandboxNumber {
    /// Meta's id of the number.
    pub phone_number_id: String,
    /// The number as people read it.
    pub display_number: String,
    /// The shop's name in the chat header.
    pub shop_name: String,
    /// The bearer token that may send from it.
    pub access_token: String,
    /// The language of the phone page.
    pub locale: Locale,
    /// The shop; numbers of one shop share their shoppers' user ids, as a business portfolio does.
    pub shop_slug: String,
}

/// One account at the stand-in for Stripe.
#[derive(Clone)]
pub struct SandboxStripeAccount {
    /// The last part of `POST {app_url}/hooks/stripe/{merchant}`.
    pub merchant_path: String,
    /// The secret key, `sk_test_…`.
    pub api_key: String,
    /// Signs the account's webhooks, `whsec_…`.
    pub webhook_secret: String,
    /// The name on the pay page.
    pub shop_name: String,
    /// The language of the pay page when the session leaves it open.
    pub locale: Locale,
}

/// Meta's own pair rate: one message in six seconds.
const PAIR_GAP: Duration = Duration::from_secs(6);

/// How long things take at Meta and Stripe. All may be zero.
#[derive(Clone)]
pub struct Timings {
    /// Between an accepted message and `sent`, and between `sent` and `delivered`.
    pub status_delay: Duration,
    /// Between what happened and its webhook.
    pub webhook_delay: Duration,
    /// How long one number waits between two messages to one shopper once a burst is used up; nothing for no limit,
    /// which is what measuring under load wants.
    pub pair_gap: Duration,
    /// The pauses before each retry of a webhook that was not answered with 2xx; afterwards it is given up.
    pub retry_gaps: Vec<Duration>,
}

impl Timings {
    /// Short enough to be pleasant, long enough to be seen.
    #[must_use]
    pub fn lifelike() -> Self {
        Self {
            status_delay: Duration::from_millis(350),
            webhook_delay: Duration::from_millis(120),
            pair_gap: PAIR_GAP,
            retry_gaps: [1, 2, 4, 8, 15, 30, 60].map(Duration::from_secs).to_vec(),
        }
    }

    /// No waiting, and quick retries.
    #[must_use]
    pub fn immediate() -> Self {
        Self {
            status_delay: Duration::ZERO,
            webhook_delay: Duration::ZERO,
            pair_gap: PAIR_GAP,
            retry_gaps: [20, 50, 100, 200, 400, 800, 1600].map(Duration::from_millis).to_vec(),
        }
    }
}
