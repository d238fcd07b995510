//! Local tools that do a service's work without a model: news summaries out of a corpus, Polish proofs, illustrations, and
//! packages for WordPress. Pure: the same input has the same output, byte for byte.

mod corpus;
mod illustration;
mod proof;
mod summary;
mod wordpress;
mod words;

pub use corpus::{Article, Corpus, CorpusError};
pub use illustration::{DrawError, Illustration, SizeLimits, draw};
pub use proof::{Change, Proof, proof};
pub use summary::{Query, Summary, SummaryError, summarise};
pub use wordpress::{Channel, PackageError, Post, wxr};

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
