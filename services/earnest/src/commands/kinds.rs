//! `earnest kinds`: the kinds of documents, and who signs them.

use clap::Args;
use earnest_artifacts::Kind;
use earnest_signing::{Need, Signer};
use serde_json::{Value, json};

use crate::answer::Answer;

/// List the kinds of documents: who signs them, and what they are.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest kinds
  earnest kinds --json")]
pub(crate) struct Kinds {}

impl Kinds {
    #[allow(clippy::unused_self, reason = "every command runs alike")]
    pub(crate) fn run(&self, json: bool) -> Answer {
        if json { Answer::json(&Kind::ALL.iter().map(to_json).collect()) } else { Answer::text(table()) }
    }
}

/// What a kind is: the first sentence of its schema's description.
fn says(kind: &Kind) -> String {
    let schema = kind.schema();
    let description = schema["description"].as_str().unwrap_or_default();
    let sentence = description.split_once(". ").map_or(description, |(first, _)| first);
    format!("{}.", sentence.trim_end_matches('.').replace('\n', " "))
}

fn to_json(kind: &Kind) -> Value {
    let signers: Vec<Value> = kind
        .signers()
        .iter()
        .map(|signer| {
            let kinds: Vec<&str> = signer.kinds.iter().map(|kind| kind.as_str()).collect();
            let mut value = json!({
                "member": signer.member(),
                "named-by": signer.by,
                "subjects": kinds,
                "always": signer.need == Need::Always,
            });
            if let Some(role) = signer.role {
                value["role"] = role.into();
            }
            value
        })
        .collect();
    json!({ "kind": kind.name(), "says": says(kind), "signers": signers, "published": kind.published().is_some() })
}

fn signed_by(signer: &Signer) -> String {
    let role = signer.role.map(|role| format!(" as {role}")).unwrap_or_default();
    let need = if signer.need == Need::Always { "" } else { ", not always" };
    format!("{}{role}{need}", signer.by.join(" or "))
}

/// One row a kind, and one more for each further signer.
fn table() -> String {
    let mut rows = vec![["KIND".to_owned(), "SIGNED BY".to_owned(), "WHAT IT IS".to_owned()]];
    for kind in Kind::ALL {
        let mut signers = kind.signers().iter().map(signed_by);
        rows.push([kind.name().to_owned(), signers.next().unwrap_or_default(), says(kind)]);
        rows.extend(signers.map(|signer| [String::new(), signer, String::new()]));
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (kinds, signers) = (width(0), width(1));
    let lines = rows.iter().map(|[kind, signer, says]| format!("{kind:kinds$}  {signer:signers$}  {says}"));
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}
