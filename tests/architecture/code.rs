//! Rust source read just well enough: what is comment, what is a string, what is compiled only for tests.

use std::sync::LazyLock;

use regex::Regex;

static TEST_ATTRIBUTE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#\s*\[\s*cfg\s*\(\s*test\s*\)\s*\]").unwrap());
static WHOLE_FILE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#\s*!\s*\[\s*cfg\s*\(\s*test\s*\)\s*\]").unwrap());
static MODULE_ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"#\s*\[\s*cfg\s*\(\s*test\s*\)\s*\]\s*(?:pub\s*(?:\([^)]*\)\s*)?)?mod\s+(\w+)\s*;").unwrap()
});

/// One file of the source.
pub struct SourceFile {
    /// Its path from `src`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// A piece of source without its comments, once with and once without what is in its strings.
pub struct Code {
    /// Strings stay: an attribute may hold a path in one.
    pub with_strings: String,
    /// Strings are blank: a word in one is not code.
    pub bare: String,
}

/// A file in two halves.
pub struct Halves {
    /// What the program is built of.
    pub production: Code,
    /// What only its tests are built of.
    pub tests: Code,
}

/// Splits a file; `is_test` says that the whole file is compiled only for tests.
pub fn halves(text: &str, is_test: bool) -> Halves {
    let chars: Vec<char> = text.chars().collect();
    let kinds = kinds(&chars);
    let bare: Vec<char> = kept(&chars, &kinds, |kind| kind == Kind::Code);
    let with_strings: Vec<char> = kept(&chars, &kinds, |kind| kind != Kind::Comment);
    let whole = is_test || WHOLE_FILE.is_match(&bare.iter().collect::<String>());
    let for_tests = if whole { vec![true; chars.len()] } else { compiled_for_tests(&bare) };
    let part = |source: &[char], wanted: bool| -> String {
        let pairs = source.iter().zip(&for_tests);
        pairs.map(|(c, test)| if *test == wanted || *c == '\n' { *c } else { ' ' }).collect()
    };
    let code = |wanted| Code { with_strings: part(&with_strings, wanted), bare: part(&bare, wanted) };
    Halves { production: code(false), tests: code(true) }
}

/// How many lines a file has beside its unit tests.
pub fn program_lines(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let bare = kept(&chars, &kinds(&chars), |kind| kind == Kind::Code);
    let for_tests = compiled_for_tests(&bare);
    chars.iter().zip(for_tests).filter(|(c, test)| **c == '\n' && !test).count()
}

/// The files and folders, from `src`, that a file declares as compiled only for tests.
pub fn declared_for_tests(file: &SourceFile) -> Vec<String> {
    let chars: Vec<char> = file.text.chars().collect();
    let bare: String = kept(&chars, &kinds(&chars), |kind| kind == Kind::Code).into_iter().collect();
    let folder = match file.path.rsplit_once('/') {
        Some((folder, "mod.rs")) => format!("{folder}/"),
        None if matches!(file.path.as_str(), "lib.rs" | "main.rs") => String::new(),
        _ => format!("{}/", file.path.trim_end_matches(".rs")),
    };
    let names = MODULE_ELSEWHERE.captures_iter(&bare).map(|found| found[1].to_owned());
    names.flat_map(|name| [format!("{folder}{name}.rs"), format!("{folder}{name}/")]).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Text,
    Comment,
}

fn kept(chars: &[char], kinds: &[Kind], keep: impl Fn(Kind) -> bool) -> Vec<char> {
    let pairs = chars.iter().zip(kinds);
    pairs.map(|(c, kind)| if keep(*kind) || *c == '\n' { *c } else { ' ' }).collect()
}

/// What each character belongs to.
fn kinds(chars: &[char]) -> Vec<Kind> {
    let mut kinds = Vec::with_capacity(chars.len());
    while kinds.len() < chars.len() {
        let at = kinds.len();
        let (length, kind) = token(chars, at);
        kinds.resize((at + length.max(1)).min(chars.len()), kind);
    }
    kinds
}

fn token(chars: &[char], at: usize) -> (usize, Kind) {
    let rest = &chars[at..];
    let inside_word = at > 0 && is_word(chars[at - 1]);
    match rest {
        ['/', '/', ..] => (rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()), Kind::Comment),
        ['/', '*', ..] => (block_comment(rest), Kind::Comment),
        ['"', ..] => (quoted(rest, '"'), Kind::Text),
        ['\'', '\\', ..] => (quoted(rest, '\''), Kind::Text),
        ['\'', _, '\'', ..] => (3, Kind::Text),
        ['r', '"' | '#', ..] if !inside_word => raw(rest, 1),
        ['b' | 'c', 'r', '"' | '#', ..] if !inside_word => raw(rest, 2),
        _ => (1, Kind::Code),
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// A raw string, or the start of a raw identifier.
fn raw(rest: &[char], prefix: usize) -> (usize, Kind) {
    let hashes = rest[prefix..].iter().take_while(|c| **c == '#').count();
    let open = prefix + hashes;
    if rest.get(open) != Some(&'"') {
        return (prefix, Kind::Code);
    }
    let ends = |at: usize| {
        rest[at] == '"' && rest.len() > at + hashes && rest[at + 1..=at + hashes].iter().all(|c| *c == '#')
    };
    let end = (open + 1..rest.len()).find(|at| ends(*at)).unwrap_or(rest.len());
    (end + hashes + 1, Kind::Text)
}

/// Which characters belong to an item under `#[cfg(test)]`.
fn compiled_for_tests(bare: &[char]) -> Vec<bool> {
    let text: String = bare.iter().collect();
    let mut marks = vec![false; bare.len()];
    for found in TEST_ATTRIBUTE.find_iter(&text) {
        let start = text[..found.start()].chars().count();
        let end = item_end(bare, start);
        marks[start..end].fill(true);
    }
    marks
}

/// The end of the item whose attributes begin at `start`: its closing brace, or its semicolon.
fn item_end(bare: &[char], start: usize) -> usize {
    let (mut brackets, mut braces) = (0_usize, 0_usize);
    for (at, c) in bare.iter().enumerate().skip(start) {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 && brackets == 0 {
                    return at + 1;
                }
            }
            ';' if braces == 0 && brackets == 0 => return at + 1,
            _ => {}
        }
    }
    bare.len()
}
