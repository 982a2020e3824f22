//! Local stand-ins for Meta and Stripe, with a phone page to shop from and a pay page to pay on.
//!
//! Behaves on the wire as they do, faults included: the real clients talk to it over HTTP, and it sends signed
//! webhooks to the server under test. Keeps everything in memory. Must not use any module of the shop: it knows
//! the shop from the outside only, as Meta and Stripe do.

pub mod calls;
pub mod control;
pub mod faults;
mod graph;
mod html;
mod listener;
pub mod phone;
pub mod settings;
pub mod stripe;
mod tokens;
pub mod webhooks;
mod world;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::sandbox::control::handle::Control;
use crate::sandbox::faults::Faults;
use crate::sandbox::listener::{CuttingListener, Scissors};
use crate::sandbox::settings::SandboxSettings;
use crate::sandbox::webhooks::client::HookClient;
use crate::sandbox::webhooks::postman::Postman;
use crate::sandbox::world::{Directory, World};

/// Starts sandboxes.
pub struct Sandbox;

/// A sandbox that listens. Dropping it stops it; [`RunningSandbox::stop`] also waits.
pub struct RunningSandbox {
    address: SocketAddr,
    world: Arc<World>,
    serving: JoinHandle<()>,
    expiring: JoinHandle<()>,
}

/// How often sessions are looked through for those whose time is over.
const EXPIRY_EVERY: Duration = Duration::from_millis(250);

/// How long open connections may take to end.
const STOP_WITHIN: Duration = Duration::from_secs(3);

/// How many changes an open phone page may fall behind before it reads the whole chat again.
const LIVE_MAX: usize = 1_024;

impl Sandbox {
    /// Listens and serves until stopped.
    ///
    /// # Errors
    /// When the address is taken, or outgoing TLS cannot be set up.
    pub async fn start(settings: SandboxSettings) -> anyhow::Result<RunningSandbox> {
        let listener = TcpListener::bind(settings.bind)
            .await
            .with_context(|| format!("the sandbox cannot listen on {}", settings.bind))?;
        let address = listener.local_addr().context("the sandbox's listener has no address")?;
        let world = world(settings, address)?;
        let serving = tokio::spawn(serve(listener, router(Arc::clone(&world)), world.stop.clone()));
        let expiring = tokio::spawn(expire(Arc::clone(&world)));
        Ok(RunningSandbox { address, world, serving, expiring })
    }
}

fn world(settings: SandboxSettings, address: SocketAddr) -> anyhow::Result<Arc<World>> {
    let stop = CancellationToken::new();
    let faults = Arc::new(Mutex::new(Faults::default()));
    let clock = settings.clock;
    let postman = Postman::new(
        HookClient::new()?,
        clock.clone(),
        settings.timings.retry_gaps.clone(),
        Arc::clone(&faults),
        stop.clone(),
    );
    let base_url = settings.public_base_url.unwrap_or_else(|| format!("http://{address}"));
    Ok(Arc::new(World {
        clock,
        timings: settings.timings,
        whatsapp_app_secret: settings.whatsapp_app_secret,
        base_url: base_url.trim_end_matches('/').to_owned(),
        directory: Mutex::new(Directory {
            app_url: settings.app_url,
            numbers: settings.phones,
            accounts: settings.stripe_accounts,
        }),
        chats: Mutex::default(),
        media: Mutex::default(),
        pairs: Mutex::default(),
        ledger: Mutex::default(),
        keyed_call: Mutex::default(),
        faults,
        postman,
        calls: Mutex::default(),
        live: broadcast::channel(LIVE_MAX).0,
        stop,
    }))
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .merge(graph::routes::routes())
        .merge(stripe::routes::routes())
        .merge(stripe::pay::routes())
        .merge(phone::page::routes())
        .merge(control::routes::routes())
        .with_state(world)
}

async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let service = router.into_make_service_with_connect_info::<Scissors>();
    let serving = axum::serve(CuttingListener(listener), service).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = serving.await {
        tracing::error!(error = &error as &dyn std::error::Error, "the sandbox stopped listening");
    }
}

async fn expire(world: Arc<World>) {
    loop {
        tokio::select! {
            () = world.stop.cancelled() => return,
            () = tokio::time::sleep(EXPIRY_EVERY) => stripe::notify::expire_overdue(&world),
        }
    }
}

impl RunningSandbox {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for clients and browsers, without a slash at the end: the base of Graph API and Stripe calls.
    pub fn base_url(&self) -> &str {
        &self.world.base_url
    }

    /// The handle through which tests act as shoppers, payers and bad luck.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.world))
    }

    /// Stops listening and waits until everything has ended; webhooks not yet sent are dropped.
    pub async fn stop(mut self) {
        self.world.stop.cancel();
        let ending = async {
            let _ = (&mut self.serving).await;
            let _ = (&mut self.expiring).await;
            self.world.postman.stopped().await;
        };
        if tokio::time::timeout(STOP_WITHIN, ending).await.is_err() {
            self.serving.abort();
        }
    }
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        self.world.stop.cancel();
    }
}
