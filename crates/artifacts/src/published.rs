//! The published Orbiplex forms: our documents under their member names, and theirs as ours.
//!
//! A published form is data: the members with their types, the rules between them, and how its names map to ours. One
//! walk over that data judges a document by the published rules, another projects ours to it, a third converts theirs.
//! The signature of a projection verifies only over the document it was projected from.

mod convert;
pub(crate) mod escrow_policy;
mod form;
pub(crate) mod gateway_policy;
pub(crate) mod gateway_receipt;
mod judge;
pub(crate) mod ledger_account;
pub(crate) mod ledger_hold;
pub(crate) mod ledger_transfer;
pub(crate) mod procurement_contract;
pub(crate) mod service_offer;
mod steps;

pub use convert::{from_published, to_published};
pub use form::{Form, Member, Published};
pub use judge::check;
