//! A private PostgreSQL: made once, started with us, and gone with us, also when we are killed.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::postgres::PostgresError;
use crate::postgres::keeper::Keeper;

/// The user that PostgreSQL runs as when we are root, which it refuses to be: `nobody`.
const NOBODY: u32 = 65_534;
const PORT: u16 = 5432;
/// A start that takes longer has failed; a cold machine needs about two seconds.
const START_POLLS_MAX: u32 = 1500;
const START_POLL: Duration = Duration::from_millis(20);

/// How safe a cluster keeps its data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// What was committed survives a power cut.
    #[default]
    Safe,
    /// It survives a killed process, not a power cut: for tests, which need no more.
    Relaxed,
}

/// What to do when the server ends although it is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// Nothing: for a command, which fails and is run again. Whoever started the server lets such a command finish.
    #[default]
    Never,
    /// It is started again, whoever started it before: for a service.
    Always,
}

/// A private server that is needed.
#[derive(Debug)]
pub struct Cluster {
    socket_dir: PathBuf,
    keeper: Keeper,
}

impl Cluster {
    /// Starts the server whose data lies in `folder`, making it first if there is none, or uses the one that runs.
    ///
    /// # Errors
    /// When a folder cannot be used or the server does not come up.
    pub fn start(
        bin: &Path,
        folder: &Path,
        durability: Durability,
        restart: Restart,
    ) -> Result<Self, PostgresError> {
        let place = Place::make(bin, folder, durability)?;
        Ok(Self { socket_dir: place.socket_dir.clone(), keeper: Keeper::start(place, restart)? })
    }

    /// Where it listens: a socket that only its user can reach.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost:{PORT}/postgres?host={}", self.socket_dir.display())
    }

    /// Stops the server if this process started it, and waits for it.
    pub fn stop(self) {
        self.keeper.stop();
    }
}

/// Where a private server lies, and how it is started.
#[derive(Debug)]
pub struct Place {
    bin: PathBuf,
    folder: PathBuf,
    data: PathBuf,
    socket_dir: PathBuf,
    durability: Durability,
}

impl Place {
    fn make(bin: &Path, folder: &Path, durability: Durability) -> Result<Self, PostgresError> {
        let (data, socket_dir) = (folder.join("data"), folder.join("socket"));
        for dir in [&data, &socket_dir] {
            fs::create_dir_all(dir).map_err(|cause| file("creating the folder", dir, cause))?;
            own(dir)?;
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(&socket_dir, private)
            .map_err(|cause| file("closing the folder", &socket_dir, cause))?;
        Ok(Self { bin: bin.to_owned(), folder: folder.to_owned(), data, socket_dir, durability })
    }

    /// Starts the server; nothing if it was already running for somebody else, who will stop it.
    ///
    /// On Linux the server ends with the thread that calls this.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(&self) -> Result<Option<Child>, PostgresError> {
        if answers_or_ends(&self.data, &self.socket_dir) {
            return Ok(None);
        }
        if !self.data.join("PG_VERSION").is_file() {
            make(&self.bin, &self.data)?;
        }
        let log = self.folder.join("postgres.log");
        let mut command = server_command(&self.bin, &self.data, &self.socket_dir, &log)?;
        if self.durability == Durability::Relaxed {
            command.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        }
        let mut child = command.spawn().map_err(|cause| PostgresError::DidNotStart(cause.to_string()))?;
        self.wait_until_it_answers(&mut child, &log)?;
        Ok(Some(child))
    }

    /// Whether the server is still there: ours as long as it has not ended, another's as long as its process lives.
    pub fn is_there(&self, ours: Option<&mut Child>) -> bool {
        match ours {
            Some(child) => child.try_wait().is_ok_and(|ended| ended.is_none()),
            // A connection would cost the server a process, and this is asked all the time.
            None => server_of(&self.data).is_some_and(lives),
        }
    }

    /// The file that those hold who need the server and will not start it again.
    pub fn users(&self) -> PathBuf {
        self.folder.join("users")
    }

    fn wait_until_it_answers(&self, child: &mut Child, log: &Path) -> Result<(), PostgresError> {
        for _ in 0..START_POLLS_MAX {
            if answers(&self.data, &self.socket_dir) {
                return Ok(());
            }
            if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                break;
            }
            thread::sleep(START_POLL);
        }
        end(child);
        let tail = fs::read_to_string(log).unwrap_or_default();
        let tail: Vec<&str> = tail.lines().rev().take(5).collect();
        Err(PostgresError::DidNotStart(format!("{}; its log is {}", tail.join(" / "), log.display())))
    }
}

