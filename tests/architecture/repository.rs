//! The files of the repository, and what is promised about them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;

use crate::code::{SourceFile, declared_for_tests, program_lines};

/// A file of the program longer than this is two files. Unit tests are not counted: they grow with their tables.
const LINES_MAX: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the repository.
pub fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Rust file under `src`.
pub fn sources() -> Vec<SourceFile> {
    let folder = root().join("src");
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let file = |path: &PathBuf| SourceFile {
        path: path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(path).unwrap(),
    };
    files.iter().map(file).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !matches!(&*name, ".git" | "target" | "node_modules") {
            walk(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}

/// Every file that is or could be committed; without git, every file.
fn committed() -> Vec<PathBuf> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    match git.output() {
        Ok(output) if output.status.success() && root().join(".git").exists() => {
            let list = String::from_utf8(output.stdout).unwrap();
            let names = list.split('\0').filter(|name| !name.is_empty());
            names.map(|name| root().join(name)).filter(|path| path.is_file()).collect()
        }
        _ => {
            let mut files = Vec::new();
            walk(root(), &mut files);
            files
        }
    }
}

#[test]
fn no_file_of_the_source_is_too_long_to_read() {
    let sources = sources();
    let for_tests: Vec<String> = sources.iter().flat_map(declared_for_tests).collect();
    let long: Vec<String> = sources
        .iter()
        .filter(|file| !for_tests.contains(&file.path))
        .map(|file| (program_lines(&file.text), &file.path))
        .filter(|(lines, _)| *lines > LINES_MAX)
        .map(|(lines, path)| format!("src/{path} has {lines} lines beside its tests"))
        .collect();
    assert!(long.is_empty(), "more than {LINES_MAX} lines: {long:?}");
}

#[test]
fn a_folder_with_children_has_a_mod_file_and_no_twin_beside_it() {
    for file in sources() {
        let twin = root().join("src").join(file.path.trim_end_matches(".rs"));
        assert!(!twin.is_dir(), "src/{} stands beside a folder of its name; use mod.rs", file.path);
    }
}

#[test]
fn migrations_are_numbered_in_a_row_and_named_for_what_they_do() {
    let pattern = Regex::new(r"^(\d{4})_[a-z]+(_[a-z0-9]+)+\.sql$").unwrap();
    let mut files = Vec::new();
    walk(&root().join("migrations"), &mut files);
    let names = files.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    let names: Vec<String> = names.filter(|name| name != "README.md").collect();
    assert!(!names.is_empty());
    for (place, name) in names.iter().enumerate() {
        let number = pattern.captures(name).and_then(|found| found[1].parse::<usize>().ok());
        assert_eq!(
            number,
            Some(place + 1),
            "migrations/{name}: name it NNNN_verb_noun.sql, one number after another"
        );
    }
}

#[test]
fn the_image_is_built_with_every_member_of_the_workspace() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let ignored = text(".dockerignore");
    let lines: Vec<&str> = ignored.lines().map(str::trim).collect();
    for member in manifest["workspace"]["members"].as_array().unwrap() {
        let member = member.as_str().unwrap();
        let above = Path::new(member).ancestors().filter(|path| *path != Path::new(""));
        let is_out = |path: &Path| [format!("{}", path.display()), format!("{}/*", path.display())];
        let outs = above.flat_map(is_out).filter(|pattern| lines.contains(&pattern.as_str()));
        // A whole folder that is left out takes its members with it; what is in it may be let in again.
        let lost: Vec<String> =
            outs.filter(|out| !out.ends_with("/*") || !lines.contains(&&*format!("!{member}"))).collect();
        assert!(lost.is_empty(), "cargo cannot build without {member}, and .dockerignore leaves out {lost:?}");
    }
}

/// Hosts that serve packages: what is built must name a package, and the machine knows where to get it. They are
/// written in two halves here, so that this file does not hold what it looks for.
static REGISTRIES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let halves = [
        ("crates", ".io"),
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("yarnpkg", ".com"),
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("docker", ".io"),
        ("ghcr", ".io"),
        ("quay", ".io"),
        ("rubygems", ".org"),
        ("deb.debian", ".org"),
        ("archive.ubuntu", ".com"),
    ];
    halves.iter().map(|(name, end)| format!("{name}{end}")).collect()
});

static OWN_FOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(^|[\s"'`(=:,\[{])/(home|root|Users|work|workspace)/"#).unwrap());

fn names_a_place(text: &str) -> Option<String> {
    let registry = REGISTRIES.iter().find(|host| text.contains(host.as_str()));
    let folder = OWN_FOLDER.find(text).map(|found| found.as_str().trim().to_owned());
    registry.cloned().or(folder)
}

#[test]
fn nothing_names_a_package_registry_or_a_folder_of_somebodys_machine() {
    let mut found = Vec::new();
    for path in committed() {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        // Cargo writes its registry's name into the lock file itself.
        if name == "Cargo.lock" {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let lines = text.lines().enumerate();
        let named = lines.filter_map(|(line, text)| Some(format!("{name}:{}: {}", line + 1, names_a_place(text)?)));
        found.extend(named);
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_planted_place_is_found() {
    for host in REGISTRIES.iter() {
        assert!(names_a_place(&format!("resolved https://registry.{host}/package")).is_some());
    }
    for folder in ["home/ana", "root/.cache", "Users/ana", "work/main"] {
        assert!(names_a_place(&format!("cd /{folder}/trato")).is_some(), "{folder}");
        assert!(names_a_place(&format!("path = \"/{folder}/x\"")).is_some(), "{folder}");
    }
    assert_eq!(names_a_place("https://example.com/home/page and /var/lib/trato and src/work/x"), None);
}
