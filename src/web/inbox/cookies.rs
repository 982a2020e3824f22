//! The two cookies: the session's token, and the one that ties the sign-in form to the browser it was given to.

use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use crate::merchants::staff::session::SESSION_LASTS;
use crate::web::inbox::InboxSettings;

/// How long a sign-in form may lie open.
const FORM_SECONDS: i64 = 3600;

#[derive(Clone, Copy)]
pub enum Cookie {
    Session,
    SignInForm,
}

impl Cookie {
    /// `__Host-` makes browsers refuse the cookie from a neighbouring host; they take it over HTTPS only.
    const fn name(self, settings: InboxSettings) -> &'static str {
        match (self, settings.https) {
            (Self::Session, true) => "__Host-trato",
            (Self::Session, false) => "trato",
            (Self::SignInForm, true) => "__Host-trato-form",
            (Self::SignInForm, false) => "trato-form",
        }
    }

    pub fn read(self, headers: &HeaderMap, settings: InboxSettings) -> Option<SecretString> {
        let wanted = self.name(settings);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == wanted && !value.is_empty())
            .map(|(_, value)| SecretString::from(value.to_owned()))
    }

    /// The header that gives the cookie to a browser. `value` is one of our own tokens: no escaping is needed.
    pub fn give(self, value: &SecretString, settings: InboxSettings) -> Option<HeaderValue> {
        let (seconds, same_site) = match self {
            Self::Session => (SESSION_LASTS.num_seconds(), "Lax"),
            Self::SignInForm => (FORM_SECONDS, "Strict"),
        };
        self.header(value.expose_secret(), seconds, same_site, settings)
    }

    /// The header that takes it away again.
    pub fn take(self, settings: InboxSettings) -> Option<HeaderValue> {
        self.header("", 0, "Lax", settings)
    }

    fn header(self, value: &str, seconds: i64, same_site: &str, settings: InboxSettings) -> Option<HeaderValue> {
        let secure = if settings.https { "; Secure" } else { "" };
        let name = self.name(settings);
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={seconds}{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: InboxSettings = InboxSettings { https: false, behind_proxy: false };
    const HTTPS: InboxSettings = InboxSettings { https: true, behind_proxy: false };

    #[test]
    fn over_https_the_cookie_travels_over_nothing_else() {
        let value = SecretString::from("abc".to_owned());
        let given = Cookie::Session.give(&value, HTTPS).unwrap();
        assert_eq!(
            given.to_str().unwrap(),
            "__Host-trato=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600; Secure"
        );
        assert!(!Cookie::Session.give(&value, PLAIN).unwrap().to_str().unwrap().contains("Secure"));
    }

    #[test]
    fn a_cookie_is_found_among_others_and_only_under_its_own_name() {
        let read = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(line));
            Cookie::Session.read(&headers, PLAIN).map(|value| value.expose_secret().to_owned())
        };
        assert_eq!(read("a=b; trato=abc; c=d"), Some("abc".to_owned()));
        for line in ["", "trato", "trato=", "xtrato=abc", "__Host-trato=abc", "a=trato=abc"] {
            assert_eq!(read(line), None, "{line:?}");
        }
    }
}
