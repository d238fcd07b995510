//! `earnest demo`: signs a document, tampers with it, and shows each refusal. All of it runs through the library.

mod files;
mod script;
mod step;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    failure::{Failure, REFUSED},
    plain,
};

/// Sign a document, tamper with it, and show that every fault is refused, and where.
///
/// The keys are made for the occasion, held in memory and forgotten.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest demo
  earnest demo --dir demo && earnest verify demo/*.json
  earnest demo --json

Exit codes: 0 everything was accepted or refused as it should be; 1 something was not; 2 a file cannot be written.")]
pub(crate) struct Demo {
    /// Keep the documents in this directory, to try `earnest verify` on them; no file is overwritten.
    #[arg(long)]
    dir: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        let play = script::play()?;
        let written = match &self.dir {
            Some(dir) => files::write(dir, &play.files)?,
            None => Vec::new(),
        };
        let ok = play.steps.iter().all(step::Step::is_as_expected);
        let answer = if json {
            let steps: Vec<Value> = play.steps.iter().map(step::Step::to_json).collect();
            Answer::json(&json!({ "ok": ok, "steps": steps, "files": written }))
        } else {
            let steps = play.steps.iter().enumerate().map(|(index, step)| step.to_text(index + 1));
            Answer::text(steps.collect::<String>() + &ending(ok, &written))
        };
        Ok(Answer { exit: if ok { 0 } else { REFUSED }, ..answer })
    }
}

fn ending(ok: bool, written: &[String]) -> String {
    let verdict = if ok { "Every step ended as it should." } else { "A step did not end as it should: see above." };
    match written {
        [] => format!("\n{verdict}\n"),
        files => format!("\n{verdict} Now try:\n  earnest verify {}\n", plain::text(&files.join(" "))),
    }
}
