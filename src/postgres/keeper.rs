//! Who looks after a private PostgreSQL: a thread that starts it, starts it again where it is needed for longer, and
//! ends it when nobody needs it. The kernel ends the server with the thread that started it, so the thread lasts.
//!
//! Several processes may use one server. The one that started it ends it; a command that uses it is waited for, and a
//! service starts it again for itself.

use std::fs::File;
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::postgres::PostgresError;
use crate::postgres::cluster::{Place, Restart, end};

/// How often a service looks whether its server is there.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a server that does not start is left alone before it is tried again.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How long other commands may go on with a server that its owner needs no more.
const OTHERS_MAX: Duration = Duration::from_mins(1);
const OTHERS_POLL: Duration = Duration::from_millis(50);

/// The thread that looks after a server. Dropping it stops the server too.
#[derive(Debug)]
pub struct Keeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Has the server started, and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(place: Place, restart: Restart) -> Result<Self, PostgresError> {
        let (stop, told_to_stop) = mpsc::channel();
        let (started, outcome) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("postgres-keeper".to_owned())
            .spawn(move || match Kept::start(place, restart) {
                Ok(kept) => {
                    started.send(Ok(())).ok();
                    kept.until(&told_to_stop);
                }
                Err(error) => {
                    started.send(Err(error)).ok();
                }
            })
            .map_err(|cause| PostgresError::DidNotStart(cause.to_string()))?;
        outcome.recv().map_err(|gone| PostgresError::DidNotStart(gone.to_string()))??;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }

    /// Stops the server if this process started it, and waits for it.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.end();
    }
}

/// A server as its keeper sees it.
struct Kept {
    place: Place,
    restart: Restart,
    /// `None`: somebody else's.
    child: Option<Child>,
    /// Held by a command for as long as it needs the server.
    needed: Option<File>,
}

impl Kept {
    fn start(place: Place, restart: Restart) -> Result<Self, PostgresError> {
        let needed = match restart {
            Restart::Never => Some(users(&place, File::lock_shared)?),
            Restart::Always => None,
        };
        let child = place.start()?;
        Ok(Self { place, restart, child, needed })
    }

    fn until(mut self, told_to_stop: &Receiver<()>) {
        let mut look_after = LOOK_EVERY;
        while self.waits(told_to_stop, look_after) {
            look_after = LOOK_EVERY;
            if self.place.is_there(self.child.as_mut()) {
                continue;
            }
            tracing::warn!("the private PostgreSQL has ended; it is being started again");
            match self.place.start() {
                Ok(child) => self.child = child,
                Err(error) => {
                    tracing::error!(%error, "the private PostgreSQL cannot be started again yet");
                    self.child = None;
                    look_after = TRY_AGAIN_AFTER;
                }
            }
        }
        self.end();
    }

    /// Whether it is time to look after the server, and not to stop.
    fn waits(&self, told_to_stop: &Receiver<()>, time: Duration) -> bool {
        match self.restart {
            Restart::Always => told_to_stop.recv_timeout(time) == Err(RecvTimeoutError::Timeout),
            Restart::Never => told_to_stop.recv().is_ok(),
        }
    }

    fn end(mut self) {
        drop(self.needed.take());
        if let Some(child) = &mut self.child {
            // Held until the server has ended: a command that starts meanwhile waits, and then starts its own.
            let _nobody_else = wait_for_others(&self.place);
            end(child);
        }
    }
}

fn users(place: &Place, lock: fn(&File) -> std::io::Result<()>) -> Result<File, PostgresError> {
    let path = place.users();
    let attempt = |attempt, cause| PostgresError::File { attempt, path: path.clone(), cause };
    let file = File::create(&path).map_err(|cause| attempt("writing", cause))?;
    lock(&file).map_err(|cause| attempt("locking", cause))?;
    Ok(file)
}

/// Waits for commands that use the server, but not for ever.
fn wait_for_others(place: &Place) -> Option<File> {
    let users = users(place, |_| Ok(())).ok()?;
    let began = Instant::now();
    let mut told = false;
    while users.try_lock().is_err() {
        if began.elapsed() > OTHERS_MAX {
            tracing::warn!("another command still uses the private PostgreSQL; it is stopped all the same");
            return None;
        }
        if !told {
            tracing::warn!(
                "another command uses the private PostgreSQL that this one started; waiting for it to end"
            );
            told = true;
        }
        thread::sleep(OTHERS_POLL);
    }
    Some(users)
}
