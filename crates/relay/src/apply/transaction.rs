//! Events of a transaction: its place, its attempts, what was seen of it, and what it leaves.

use earnest_base::{Network, PaymentId, Timestamp, TransactionId};

use super::ApplyError;
use crate::{
    Fee, Leaves, Nonce, Place, Purpose, Relay, Sight, Wallet,
    record::Stage,
    sender::Lane,
    transaction::{Phase, Transaction},
    wallet::Slot,
};

impl Relay {
    pub(super) fn reserved(&mut self, payment_id: &PaymentId, place: &Place, fee: Fee) -> Result<(), ApplyError> {
        let record = self.record(payment_id)?;
        record.stage = Stage::Going(Box::new(Transaction::first(place.clone(), fee)));
        let submission = record.submission.clone();
        if let Place::Slot { wallet, nonce } = place {
            self.wallet(&submission.network, wallet)?.give(*nonce, Slot::Payment(payment_id.clone()));
            if submission.sequence.is_some() {
                let sender = self.rail(&submission.network)?.sender(&submission.sender);
                let lane = sender.lane.get_or_insert_with(|| Lane { wallet: wallet.clone(), riding: 0 });
                lane.riding += 1;
            }
            self.refile_wallet(&submission.network, wallet);
        }
        self.refile_payment(payment_id);
        Ok(())
    }

    pub(super) fn vacated(&mut self, payment_id: &PaymentId, leaves: Leaves, at: Timestamp) -> Result<(), ApplyError> {
        let record = self.record(payment_id)?;
        let Stage::Going(transaction) = std::mem::replace(&mut record.stage, Stage::Still) else {
            return Err(ApplyError::NoTransaction(Purpose::Payment { payment_id: payment_id.clone() }));
        };
        let submission = record.submission.clone();
        let Place::Slot { wallet, nonce } = &transaction.place else { return Ok(()) };
        let (wallet, nonce) = (wallet.clone(), *nonce);
        let rail = self.rail(&submission.network)?;
        let terms = rail.terms.sponsors().cloned();
        if submission.sequence.is_some() {
            let sender = rail.sender(&submission.sender);
            if let Some(lane) = &mut sender.lane {
                lane.riding -= 1;
                if lane.riding == 0 {
                    sender.lane = None;
                }
            }
        }
        let state = self.wallet(&submission.network, &wallet)?;
        match leaves {
            Leaves::Free => state.take_back(nonce, at),
            Leaves::Blocked if nonce >= state.settled => {
                let over = transaction.latest.fee;
                let fee = terms.map_or(over, |terms| terms.raised(over, None).unwrap_or(terms.fee_cap));
                let mut transaction = transaction;
                transaction.raise(fee, true);
                state.slots.insert(nonce, Slot::Fill(transaction));
            }
            Leaves::Blocked | Leaves::Used => {
                state.slots.remove(&nonce);
            }
        }
        self.rail(&submission.network)?.unpark(&wallet);
        self.refile_wallet(&submission.network, &wallet);
        Ok(())
    }

    pub(super) fn fill_reserved(
        &mut self,
        network: &Network,
        wallet: &Wallet,
        nonce: Nonce,
        fee: Fee,
    ) -> Result<(), ApplyError> {
        let place = Place::Slot { wallet: wallet.clone(), nonce };
        let transaction = Box::new(Transaction::first(place, fee));
        self.wallet(network, wallet)?.give(nonce, Slot::Fill(transaction));
        self.refile_wallet(network, wallet);
        Ok(())
    }

    pub(super) fn fill_settled(&mut self, network: &Network, wallet: &Wallet, nonce: Nonce) -> Result<(), ApplyError> {
        self.wallet(network, wallet)?.slots.remove(&nonce);
        self.rail(network)?.unpark(wallet);
        self.refile_wallet(network, wallet);
        Ok(())
    }

    pub(super) fn raised(&mut self, purpose: &Purpose, fee: Fee) -> Result<(), ApplyError> {
        let may_be_there = match purpose {
            Purpose::Payment { payment_id } => {
                matches!(self.record(payment_id)?.payment, earnest_payment::Payment::Mempool(_))
            }
            Purpose::Fill { .. } => true,
        };
        self.transaction_mut(purpose)?.raise(fee, may_be_there);
        self.refile(purpose);
        Ok(())
    }

    pub(super) fn signed(&mut self, purpose: &Purpose, txid: &TransactionId, at: Timestamp) -> Result<(), ApplyError> {
        self.set_phase(purpose, |_| Some(Phase::Recorded { txid: txid.clone(), since: at }))
    }

    pub(super) fn taken(&mut self, purpose: &Purpose) -> Result<(), ApplyError> {
        self.set_phase(purpose, |phase| match phase {
            Phase::Reserved => None,
            Phase::Recorded { txid, since } | Phase::Taken { txid, since } | Phase::Unclear { txid, since, .. } => {
                Some(Phase::Taken { txid: txid.clone(), since: *since })
            }
        })
    }

    pub(super) fn unclear(&mut self, purpose: &Purpose, again_at: Timestamp) -> Result<(), ApplyError> {
        self.set_phase(purpose, |phase| match phase {
            Phase::Reserved => None,
            Phase::Recorded { txid, since } | Phase::Taken { txid, since } | Phase::Unclear { txid, since, .. } => {
                Some(Phase::Unclear { txid: txid.clone(), since: *since, again_at })
            }
        })
    }

    pub(super) fn send_again(&mut self, purpose: &Purpose) -> Result<(), ApplyError> {
        self.set_phase(purpose, |phase| match phase {
            Phase::Reserved => None,
            Phase::Recorded { txid, since } | Phase::Taken { txid, since } | Phase::Unclear { txid, since, .. } => {
                Some(Phase::Recorded { txid: txid.clone(), since: *since })
            }
        })
    }

    fn set_phase(&mut self, purpose: &Purpose, next: impl Fn(&Phase) -> Option<Phase>) -> Result<(), ApplyError> {
        let latest = &mut self.transaction_mut(purpose)?.latest;
        latest.phase = next(&latest.phase).ok_or_else(|| ApplyError::NoTransaction(purpose.clone()))?;
        self.refile(purpose);
        Ok(())
    }

    pub(super) fn noted(&mut self, payment_id: &PaymentId, sight: Sight) -> Result<(), ApplyError> {
        let purpose = Purpose::Payment { payment_id: payment_id.clone() };
        self.transaction_mut(&purpose)?.sight = sight;
        self.refile(&purpose);
        Ok(())
    }
}
