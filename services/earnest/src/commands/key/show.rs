//! `earnest key show`: whose a key file is.

use std::path::PathBuf;

use clap::Args;
use earnest_base::{Subject, SubjectKind};
use serde_json::json;

use super::card;
use crate::{answer::Answer, failure::Failure, key_file, passphrase::PassphraseFile, subject::subject_kinds};

/// Show whose a key file is, never the secret.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest key show ola.key
  earnest key show ola.key --as participant
  earnest key show node.key --as node --passphrase-file /run/secrets/passphrase

Exit codes: 0 done; 2 wrong usage, or a file that cannot be read or is no key file.")]
pub(crate) struct Show {
    /// The key file.
    file: PathBuf,
    /// Print one subject only, as documents name it.
    #[arg(long = "as", value_name = "SUBJECT", value_parser = subject_kinds())]
    subject: Option<SubjectKind>,
    #[command(flatten)]
    passphrase: PassphraseFile,
}

impl Show {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        let key = key_file::read(&self.file, &self.passphrase)?;
        let Some(kind) = self.subject else { return Ok(card(&self.file, key.public(), json)) };
        let subject = Subject::new(kind, *key.public()).to_string();
        Ok(if json { Answer::json(&json!({ kind.as_str(): subject })) } else { Answer::text(subject + "\n") })
    }
}
