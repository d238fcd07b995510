//! `cargo xtask languages`: installs the packages for other languages and runs their tests over every test vector. Then
//! a project downstream of the npm package is built and tested, and the published package of x402 reads what we write.

mod x402;

use std::{path::Path, process::Command};

use anyhow::Context;

use crate::step::{self, root};

/// Tests the TypeScript and the Python package, a project that uses the first, and the wire of x402 against the
/// published package.
///
/// # Errors
/// Names the command that failed.
pub(crate) fn run() -> anyhow::Result<()> {
    let typescript = root().join("schemas/typescript");
    call(&typescript, "npm", &["ci", "--no-audit", "--no-fund", "--silent"])?;
    call(&typescript, "npx", &["--no-install", "tsc", "--noEmit"])?;
    call(&typescript, "node", &["test.mjs"])?;
    call(&typescript, "node", &["--test", "--test-reporter=dot", "x402.test.mjs"])?;

    let downstream = root().join("tests/downstream-typescript");
    call(&downstream, "npm", &["ci", "--no-audit", "--no-fund", "--silent"])?;
    call(&downstream, "npx", &["--no-install", "tsc"])?;
    call(&downstream, "node", &["--test"])?;

    let python = root().join("schemas/python");
    let environment = root().join("target/python-venv");
    let interpreter = environment.join("bin/python").to_string_lossy().into_owned();
    if !environment.join("bin/python").is_file() {
        call(&root(), "python3", &["-m", "venv", &environment.to_string_lossy()])?;
    }
    call(&python, &interpreter, &["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"])?;
    call(&python, &interpreter, &["test_vectors.py"])?;
    call(&python, &interpreter, &["-m", "unittest", "--quiet", "test_x402"])?;
    x402::run()
}

fn call(folder: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    step::run(Command::new(program).args(arguments).current_dir(folder))
        .with_context(|| format!("in {}", folder.display()))
}
