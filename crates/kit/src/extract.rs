//! What handlers take out of a request: strict JSON, signed documents, parameters of path and query. Each refuses with
//! problem+json, and names the place.

mod accept;
mod embedded;
mod json;
mod parameters;

pub use accept::produces;
pub use embedded::Embedded;
pub use json::{Posted, Strict};
pub use parameters::{PathParameters, QueryParameters};
