//! Authorisations that were verified, so that none is verified twice on its way.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use earnest_artifacts::{PaymentAuthorization, Verified};
use earnest_base::Sha256Digest;
use earnest_signing::Json;
use earnest_x402::exact::OrcPayload;

use crate::Carried;

/// So many are kept: as many as a ledger's window has under way.
const LIMIT: usize = 4_096;

type Known = Arc<Verified<PaymentAuthorization>>;

/// Authorisations by the submission that they came with; the oldest are forgotten.
#[derive(Debug, Default)]
pub(super) struct Book(Mutex<(BTreeMap<Sha256Digest, Known>, VecDeque<Sha256Digest>)>);

impl Book {
    /// The authorisation of a payment, verified now or before.
    pub(super) fn authorization(&self, carried: &Carried) -> Result<Known, String> {
        let digest = carried.request.digest();
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).0.get(&digest) {
            return Ok(Arc::clone(known));
        }
        let Some(Json::Object(payload)) = carried.request.payment.members().get("payload") else {
            return Err("payment.payload: expected an object".to_owned());
        };
        let payload = OrcPayload::read(&payload.clone().into()).map_err(|error| error.to_string())?;
        let verified = Arc::new(payload.verify().map_err(|error| error.to_string())?);
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *book;
        if known.insert(digest.clone(), Arc::clone(&verified)).is_none() {
            order.push_back(digest);
        }
        while order.len() > LIMIT {
            if let Some(oldest) = order.pop_front() {
                known.remove(&oldest);
            }
        }
        Ok(verified)
    }
}
