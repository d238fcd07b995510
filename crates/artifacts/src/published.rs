//! The published Orbiplex forms: our documents under their member names, and theirs as ours.
//!
//! A published form is data: the members with their types, the rules between them, and how its names map to ours. One
//! walk over that data judges a document by the published rules, another projects ours to it, a third converts theirs.
//! The signature of a projection verifies only over the document it was projected from.

pub(crate) mod answer_room_metadata;
mod convert;
pub(crate) mod escrow_policy;
mod form;
pub(crate) mod gateway_policy;
pub(crate) mod gateway_receipt;
mod judge;
pub(crate) mod ledger_account;
pub(crate) mod ledger_hold;
pub(crate) mod ledger_transfer;
pub(crate) mod node_advertisement;
pub(crate) mod organization_subject;
pub(crate) mod participant_capability_limits;
pub(crate) mod procurement_contract;
pub(crate) mod procurement_offer;
pub(crate) mod procurement_receipt;
pub(crate) mod question_envelope;
pub(crate) mod reputation_signal;
pub(crate) mod response_envelope;
pub(crate) mod service_offer;
pub(crate) mod service_order;
mod steps;
pub(crate) mod transcript_bundle;
pub(crate) mod transcript_segment;

pub use convert::{from_published, to_published};
pub use form::{Form, Member, Published};
pub use judge::check;
