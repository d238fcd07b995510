//! Applying an event. Total over the events that `decide` makes; one that fits no state is refused, and tells that what
//! is being replayed is not what was stored.

mod payment;
mod rail;
mod transaction;

use earnest_base::{Network, PaymentId};

use crate::{
    Event, Purpose, Relay, Wallet,
    rail::Rail,
    record::{Record, Stage},
    transaction::Transaction,
    wallet::{Slot, WalletState},
};

/// An event that does not fit what is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// It is about a payment that is not there.
    #[error("expected the payment {0}, found none")]
    NoPayment(PaymentId),
    /// It is about a payment that is there already.
    #[error("expected a new payment id, found {0}")]
    PaymentExists(PaymentId),
    /// It is about a rail that is not configured.
    #[error("expected the rail {0}, found none")]
    NoRail(Network),
    /// It is about a wallet that is not there.
    #[error("expected the wallet {0}, found none")]
    NoWallet(Wallet),
    /// It is about a transaction that is not under way.
    #[error("expected a transaction for {0:?}, found none")]
    NoTransaction(Purpose),
    /// The payment's lifecycle does not have it.
    #[error(transparent)]
    Lifecycle(#[from] earnest_payment::Refusal),
}

impl ApplyError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPayment(_) => "no-payment",
            Self::PaymentExists(_) => "payment-exists",
            Self::NoRail(_) => "no-rail",
            Self::NoWallet(_) => "no-wallet",
            Self::NoTransaction(_) => "no-transaction",
            Self::Lifecycle(refusal) => refusal.code(),
        }
    }
}

impl Relay {
    /// Applies an event.
    ///
    /// # Errors
    /// Where it does not fit what is stored. The relay is then not to be used: what came before the event in the same
    /// decision has been applied.
    pub fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        match event {
            Event::Received { submission, at, deadline } => self.received(submission, *at, *deadline),
            Event::Payment(event) => self.payment(event),
            Event::Rests { payment_id, until } => self.rests(payment_id, *until),
            Event::Rested { payment_id } => self.rested(payment_id),
            Event::Retired { payment_id } => self.retired(payment_id),
            Event::Reserved { payment_id, place, fee } => self.reserved(payment_id, place, *fee),
            Event::Vacated { payment_id, leaves, at } => self.vacated(payment_id, *leaves, *at),
            Event::Raised { purpose, fee } => self.raised(purpose, *fee),
            Event::Signed { purpose, txid, at, .. } => self.signed(purpose, txid, *at),
            Event::Taken { purpose, .. } => self.taken(purpose),
            Event::Unclear { purpose, again_at, .. } => self.unclear(purpose, *again_at),
            Event::SendAgain { purpose, .. } => self.send_again(purpose),
            Event::Noted { payment_id, sight } => self.noted(payment_id, *sight),
            Event::FillReserved { network, wallet, nonce, fee } => self.fill_reserved(network, wallet, *nonce, *fee),
            Event::FillSettled { network, wallet, nonce } => self.fill_settled(network, wallet, *nonce),
            Event::WalletAdded { network, wallet, next } => self.wallet_added(network, wallet, *next),
            Event::WalletMoved { network, wallet, settled, next } => {
                self.wallet_moved(network, wallet, *settled, *next)
            }
            Event::WalletPaused { network, wallet, why, until } => self.wallet_paused(network, wallet, *why, *until),
            Event::WalletResumed { network, wallet } => self.wallet_resumed(network, wallet),
            Event::RailPaused { network, why, until } => self.rail_paused(network, *why, *until),
            Event::RailResumed { network } => self.rail_resumed(network),
            Event::SenderMoved { network, sender, next } => self.sender_moved(network, sender, *next),
            Event::SenderParked { network, sender } => self.sender_parked(network, sender),
        }
    }

    fn record(&mut self, payment_id: &PaymentId) -> Result<&mut Record, ApplyError> {
        self.book.records.get_mut(payment_id).ok_or_else(|| ApplyError::NoPayment(payment_id.clone()))
    }

    fn rail(&mut self, network: &Network) -> Result<&mut Rail, ApplyError> {
        self.rails.get_mut(network).ok_or_else(|| ApplyError::NoRail(network.clone()))
    }

    fn wallet(&mut self, network: &Network, wallet: &Wallet) -> Result<&mut WalletState, ApplyError> {
        self.rail(network)?.wallets.get_mut(wallet).ok_or_else(|| ApplyError::NoWallet(wallet.clone()))
    }

    fn transaction_mut(&mut self, purpose: &Purpose) -> Result<&mut Transaction, ApplyError> {
        let none = || ApplyError::NoTransaction(purpose.clone());
        match purpose {
            Purpose::Payment { payment_id } => match &mut self.record(payment_id)?.stage {
                Stage::Going(transaction) => Ok(transaction),
                Stage::Still | Stage::Resting { .. } => Err(none()),
            },
            Purpose::Fill { network, wallet, nonce } => match self.wallet(network, wallet)?.slots.get_mut(nonce) {
                Some(Slot::Fill(transaction)) => Ok(transaction),
                Some(Slot::Payment(_)) | None => Err(none()),
            },
        }
    }
}
