//! `earnest verify`: verifies documents, across the cores of the machine.

use clap::Args;
use earnest_artifacts::Artifact;
use earnest_base::Timestamp;
use earnest_signing::{Error, Signing, in_parallel};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    failure::{Failure, REFUSED, USAGE},
    input::Input,
    plain,
};

/// Verify documents: one line a file, with who signed it, or code, place and message of what is wrong.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest verify offer.json
  earnest verify --at 2026-04-01T06:00:00Z offers/*.json
  earnest sign --key ola.key offer.json | earnest verify --json -

With --json each line is one object: `file` and `valid`; where it is valid `kind`, `id` and
`signed-by`, else `code`, `pointer`, `line`, `column` and `message`. For an audit bundle also how
many `documents` it holds, each of them verified, and the digests of `missing-blobs`.

Exit codes: 0 all are valid; 1 one is not; 2 wrong usage, or a file that cannot be read.")]
pub(crate) struct Verify {
    /// The moment at which they have to be in force, such as 2026-04-01T06:00:00Z; without it time is not judged.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// The documents; `-` for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
}

impl Verify {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        if self.files.iter().filter(|file| **file == Input::Stdin).count() > 1 {
            return Err(Failure::usage("usage", "expected standard input once, found `-` several times"));
        }
        let mut answer = Answer::default();
        for outcome in in_parallel(&self.files, None, |file| self.line(file, json)) {
            match outcome {
                Ok(line) => answer.text += &line,
                Err(failure) if failure.exit() == REFUSED => {
                    answer.exit = answer.exit.max(REFUSED);
                    answer.text += &refusal(&failure, json);
                }
                Err(failure) => {
                    answer.exit = USAGE;
                    answer.failures.push(failure);
                }
            }
        }
        Ok(answer)
    }

    fn line(&self, file: &Input, json: bool) -> Result<String, Failure> {
        let text = file.read()?;
        let verify = || {
            let artifact = Artifact::verify(&text)?;
            self.at.map_or(Ok(()), |moment| artifact.valid_at(moment)).map_err(Error::from)?;
            Ok(artifact)
        };
        let artifact = verify().map_err(|error: Error| Failure::from(error).in_file(&file.name()))?;
        Ok(if json { accepted(file, &artifact) } else { sentence(&artifact) })
    }
}

/// `valid <kind> <id> signed by <subject>`, with the role where the kind has several signers.
pub(super) fn sentence(artifact: &Artifact) -> String {
    let signings = artifact.signings();
    let by: Vec<String> = signings
        .iter()
        .map(|Signing { role, subject }| match role {
            Some(role) => format!("{subject} as {role}"),
            None => subject.to_string(),
        })
        .collect();
    format!("valid {} {} signed by {}\n", artifact.kind().name(), plain::text(&artifact.id()), by.join(", "))
}

fn accepted(file: &Input, artifact: &Artifact) -> String {
    let signings = artifact.signings();
    let signed_by: Vec<Value> = signings
        .iter()
        .map(|Signing { role, subject }| {
            let mut value = json!({ "subject": subject.to_string() });
            if let Some(role) = role {
                value["role"] = (*role).into();
            }
            value
        })
        .collect();
    let mut value = json!({
        "file": file.name(),
        "valid": true,
        "kind": artifact.kind().name(),
        "id": artifact.id(),
        "signed-by": signed_by,
    });
    if let Artifact::AuditBundle(bundle) = artifact {
        let missing: Vec<String> = bundle.missing_blobs().iter().map(|blob| blob.digest.to_string()).collect();
        value["documents"] = bundle.documents.len().into();
        value["missing-blobs"] = missing.into();
    }
    plain::in_json(&format!("{value}\n"))
}

fn refusal(failure: &Failure, json: bool) -> String {
    if !json {
        return failure.line() + "\n";
    }
    let mut members = failure.to_json();
    members.insert("valid".into(), false.into());
    plain::in_json(&format!("{}\n", Value::Object(members)))
}
