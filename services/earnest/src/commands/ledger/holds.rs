//! `earnest ledger holds`: the holds of an account.

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use earnest_artifacts::{LedgerHold, Verified, ledger_hold::HoldStatus};
use earnest_base::AccountId;
use earnest_client::escrow::{HoldsQuery, Page};
use serde_json::{Value, json};

use super::Pages;
use crate::{answer::Answer, failure::Failure, remote::Remote};

/// Show the holds that an account pays or is paid by, the oldest first. Each is a document that the escrow signed, and is
/// verified.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest ledger holds account:fed-local:ola --key ola.key
  earnest ledger holds account:fed-local:ola --key ola.key --status active --all
  earnest ledger holds account:fed-local:ola --key ola.key --json

Exit codes: 0 done; 1 the escrow refused; 2 wrong usage, a file that cannot be read, or an escrow out
of reach.")]
pub(crate) struct Holds {
    /// The account.
    #[arg(value_name = "ACCOUNT")]
    account: AccountId,
    /// Only those that stand so.
    #[arg(long, value_parser = statuses())]
    status: Option<HoldStatus>,
    #[command(flatten)]
    pages: Pages,
    #[command(flatten)]
    remote: Remote,
}

const STATUSES: [(&str, HoldStatus); 5] = [
    ("active", HoldStatus::Active),
    ("disputed", HoldStatus::Disputed),
    ("released", HoldStatus::Released),
    ("partially-released", HoldStatus::PartiallyReleased),
    ("refunded", HoldStatus::Refunded),
];

fn statuses() -> impl TypedValueParser<Value = HoldStatus> {
    PossibleValuesParser::new(STATUSES.map(|(word, _)| word)).try_map(|word| {
        STATUSES.iter().find(|(named, _)| *named == word).map(|(_, status)| *status).ok_or("expected a status")
    })
}

impl Holds {
    pub(super) async fn run(&self, json: bool) -> Result<Answer, Failure> {
        let client = self.remote.client()?;
        let page = async |page: Page| {
            let query = HoldsQuery { account: self.account.clone(), status: self.status, page };
            let found = client.holds(&query).await?;
            Ok((found.holds, found.next))
        };
        let (holds, next) = self.pages.read(page).await?;
        if !json {
            return Ok(Answer::text(holds.iter().map(line).collect::<String>() + &self.pages.more(next)));
        }
        let documents: Vec<Value> = holds.iter().filter_map(|hold| serde_json::from_slice(hold.bytes()).ok()).collect();
        Ok(Answer::json(&json!({ "account": self.account, "holds": documents, "next": next })))
    }
}

fn line(hold: &Verified<LedgerHold>) -> String {
    let word = STATUSES.iter().find(|(_, status)| *status == hold.status).map_or("", |(word, _)| *word);
    let (at, amount, id, contract) = (hold.created_at, hold.amount.to_string(), &hold.id, &hold.contract);
    format!("{at:24}  {word:18}  {amount:>16}  {id}  {contract}\n")
}
