//! `earnest sign`: signs a document that may carry other signatures already.

use std::path::PathBuf;

use clap::Args;
use earnest_artifacts::{Artifact, Kind};
use earnest_signing::{Code, Error};

use crate::{answer::Answer, failure::Failure, input::Input, key_file, passphrase::PassphraseFile, pretty::pretty};

/// Sign a document, and print it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest sign --key ola.key offer.json > offer.signed.json
  earnest sign --key ola.key --role responder contract.json > contract.half.json
  earnest sign --key roman.key --role asker - < contract.half.json
  EARNEST_PASSPHRASE_FILE=pass earnest sign --key ola.key --compact offer.json

Exit codes: 0 signed; 1 refused: the document is wrong, or the key is not its signer's; 2 wrong
usage, or a file that cannot be read.")]
pub(crate) struct Sign {
    /// The key file of who signs.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The role in which to sign, where the kind has several signers.
    #[arg(long)]
    role: Option<String>,
    /// Print canonical JSON (RFC 8785) on one line.
    #[arg(long)]
    compact: bool,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// The document; `-` for standard input.
    #[arg(value_name = "DOC")]
    document: Input,
}

impl Sign {
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        let text = self.document.read()?;
        let refused = |error: Error| Failure::from(error).in_file(&self.document.name());
        let (kind, _) = Kind::of_text(&text).map_err(refused)?;
        let key = key_file::read(&self.key, &self.passphrase)?;
        let signed = kind.sign(&text, self.role.as_deref(), &key).map_err(refused)?;
        let canonical = signed.canonical();
        // Nobody signs beside a signature that is wrong; one that is still absent comes later.
        match Artifact::verify(canonical.as_bytes()) {
            Err(error) if error.code() != Code::SIGNATURE_MISSING => {
                let error = Error::new(error.code(), error.pointer().clone(), error.message());
                Err(refused(error.located_in(&text)))
            }
            _ if self.compact => Ok(Answer::text(canonical + "\n")),
            _ => Ok(Answer::text(pretty(&signed))),
        }
    }
}
