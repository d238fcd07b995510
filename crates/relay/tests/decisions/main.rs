//! What a relay promises, shown command by command.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "test code: a failure is a failed test")]

mod desk;
mod order;
mod pains;
mod submissions;
mod wallets;
