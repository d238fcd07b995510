//! The gateway: outside money and outside callers. It runs the relay over a durable journal, serves it over HTTP and RPC,
//! and serves the facilitator API, so that other people's servers can be paid through it.

mod answers;
mod config;
mod desk;
mod driver;
mod facilitator;
mod keys;
mod machine;
mod office;
mod problem;
mod routes;
mod run;
mod selling;
mod settler;
mod wiring;

pub mod funding;

pub use config::{
    ChainSettings, Config, EscrowSettings, FacilitatorKey, FacilitatorSettings, PaymentSettings, RpcSettings,
};
pub use machine::{Command, Fact, Received, Relaying, Submitted, Told};
pub use run::{Gateway, Identity, StartError, openapi, operator_openapi};
pub use settler::RelaySettler;
