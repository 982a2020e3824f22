//! Fetches a file: a piece at a time, from machines that may be reached, never more of it than is read.
//!
//! Redirects are followed here, so that each is checked as the first address was. A name is resolved by [`Public`],
//! which hands out public addresses only, and what it hands out is what is connected to: there is no second look-up
//! that could answer otherwise. Proxies that the environment names are not used, since they would do the connecting.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    ACCEPT, CONTENT_LENGTH, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};

use crate::catalog::sources::address::{Address, NotFetched, Reach};
use crate::catalog::sources::reach::is_public;

/// How many redirects are followed.
const REDIRECTS_MAX: usize = 5;
/// The longest `ETag` or date that is kept.
const MARK_BYTES_MAX: usize = 1_000;

/// How sources are fetched.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where from.
    pub reach: Reach,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long may pass between two pieces.
    pub silence_max: Duration,
    /// How long the whole may take.
    pub answer_timeout: Duration,
    /// How large a file may be, unpacked.
    pub bytes_max: u64,
}

/// What a server says of a file, so that it need not send it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// Why a file could not be fetched. No message has the address in it.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// It, or what it redirects to, may not be fetched.
    #[error("the address may not be fetched")]
    Refused(#[source] NotFetched),
    /// It redirects without end.
    #[error("more than {REDIRECTS_MAX} redirects")]
    Redirects,
    /// The server answers with something else than a file.
    #[error("the server answers {0}")]
    Status(u16),
    /// The file is larger than what is read.
    #[error("the file is too large")]
    TooLarge,
    /// It took too long.
    #[error("the server is too slow")]
    TooSlow,
    /// The server could not be reached.
    #[error("the server could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The file did not come whole.
    #[error("the connection broke")]
    Broken(#[source] reqwest::Error),
}

/// What a server sent.
#[derive(Debug)]
pub enum Fetched {
    /// The file is the one that was seen.
    SameAsSeen,
    /// A file.
    File(Incoming),
}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be built")]
pub struct NoClient(#[source] reqwest::Error);

/// Fetches.
#[derive(Clone, Debug)]
pub struct Fetcher {
    http: reqwest::Client,
    settings: Arc<Settings>,
}

impl Fetcher {
    /// A client of its own.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, NoClient> {
        let http = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .read_timeout(settings.silence_max)
            .timeout(settings.answer_timeout)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            // No connection outlives the fetch that looked where it leads.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("Trato/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Public(settings.reach.clone())))
            .build()
            .map_err(NoClient)?;
        Ok(Self { http, settings: Arc::new(settings) })
    }

    /// Begins to fetch a file, unless it is the one that was seen.
    ///
    /// # Errors
    /// When it may not be fetched, the server does not answer, or not with a file.
    pub async fn fetch(&self, address: &Address, seen: &Seen) -> Result<Fetched, FetchError> {
        let mut at = address.clone();
        for _ in 0..=REDIRECTS_MAX {
            self.settings.reach.check(&at).map_err(FetchError::Refused)?;
            let request = self.http.get(at.url().clone()).header(ACCEPT, "*/*").headers(conditions(seen));
            let response = request.send().await.map_err(unreachable)?;
            match response.status() {
                StatusCode::OK => return self.incoming(response),
                StatusCode::NOT_MODIFIED if *seen != Seen::default() => return Ok(Fetched::SameAsSeen),
                status if is_redirect(status) => {
                    let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
                    let location = location.ok_or(FetchError::Status(status.as_u16()))?;
                    at = at.join(location).map_err(FetchError::Refused)?;
                }
                status => return Err(FetchError::Status(status.as_u16())),
            }
        }
        Err(FetchError::Redirects)
    }

    fn incoming(&self, response: Response) -> Result<Fetched, FetchError> {
        let left = self.settings.bytes_max;
        // What is packed is longer than it says, so that this is only the first check.
        let said =
            response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if said.is_some_and(|length| length > left) {
            return Err(FetchError::TooLarge);
        }
        let mark = |name| {
            let value = response.headers().get(name)?.to_str().ok()?;
            (value.len() <= MARK_BYTES_MAX).then(|| value.to_owned())
        };
        let seen = Seen { etag: mark(ETAG), last_modified: mark(LAST_MODIFIED) };
        Ok(Fetched::File(Incoming { response, left, seen }))
    }
}

/// A file that is on its way.
#[derive(Debug)]
pub struct Incoming {
    response: Response,
    left: u64,
    seen: Seen,
}

impl Incoming {
    /// What the server says of it.
    #[must_use]
    pub const fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The next piece, unpacked; `None` at the end.
    ///
    /// # Errors
    /// When the file becomes too large, or does not come whole.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        let Some(piece) = self.response.chunk().await.map_err(broken)? else { return Ok(None) };
        self.left = self.left.checked_sub(piece.len() as u64).ok_or(FetchError::TooLarge)?;
        Ok(Some(piece.into()))
    }
}

const fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn conditions(seen: &Seen) -> HeaderMap {
    let marks = [(IF_NONE_MATCH, &seen.etag), (IF_MODIFIED_SINCE, &seen.last_modified)];
    let header = |(name, mark): (_, &Option<String>)| Some((name, HeaderValue::from_str(mark.as_ref()?).ok()?));
    marks.into_iter().filter_map(header).collect()
}

fn unreachable(error: reqwest::Error) -> FetchError {
    if is_inside(&error) {
        return FetchError::Refused(NotFetched::Inside);
    }
    if error.is_timeout() { FetchError::TooSlow } else { FetchError::Unreachable(error.without_url()) }
}

fn broken(error: reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::TooSlow } else { FetchError::Broken(error.without_url()) }
}

/// Whether a name led inside: said by [`Public`] below all that reqwest says.
fn is_inside(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<NotFetched>().is_some() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Resolves names to public addresses; those of hosts that the operator allows, to any.
#[derive(Debug)]
struct Public(Reach);

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let trusted = self.0.trusts(name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Vec<SocketAddr> =
                found.into_iter().filter(|address| trusted || is_public(address.ip())).collect();
            if addresses.is_empty() {
                return Err(NotFetched::Inside.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
