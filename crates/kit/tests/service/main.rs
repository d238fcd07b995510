//! A small service that uses all of the kit, over real sockets.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod documents;
mod echo;
mod hardening;
mod signatures;
mod stopping;
mod streams;
mod wire;
