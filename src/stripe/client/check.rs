//! Asks Stripe whether a key works, for `trato doctor`.

use std::time::Duration;

use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};

use crate::stripe::wire::API_VERSION;

/// Whether the key may look at checkout sessions, which is what it is for.
///
/// # Errors
/// Why not, in words that say how to mend it.
pub async fn account(base_url: &str, key: &SecretString, within: Duration) -> Result<(), String> {
    let http = reqwest::Client::builder().timeout(within).build().map_err(|error| error.to_string())?;
    let url = format!("{}/v1/checkout/sessions?limit=1", base_url.trim_end_matches('/'));
    let asked = http.get(url).bearer_auth(key.expose_secret()).header("Stripe-Version", API_VERSION).send().await;
    match asked.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => Ok(()),
        Ok(StatusCode::UNAUTHORIZED) => {
            Err("Stripe does not accept the key: copy a secret key from Developers → API keys and connect again"
                .to_owned())
        }
        Ok(StatusCode::FORBIDDEN) => {
            Err("the restricted key may not use Checkout Sessions: give it write access to them".to_owned())
        }
        Ok(status) => Err(format!("Stripe answered {status}; try again in a minute")),
        Err(error) => Err(format!("{base_url} was not reached: {}", error.without_url())),
    }
}
