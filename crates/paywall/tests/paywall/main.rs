//! The paywall around a real axum app, with real signatures and a settler that fails in every way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod adapter;
mod attacks;
mod attacks_money;
mod attacks_wire;
mod buyer;
mod facilitator;
mod gateway;
mod market;
mod order;
mod page;
mod prices;
mod proxy;
mod race;
mod restarts;
mod settler;
mod stub;
