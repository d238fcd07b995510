//! `earnest project`: between our documents and the published Orbiplex form.

use clap::{ArgGroup, Args, ValueEnum};
use earnest_artifacts::{Artifact, Kind, published};
use earnest_signing::Error;
use serde_json::json;

use crate::{answer::Answer, failure::Failure, input::Input, kind_name, pretty::pretty};

/// Project a document to its published form, or a published one to ours.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("direction").required(true).args(["to", "from"]), after_help = "\
Examples:
  earnest project --to orbiplex offer.json
  earnest project --from orbiplex --kind service-offer published.json > offer.json
  earnest project --from orbiplex --kind service-offer --check published.json

A projection carries the signatures of the document, which verify over the document alone. A conversion drops the
signatures, and is to be signed again.

Exit codes: 0 done, or valid; 1 the document was refused; 2 wrong usage or a file that cannot be read.")]
pub(crate) struct Project {
    /// Verify a document of ours, and print it in this form.
    #[arg(long, value_name = "FORM")]
    to: Option<Form>,
    /// Read a document in this form, and print it as ours, unsigned.
    #[arg(long, value_name = "FORM", requires = "kind")]
    from: Option<Form>,
    /// The kind of the published document, which does not name it itself.
    #[arg(long, requires = "from", value_parser = kind_name::parser(), hide_possible_values = true)]
    kind: Option<&'static Kind>,
    /// Judge it by the published rules alone, without converting it or judging its signatures.
    #[arg(long, requires = "from")]
    check: bool,
    /// The document; `-` for standard input.
    file: Input,
}

/// A form that documents are published in.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// The published schemas of Orbiplex.
    Orbiplex,
}

impl Project {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        let text = self.file.read()?;
        let done = match self.kind {
            None => Artifact::verify(&text).and_then(|artifact| published::to_published(&artifact)),
            Some(kind) if !self.check => published::from_published(kind, &text),
            Some(kind) => return check(kind, &text, json).map_err(|failure| failure.in_file(&self.file.name())),
        };
        let projected = done.map_err(|error| Failure::from(error).in_file(&self.file.name()))?;
        Ok(Answer::text(pretty(&projected)))
    }
}

fn check(kind: &Kind, text: &[u8], json: bool) -> Result<Answer, Failure> {
    let Some(form) = kind.published() else {
        let message = format!("expected a kind with a published form, found {}", kind.name());
        return Err(Failure::usage("no-published-form", message));
    };
    let read = earnest_signing::read(text, kind.limits())?;
    published::check(form, &read).map_err(|error: Error| error.located_in(text))?;
    if json {
        return Ok(Answer::json(&json!({ "valid": true, "published": form.name })));
    }
    Ok(Answer::text(format!("valid {} by the published rules; its signatures are not judged\n", form.name)))
}
