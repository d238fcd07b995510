//! The client of an escrow: its routes as methods. What changes something may be sent again as it is: it is done once, and
//! answered as the first time.

mod accounts;
mod documents;
mod holds;
mod journal;
mod payments;

use earnest_base::{NodeId, Subject};
use earnest_signing::{Document, Verified};
use serde::{Deserialize, Serialize};

pub use accounts::{Balance, NewAccount, Page, Part, Source, StatementEntry, StatementPage};
pub use documents::{Adjustment, Posted};
pub use holds::{Action, ActionKind, ContractReceipt, Deal, HoldsPage, HoldsQuery};
pub use journal::{FactEvent, Facts, HeadNow};
pub use payments::{MOST_PAYMENTS, PaidOnLedger, PaymentCheck};

use crate::{ClientError, Connection, RequestSigner, connection::Call};

/// An escrow, called by one subject or by nobody.
#[derive(Debug)]
pub struct EscrowClient {
    connection: Connection,
    node: Option<NodeId>,
}

/// What was done, and where it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The number of the fact.
    pub seq: u64,
    /// What it did.
    pub effect: String,
}

/// What became of one hold of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Each {
    /// It stands.
    Done(Receipt),
    /// It was refused.
    Refused {
        /// Why.
        code: String,
        /// What was expected.
        detail: String,
    },
}

impl EscrowClient {
    /// Prepares calls to the escrow at a URL such as `http://127.0.0.1:8402`. Without a signer only what anybody may read
    /// can be asked.
    ///
    /// # Errors
    /// [`ClientError::Url`], [`ClientError::Setup`].
    pub fn new(url: &str, signer: Option<RequestSigner>) -> Result<Self, ClientError> {
        Ok(Self { connection: Connection::new(url, signer)?, node: None })
    }

    /// The same, of an escrow whose node is known: documents that another node signed are refused.
    #[must_use]
    pub fn of_node(self, node: NodeId) -> Self {
        Self { node: Some(node), ..self }
    }

    /// A document that the escrow signs as its node.
    async fn own<T: Document>(&self, call: Call<'_>, role: Option<&str>) -> Result<Verified<T>, ClientError> {
        let document = self.document(call).await?;
        self.is_own(&document, role)?;
        Ok(document)
    }

    /// A document, whoever signed it.
    async fn document<T: Document>(&self, call: Call<'_>) -> Result<Verified<T>, ClientError> {
        let bytes = self.connection.bytes(call, T::LIMITS.max_bytes).await?;
        Ok(Verified::parse(&bytes)?)
    }

    fn is_own<T: Document>(&self, document: &Verified<T>, role: Option<&str>) -> Result<(), ClientError> {
        let Some(expected) = self.node else { return Ok(()) };
        match document.signers_in(role).find(|signer| *signer != expected.into()) {
            Some(found) => Err(other_signer(expected, found)),
            None => Ok(()),
        }
    }
}

fn other_signer(expected: NodeId, found: Subject) -> ClientError {
    ClientError::OtherSigner { expected: Box::new(expected), found: Box::new(found) }
}

/// Refuses a document that is about something else than was asked for.
fn same<T: PartialEq>(what: &'static str, asked: &T, found: &T) -> Result<(), ClientError> {
    if asked == found { Ok(()) } else { Err(ClientError::OtherDocument(what)) }
}

/// A body as JSON.
fn body(value: &impl Serialize) -> Result<Vec<u8>, ClientError> {
    serde_json::to_vec(value).map_err(|error| ClientError::Setup(error.to_string()))
}
