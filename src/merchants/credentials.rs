//! Credentials as they are typed in: read once, told apart, and refused with a sentence that says where the right
//! one is. No message repeats any part of what was typed.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// The longest credential accepted; those of Stripe and Meta have a few hundred characters.
const CREDENTIAL_CHARACTERS_MAX: usize = 1000;

/// A credential that cannot be the one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCredential {
    /// A publishable key in the place of a secret one.
    #[error(
        "this is a publishable key (pk_…), which cannot take payments; copy the secret key (sk_…) or a restricted \
         key (rk_…) from Developers > API keys in the Stripe Dashboard"
    )]
    PublishableKey,
    /// A webhook's signing secret in the place of an API key.
    #[error(
        "this is a webhook signing secret (whsec_…); it belongs with the webhook secrets, and the API key is the \
         secret key (sk_…) from Developers > API keys in the Stripe Dashboard"
    )]
    WebhookSecretAsKey,
    /// An API key in the place of a webhook's signing secret.
    #[error(
        "this is an API key; the webhook signing secret (whsec_…) is shown by the endpoint under Developers > \
         Webhooks in the Stripe Dashboard"
    )]
    KeyAsWebhookSecret,
    /// Not an API key of Stripe's.
    #[error(
        "this is not a Stripe API key; one begins with sk_test_, sk_live_, rk_test_ or rk_live_ and is copied whole \
         from Developers > API keys in the Stripe Dashboard"
    )]
    NotAStripeKey,
    /// Not a signing secret of Stripe's.
    #[error(
        "this is not a webhook signing secret; one begins with whsec_ and is copied whole from the endpoint under \
         Developers > Webhooks in the Stripe Dashboard"
    )]
    NotAWebhookSecret,
    /// No webhook secret at all: then no payment would ever be believed.
    #[error("at least one webhook signing secret is needed, or no payment could be verified")]
    NoWebhookSecret,
    /// Not an id of a `WhatsApp` number.
    #[error(
        "this is not a phone number ID; it is the long number under WhatsApp > API Setup in the Meta dashboard, \
         digits only, and not the phone number itself"
    )]
    NotAPhoneNumberId,
    /// No number that people could read.
    #[error("the display number is empty; write the number as shoppers see it, such as +52 55 1234 5678")]
    NoDisplayNumber,
    /// Not an access token of Meta's.
    #[error(
        "this is not an access token; copy the system user's permanent token from Meta Business settings, whole and \
         without spaces"
    )]
    NotAToken,
}

/// A secret or restricted API key of Stripe's.
#[derive(Clone)]
pub struct StripeKey {
    secret: SecretString,
    livemode: bool,
}

impl StripeKey {
    /// Reads a key; blanks around it are dropped.
    ///
    /// # Errors
    /// When it is a publishable key, a webhook secret, or no key at all.
    pub fn parse(text: &SecretString) -> Result<Self, BadCredential> {
        const KINDS: [(&str, bool); 4] =
            [("sk_test_", false), ("rk_test_", false), ("sk_live_", true), ("rk_live_", true)];
        let key = text.expose_secret().trim();
        if key.starts_with("pk_") {
            return Err(BadCredential::PublishableKey);
        }
        if key.starts_with("whsec_") {
            return Err(BadCredential::WebhookSecretAsKey);
        }
        let kind = KINDS.into_iter().find(|(prefix, _)| key.strip_prefix(prefix).is_some_and(is_whole));
        let (_, livemode) = kind.ok_or(BadCredential::NotAStripeKey)?;
        Ok(Self { secret: key.into(), livemode })
    }

    /// Whether payments made with it are real.
    #[must_use]
    pub const fn livemode(&self) -> bool {
        self.livemode
    }

    /// The key itself, for the client that calls Stripe.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.secret
    }
}

impl fmt::Debug for StripeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripeKey").field("livemode", &self.livemode).finish_non_exhaustive()
    }
}

/// The signing secret of one webhook endpoint.
#[derive(Clone, Debug)]
pub struct WebhookSecret(SecretString);

impl WebhookSecret {
    /// Reads a secret; blanks around it are dropped.
    ///
    /// # Errors
    /// When it is an API key, or no signing secret at all.
    pub fn parse(text: &SecretString) -> Result<Self, BadCredential> {
        let secret = text.expose_secret().trim();
        if ["sk_", "rk_", "pk_"].iter().any(|prefix| secret.starts_with(prefix)) {
            return Err(BadCredential::KeyAsWebhookSecret);
        }
        if !secret.strip_prefix("whsec_").is_some_and(is_whole) {
            return Err(BadCredential::NotAWebhookSecret);
        }
        Ok(Self(secret.into()))
    }

