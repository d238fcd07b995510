//! An escrow under test: real sockets, a real database, a clock that the test drives, parties with real keys.

mod papers;
mod people;
mod said;
mod wire;
mod world;

pub(crate) use papers::{Papers, confirmed, free, illustration, news, redaction};
pub(crate) use people::{
    ADAM, COUNCIL, EWA, FEEDERS, GATEWAY, MARCIN, OLA, OPERATOR, Person, ROMAN, STRANGER, at, secs, signed,
};
pub(crate) use said::{
    accept, action, cancel, delivery, dispute, items, payment, png, receipt, reject, response, ruling, statement,
    with_image,
};
pub(crate) use wire::{Answer, exchange_within};
pub(crate) use world::{END, World, account, config};
