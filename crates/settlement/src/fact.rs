//! What the journal of an escrow holds: the ledger's facts, the documents that they rest on, and who acts for whom.

use earnest_base::Sha256Digest;
use earnest_ledger::Fact as LedgerFact;

use crate::Custody;

/// A fact of an escrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A fact of the ledger.
    Ledger(LedgerFact),
    /// A document that the fact of the ledger before it rests on. Those of one fact follow it in a fixed order.
    Evidence(Evidence),
    /// Who acts for an organisation.
    Custody(Box<Custody>),
}

/// A document, by its bytes or by where its bytes stand already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The document as it was signed.
    Document(Vec<u8>),
    /// An offer as it was signed, to which later facts may point.
    Offer {
        /// Its content digest.
        digest: Sha256Digest,
        /// Its bytes.
        document: Vec<u8>,
    },
    /// The number of the fact that holds it: an offer that was ordered before.
    At(u64),
}

/// Bytes that are no fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct DecodeError(pub(crate) String);

fn expected(what: &str) -> DecodeError {
    DecodeError(what.to_owned())
}

/// The first byte of each form. Numbers are never used again.
const LEDGER: u8 = 1;
const DOCUMENT: u8 = 2;
const OFFER: u8 = 3;
const AT: u8 = 4;
const CUSTODY: u8 = 5;

impl Fact {
    /// Writes the fact behind what is there: one form for each fact, for ever.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Ledger(fact) => {
                bytes.push(LEDGER);
                bytes.extend_from_slice(&fact.to_bytes());
            }
            Self::Evidence(Evidence::Document(document)) => {
                bytes.push(DOCUMENT);
                bytes.extend_from_slice(document);
            }
            Self::Evidence(Evidence::Offer { digest, document }) => {
                bytes.push(OFFER);
                bytes.extend_from_slice(&digest.to_bytes());
                bytes.extend_from_slice(document);
            }
            Self::Evidence(Evidence::At(seq)) => {
                bytes.push(AT);
                bytes.extend_from_slice(&seq.to_be_bytes());
            }
            Self::Custody(custody) => {
                bytes.push(CUSTODY);
                custody.write(bytes);
            }
        }
    }

    /// Reads a fact.
    ///
    /// # Errors
    /// Where the bytes are no fact.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (tag, rest) = bytes.split_first().ok_or_else(|| expected("a fact, found nothing"))?;
        Ok(match *tag {
            LEDGER => Self::Ledger(LedgerFact::from_bytes(rest).map_err(|error| DecodeError(error.to_string()))?),
            DOCUMENT => Self::Evidence(Evidence::Document(rest.to_vec())),
            OFFER => {
                let (digest, document) = rest.split_first_chunk::<32>().ok_or_else(|| expected("a digest"))?;
                let (digest, document) = (Sha256Digest::from_bytes(digest), document.to_vec());
                Self::Evidence(Evidence::Offer { digest, document })
            }
            AT => {
                let seq: [u8; 8] = rest.try_into().map_err(|_| expected("the number of a fact"))?;
                Self::Evidence(Evidence::At(u64::from_be_bytes(seq)))
            }
            CUSTODY => Self::Custody(Box::new(Custody::read(rest)?)),
            other => return Err(DecodeError(format!("a form of a fact from 1 to 5, found {other}"))),
        })
    }

    /// Its name, as streams and logs have it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ledger(fact) => fact.event.name(),
            Self::Evidence(_) => "escrow/evidence.v1",
            Self::Custody(_) => "escrow/custody-stated.v1",
        }
    }
}
