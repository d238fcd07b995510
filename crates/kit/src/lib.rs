//! What every service needs: a server that is hardened from the start, problem+json for every refusal, signed requests,
//! limits, configuration with its origins, key files, health, metrics, OpenAPI and event streams.
//!
//! ```text
//! Server ── bounded connections, heads, times ──▶ front ── id, span, host, panic ──▶ class ── body, signature,
//! rate, places ──▶ handler ── Strict<T>, Caller, … ──▶ answer, or Problem
//! ```

mod app;
mod auth;
mod body;
mod class;
mod config;
mod extract;
mod front;
mod health;
mod held;
pub mod keys;
mod limits;
mod openapi;
pub mod problem;
mod request_id;
mod server;
pub mod sse;
pub mod telemetry;

pub use app::App;
pub use auth::{Authority, Caller, MemoryNonces, NonceStore, NonceUse, Verifier};
pub use body::{BodyError, problem_of, read_body};
pub use class::{Access, Class};
pub use config::{ConfigError, Configured, Layers, Origin, Secret, Setting};
/// The caller's side, which the clients have.
pub use earnest_client::{Clock, RequestSigner, SignError};
pub use extract::{Embedded, PathParameters, Posted, QueryParameters, Strict, produces};
pub use health::Unready;
pub use limits::Rate;
pub use openapi::AppError;
pub use problem::{Problem, Refusal, ServiceCode};
pub use request_id::RequestId;
pub use server::{Peer, Server, ServerError, ServerSettings, Stop, Stopper};
pub use telemetry::Metrics;

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
