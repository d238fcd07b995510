//! Reads JSON strictly, writes it canonically, signs and verifies it. Knows no document: what a document is, who signs
//! it and what it must satisfy is stated by a [`Document`] implementation.
//!
//! The way of a document is a way through types, and no step can be left out:
//!
//! ```text
//! bytes ── Signed::parse ──▶ Signed<T> ── verify ──▶ Verified<T>      what later decisions accept
//! value ── Draft::new ────▶ Draft<T> ── sign ──▶ … ── finish ──▶ Signed<T>
//! ```
//!
//! A signature is Ed25519 over `<kind>` ‖ `0x00` ‖ JCS (RFC 8785) of the document without its signature members; where
//! a document has several signers, over `<kind>:<role>` ‖ `0x00` ‖ the same. Verification runs over the document as it
//! arrived, never over a struct that was serialised again.

mod check;
mod decode;
mod document;
mod draft;
mod envelope;
mod error;
mod json;
mod parallel;
mod pointer;
mod rule;
mod secret_key;
mod signature;
mod signed;
mod signer;

pub use check::{Breach, Check};
pub use document::{Document, Lapse};
pub use draft::Draft;
pub use error::{Code, Error, Fault, Position};
pub use json::{Json, JsonObject, Limits, Member, Number, Object, ReadError, Reading, canonical_number, read};
pub use parallel::in_parallel;
pub use pointer::Pointer;
pub use rule::{Cond, Rule, Then, Value};
pub use secret_key::SecretKey;
pub use signature::{Signature, SignatureAlgorithm, SignatureBytes};
pub use signed::{Signed, Signing, Verified};
pub use signer::{Need, Signer, Slot};
