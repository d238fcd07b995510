//! Events of a rail, its wallets and its senders.

use earnest_base::{Network, Timestamp};
use earnest_payment::Setback;

use super::ApplyError;
use crate::{
    Nonce, Relay, Sender, Sequence, Wallet,
    sender::Standing,
    wallet::{Pause, WalletState},
};

impl Relay {
    pub(super) fn wallet_added(&mut self, network: &Network, wallet: &Wallet, next: Nonce) -> Result<(), ApplyError> {
        let rail = self.rail(network)?;
        rail.wallets.entry(wallet.clone()).or_insert_with(|| WalletState::new(next));
        Ok(())
    }

    pub(super) fn wallet_moved(
        &mut self,
        network: &Network,
        wallet: &Wallet,
        settled: Nonce,
        next: Nonce,
    ) -> Result<(), ApplyError> {
        self.wallet(network, wallet)?.advance(settled, next);
        self.refile_wallet(network, wallet);
        Ok(())
    }

    pub(super) fn wallet_paused(
        &mut self,
        network: &Network,
        wallet: &Wallet,
        why: Setback,
        until: Timestamp,
    ) -> Result<(), ApplyError> {
        self.wallet(network, wallet)?.pause = Some(Pause { why, until });
        self.refile_wallet(network, wallet);
        Ok(())
    }

    pub(super) fn wallet_resumed(&mut self, network: &Network, wallet: &Wallet) -> Result<(), ApplyError> {
        self.wallet(network, wallet)?.pause = None;
        self.rail(network)?.unpark(wallet);
        self.refile_wallet(network, wallet);
        Ok(())
    }

    pub(super) fn rail_paused(&mut self, network: &Network, why: Setback, until: Timestamp) -> Result<(), ApplyError> {
        self.rail(network)?.pause = Some(Pause { why, until });
        self.refile_rail(network);
        Ok(())
    }

    pub(super) fn rail_resumed(&mut self, network: &Network) -> Result<(), ApplyError> {
        self.rail(network)?.pause = None;
        self.refile_rail(network);
        Ok(())
    }

    pub(super) fn sender_moved(
        &mut self,
        network: &Network,
        sender: &Sender,
        next: Sequence,
    ) -> Result<(), ApplyError> {
        let rail = self.rail(network)?;
        rail.sender(sender).hand.set_next(next);
        rail.line_up(sender);
        Ok(())
    }

    pub(super) fn sender_parked(&mut self, network: &Network, sender: &Sender) -> Result<(), ApplyError> {
        let rail = self.rail(network)?;
        rail.leave_line(sender);
        let state = rail.sender(sender);
        if let Some(lane) = state.lane.clone() {
            state.standing = Standing::Parked;
            self.wallet(network, &lane.wallet)?.parked.insert(sender.clone());
        }
        Ok(())
    }
}
