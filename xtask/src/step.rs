//! Steps of a task: each says its name and its time, and the first that fails says how to repeat it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, bail};

/// A step: its name, the command that repeats it, and its work.
pub(crate) struct Step {
    name: &'static str,
    again: String,
    work: Box<dyn FnOnce() -> anyhow::Result<()>>,
}

impl Step {
    /// A step that is a task of this program.
    pub(crate) fn task(
        name: &'static str,
        again: impl Into<String>,
        work: impl FnOnce() -> anyhow::Result<()> + 'static,
    ) -> Self {
        Self { name, again: again.into(), work: Box::new(work) }
    }

    /// A step that is a command of cargo, at the root of the workspace.
    pub(crate) fn cargo(name: &'static str, arguments: &'static [&'static str]) -> Self {
        Self::task(name, format!("cargo {}", arguments.join(" ")), move || cargo(arguments))
    }
}

/// Takes the steps in their order, up to the first that fails.
pub(crate) fn run_all(steps: Vec<Step>) -> anyhow::Result<()> {
    let count = steps.len();
    for (index, step) in steps.into_iter().enumerate() {
        let Step { name, again, work } = step;
        eprintln!("── {}/{count} {name}", index + 1);
        #[expect(clippy::disallowed_methods, reason = "shows a developer where the time goes")]
        let start = Instant::now();
        work().with_context(|| format!("{name} failed; to repeat it: {again}"))?;
        eprintln!("   {name}: {:.1} s", start.elapsed().as_secs_f64());
    }
    Ok(())
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Runs cargo at the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> anyhow::Result<()> {
    run(cargo_command().args(arguments))
}

/// Cargo at the root of the workspace, without the variables of the cargo that started this program: they name this
/// package, and would have others built anew.
pub(crate) fn cargo_command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let own =
            name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if own {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start {program}"))?;
    if status.success() { Ok(()) } else { bail!("{program} ended with {status}") }
}
