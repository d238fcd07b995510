//! `earnest key new`: makes a key and writes its file.

use std::path::PathBuf;

use clap::Args;

use super::card;
use crate::{answer::Answer, failure::Failure, key_file, passphrase::PassphraseFile};

/// Make a key, write it to a file that only you can read, and show whose it is.
///
/// The file is JSON with the members `earnest-key`, `public` and `seed`; with a passphrase it is an age file around the
/// same text. A file that is there already is never overwritten.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest key new --out ola.key --passphrase
  earnest key new --out node.key --passphrase-file /run/secrets/passphrase
  earnest key new

Exit codes: 0 done; 2 wrong usage, or the file is there already or cannot be written.")]
pub(crate) struct New {
    /// The file to make.
    #[arg(long, value_name = "FILE", default_value = "earnest.key")]
    out: PathBuf,
    /// Encrypt the file with a passphrase that the terminal asks for.
    #[arg(long, conflicts_with = "passphrase_file")]
    passphrase: bool,
    #[command(flatten)]
    file: PassphraseFile,
}

impl New {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        let passphrase = self.file.choose(self.passphrase)?;
        let key = key_file::generate()?;
        key_file::write(&self.out, &key, passphrase.as_ref())?;
        Ok(card(&self.out, key.public(), json))
    }
}
