//! A gateway under test: real sockets, a real database, a clock and rails that the test drives, payers with real keys.

mod pay;
mod people;
mod rail;
mod wire;
mod world;

pub(crate) use pay::Pay;
pub(crate) use people::{ADAM, NEWS, OPERATOR, Person, STRANGER, at};
pub(crate) use rail::{Fate, TestRail};
pub(crate) use wire::{Answer, exchange_within};
pub(crate) use world::{TOKEN, World, config};
