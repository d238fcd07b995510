//! Messages of version 1, and the way between the versions.

mod convert;
mod network;
mod payload;
mod required;

pub use convert::ConvertError;
pub use network::{NETWORKS, NamedNetwork, NetworkName};
pub use payload::PaymentPayload;
pub use required::{PaymentRequired, PaymentRequirements};