    /// The secret itself, prefix included: that is what Stripe signs with.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// The part after a prefix: long enough not to be a scrap, and with nothing in it that the Dashboard puts there to
/// hide the rest.
fn is_whole(rest: &str) -> bool {
    (8..=CREDENTIAL_CHARACTERS_MAX).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A shop's account at Stripe.
#[derive(Clone, Debug)]
pub struct StripeAccount {
    /// For calling Stripe.
    pub api_key: SecretString,
    /// For verifying what Stripe sends; any one of them may have signed it.
    pub webhook_secrets: Vec<SecretString>,
    /// Whether payments are real.
    pub livemode: bool,
}

/// A `WhatsApp` number to be connected.
#[derive(Clone, Debug)]
pub struct WhatsappNumber {
    phone_number_id: String,
    display_number: String,
    token: SecretString,
}

impl WhatsappNumber {
    /// A number by the id Meta knows it under, as people read it, and the token that may send from it.
    ///
    /// # Errors
    /// When the id is not one, nothing can be read in the number, or the token could not go into a header.
    pub fn new(phone_number_id: &str, display_number: &str, token: &SecretString) -> Result<Self, BadCredential> {
        let (id, display, token) = (phone_number_id.trim(), display_number.trim(), token.expose_secret().trim());
        if !(5..=32).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadCredential::NotAPhoneNumberId);
        }
        if !display.chars().any(|character| character.is_ascii_digit()) {
            return Err(BadCredential::NoDisplayNumber);
        }
        let usable = (1..=CREDENTIAL_CHARACTERS_MAX).contains(&token.len());
        if !usable || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadCredential::NotAToken);
        }
        Ok(Self { phone_number_id: id.to_owned(), display_number: display.to_owned(), token: token.into() })
    }

    /// Meta's id of the number.
    #[must_use]
    pub fn phone_number_id(&self) -> &str {
        &self.phone_number_id
    }

    /// The number as people read it.
    #[must_use]
    pub fn display_number(&self) -> &str {
        &self.display_number
    }

    /// What may send from it.
    #[must_use]
    pub const fn token(&self) -> &SecretString {
        &self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Joined at run time, so that nothing in this file looks like a leaked key to whoever scans for those.
    fn typed(prefix: &str) -> SecretString {
        format!(" {prefix}{}\n", "a1B2".repeat(6)).into()
    }

    fn key(prefix: &str) -> Result<bool, BadCredential> {
        StripeKey::parse(&typed(prefix)).map(|key| key.livemode())
    }

    fn webhook(prefix: &str) -> Result<(), BadCredential> {
        WebhookSecret::parse(&typed(prefix)).map(drop)
    }

    #[test]
    fn secret_and_restricted_keys_know_whether_they_are_live() {
        assert_eq!(key("sk_test_"), Ok(false));
        assert_eq!(key("rk_test_"), Ok(false));
        assert_eq!(key("sk_live_"), Ok(true));
        assert_eq!(key("rk_live_"), Ok(true));
        let read = StripeKey::parse(&typed("sk_test_")).unwrap();
        assert_eq!(read.secret().expose_secret(), typed("sk_test_").expose_secret().trim());
    }

    #[test]
    fn the_wrong_kind_of_key_is_refused_with_the_way_to_the_right_one() {
        assert_eq!(key("pk_live_"), Err(BadCredential::PublishableKey));
        assert_eq!(key("whsec_"), Err(BadCredential::WebhookSecretAsKey));
        assert_eq!(webhook("sk_live_"), Err(BadCredential::KeyAsWebhookSecret));
        assert_eq!(webhook("pk_test_"), Err(BadCredential::KeyAsWebhookSecret));
        assert_eq!(webhook("whsec_"), Ok(()));
        for error in [BadCredential::PublishableKey, BadCredential::WebhookSecretAsKey] {
            assert!(error.to_string().contains("Developers > API keys"), "{error}");
        }
    }

    #[test]
    fn keys_that_are_cut_or_hidden_are_refused() {
        for bad in [
            "",
            "sk_test_",
            "sk_test_short",
            "sk_test_••••••••••••abcd",
            "sk_test_abcd efgh ijkl",
            "sk_prod_abcdefghijkl",
        ] {
            assert_eq!(StripeKey::parse(&bad.into()).map(drop), Err(BadCredential::NotAStripeKey), "{bad}");
        }
        for bad in ["", "whsec_", "whsec_…abcdefgh", "secret_abcdefghijkl"] {
            assert_eq!(WebhookSecret::parse(&bad.into()).map(drop), Err(BadCredential::NotAWebhookSecret), "{bad}");
        }
    }

    #[test]
    fn a_number_is_connected_by_its_id_and_not_by_itself() {
        let number =
            |id: &str, display: &str, token: &str| WhatsappNumber::new(id, display, &token.into()).map(drop);
        assert_eq!(number(" 106540352242922 ", "+52 55 1234 5678", "EAAGm0PX4ZCpsBAK "), Ok(()));
        assert_eq!(number("+52 55 1234 5678", "+52", "EAA"), Err(BadCredential::NotAPhoneNumberId));
        assert_eq!(number("106540352242922", " ", "EAA"), Err(BadCredential::NoDisplayNumber));
        assert_eq!(number("106540352242922", "+52", "EAA\nHost: x"), Err(BadCredential::NotAToken));
        assert_eq!(number("106540352242922", "+52", ""), Err(BadCredential::NotAToken));
    }

    #[test]
    fn credentials_do_not_print() {
        let shown =
            format!("{:?} {:?}", StripeKey::parse(&typed("sk_test_")), WebhookSecret::parse(&typed("whsec_")));
        assert!(!shown.contains("a1B2"), "{shown}");
    }
}
