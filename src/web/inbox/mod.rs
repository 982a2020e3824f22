//! The inbox: pages where staff read conversations, take over, write and hand back.
//!
//! Owns the pages and who may see them. Must not decide who waits, who may write or whether the window is open:
//! `conversation` does; nor send anything: it is said through `outbox`.
//!
//! Pages work without JavaScript. With it they stay true by themselves: a stream of events says that something
//! changed, and the script fetches the same page again and replaces the regions that differ.

pub mod assets;
mod control;
mod cookies;
mod live;
pub(in crate::web) mod orders;
mod pages;
pub(in crate::web) mod safety;
pub mod session;
mod sign_in;
pub(in crate::web) mod view;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::base::clock::Clock;
use crate::conversation::changes::Changes;
use crate::merchants::staff::limit::SignInLimit;
use crate::merchants::staff::store::SignIns;

/// The largest form; a message of the longest kind is a fifth of it.
const FORM_BYTES_MAX: usize = 64 * 1024;
/// The most pages that are told of changes at once; the rest look by themselves every half minute.
const WATCHERS_MAX: usize = 1000;

/// What the inbox is told about how it is reached.
#[derive(Clone, Copy, Debug)]
pub struct InboxSettings {
    /// Whether browsers reach it over HTTPS, by the public address: cookies then travel over nothing else.
    pub https: bool,
    /// Whether a proxy of ours stands in front and appends the caller's address to `X-Forwarded-For`. When there
    /// is none the header is a stranger's claim.
    pub behind_proxy: bool,
}

/// What the inbox holds.
#[derive(Clone, Debug)]
pub struct InboxState {
    sign_ins: SignIns,
    limit: Arc<SignInLimit>,
    changes: Changes,
    clock: Clock,
    settings: InboxSettings,
    stopping: CancellationToken,
    watchers: Arc<Semaphore>,
}

impl InboxState {
    /// Over these handles. Streams of events end when `stopping` is cancelled, so that a server can stop.
    #[must_use]
    pub fn new(
        sign_ins: SignIns,
        changes: Changes,
        clock: Clock,
        settings: InboxSettings,
        stopping: CancellationToken,
    ) -> Self {
        let watchers = Arc::new(Semaphore::new(WATCHERS_MAX));
        Self { sign_ins, limit: Arc::default(), changes, clock, settings, stopping, watchers }
    }

    /// The time.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// The routes under `/inbox`. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: without the
/// caller's address all sign-ins share one limit.
pub fn router(state: InboxState) -> Router {
    Router::new()
        .route("/inbox", get(pages::list))
        .route("/inbox/c/{conversation}", get(pages::conversation))
        .route("/inbox/c/{conversation}/take-over", post(control::take_over))
        .route("/inbox/c/{conversation}/hand-back", post(control::hand_back))
        .route("/inbox/c/{conversation}/write", post(write::write))
        .route("/inbox/c/{conversation}/orders/{order}/{verdict}", post(orders::settle))
        .route("/inbox/events", get(live::events))
        .route("/inbox/login", get(sign_in::door).post(sign_in::sign_in))
        .route("/inbox/sign-out", post(sign_in::sign_out))
        .route("/inbox/static/{file}", get(assets::file))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(axum::middleware::map_response_with_state(state.clone(), safety::headers))
        .with_state(state)
}

#[cfg(test)]
mod tests;
