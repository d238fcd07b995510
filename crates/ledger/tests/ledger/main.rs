//! The ledger as others use it: every row of the timeout table, the order of refusals, the table of states, replay,
//! documents, the model of one hold, and the simulation.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that finds what it did not expect fails")]

mod documents;
mod facts;
mod model;
mod payments;
mod precedence;
mod replay;
mod rows;
mod seed;
mod simulated;
mod simulation;
mod states;
mod world;
