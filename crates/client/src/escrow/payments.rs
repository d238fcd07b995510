//! Payments on the ledger: many at once, and whether they could be made.

use earnest_artifacts::{PaymentAuthorization, Verified};
use earnest_base::{AccountId, Orc, OrgId, ParticipantId, TransactionId};
use serde::{Deserialize, Serialize};

use super::{EscrowClient, body};
use crate::{ClientError, Refused, connection::Call};

/// The most payments of a request.
pub const MOST_PAYMENTS: usize = 1_024;

/// A payment that stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidOnLedger {
    /// The number of the fact.
    pub seq: u64,
    /// What it did: `paid`.
    pub effect: String,
    /// The transaction id: the SHA-256 of the transfer document, without its signature (decision P11).
    pub txid: TransactionId,
}

/// A debit that a gateway asks about before anybody signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentCheck {
    /// Who would sign.
    pub payer: ParticipantId,
    /// The organisation whose custodian signs, where it is one that pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// The account to be debited.
    pub account: AccountId,
    /// How much.
    pub amount: Orc,
}

/// What became of one of several: what was refused has a code.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Each<T> {
    Refused {
        #[serde(default = "unprocessable")]
        status: u16,
        code: String,
        #[serde(default)]
        detail: String,
    },
    Done(T),
}

/// Whatever the payment, it was refused for what it says or when it came.
const fn unprocessable() -> u16 {
    422
}

/// Nothing more is said of what could be done.
#[derive(Debug, Deserialize)]
struct Fit {}

impl EscrowClient {
    /// Makes several payments, at most [`MOST_PAYMENTS`], in their order; each is made or refused on its own. The answers
    /// stand in the order of the payments. Sent again, what was made is answered as the first time.
    ///
    /// # Errors
    /// [`ClientError`], where nothing is said of any of them.
    pub async fn pay_all(
        &self,
        authorizations: &[&Verified<PaymentAuthorization>],
    ) -> Result<Vec<Result<PaidOnLedger, Refused>>, ClientError> {
        let mut json = b"{\"payments\":[".to_vec();
        for (index, authorization) in authorizations.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            json.extend_from_slice(authorization.bytes());
        }
        json.extend_from_slice(b"]}");
        let told = self.connection.json(Call::post(&["payments", "batch"], json)).await?;
        each(told, authorizations.len())
    }

    /// Asks whether the ledger would let these payers debit so much now, each judged on its own: for gateways. Nothing is
    /// reserved by it.
    ///
    /// # Errors
    /// [`ClientError`], where nothing is said of any of them.
    pub async fn check_payments(&self, payments: &[PaymentCheck]) -> Result<Vec<Result<(), Refused>>, ClientError> {
        #[derive(Serialize)]
        struct Checks<'a> {
            payments: &'a [PaymentCheck],
        }
        let json = body(&Checks { payments })?;
        let told = self.connection.json(Call::post(&["payments", "check"], json)).await?;
        let told: Vec<Result<Fit, Refused>> = each(told, payments.len())?;
        Ok(told.into_iter().map(|fit| fit.map(|Fit {}| ())).collect())
    }
}

/// One answer for each that was asked about.
fn each<T>(told: Vec<Each<T>>, asked: usize) -> Result<Vec<Result<T, Refused>>, ClientError> {
    if told.len() != asked {
        return Err(ClientError::Answer(format!("expected {asked} entries, found {}", told.len())));
    }
    let of = |each| match each {
        Each::Done(done) => Ok(done),
        Each::Refused { status, code, detail } => Err(Refused::one_of_several(status, code, detail)),
    };
    Ok(told.into_iter().map(of).collect())
}
