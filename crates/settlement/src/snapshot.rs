//! The state of an escrow as bytes and back: the ledger's own form, and behind it what is not the ledger's.

use std::collections::BTreeMap;

use earnest_base::{Sha256Digest, Subject};
use earnest_ledger::{IndexSeed, Ledger};
use serde::{Deserialize, Serialize};

use crate::{Custody, Settlement, fact::DecodeError};

/// What every snapshot begins with. The number is the version of its form.
const MAGIC: &[u8; 22] = b"earnest-settlement.v1\0";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Beside {
    custody: Vec<Custody>,
    stated: Vec<(Sha256Digest, u64)>,
    offers: Vec<(Sha256Digest, u64)>,
}

fn pairs(map: &BTreeMap<Sha256Digest, u64>) -> Vec<(Sha256Digest, u64)> {
    map.iter().map(|(digest, seq)| (digest.clone(), *seq)).collect()
}

impl Settlement {
    /// The state as bytes: the same state, the same bytes.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        let custody = self.custody.values().cloned().collect();
        let beside = Beside { custody, stated: pairs(&self.stated), offers: pairs(&self.offers) };
        // Ids, digests and texts: nothing of it fails to be written.
        let beside = serde_json::to_vec(&beside).unwrap_or_default();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&(beside.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&beside);
        bytes.extend_from_slice(&self.ledger.to_snapshot());
        bytes
    }

    /// Reads a state.
    ///
    /// # Errors
    /// Where the bytes are no snapshot of this version.
    pub fn from_snapshot(bytes: &[u8], seed: IndexSeed) -> Result<Self, DecodeError> {
        let expected = |what: &str| DecodeError(what.to_owned());
        let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or_else(|| expected("a snapshot of version 1"))?;
        let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(|| expected("a length"))?;
        let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| expected("a length"))?;
        let (beside, ledger) = rest.split_at_checked(length).ok_or_else(|| expected("as much as the length says"))?;
        let beside: Beside =
            serde_json::from_slice(beside).map_err(|error| DecodeError(format!("what stands beside: {error}")))?;
        let ledger = Ledger::from_snapshot(ledger, seed).map_err(|error| DecodeError(error.to_string()))?;
        let mut settlement = Self::of(ledger);
        settlement.custody =
            beside.custody.into_iter().map(|custody| (Subject::Org(custody.org).into(), custody)).collect();
        settlement.stated = beside.stated.into_iter().collect();
        settlement.offers = beside.offers.into_iter().collect();
        Ok(settlement)
    }
}
