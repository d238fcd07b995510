//! `earnest key`: makes key files, and shows whose they are.

mod new;
mod show;

use std::path::Path;

use clap::Subcommand;
use earnest_base::{PublicKey, Subject, SubjectKind};
use serde_json::{Map, Value};

use crate::{answer::Answer, failure::Failure};

/// Make key files, and show whose they are.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  earnest key new --out ola.key --passphrase
  earnest key show ola.key --as participant")]
pub(crate) enum Key {
    New(new::New),
    Show(show::Show),
}

impl Key {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        match self {
            Self::New(new) => new.run(json),
            Self::Show(show) => show.run(json),
        }
    }
}

/// Whose a key file is: the file, the did:key, and the subjects that may have it.
fn card(file: &Path, key: &PublicKey, json: bool) -> Answer {
    let mut rows = vec![("file", file.display().to_string()), ("key", format!("did:key:{key}"))];
    rows.extend(SubjectKind::ALL.iter().map(|kind| (kind.as_str(), Subject::new(*kind, *key).to_string())));
    if json {
        let members: Map<String, Value> =
            rows.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        return Answer::json(&members.into());
    }
    Answer::text(
        rows.iter().map(|(name, value)| format!("{name:11}  {}\n", crate::plain::text(value))).collect::<String>(),
    )
}
