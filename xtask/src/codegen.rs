//! `cargo xtask codegen`: writes everything that is generated from the table of kinds, the same bytes on every run.
//! `--check` writes nothing and names each file that differs.

mod json;
mod python;
mod recipe;
mod reference;
mod schemas;
mod shape;
mod sign;
mod typescript;
mod vectors;
mod x402;

use std::{collections::BTreeMap, error::Error, fs, path::PathBuf};

use crate::step::root;

/// Writes, or with `check` compares, every generated file.
///
/// # Errors
/// Names each file that differs, a frozen schema that changed, or a recipe that cannot be applied.
pub(crate) fn run(check: bool) -> Result<(), Box<dyn Error>> {
    let mut files = Files::default();
    let index = schemas::write(&mut files)?;
    vectors::write(&mut files)?;
    x402::write(&mut files)?;
    reference::write(&mut files)?;
    typescript::write(&mut files, &index)?;
    python::write(&mut files, &index)?;
    if check { files.compare() } else { files.save() }
}

/// The generated files, by their path below the workspace, and the folders in which nothing else may stand.
#[derive(Debug, Default)]
struct Files {
    wanted: BTreeMap<PathBuf, String>,
    owned: Vec<(PathBuf, &'static str)>,
}

impl Files {
    fn add(&mut self, path: impl Into<PathBuf>, text: String) {
        self.wanted.insert(path.into(), text);
    }

    /// Claims the files of a folder whose names end so: those that are no longer generated are removed.
    fn own(&mut self, folder: impl Into<PathBuf>, ending: &'static str) {
        self.owned.push((folder.into(), ending));
    }

    fn stale(&self) -> Result<Vec<PathBuf>, Box<dyn Error>> {
        let mut stale = Vec::new();
        for (folder, ending) in &self.owned {
            let Ok(entries) = fs::read_dir(root().join(folder)) else { continue };
            for entry in entries {
                let name = entry?.file_name();
                let path = folder.join(&name);
                if name.to_string_lossy().ends_with(ending) && !self.wanted.contains_key(&path) {
                    stale.push(path);
                }
            }
        }
        stale.sort();
        Ok(stale)
    }

    fn differing(&self) -> impl Iterator<Item = (&PathBuf, &String)> {
        self.wanted.iter().filter(|(path, text)| fs::read(root().join(path)).ok().as_deref() != Some(text.as_bytes()))
    }

    fn compare(&self) -> Result<(), Box<dyn Error>> {
        let differing = self.differing().map(|(path, _)| format!("differs: {}", path.display()));
        let stale = self.stale()?;
        let lines: Vec<String> =
            differing.chain(stale.iter().map(|path| format!("not generated: {}", path.display()))).collect();
        if lines.is_empty() {
            println!("{} generated files are up to date", self.wanted.len());
            return Ok(());
        }
        Err(format!("{}\nrun `cargo xtask codegen` and commit what it writes", lines.join("\n")).into())
    }

    fn save(&self) -> Result<(), Box<dyn Error>> {
        let mut written = 0_usize;
        for (path, text) in self.differing() {
            let path = root().join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, text)?;
            written += 1;
        }
        let stale = self.stale()?;
        for path in &stale {
            fs::remove_file(root().join(path))?;
        }
        println!("{} generated files: {written} written, {} removed", self.wanted.len(), stale.len());
        Ok(())
    }
}
