//! The layers of the architecture: which crate may use which, and what no crate below the ports calls.

mod forbidden;
mod source;
mod table;

use std::{fs, path::Path};

use anyhow::{Context, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};
use walkdir::WalkDir;

use crate::step;

/// Fails on the first run with everything that breaks the layers.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = step::root();
    let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
    let mut faults = Vec::new();
    for package in metadata.workspace_packages() {
        let folder = package.manifest_path.parent().context("expected a manifest in a folder")?;
        if table::is_tool(&package.name) {
            continue;
        }
        // From the ports on, the tests of an adapter may run what it adapts to.
        let counts = |kind: DependencyKind| kind != DependencyKind::Development || table::is_below_ports(&package.name);
        let used = package.dependencies.iter().filter(|dependency| counts(dependency.kind));
        let used: Vec<&str> = used.map(|dependency| dependency.name.as_str()).collect();
        faults.extend(table::faults(&package.name, &used));
        if table::is_below_ports(&package.name) {
            faults.extend(calls(&root, &folder.join("src").into_std_path_buf())?);
        }
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() {
        Ok(())
    } else {
        bail!("expected every crate within its layer, found {} faults", faults.len())
    }
}

/// What the sources of a crate call and may not.
fn calls(root: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry?.into_path();
        let is_test = path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")));
        if is_test || path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let found = source::faults(&fs::read_to_string(&path)?).with_context(|| shown.clone())?;
        faults.extend(found.into_iter().map(|fault| format!("{shown}:{fault}")));
    }
    Ok(faults)
}
