//! The binary, command by command, as a shell would run it.

mod demo;
mod keys;
mod listing;
mod project;
mod sign;
mod support;
mod verify;
