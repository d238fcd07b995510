//! What no compiler sees: long files, unfinished work, dead links, snippets that their files do not hold,
//! dependencies without a reason.

mod dependencies;
mod links;
mod snippets;
mod text;

use std::{fs, path::PathBuf};

use anyhow::bail;
use walkdir::{DirEntry, WalkDir};

use crate::step;

/// Folders that hold what was built or fetched.
const LEFT_ALONE: &[&str] = &[".git", ".venv", "__pycache__", "artifacts", "corpus", "node_modules", "target"];

/// A file of the project: its path below the root, and its text.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn is(&self, ending: &str) -> bool {
        self.path.extension().is_some_and(|found| found == ending)
    }
}

/// What one look at the files found.
#[derive(Default)]
struct Findings {
    faults: Vec<String>,
    long: Vec<String>,
}

/// Fails on the first run with everything that is untidy.
pub(crate) fn run() -> anyhow::Result<()> {
    let sources = sources()?;
    let mut findings = Findings::default();
    for source in &sources {
        text::judge(source, &mut findings);
        findings.faults.extend(links::faults(source, &step::root()));
        findings.faults.extend(snippets::faults(source, &sources));
    }
    let text_of = |path: &str| sources.iter().find(|source| source.path == *path).map_or("", |source| &source.text);
    findings.faults.extend(dependencies::faults(text_of("Cargo.toml"), text_of("docs/dependencies.md")));
    for long in &findings.long {
        eprintln!("long: {long}");
    }
    for fault in &findings.faults {
        eprintln!("{fault}");
    }
    let count = findings.faults.len();
    if count == 0 { Ok(()) } else { bail!("expected tidy files, found {count} faults") }
}

/// Every text of the project.
fn sources() -> anyhow::Result<Vec<Source>> {
    let root = step::root();
    // Below a worktree `.git` is a file. `artifacts` is a crate of ours below `crates`, and what a crash left below `fuzz`.
    let left_alone = |entry: &DirEntry| {
        let name = entry.file_name().to_str().unwrap_or_default();
        let ours = name == "artifacts" && entry.path().parent().is_none_or(|parent| !parent.ends_with("fuzz"));
        LEFT_ALONE.contains(&name) && !ours
    };
    let mut sources = Vec::new();
    for entry in WalkDir::new(&root).sort_by_file_name().into_iter().filter_entry(|entry| !left_alone(entry)) {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        if let Ok(text) = String::from_utf8(fs::read(entry.path())?) {
            let path = entry.path().strip_prefix(&root)?.to_path_buf();
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}
