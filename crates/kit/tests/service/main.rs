//! A small service that uses all of the kit, over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod documents;
mod echo;
mod hardening;
mod http2;
mod signatures;
mod stopping;
mod streams;
mod wire;