/// Stops a server of ours and waits: a command that follows at once would find the folder still taken.
pub fn end(child: &mut Child) {
    if child.try_wait().is_ok_and(|ended| ended.is_none()) {
        signal(child.id(), libc::SIGINT);
        child.wait().ok();
    }
}

/// Whether a server takes connections. It opens its socket while it is still recovering; the eighth line of its pid
/// file says when it is ready, and is written anew before the socket opens ("`pidfile.h`: `LOCK_FILE_LINE_PM_STATUS`").
fn answers(data: &Path, socket_dir: &Path) -> bool {
    let status = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    status.lines().nth(7).is_some_and(|line| line.trim() == "ready")
        && UnixStream::connect(socket_dir.join(format!(".s.PGSQL.{PORT}"))).is_ok()
}

/// Whether a server takes connections, once one that is starting or stopping has made up its mind. The server of a
/// process that has just ended needs a moment to end too, and until then no other may have its folder.
fn answers_or_ends(data: &Path, socket_dir: &Path) -> bool {
    for _ in 0..START_POLLS_MAX {
        if answers(data, socket_dir) {
            return true;
        }
        if !server_of(data).is_some_and(lives) {
            break;
        }
        thread::sleep(START_POLL);
    }
    false
}

/// The process that has the folder, by what it wrote there.
fn server_of(data: &Path) -> Option<u32> {
    let pid_file = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    pid_file.lines().next()?.trim().parse().ok()
}

fn make(bin: &Path, data: &Path) -> Result<(), PostgresError> {
    let output = as_server_user(bin, "initdb")
        .arg("-D")
        .arg(data)
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        .output()
        .map_err(|cause| file("running initdb for", data, cause))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    Err(PostgresError::DidNotStart(format!("initdb: {}", said.join(" / "))))
}

fn server_command(bin: &Path, data: &Path, socket_dir: &Path, log: &Path) -> Result<Command, PostgresError> {
    let log_file = fs::File::create(log).map_err(|cause| file("writing", log, cause))?;
    let mut command = as_server_user(bin, "postgres");
    command
        .arg("-D")
        .arg(data)
        .arg("-k")
        .arg(socket_dir)
        .args(["-p", &PORT.to_string(), "-c", "listen_addresses=", "-c", "max_connections=200"])
        .args(["-c", "shared_buffers=128MB"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log_file)
        // A key that stops us in a terminal is not for it: we still need it while we stop.
        .process_group(0);
    die_with_us(&mut command);
    Ok(command)
}

/// A program of PostgreSQL's with an empty environment, as `nobody` when we are root.
fn as_server_user(bin: &Path, program: &str) -> Command {
    let mut command = Command::new(bin.join(program));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir("/");
    if is_root() {
        // Dropping from root also clears the supplementary groups (std::os::unix::process::CommandExt::uid).
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Gives the folder to the server's user when we are root.
fn own(path: &Path) -> Result<(), PostgresError> {
    let metadata = fs::metadata(path).map_err(|cause| file("reading", path, cause))?;
    if is_root() && metadata.uid() != NOBODY {
        std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY))
            .map_err(|cause| file("giving away", path, cause))?;
    }
    Ok(())
}

fn file(attempt: &'static str, path: &Path, cause: std::io::Error) -> PostgresError {
    PostgresError::File { attempt, path: path.to_owned(), cause }
}

/// Whether this process is root.
#[expect(unsafe_code, reason = "geteuid has no safe wrapper in std; it cannot fail")]
#[must_use]
pub fn is_root() -> bool {
    // SAFETY: geteuid takes nothing, touches no memory and always succeeds.
    unsafe { libc::geteuid() == 0 }
}

/// Sends a signal and tells whether there was somebody to send it to.
#[expect(unsafe_code, reason = "kill has no safe wrapper in std")]
fn signal(pid: u32, signal: i32) -> bool {
    // SAFETY: kill touches no memory. A real signal is sent only to a child we have not yet waited for.
    i32::try_from(pid).is_ok_and(|pid| unsafe { libc::kill(pid, signal) } == 0)
}

/// Whether a process that we may signal has this number. A postmaster that runs as somebody else is none of ours.
fn lives(pid: u32) -> bool {
    pid > 0 && signal(pid, 0)
}

/// Has the kernel interrupt the server when the thread that spawned it ends, however it ends.
/// Linux only; elsewhere a server left behind is found by its socket and used again.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "prctl between fork and exec has no safe wrapper")]
fn die_with_us(command: &mut Command) {
    // SAFETY: the closure runs between fork and exec and calls only prctl, which is async-signal-safe.
    unsafe {
        command.pre_exec(|| {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT) == 0 {
                Ok(())
            } else {
                Err(std::io::Error::last_os_error())
            }
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_us(_: &mut Command) {}
