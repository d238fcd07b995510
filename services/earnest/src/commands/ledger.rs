//! `earnest ledger`: what an account has, what moved, and what stands in holds.

mod balance;
mod holds;
mod statement;

use std::future::Future;

use clap::{Args, Subcommand};
use earnest_client::escrow::Page;

use crate::{answer::Answer, failure::Failure, runtime::block_on};

/// Ask an escrow for balances, statements and holds.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  earnest ledger balance account:fed-local:ola --key ola.key
  earnest ledger statement account:fed-local:ola --key ola.key --all --csv > ola.csv
  earnest ledger holds account:fed-local:ola --key ola.key --status active")]
pub(crate) enum Ledger {
    Balance(balance::Balance),
    Statement(statement::Statement),
    Holds(holds::Holds),
}

impl Ledger {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        match self {
            Self::Balance(balance) => block_on(balance.run(json)),
            Self::Statement(statement) => block_on(statement.run(json)),
            Self::Holds(holds) => block_on(holds.run(json)),
        }
    }
}

/// Which part of a list.
#[derive(Debug, Args)]
struct Pages {
    /// Only what comes after this number: the `next` of the page before.
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: u64,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// All of it, page after page.
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl Pages {
    /// Reads the page that is asked for, or all pages; answers their items and the next page.
    async fn read<T, F: Future<Output = Result<(Vec<T>, Option<u64>), Failure>>>(
        &self,
        mut page: impl FnMut(Page) -> F,
    ) -> Result<(Vec<T>, Option<u64>), Failure> {
        let limit = if self.all { 1_000 } else { self.limit };
        let mut all = Vec::new();
        let mut after = self.after;
        loop {
            let (items, next) = page(Page { after, limit }).await?;
            all.extend(items);
            match next {
                // A service that sends its reader back would never come to an end.
                Some(next) if self.all && next > after => after = next,
                next => return Ok((all, next)),
            }
        }
    }

    /// What tells people that there is more.
    fn more(&self, next: Option<u64>) -> String {
        next.map(|next| format!("more with --after {next}, or --all\n")).unwrap_or_default()
    }
}
