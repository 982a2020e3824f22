//! Addresses: which may be fetched, and how one is shown without its secrets.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

use crate::catalog::sources::reach::is_public;

/// The longest address.
const BYTES_MAX: usize = 2_000;
/// A part of a path that is longer may be a token, and is shown by its first letters.
const PART_CHARS_SHOWN: usize = 20;
/// What is shown of one.
const PART_CHARS_KEPT: usize = 4;
/// The longest address that is shown.
const SHOWN_CHARS_MAX: usize = 100;

/// An address that is well formed. Whether it may be fetched is [`Reach`]'s to say, each time.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address is not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    /// It is no address.
    #[error("an address begins with https://, such as https://shop.example/feeds/products.csv")]
    NoAddress,
    /// It names who signs in.
    #[error(
        "an address with a name and password in it is not fetched; use one with a token, or one that needs none"
    )]
    UserInfo,
    /// It is not encrypted.
    #[error("the address must begin with https://")]
    NotHttps,
    /// It names another port.
    #[error("only the usual ports are fetched from, 443 for https")]
    Port,
    /// It is, or leads to, a machine that is not of the public internet.
    #[error("the address leads to a machine inside a network, which is not fetched from")]
    Inside,
}

impl Address {
    /// The address itself; secrets included.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The address whole, for its row.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.as_str()
    }

    /// The address as it may be shown: without what is asked (`?token=…`), and with long parts of the path cut.
    #[must_use]
    pub fn shown(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        let port = self.0.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path: Vec<String> = self.0.path().split('/').map(part_shown).collect();
        let asked = if self.0.query().is_some() { "?…" } else { "" };
        let shown = format!("{host}{port}{}{asked}", path.join("/"));
        shown.chars().take(SHOWN_CHARS_MAX).collect()
    }

    /// Where a redirect leads.
    ///
    /// # Errors
    /// When that is no address.
    pub fn join(&self, location: &str) -> Result<Self, NotFetched> {
        self.0.join(location).map_err(|_| NotFetched::NoAddress).and_then(Self::of)
    }

    fn of(mut url: Url) -> Result<Self, NotFetched> {
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(NotFetched::NoAddress);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotFetched::UserInfo);
        }
        url.set_fragment(None);
        if url.as_str().len() > BYTES_MAX { Err(NotFetched::NoAddress) } else { Ok(Self(url)) }
    }
}

fn part_shown(part: &str) -> String {
    if part.chars().count() <= PART_CHARS_SHOWN {
        return part.to_owned();
    }
    let ending = part.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 5);
    let kept: String = part.chars().take(PART_CHARS_KEPT).collect();
    format!("{kept}…{}", ending.map(|ending| format!(".{ending}")).unwrap_or_default())
}

impl FromStr for Address {
    type Err = NotFetched;
    fn from_str(text: &str) -> Result<Self, NotFetched> {
        Url::parse(text.trim()).map_err(|_| NotFetched::NoAddress).and_then(Self::of)
    }
}

impl fmt::Debug for Address {
    /// As it may be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// Where may be fetched from: the public internet over https, and what the operator allows beside it.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    allowed: Vec<(String, Option<u16>)>,
}

impl Reach {
    /// The public internet, and these hosts, separated by commas: `nas.lan`, `10.0.0.7:8080`. A host may be anywhere
    /// and need not encrypt; one with a port is reached at that port alone, one without at 80 and 443.
    #[must_use]
    pub fn allowing(hosts: &str) -> Self {
        let hosts = hosts.split(',').map(str::trim).filter(|host| !host.is_empty());
        Self { allowed: hosts.map(entry).collect() }
    }

