//! Finding and reading the files of cases.

use std::fs;
use std::path::{Path, PathBuf};

use crate::evals::case::Case;

/// Why the cases cannot be run. Prints as a sentence that says where.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// A file or folder cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// A file is not a case.
    #[error("{} is not a case: {why}", path.display())]
    NotACase {
        /// Which.
        path: PathBuf,
        /// What is wrong, on which line.
        why: String,
    },
    /// There is nothing to run.
    #[error("no case is found under {}: cases lie in cases/AREA/SITUATION__VERDICT.toml", path.display())]
    None {
        /// Where we looked.
        path: PathBuf,
    },
}

/// Every case under `folder/cases`, or under `folder` itself when it has no such folder, by name.
///
/// # Errors
/// When one cannot be read, or there is none.
pub fn read_cases(folder: &Path) -> Result<Vec<Case>, CaseError> {
    let inner = folder.join("cases");
    let root = if inner.is_dir() { inner } else { folder.to_owned() };
    let mut paths = Vec::new();
    collect(&root, &mut paths)?;
    paths.sort();
    if paths.is_empty() {
        return Err(CaseError::None { path: root });
    }
    paths.iter().map(|path| read_case(&root, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), CaseError> {
    let unreadable = |cause| CaseError::Unreadable { path: folder.to_owned(), cause };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    Ok(())
}

fn read_case(root: &Path, path: &Path) -> Result<Case, CaseError> {
    let not_a_case = |why: String| CaseError::NotACase { path: path.to_owned(), why };
    let text = fs::read_to_string(path).map_err(|cause| CaseError::Unreadable { path: path.to_owned(), cause })?;
    let name = path.strip_prefix(root).unwrap_or(path).with_extension("").display().to_string();
    if !name.contains("__") {
        return Err(not_a_case("its name lacks the verdict: SITUATION__VERDICT.toml".to_owned()));
    }
    let case: Case = toml::from_str(&text).map_err(|error| not_a_case(error.to_string().trim().to_owned()))?;
    if case.steps.is_empty() {
        return Err(not_a_case("nothing happens in it: give it `[[steps]]`".to_owned()));
    }
    Ok(Case { name, ..case })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases of this repository read; what each is worth is shown by playing them.
    #[test]
    fn every_case_of_this_repository_reads() {
        let cases = read_cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("evals")).unwrap();
        assert!(cases.len() >= 18, "only {} cases", cases.len());
        assert!(cases.iter().all(|case| !case.about.is_empty()));
    }

    #[test]
    fn a_folder_without_cases_says_where_they_would_lie() {
        let error = read_cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/evals")).unwrap_err();
        assert!(error.to_string().contains("SITUATION__VERDICT"), "{error}");
    }
}
