//! What becomes of a command's output: where nobody reads it to its end (`trato … | head`), and where it would be
//! written over what was read.

use std::path::Path;

/// Sees to it that a file is not written over the one it is made of.
///
/// # Errors
/// When both are the same.
pub fn keep_apart(out: &Path, from: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    let same = real(out).is_some_and(|out| Some(out) == real(from));
    anyhow::ensure!(!same, "{} would be written over itself; name another file to write", out.display());
    Ok(())
}

/// Lets the program end with its reader, silently, as other programs do. Without it every line printed after that is a
/// panic. For commands that print and end; a server goes on when its log is not read any more.
#[expect(unsafe_code, reason = "signal has no safe wrapper in std")]
pub fn end_with_the_reader() {
    // Safety: the default action is the system's; none of our code runs in a signal handler.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_not_written_over_the_one_it_is_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one.csv", "other.csv"].map(|name| folder.path().join(name));
        std::fs::write(&one, "a").unwrap();
        let same = folder.path().join(".").join("one.csv");
        assert!(keep_apart(&same, &one).unwrap_err().to_string().contains("name another file"));
        assert!(keep_apart(&other, &one).is_ok() && keep_apart(&one, &other).is_ok());
    }
}
