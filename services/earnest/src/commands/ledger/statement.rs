//! `earnest ledger statement`: what moved on an account.

use clap::Args;
use earnest_base::AccountId;
use earnest_client::{
    EscrowClient,
    escrow::{Page, StatementEntry},
};
use serde_json::json;

use super::Pages;
use crate::{answer::Answer, failure::Failure, remote::Remote};

/// Show what moved on an account, the oldest entry first, with what it could spend after each.
///
/// With --json each entry also says which top-ups paid for a spend. With --csv the columns are seq, at, transfer, kind,
/// counterpart, change, available and paid-from, amounts in minor units.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest ledger statement account:fed-local:ola --key ola.key
  earnest ledger statement account:fed-local:ola --key ola.key --after 42 --limit 20
  earnest ledger statement account:fed-local:ola --key ola.key --all --csv > ola.csv
  earnest ledger statement account:fed-local:ola --key ola.key --all --json

Exit codes: 0 done; 1 the escrow refused; 2 wrong usage, a file that cannot be read, or an escrow out
of reach.")]
pub(crate) struct Statement {
    /// The account.
    #[arg(value_name = "ACCOUNT")]
    account: AccountId,
    /// Print comma-separated values.
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    pages: Pages,
    #[command(flatten)]
    remote: Remote,
}

impl Statement {
    pub(super) async fn run(&self, json: bool) -> Result<Answer, Failure> {
        let client = self.remote.client()?;
        if self.csv {
            return self.csv(&client).await;
        }
        let page = async |page: Page| {
            let found = client.statement(&self.account, page).await?;
            Ok((found.entries, found.next))
        };
        let (entries, next) = self.pages.read(page).await?;
        if json {
            return Ok(Answer::json(&json!({ "account": self.account, "entries": entries, "next": next })));
        }
        Ok(Answer::text(entries.iter().map(line).collect::<String>() + &self.pages.more(next)))
    }

    /// The pages as the escrow writes them, under one line of names.
    async fn csv(&self, client: &EscrowClient) -> Result<Answer, Failure> {
        let mut names = String::new();
        let page = async |page: Page| {
            let text = client.statement_csv(&self.account, page).await?;
            let mut lines = text.lines().map(|line| format!("{line}\n"));
            let first = lines.next().unwrap_or_default();
            let lines: Vec<String> = lines.collect();
            let last = lines.last().and_then(|line| line.split(',').next()?.parse().ok());
            Ok((lines.into_iter().map(|line| (first.clone(), line)).collect(), last))
        };
        let (lines, _) = self.pages.read(page).await?;
        let mut text = String::new();
        for (first, line) in lines {
            names = first;
            text += &line;
        }
        if names.is_empty() {
            names = client.statement_csv(&self.account, Page { after: self.pages.after, limit: 1 }).await?;
        }
        Ok(Answer::text(names + &text))
    }
}

fn line(entry: &StatementEntry) -> String {
    let kind = serde_json::to_value(entry.kind).ok();
    let kind = kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let change = format!("{}{}", if entry.credit { "+" } else { "-" }, entry.amount);
    let (at, available, other) = (entry.at, entry.available.to_string(), &entry.counterpart_account);
    format!("{at:24}  {kind:18}  {change:>16}  {available:>16}  {other}\n")
}
