//! The steps of `cargo xtask test` and `cargo xtask ci`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::MetadataCommand;
use walkdir::WalkDir;

use crate::{
    codegen, fuzz, languages, layers, openapi, peers,
    step::{self, Step},
    tidy,
};

/// What a developer runs before a commit.
pub(crate) fn test() -> anyhow::Result<()> {
    step::run_all(before_a_commit())
}

/// Everything that a change must pass.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut steps = before_a_commit();
    steps.extend([
        Step::task("layers", "cargo xtask layers", layers::run),
        Step::task("tidy", "cargo xtask tidy", tidy::run),
        Step::task("what is generated", "cargo xtask codegen --check", || plain(codegen::run(true))),
        Step::task("the TypeScript and Python packages", "cargo xtask languages", languages::run),
        Step::task("what the escrow's OpenAPI promises", "cargo xtask openapi", openapi::run),
        Step::task("published peers of x402", "cargo xtask peers", peers::run),
        Step::task("reference of every crate", "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps", document),
        package()?,
        Step::cargo("a crate downstream", &["test", "--quiet", "--manifest-path", "tests/downstream/Cargo.toml"]),
        Step::task("every fuzz target for a moment", "cargo xtask fuzz NAME --seconds 15", fuzz::each),
    ]);
    step::run_all(steps)
}

fn before_a_commit() -> Vec<Step> {
    vec![
        Step::task("form", "rustfmt --check $(git ls-files '*.rs')", form),
        Step::cargo(
            "lints",
            &["clippy", "--quiet", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"],
        ),
        Step::cargo("tests", &["test", "--quiet", "--workspace"]),
    ]
}

/// Every file that git tracks: `cargo fmt` would pass over the modules that the table of kinds declares.
fn form() -> anyhow::Result<()> {
    let listed = Command::new("git").args(["ls-files", "*.rs"]).current_dir(step::root()).output()?;
    let files = String::from_utf8(listed.stdout)?;
    let mut rustfmt = Command::new("rustfmt");
    step::run(rustfmt.args(["--check", "--edition", "2024"]).args(files.lines()).current_dir(step::root()))
}

fn plain(outcome: Result<(), Box<dyn std::error::Error>>) -> anyhow::Result<()> {
    outcome.map_err(|error| anyhow::anyhow!("{error}"))
}

fn document() -> anyhow::Result<()> {
    let mut cargo = step::cargo_command();
    step::run(cargo.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-Dwarnings"))
}

/// Packs every crate that may be published, together, and builds each from its package.
fn package() -> anyhow::Result<Step> {
    let metadata = MetadataCommand::new().manifest_path(step::root().join("Cargo.toml")).no_deps().exec()?;
    let published = metadata.workspace_packages().into_iter().filter(|package| package.publish != Some(Vec::new()));
    let mut arguments = vec!["package".to_owned(), "--quiet".into(), "--allow-dirty".into(), "--locked".into()];
    for package in published {
        arguments.extend(["--package".to_owned(), package.name.to_string()]);
    }
    let again = format!("cargo {}", arguments.join(" "));
    arguments.extend(["--target-dir".into(), PACKED.into()]);
    let work = move || {
        forget_packages()?;
        step::run(step::cargo_command().args(&arguments).current_dir(step::root()))
    };
    Ok(Step::task("packages of the crates that are published", again, work))
}

/// Where packages are built, apart from everything else.
const PACKED: &str = "target/packed";

/// Removes what an earlier run packed. Cargo takes a version that it has unpacked or built once for unchangeable, and
/// ours keep their version while they change.
fn forget_packages() -> anyhow::Result<()> {
    let packed = step::root().join(PACKED);
    if packed.exists() {
        fs::remove_dir_all(&packed)?;
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let Some(unpacked) = home.map(|home| home.join("registry/src")) else { return Ok(()) };
    for registry in WalkDir::new(unpacked).min_depth(2).max_depth(2).into_iter().flatten() {
        // A registry without a host is a folder, and only packing makes one of ours.
        let local = registry
            .path()
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|name| name.to_string_lossy().starts_with('-'));
        if local && registry.file_name().to_string_lossy().starts_with("earnest-") {
            fs::remove_dir_all(registry.path())?;
        }
    }
    Ok(())
}
