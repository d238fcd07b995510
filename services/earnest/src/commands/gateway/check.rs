//! `earnest gateway check`: reads the relay's journal from its first fact to its last, and compares it with heads that
//! others kept.

use std::collections::BTreeMap;

use clap::Args;
use earnest_gateway::{Config, Relaying};
use earnest_ports::{CheckError, Head, JournalError, Seq, check, replay};
use serde_json::json;

use crate::{answer::Answer, failure::Failure, kept_head};

/// Check the journal of a gateway's relay: its hash chain, that each fact follows, and that nothing contradicts itself.
///
/// Whoever edits the database breaks the chain, and the first fact at fault is named. The gateway may run meanwhile.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest gateway check
  earnest gateway check --config gateway.toml --json
  earnest gateway check --head 42:sha256:3q2-7w…

Exit codes: 0 the journal is whole; 1 it is not, or another one than somebody saw; 2 wrong usage, a
wrong configuration, or no journal.")]
pub(super) struct Check {
    /// A head that somebody kept, and the number of its fact; may be repeated.
    #[arg(long = "head", value_name = "SEQ:DIGEST", value_parser = kept_head::kept)]
    heads: Vec<(Seq, Head)>,
}

impl Check {
    pub(super) async fn run(&self, config: Config, json: bool) -> Result<Answer, Failure> {
        let url = config.journal_url();
        let name = config.journal_name().map_err(|error| Failure::usage("config-invalid", error.to_string()))?;
        // A journal is made where it is opened, and an empty one would be found whole.
        if earnest_store::inspect(&url).await.map_err(out_of_reach)?.is_none() {
            return Err(Failure::usage("journal-missing", "expected the journal of a gateway, found none")
                .hint("name its place: --config FILE, --set data=FOLDER or --set journal=URL"));
        }
        let journal = earnest_store::open(&url, name).await.map_err(out_of_reach)?;
        let genesis = Relaying::genesis();
        let heads: BTreeMap<Seq, Head> = self.heads.iter().copied().collect();
        if heads.len() < self.heads.len() {
            return Err(Failure::usage("usage", "expected each fact once among --head, found one several times"));
        }
        let end = check(&*journal, &genesis, &heads).await.map_err(|error| failed(&error))?;
        let state = replay(&*journal, &genesis).await.map_err(|error| failed(&error.into()))?.machine;
        state.relay().check().map_err(|fault| Failure::told("relay-contradicts-itself", fault.to_string()))?;
        let payments = state.relay().payments_after(None).count();
        if json {
            return Ok(Answer::json(&json!({
                "whole": true,
                "seq": end.seq.value(),
                "head": end.head.digest(),
                "heads-compared": heads.len(),
                "payments": payments,
            })));
        }
        Ok(Answer::text(format!(
            "whole: {} facts\nhead     {}:{}\ncompared {} kept heads\nrelay    {payments} payments with a record\n",
            end.seq,
            end.seq,
            end.head,
            heads.len(),
        )))
    }
}

fn out_of_reach(error: JournalError) -> Failure {
    failed(&error.into())
}

fn failed(error: &CheckError) -> Failure {
    let message = error.to_string();
    let failure = match error {
        CheckError::Replay(earnest_ports::ReplayError::Journal(JournalError::Unavailable(_))) => {
            Failure::usage(error.code(), message)
        }
        _ => Failure::told(error.code(), message),
    };
    match error.seq() {
        Some(seq) => failure.at_fact(seq.value()),
        None => failure,
    }
}