    /// Whether an address may be fetched, as far as can be told without asking for its host's addresses.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(&self, address: &Address) -> Result<(), NotFetched> {
        let url = address.url();
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
        let usual = matches!(port, Some(80 | 443));
        let mut named = self.allowed.iter().filter(|(name, _)| name == bare(host)).peekable();
        if named.peek().is_some() {
            // Its name is believed wherever it leads, so it is reached at the ports that were named for it only.
            let may = named.any(|(_, at)| at.map_or(usual, |at| Some(at) == port));
            return if may { Ok(()) } else { Err(NotFetched::Port) };
        }
        if url.scheme() != "https" {
            return Err(NotFetched::NotHttps);
        }
        if !usual {
            return Err(NotFetched::Port);
        }
        match url.host() {
            Some(Host::Ipv4(v4)) if !is_public(v4.into()) => Err(NotFetched::Inside),
            Some(Host::Ipv6(v6)) if !is_public(v6.into()) => Err(NotFetched::Inside),
            _ => Ok(()),
        }
    }

    /// Whether the operator allows this name, wherever it leads.
    #[must_use]
    pub fn trusts(&self, name: &str) -> bool {
        self.allowed.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }
}

/// `nas.lan`, `nas.lan:8080`, `::1`, `[::1]:8080`.
fn entry(text: &str) -> (String, Option<u16>) {
    let named = |host: &str| bare(host).to_ascii_lowercase();
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (named(host), Some(port)),
            Err(_) => (named(text), None),
        },
        _ => (named(text), None),
    }
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(address: &str, allowed: &str) -> Result<(), NotFetched> {
        Reach::allowing(allowed).check(&address.parse()?)
    }

    #[test]
    fn the_public_internet_is_fetched_from_over_https_at_its_usual_ports() {
        for address in [
            "https://shop.example/a.csv",
            "https://8.8.8.8/a",
            "https://[2606:4700::1111]/",
            "https://shop.example:443",
        ] {
            assert_eq!(fetched(address, ""), Ok(()), "{address}");
        }
        let check = |address: &str, why| assert_eq!(fetched(address, ""), Err(why), "{address}");
        check("http://shop.example/a.csv", NotFetched::NotHttps);
        check("https://shop.example:8443/a.csv", NotFetched::Port);
        check("https://shop.example:22/", NotFetched::Port);
        for address in
            ["", "shop.example/a.csv", "ftp://shop.example/a", "file:///etc/passwd", "https://", "javascript:1"]
        {
            check(address, NotFetched::NoAddress);
        }
        check("https://ana:secret@shop.example/", NotFetched::UserInfo);
        check("https://ana@shop.example/", NotFetched::UserInfo);
    }

    #[test]
    fn no_way_to_write_an_inside_address_gets_through() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0",
            "10.1.2.3",
            "169.254.169.254",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[fd00::1]",
            "127.0.0.1.",
            "１２７.０.０.１",
        ] {
            assert_eq!(fetched(&format!("https://{host}/feed.csv"), ""), Err(NotFetched::Inside), "{host}");
        }
    }

    #[test]
    fn what_the_operator_allows_is_fetched_from_and_nothing_beside_it() {
        let allowed = "nas.lan, 10.0.0.7:8080 ,[::1]:99,fd00::7";
        for address in [
            "http://nas.lan/a",
            "https://NAS.lan/a",
            "http://10.0.0.7:8080/",
            "http://[::1]:99/",
            "http://[fd00::7]/",
        ] {
            assert_eq!(fetched(address, allowed), Ok(()), "{address}");
        }
        for address in [
            "http://nas.lan:8080/",
            "http://10.0.0.7/",
            "https://10.0.0.7/",
            "https://10.0.0.8/",
            "http://[::1]/",
            "https://[fd00::8]/",
        ] {
            assert!(fetched(address, allowed).is_err(), "{address}");
        }
        assert!(Reach::allowing(allowed).trusts("Nas.LAN") && !Reach::allowing(allowed).trusts("lan"));
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        let check = |address: &str, shown: &str| {
            let address: Address = address.parse().unwrap();
            assert_eq!((address.shown().as_str(), format!("{address:?}").as_str()), (shown, shown));
        };
        check("https://shop.example/feeds/products.csv", "shop.example/feeds/products.csv");
        check("https://shop.example/products.csv?token=s3cret#here", "shop.example/products.csv?…");
        check("https://shop.example/feeds/Zk3vbmYwMDAwMDAwMDAwMDAw.csv", "shop.example/feeds/Zk3v….csv");
        check("https://shop.example/Zk3vbmYwMDAwMDAwMDAwMDAw/x", "shop.example/Zk3v…/x");
    }
}
