//! Workflows in a market that misbehaves: explored exhaustively, simulated at length, and the seed's morning as a table.

mod approvals;
mod exhaustive;
mod market;
mod monitor;
mod morning;
mod scenes;
mod simulation;
mod world;
