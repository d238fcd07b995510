//! Signatures of HTTP requests: RFC 9421 with Content-Digest (RFC 9530), by Ed25519 keys whose id is the caller's
//! subject. Pure: the moment and the nonce come in, and nothing here knows a server or a client.
//!
//! ```text
//! caller:   Target + body + Terms ── sign ──▶ Headers
//! server:   headers ── Claim::parse ──▶ Claim ── verify(target, digest, now) ──▶ Verified
//! ```
//!
//! What is covered, always: method, authority, path, query and the digest of the body. So a signature is good for one
//! request, at one service, for a minute; that it is good for one time only is the business of who keeps the nonces.

mod claim;
mod digest;
mod error;
mod sign;
mod target;
mod window;

pub use claim::{Claim, Verified};
pub use digest::{check_digest, content_digest};
pub use error::RequestError;
pub use sign::{Headers, Terms, sign};
pub use target::Target;
pub use window::Window;

/// The tag that keeps these signatures apart from those that other protocols make with the same key.
pub const TAG: &str = "earnest";

/// What a signature covers, in the order in which we sign it; as `Accept-Signature` (RFC 9421, section 5.1) asks for it.
pub const ACCEPT_SIGNATURE: &str = "sig=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")\
     ;created;expires;nonce;alg=\"ed25519\";keyid;tag=\"earnest\"";

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
