//! The escrow: a federation's ledger, holds and deadlines over HTTP. It takes signed documents in signed requests, decides
//! by `earnest-settlement` and `earnest-ledger`, and answers once nothing can be lost.

mod answers;
mod beside;
mod bootstrap;
mod config;
mod keys;
mod machine;
mod office;
mod problem;
mod remembered;
mod routes;
mod run;

pub use config::{Config, PolicySettings};
pub use machine::Escrowed;
pub use run::{Escrow, Identity, StartError, openapi};
