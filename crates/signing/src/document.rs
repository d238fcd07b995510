//! What a kind of document states about itself.

use earnest_base::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Check, Code, Error, Limits, Pointer, Rule, Signer};

/// A document is not valid at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Its time is over since this moment.
    Expired(Timestamp),
    /// Its time begins at this moment.
    NotYet(Timestamp),
}

impl From<Lapse> for Error {
    fn from(lapse: Lapse) -> Self {
        let (code, message) = match lapse {
            Lapse::Expired(since) => {
                (Code::EXPIRED, format!("expected a document in force, found one that expired at {since}"))
            }
            Lapse::NotYet(from) => {
                (Code::NOT_YET_VALID, format!("expected a document in force, found one that begins at {from}"))
            }
        };
        Self::new(code, Pointer::ROOT, message)
    }
}

/// A kind of document: its members are the fields of the type, and the constants state everything else.
///
/// The members that every document has (`schema`, `schema/v`, its signatures, `policy_annotations`, and names that
/// begin `x-`) are not fields: the envelope reads them, and the signature covers all but the signatures themselves.
pub trait Document: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The kind, as the member `schema` names it and every signature is tagged: `service-offer.v1`.
    const KIND: &'static str;
    /// Who signs it, and where the signatures stand.
    const SIGNERS: &'static [Signer];
    /// The rules between its members that the schema states too.
    const RULES: &'static [Rule] = &[];
    /// What it means beyond its schema.
    const CHECKS: &'static [Check<Self>] = &[];
    /// How large and deep it may be.
    const LIMITS: Limits = Limits::DOCUMENT;
    /// Whether its text has to be its canonical form: for containers, whose bytes have a digest of their own.
    const CANONICAL: bool = false;

    /// Its id: the idempotency key of what it names.
    fn id(&self) -> String;

    /// Whether it is in force at a moment. Most documents are facts and always are.
    ///
    /// # Errors
    /// Where its time is over or has not come.
    fn valid_at(&self, _now: Timestamp) -> Result<(), Lapse> {
        Ok(())
    }
}
