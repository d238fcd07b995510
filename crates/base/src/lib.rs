//! The words that Earnest's documents are made of: subjects over did:key, ids, money, exact decimals, time.
//!
//! Every type here is parsed once and is valid ever after: its fields are private, its constructor checks, and its
//! JSON Schema states the same rule that the constructor applies.
//!
//! ```
//! use earnest_base::{OfferId, Orc};
//!
//! let offer: OfferId = "offer:redaction-01".parse()?;
//! let price = Orc::from_minor(1_000)?;
//! assert_eq!(price.times(6)?.to_string(), "60.00 ORC");
//! assert_eq!(offer.as_str(), "offer:redaction-01");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base58;
mod bounded;
mod decimal;
mod digest;
mod id;
mod invalid;
mod money;
mod network;
mod public_key;
mod settlement;
mod subject;
mod text;
mod time;

pub use bounded::{Count, MAX_SAFE_INTEGER};
pub use decimal::{BoundedDecimal, Decimal, NonNegativeDecimal, PositiveDecimal, PositiveRatio, Ratio};
pub use digest::Sha256Digest;
pub use id::*;
pub use invalid::InvalidError;
pub use money::{Currency, MinorUnits, MoneyError, Orc, OrcUnit};
pub use network::Network;
pub use public_key::{PublicKey, PublicKeyError};
pub use settlement::{HttpUrl, PaymentIdentifier, TransactionId};
pub use subject::{CouncilId, NodeId, OrgId, ParticipantId, Subject, SubjectError, SubjectKind};
pub use text::{Base64Url, EndpointUrl, LanguageTag, MediaType, Name, Operation, SignalType, Text};
pub use time::{Seconds, Timestamp, TimestampError};
