//! `earnest schema KIND`: the JSON Schema of a kind.

use clap::Args;
use earnest_artifacts::Kind;

use crate::{answer::Answer, kind_name};

/// Print the JSON Schema (2020-12) of a kind of document.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest schema service-offer.v1
  earnest schema service-offer > service-offer.v1.schema.json

Exit codes: 0 done; 2 no such kind.")]
pub(crate) struct Schema {
    /// The kind, with or without its version; `earnest kinds` lists them.
    #[arg(value_parser = kind_name::parser(), hide_possible_values = true)]
    kind: &'static Kind,
}

impl Schema {
    pub(crate) fn run(&self) -> Answer {
        Answer::json(&self.kind.schema())
    }
}
