//! The relay in a world of senders, nodes and a chain that misbehave: explored exhaustively, and simulated at length.

mod exhaustive;
mod monitor;
mod node;
mod simulation;
mod world;
