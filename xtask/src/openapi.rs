//! `cargo xtask openapi`: starts the escrow and lets schemathesis ask of it what its OpenAPI document promises, with
//! signed requests.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, ensure};

use crate::step::{self, root};

/// Asks the escrow everything.
///
/// # Errors
/// What schemathesis found, or why it could not ask.
pub(crate) fn run() -> anyhow::Result<()> {
    let interpreter = environment()?;
    step::run(step::cargo_command().args(["build", "--quiet", "--package", "earnest"]).current_dir(root()))?;
    let folder = root().join("target/openapi-escrow");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut escrow = Escrow::start(&folder)?;
    let mut tests = Command::new(interpreter);
    tests.args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "test_service.py"]);
    tests.current_dir(root().join("tests/openapi"));
    tests.env("EARNEST_URL", &escrow.url).env("EARNEST_KEY_AS", "participant");
    tests.env("EARNEST_KEY_FILE", folder.join("operator.key"));
    let asked = step::run(&mut tests);
    escrow.stop()?;
    asked
}

/// The interpreter of an environment that has what the tests need.
fn environment() -> anyhow::Result<String> {
    let environment = root().join("target/openapi-venv");
    let interpreter = environment.join("bin/python").to_string_lossy().into_owned();
    if !environment.join("bin/python").is_file() {
        step::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"];
    step::run(Command::new(&interpreter).args(install).current_dir(root().join("tests/openapi")))?;
    Ok(interpreter)
}

struct Escrow {
    child: Child,
    url: String,
}

impl Escrow {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(root().join("target/debug/earnest"))
            .args(["escrow", "--json", "--set", "server.listen=127.0.0.1:0", "--set", "log.filter=error", "--set"])
            .arg(format!("data={}", folder.display()))
            .stdout(Stdio::piped())
            .spawn()
            .context("expected the binary of the escrow")?;
        let mut line = String::new();
        let out = child.stdout.take().context("expected the escrow's output")?;
        BufReader::new(out).read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line).context("expected where the escrow listens")?;
        let url = told["listens"].as_str().context("expected where the escrow listens")?.to_owned();
        Ok(Self { child, url })
    }

    /// Stops it in good order: what it was asked has not broken it.
    fn stop(&mut self) -> anyhow::Result<()> {
        step::run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let ended = self.child.wait()?;
        ensure!(ended.success(), "expected the escrow to stop in good order, found {ended}");
        Ok(())
    }
}

impl Drop for Escrow {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to kill.
        let _ = self.child.kill();
    }
}
