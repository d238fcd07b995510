//! Who calls: requests signed by RFC 9421, each good once.

mod authority;
mod caller;
mod digest;
mod nonce;
mod verifier;

pub use authority::Authority;
pub use caller::Caller;
pub use nonce::{MemoryNonces, NonceStore, NonceUse};
pub use verifier::Verifier;
