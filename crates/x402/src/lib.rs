//! The x402 wire.

pub mod evm;
