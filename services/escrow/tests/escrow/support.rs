//! An escrow under test: real sockets, a real database, a clock that the test drives, parties with real keys.

mod papers;
mod people;
mod said;
mod wire;
mod world;

pub(crate) use papers::{Papers, confirmed, free, illustration, news, redaction};
pub(crate) use people::{
    ADAM, COUNCIL, EWA, FEEDERS, GATEWAY, MARCIN, OLA, OPERATOR, Person, ROMAN, STRANGER, at, count, orc, secs, signed,
};
pub(crate) use said::{
    accept, action, cancel, delivery, dispute, items, png, receipt, reject, response, ruling, statement,
};
pub(crate) use wire::{Answer, Events, exchange};
pub(crate) use world::{END, World, account};
