//! Funding: outside money in and out, under the gateway's terms. What is decided stands in `earnest-funding`; here are
//! the providers, the routes, and the worker that signs receipts and sends them until the escrow has answered.

mod counter;
mod machine;
mod problem;
mod provider;
mod routes;
mod run;
mod settings;
mod views;
mod worker;

pub use machine::Funded;
pub use provider::{
    Callback, CallbackError, Collected, Heard, Instruction, Provider, ProviderError, Taken, file::FileProvider,
    webhook::WebhookProvider,
};
pub use routes::{operator_routes, public_routes};
pub use run::{Funding, FundingError, FundingParts, journal_name};
pub use settings::{FundingSettings, PolicySettings, ProviderSettings, RateSettings};
