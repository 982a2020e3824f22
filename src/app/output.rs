//! What becomes of a command whose output nobody reads to its end: `trato … | head`.

/// Lets the program end with its reader, silently, as other programs do. Without it every line printed after that is a
/// panic. For commands that print and end; a server goes on when its log is not read any more.
#[expect(unsafe_code, reason = "signal has no safe wrapper in std")]
pub fn end_with_the_reader() {
    // Safety: the default action is the system's; none of our code runs in a signal handler.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}
