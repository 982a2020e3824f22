//! Sessions: a signed-in browser. The browser holds a random token, the database only its hash, so that whoever
//! reads the table cannot sign in with it.

use chrono::TimeDelta;
use secrecy::SecretString;
use subtle::ConstantTimeEq as _;

use crate::base::fingerprint::Fingerprint;
use crate::base::language::Locale;
use crate::base::money::Currency;
use crate::base::store::Scope;
use crate::merchants::staff::StaffMember;

/// How long a session lasts.
pub const SESSION_LASTS: TimeDelta = TimeDelta::days(14);

/// A session that was just opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// For the browser's cookie; never stored.
    pub token: SecretString,
}

/// A session that a browser showed.
#[derive(Clone, Debug)]
pub struct Session {
    /// The slice of data it opens: the person's own merchant.
    pub scope: Scope,
    /// What the shop is called.
    pub shop_name: String,
    /// What the shop sells in.
    pub currency: Currency,
    /// How the shop writes amounts.
    pub locale: Locale,
    /// The shop's IANA time zone.
    pub time_zone: String,
    /// Who.
    pub staff: StaffMember,
    /// What every form of this session carries.
    pub csrf: CsrfToken,
}

/// A token that a page of ours knows and a page of somebody else's does not.
#[derive(Clone, Debug)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// The token, for the form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a form carried it. Takes the same time wherever they differ.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        self.0.as_bytes().ct_eq(shown.as_bytes()).into()
    }
}

impl From<String> for CsrfToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

/// What the table keeps of a token.
pub(in crate::merchants::staff) fn token_hash(token: &str) -> Vec<u8> {
    Fingerprint::of(token.as_bytes()).bytes().to_vec()
}
