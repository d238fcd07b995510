//! The client of a gateway, over HTTP and over RPC: the shared types both ways, one story on both, and bounds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod adapters;
mod facilitator;
mod server;
