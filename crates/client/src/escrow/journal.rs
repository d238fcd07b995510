//! The journal as others see it: its head, its facts, the transfers of a fact; and the terms that stand in it.

use earnest_artifacts::{EscrowPolicy, LedgerTransfer, OrganizationSubject, Verified};
use earnest_base::{EscrowPolicyId, OrgId, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EscrowClient, same};
use crate::{ClientError, Events, connection::Call};

/// Where a journal ends. Who keeps it can prove later that the journal was not edited (`earnest escrow check --head`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadNow {
    /// The number of the latest fact.
    pub seq: u64,
    /// The head of the chain after it.
    pub head: Sha256Digest,
    /// The escrow's clock.
    pub now: Timestamp,
}

/// A fact, as it was committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactEvent {
    /// Its number.
    pub seq: u64,
    /// The head of the chain after it.
    pub head: Sha256Digest,
    /// When it was decided.
    pub at: Timestamp,
    /// What it is called.
    #[serde(skip_deserializing)]
    pub name: String,
    /// What it says.
    pub fact: Value,
}

/// The facts as they are committed.
#[derive(Debug)]
pub struct Facts(Events);

impl Facts {
    /// The next fact, as soon as there is one; `None` where the escrow ended the stream. Then come again, with the number of
    /// the last fact.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn next(&mut self) -> Result<Option<FactEvent>, ClientError> {
        let Some(event) = self.0.next().await? else { return Ok(None) };
        let fact: FactEvent = serde_json::from_str(&event.data)
            .map_err(|error| ClientError::Answer(format!("another form was found at column {}", error.column())))?;
        Ok(Some(FactEvent { name: event.name, ..fact }))
    }
}

impl EscrowClient {
    /// Where the journal ends. Anybody may ask.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn head(&self) -> Result<HeadNow, ClientError> {
        self.connection.json(Call::get(&["head"]).open()).await
    }

    /// The ids of the policies in use. Anybody may ask.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn policies(&self) -> Result<Vec<EscrowPolicyId>, ClientError> {
        #[derive(Deserialize)]
        struct Told {
            policies: Vec<EscrowPolicyId>,
        }
        let told: Told = self.connection.json(Call::get(&["policies"]).open()).await?;
        Ok(told.policies)
    }

    /// A policy in use, signed by the escrow. Anybody may ask.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn policy(&self, policy: &EscrowPolicyId) -> Result<Verified<EscrowPolicy>, ClientError> {
        let found = self.own::<EscrowPolicy>(Call::get(&["policies", policy.as_str()]).open(), None).await?;
        same("policy", policy, &found.id)?;
        Ok(found)
    }

    /// What an organisation says of who acts for it, as it signed it. Anybody may ask.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn organisation(&self, org: &OrgId) -> Result<Verified<OrganizationSubject>, ClientError> {
        let named = org.to_string();
        let found: Verified<OrganizationSubject> = self.document(Call::get(&["organisations", &named]).open()).await?;
        same("organisation", org, &found.id)?;
        Ok(found)
    }

    /// The transfers of a fact, each signed by the escrow.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn transfers(&self, seq: u64) -> Result<Vec<Verified<LedgerTransfer>>, ClientError> {
        #[derive(Deserialize)]
        struct Told {
            transfers: Vec<Value>,
        }
        let named = seq.to_string();
        let told: Told = self.connection.json(Call::get(&["facts", &named, "transfers"])).await?;
        let read = |value: Value| {
            let transfer = Verified::<LedgerTransfer>::parse(value.to_string().as_bytes())?;
            self.is_own(&transfer, None)?;
            same("fact's transfer", &seq, &transfer.fact_seq.value())?;
            Ok(transfer)
        };
        told.transfers.into_iter().map(read).collect()
    }

    /// Every fact after this number as it is committed: for the operator and the gateways.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn facts(&self, after: u64) -> Result<Facts, ClientError> {
        Ok(Facts(Events::new(self.connection.send(Call::get(&["facts"]).stream(after)).await?)))
    }
}
