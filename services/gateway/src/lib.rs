//! The gateway: outside money, outside callers, and the relay that settles payments.

pub mod funding;
