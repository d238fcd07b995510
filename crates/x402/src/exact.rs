//! The scheme `exact`: the payer signs one transfer of exactly the amount that was demanded.

mod agreement;
mod eip155;
mod orc;
mod window;

pub use eip155::{Eip3009Payload, ExactEip155};
pub use orc::{AuthorizationTerms, ExactOrc, OrcPayer, OrcPayload};
pub use window::TimeAllowance;

/// The name of the scheme.
const EXACT: &str = "exact";
