//! Asks WhatsApp whether a number's token works, for `trato doctor`.

use std::time::Duration;

use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};

/// Whether the token may use the number.
///
/// # Errors
/// Why not, in words that say how to mend it.
pub async fn number(base_url: &str, id: &str, token: &SecretString, within: Duration) -> Result<(), String> {
    let http = reqwest::Client::builder().timeout(within).build().map_err(|error| error.to_string())?;
    let url = format!("{base_url}/{id}?fields=display_phone_number,quality_rating");
    match http.get(url).bearer_auth(token.expose_secret()).send().await.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => Ok(()),
        Ok(StatusCode::UNAUTHORIZED) => {
            Err("Meta does not accept the token: make a permanent one for a system user \
                                             (Business settings → System users) and connect the number again"
                .to_owned())
        }
        Ok(StatusCode::FORBIDDEN) => {
            Err("the token lacks whatsapp_business_messaging for this number: give the system user that permission"
                .to_owned())
        }
        Ok(StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST) => {
            Err(format!("Meta knows no number {id} for this token: copy the phone number id from API Setup"))
        }
        Ok(status) => Err(format!("Meta answered {status}; try again in a minute")),
        Err(error) => Err(format!("{base_url} was not reached: {}", error.without_url())),
    }
}
