//! Messages of version 2.

mod payload;
mod required;
mod requirements;

pub use payload::PaymentPayload;
pub use required::PaymentRequired;
pub use requirements::PaymentRequirements;
