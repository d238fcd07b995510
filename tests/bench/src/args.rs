//! What `cargo xtask bench` is given. xtask reads this file too: it knows the benches without building them.

use clap::{Args as ClapArgs, ValueEnum};

/// What `cargo xtask bench` is given.
#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// What to measure.
    pub(crate) name: Bench,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Bench {
    /// Documents verified per second: read, schema, rules, canonical form, signature.
    Verify,
    /// Events that the relay decides per second, with few and many payments in flight.
    Relay,
    /// Requests per second: an empty axum route, the same behind the kit, and behind its signature check.
    Kit,
    /// Durable holds and releases per second beside a log that is synced, plain tables and a stored function; the cost of
    /// one, and of a restart, at 10 million facts.
    Ledger,
    /// The same through the escrow service, with 1, 16 and 256 callers and in batches, beside an empty signed route.
    Escrow,
    /// Paid requests per second on the ledger, with real signatures and everything durable, beside an empty axum route,
    /// `@x402/express` and `x402-axum`.
    Gateway,
    /// Durable commands per second through the journal's writer, beside a log that is synced, and the time of a restart.
    Journal,
}
