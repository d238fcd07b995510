//! What the peers need, below `target`: npm packages beside copies of the programs, and a Python environment.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;

use crate::step::{self, root};

/// Where the peers are.
pub(super) struct Installed {
    /// The folder of the programs.
    pub(super) programs: PathBuf,
    /// An interpreter that has the packages of PyPI.
    pub(super) python: PathBuf,
    /// Where our Python package is.
    pub(super) python_path: PathBuf,
}

/// Installs what the lock files name.
pub(super) fn install() -> anyhow::Result<Installed> {
    let (source, programs) = (root().join("tests/peers"), root().join("target/peers"));
    fs::create_dir_all(&programs)?;
    for entry in fs::read_dir(&source)? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file() && !path.ends_with("Cargo.toml"), path.file_name()) {
            fs::copy(&path, programs.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    npm(&programs)?;

    let environment = root().join("target/peers-venv");
    let python = environment.join("bin/python");
    if !python.is_file() {
        step::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"];
    step::run(Command::new(&python).args(install).current_dir(&programs))?;
    Ok(Installed { programs, python, python_path: root().join("schemas/python") })
}

/// Installs the packages of a folder's lock file.
pub(super) fn npm(folder: &Path) -> anyhow::Result<()> {
    let arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
    step::run(Command::new("npm").args(arguments).current_dir(folder))
        .with_context(|| format!("in {}", folder.display()))
}
