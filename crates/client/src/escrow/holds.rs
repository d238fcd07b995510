//! Holds: created for contracts, acted on, listed, read; and the blobs of what is delivered under them.

use std::time::Duration;

use bytes::Bytes;
use earnest_artifacts::{
    LedgerHold, ProcurementContract, ProcurementReceipt, ResponseEnvelope, ServiceOffer, ServiceOrder, Verified,
    ledger_hold::HoldStatus,
};
use earnest_base::{AccountId, ContractId, DecisionId, HoldId, Name, Orc, Sha256Digest};
use earnest_signing::Draft;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Each, EscrowClient, Page, Receipt, accounts::paged, body, other_signer, same};
use crate::{ClientError, connection::Call};

/// No blob is larger.
const BLOB_BYTES: usize = 64 << 20;
/// How long a blob may take.
const BLOB_WITHIN: Duration = Duration::from_secs(150);

/// A contract whose money is to be held, with the order and the offer that it follows from.
#[derive(Debug, Clone)]
pub struct Deal {
    /// The contract, signed by both sides.
    pub contract: Verified<ProcurementContract>,
    /// Its order.
    pub order: Verified<ServiceOrder>,
    /// Its offer, at the terms that were ordered.
    pub offer: Verified<ServiceOffer>,
}

impl Deal {
    /// The documents as they were signed, in one object.
    fn to_json(&self) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (contract, order, offer) =
            (text(self.contract.bytes()), text(self.order.bytes()), text(self.offer.bytes()));
        format!("{{\"contract\":{contract},\"order\":{order},\"offer\":{offer}}}")
    }
}

/// Something that is done about a hold, for which there is no document. Its id makes it good for once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// Its id.
    pub decision: DecisionId,
    /// What.
    #[serde(flatten)]
    pub kind: ActionKind,
}

/// What may be done about a hold without a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum ActionKind {
    /// The provider took the request.
    Dispatch,
    /// The provider failed.
    Fail,
    /// The provider declines.
    Decline,
    /// The work could not be opened.
    Void,
    /// The buyer's workflow is over.
    EndWorkflow,
    /// The operator releases by hand.
    Release {
        /// On what ground.
        reason: Name,
    },
    /// An arbiter confirms.
    Confirm {
        /// On what ground.
        reason: Name,
        /// What the payee is paid.
        released: Orc,
        /// What the payer gets back.
        refunded: Orc,
    },
}

/// Which holds of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldsQuery {
    /// The account, as payer or as payee.
    pub account: AccountId,
    /// Only those that stand so.
    pub status: Option<HoldStatus>,
    /// Which page. `after` is a hold's place in the order in which they were opened.
    pub page: Page,
}

/// A page of holds.
#[derive(Debug, Clone)]
pub struct HoldsPage {
    /// The holds, the oldest first, each signed by the escrow.
    pub holds: Vec<Verified<LedgerHold>>,
    /// What to pass as `after` for the next page; none where this is the last one.
    pub next: Option<u64>,
}

/// How a contract ended, signed by the escrow; who else signs it is still to come.
#[derive(Debug, Clone)]
pub struct ContractReceipt {
    /// The receipt, with the escrow's signature, which was verified.
    pub receipt: Draft<ProcurementReceipt>,
    /// The roles whose signatures are still to come.
    pub signatures_due: Vec<String>,
}

