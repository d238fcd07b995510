//! What an escrow takes, keeps and gives back, as tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

#[cfg(test)]
mod batches;
#[cfg(test)]
mod bytes;
#[cfg(test)]
mod custody;
#[cfg(test)]
mod world;
