//! `earnest ledger balance`: what an account has.

use clap::Args;
use earnest_base::AccountId;
use serde_json::json;

use crate::{answer::Answer, failure::Failure, remote::Remote};

/// Show what an account has: what may be spent, and what stands in holds. One that does not exist has nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest ledger balance account:fed-local:ola --key ola.key
  earnest ledger balance account:fed-local:org --key org.key --as org
  earnest ledger balance account:fed-local:ola --key ola.key --escrow https://escrow.example --json

Exit codes: 0 done; 1 the escrow refused; 2 wrong usage, a file that cannot be read, or an escrow out
of reach.")]
pub(crate) struct Balance {
    /// The account.
    #[arg(value_name = "ACCOUNT")]
    account: AccountId,
    #[command(flatten)]
    remote: Remote,
}

impl Balance {
    pub(super) async fn run(&self, json: bool) -> Result<Answer, Failure> {
        let balance = self.remote.client()?.balance(&self.account).await?;
        if json {
            return Ok(Answer::json(&json!(balance)));
        }
        let rows = [
            ("account", balance.account.to_string()),
            ("available", balance.available.to_string()),
            ("held", balance.held.to_string()),
            ("total", balance.total.to_string()),
        ];
        Ok(Answer::text(rows.iter().map(|(name, value)| format!("{name:9}  {value}\n")).collect::<String>()))
    }
}
