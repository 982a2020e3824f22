//! Staff: the people of a shop who sign in to the inbox, their passwords and their sessions.

pub mod limit;
pub mod password;
pub mod session;
pub mod store;

use std::fmt;
use std::str::FromStr;

use crate::base::ids::StaffId;

/// The longest e-mail address (RFC 5321 allows 254 characters).
const EMAIL_CHARACTERS_MAX: usize = 254;

/// A person who works for a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// Who.
    pub id: StaffId,
    /// What they sign in with.
    pub email: Email,
    /// As colleagues and the agent call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Conversations and the catalog: imports, sources, costs, API keys.
    Owner,
    /// Conversations, and looking products up.
    Agent,
}

impl Role {
    /// The word in the column.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Agent => "agent",
        }
    }
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a role; it is `owner` or `agent`")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        match word {
            "owner" => Ok(Self::Owner),
            "agent" => Ok(Self::Agent),
            other => Err(UnknownRole(other.to_owned())),
        }
    }
}

/// An e-mail address, in lower case: people do not remember which letters they wrote large.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Text that is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address looks like name@example.com")]
pub struct NotAnEmail;

impl Email {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = NotAnEmail;
    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let address = text.trim().to_lowercase();
        let (local, domain) = address.rsplit_once('@').ok_or(NotAnEmail)?;
        let fits = !local.is_empty()
            && !domain.is_empty()
            && address.chars().count() <= EMAIL_CHARACTERS_MAX
            && !address.chars().any(|c| c.is_whitespace() || c.is_control());
        if fits { Ok(Self(address)) } else { Err(NotAnEmail) }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_its_letters_are_written() {
        assert_eq!(" Ana@Example.COM ".parse::<Email>(), "ana@example.com".parse());
        for bad in ["", "ana", "@example.com", "ana@", "an a@example.com"] {
            assert_eq!(bad.parse::<Email>(), Err(NotAnEmail), "{bad:?}");
        }
    }
}
