//! Earnest's documents, one file each, and the table of them.
//!
//! ```
//! use earnest_artifacts::{Artifact, ServiceOffer, Verified};
//!
//! // What arrives is verified by the kind that it names …
//! let text = earnest_artifacts::example("service-offer.v1")?;
//! let artifact = Artifact::verify(text.as_bytes())?;
//! assert_eq!(artifact.kind().name(), "service-offer.v1");
//!
//! // … or as the kind that is expected. Only a `Verified` goes into a decision.
//! let offer: Verified<ServiceOffer> = Verified::parse(text.as_bytes())?;
//! assert_eq!(offer.total(2)?.minor(), 2_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amount;
mod examples;
mod family;
mod kinds;
mod list;
mod payload;
pub mod published;
mod schema;
mod terms;
pub mod vocabulary;

pub use earnest_signing::{Document, Draft, Error, SecretKey, Signed, Signing, Verified};
pub use examples::{FIXTURES, Fixture, example, sign_with_fixtures};
pub use family::Family;
pub use kinds::*;
pub use list::{Distinct, List};
pub use payload::{Content, MAX_INLINE_BYTES};
pub use schema::plain as type_schema;
