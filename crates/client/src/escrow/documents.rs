//! Signed documents that an escrow takes, each at its route, and adjustments, for which there is no document.

use earnest_artifacts::{
    DisputeCase, DisputeDecision, EscrowPolicy, GatewayReceipt, OrganizationSubject, PaymentAuthorization,
    ResponseDecision, ResponseEnvelope, Verified,
};
use earnest_base::{AccountId, Name, Orc, Subject, TransferId};
use earnest_signing::Document;
use serde::Serialize;

use super::{EscrowClient, Receipt, body};
use crate::{ClientError, connection::Call};

/// A document that an escrow takes.
pub trait Posted: Document {
    /// The route that takes it.
    const ROUTE: &'static str;
}

macro_rules! posted {
    ($($document:ident: $route:literal,)*) => {
        $(impl Posted for $document {
            const ROUTE: &'static str = $route;
        })*
    };
}

posted! {
    DisputeCase: "disputes",
    DisputeDecision: "dispute-decisions",
    EscrowPolicy: "policies",
    GatewayReceipt: "gateway-receipts",
    OrganizationSubject: "organisations",
    PaymentAuthorization: "payments",
    ResponseDecision: "decisions",
    ResponseEnvelope: "deliveries",
}

/// An account to be set right, in somebody's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    /// The transfer's id; it ends with `:adjustment`.
    pub transfer: TransferId,
    /// The account that is debited.
    pub from: AccountId,
    /// The account that is credited.
    pub to: AccountId,
    /// How much, in minor units.
    pub amount: Orc,
    /// Who decided it.
    pub author: Subject,
    /// On what ground.
    pub reason: Name,
}

impl EscrowClient {
    /// Brings a document, as it was signed.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn post<T: Posted>(&self, document: &Verified<T>) -> Result<Receipt, ClientError> {
        self.connection.json(Call::post(&[T::ROUTE], document.bytes().to_vec())).await
    }

    /// Sets an account right.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn adjust(&self, adjustment: &Adjustment) -> Result<Receipt, ClientError> {
        self.connection.json(Call::post(&["adjustments"], body(adjustment)?)).await
    }
}
