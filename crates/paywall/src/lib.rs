//! Protects any axum route with a price.

mod settler;

pub use settler::{Settler, SettlerError, Settling, Tendered};
