//! A gateway's funding under test, with everything around it.

mod asked;
mod gateway;
mod people;
mod provider;
mod proxy;
mod world;

use people::Person;
pub(crate) use people::{FEEDERS, OLA, OPERATOR, ROMAN, STRANGER, at};
pub(crate) use provider::{Answers, SECRET, Stub, header, message};
pub(crate) use proxy::Proxy;
pub(crate) use world::{World, account};
