//! Instructions per document, counted by valgrind: the same on a busy machine as on an idle one.

use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::report::{Measured, rounded};

const FEWER: u32 = 100;
const MORE: u32 = 200;

/// The instructions that one more document takes, by the difference of two runs.
pub(crate) fn per_document() -> anyhow::Result<Measured> {
    let (more, fewer) = (count(MORE)?, count(FEWER)?);
    let value = rounded((more - fewer) / f64::from(MORE - FEWER));
    Ok(Measured { name: "instructions", unit: "instructions/document", value, ..Measured::default() })
}

fn count(times: u32) -> anyhow::Result<f64> {
    let out = crate::root().join("target").join(format!("callgrind.{times}.out"));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", out.display())])
        .arg(std::env::current_exe()?)
        .args(["verify", "--once", &times.to_string()])
        .output();
    let output = match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!("valgrind is not installed"),
        output => output?,
    };
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "valgrind ended with {}: {said}", output.status);
    let collected = said.lines().find_map(|line| line.split_once("Collected : ")).context("expected a count")?.1;
    Ok(collected.trim().parse()?)
}