impl EscrowClient {
    /// Holds the money of a contract.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn create_hold(&self, deal: &Deal) -> Result<Receipt, ClientError> {
        self.connection.json(Call::post(&["holds"], deal.to_json())).await
    }

    /// Holds the money of several contracts; where they are linked, of all of them or of none.
    ///
    /// # Errors
    /// [`ClientError`]. What is refused one by one stands in the answer.
    pub async fn create_holds(&self, deals: &[Deal], linked: bool) -> Result<Vec<Each>, ClientError> {
        let deals: Vec<String> = deals.iter().map(Deal::to_json).collect();
        let json = format!("{{\"holds\":[{}],\"linked\":{linked}}}", deals.join(","));
        self.connection.json(Call::post(&["holds", "batch"], json)).await
    }

    /// Does something about a hold.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn act(&self, hold: &HoldId, action: &Action) -> Result<Receipt, ClientError> {
        self.connection.json(Call::post(&["holds", hold.as_str(), "actions"], body(action)?)).await
    }

    /// A hold, signed by the escrow.
    ///
    /// # Errors
    /// [`ClientError`]; `unknown` also where the hold is somebody else's.
    pub async fn hold(&self, hold: &HoldId) -> Result<Verified<LedgerHold>, ClientError> {
        let found = self.own::<LedgerHold>(Call::get(&["holds", hold.as_str()]), None).await?;
        same("hold", hold, &found.id)?;
        Ok(found)
    }

    /// The hold of a contract, signed by the escrow.
    ///
    /// # Errors
    /// As [`EscrowClient::hold`].
    pub async fn hold_of(&self, contract: &ContractId) -> Result<Verified<LedgerHold>, ClientError> {
        let found = self.own::<LedgerHold>(Call::get(&["contracts", contract.as_str(), "hold"]), None).await?;
        same("contract's hold", contract, &found.contract)?;
        Ok(found)
    }

    /// A page of the holds of an account, each signed by the escrow.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn holds(&self, query: &HoldsQuery) -> Result<HoldsPage, ClientError> {
        #[derive(Deserialize)]
        struct Told {
            holds: Vec<Value>,
            next: Option<u64>,
        }
        let mut call = paged(&["holds"], query.page).query("account", &query.account);
        if let Some(status) = query.status {
            let word = serde_json::to_value(status).ok();
            call = call.query("status", &word.as_ref().and_then(Value::as_str).unwrap_or_default());
        }
        let told: Told = self.connection.json(call).await?;
        let read = |value: Value| {
            let hold = Verified::<LedgerHold>::parse(value.to_string().as_bytes())?;
            self.is_own(&hold, None)?;
            let is_of = [&hold.payer_account, &hold.payee_account].contains(&&query.account);
            if is_of { Ok(hold) } else { Err(ClientError::OtherDocument("account's hold")) }
        };
        let holds = told.holds.into_iter().map(read).collect::<Result<_, ClientError>>()?;
        Ok(HoldsPage { holds, next: told.next })
    }

    /// A contract, as both sides signed it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn contract(&self, contract: &ContractId) -> Result<Verified<ProcurementContract>, ClientError> {
        let found: Verified<ProcurementContract> = self.document(Call::get(&["contracts", contract.as_str()])).await?;
        same("contract", contract, &found.id)?;
        Ok(found)
    }

    /// The response that was delivered under a contract, as the provider signed it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn response(&self, contract: &ContractId) -> Result<Verified<ResponseEnvelope>, ClientError> {
        let found: Verified<ResponseEnvelope> =
            self.document(Call::get(&["contracts", contract.as_str(), "response"])).await?;
        same("contract's response", &Some(contract), &found.contract.as_ref())?;
        Ok(found)
    }

    /// How a contract ended.
    ///
    /// # Errors
    /// [`ClientError`]; `unknown` where its hold has not ended.
    pub async fn receipt(&self, contract: &ContractId) -> Result<ContractReceipt, ClientError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Told {
            receipt: Value,
            signatures_due: Vec<String>,
        }
        let told: Told = self.connection.json(Call::get(&["contracts", contract.as_str(), "receipt"])).await?;
        let receipt = Draft::<ProcurementReceipt>::parse(told.receipt.to_string().as_bytes())?;
        let signers = receipt.verify_role(Some("escrow"))?;
        if let Some(expected) = self.node
            && let Some(found) = signers.into_iter().find(|signer| *signer != expected.into())
        {
            return Err(other_signer(expected, found));
        }
        same("contract's receipt", contract, &receipt.document().contract)?;
        Ok(ContractReceipt { receipt, signatures_due: told.signatures_due })
    }

    /// Puts the bytes of a blob under a contract, as its provider; answers their digest.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn put_blob(&self, contract: &ContractId, bytes: impl Into<Bytes>) -> Result<Sha256Digest, ClientError> {
        let bytes = bytes.into();
        let digest = Sha256Digest::of(&bytes);
        let named = digest.to_string();
        let path = ["contracts", contract.as_str(), "blobs", &named];
        self.connection.bytes(Call::put(&path, bytes, BLOB_WITHIN), 0).await?;
        Ok(digest)
    }

    /// The bytes of a blob that the delivered response names: those of the digest, or an error.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn blob(&self, contract: &ContractId, digest: &Sha256Digest) -> Result<Vec<u8>, ClientError> {
        let named = digest.to_string();
        let path = ["contracts", contract.as_str(), "blobs", &named];
        let bytes = self.connection.bytes(Call::get(&path).accept("*/*").within(BLOB_WITHIN), BLOB_BYTES).await?;
        same("blob", digest, &Sha256Digest::of(&bytes))?;
        Ok(bytes)
    }
}
