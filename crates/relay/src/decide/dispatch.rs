//! Whose turn it is: the sender that waits longest, its run, and the wallet that carries all of it.

use earnest_base::{Network, PaymentId, Timestamp};
use earnest_payment::Cause;

use super::lifecycle;
use crate::{
    Event, Fee, Place, Relay, Sponsors, Wallet, file::after, rail::Rail, sender::SenderState, wallet::WalletState,
};

impl Relay {
    /// Sends the next payments on their way, where there are some and there is room for them.
    pub(super) fn dispatch_next(&self, now: Timestamp) -> Vec<Event> {
        let mut rails = self.rails.iter().filter(|(_, rail)| rail.can_dispatch());
        rails.next().map_or_else(Vec::new, |(network, rail)| self.dispatch_on(network, rail, now))
    }

    fn dispatch_on(&self, network: &Network, rail: &Rail, now: Timestamp) -> Vec<Event> {
        let Some((_, sender)) = rail.rota.first_key_value() else { return Vec::new() };
        let Some(state) = rail.senders.get(sender) else { return Vec::new() };
        let free = state.free.first_key_value();
        let run = self.run_of(rail, state);
        let ordered_first = match (run.first(), free) {
            (Some(first), Some((arrival, _))) => {
                self.book.records.get(*first).is_some_and(|record| record.arrival < *arrival)
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        if ordered_first {
            let lane = state.lane.as_ref().map(|lane| &lane.wallet);
            let events = self.send_run(rail, lane, &run, now);
            if !events.is_empty() {
                return events;
            }
        }
        match free {
            Some((_, payment_id)) => self.send_free(rail, payment_id, now),
            None => vec![Event::SenderParked { network: network.clone(), sender: sender.clone() }],
        }
    }

    fn run_of<'a>(&self, rail: &Rail, state: &'a SenderState) -> Vec<&'a PaymentId> {
        let limit = match &rail.terms.sponsors {
            Sponsors::None { .. } => rail.room(),
            Sponsors::Wallets(terms) => terms.run_limit,
        };
        state.hand.run(limit).map(|(_, payment_id)| payment_id).collect()
    }

    /// Sends a run whole to one wallet; what finds no room there stays. Nothing where there is no room at all.
    fn send_run(&self, rail: &Rail, lane: Option<&Wallet>, run: &[&PaymentId], now: Timestamp) -> Vec<Event> {
        let Some(terms) = rail.terms.sponsors() else {
            return self.send(rail, run.iter().map(|id| (*id, Place::Direct)), Fee(0), now);
        };
        let room = |wallet: &WalletState| wallet.room(terms);
        let chosen = match lane {
            Some(lane) => rail.wallets.get_key_value(lane),
            None => best(rail, run.len(), &room),
        };
        let Some((wallet, state)) = chosen else { return Vec::new() };
        let length = run.len().min(room(state));
        let places = state.nonces(length).into_iter().map(|nonce| Place::Slot { wallet: wallet.clone(), nonce });
        self.send(rail, run.iter().copied().take(length).zip(places), terms.first_fee, now)
    }

    /// Sends a payment without an order.
    fn send_free(&self, rail: &Rail, payment_id: &PaymentId, now: Timestamp) -> Vec<Event> {
        let Some(terms) = rail.terms.sponsors() else {
            return self.send(rail, [(payment_id, Place::Direct)].into_iter(), Fee(0), now);
        };
        let Some((wallet, state)) = best(rail, 1, &|wallet| wallet.room(terms)) else { return Vec::new() };
        let place = Place::Slot { wallet: wallet.clone(), nonce: state.nonce() };
        self.send(rail, [(payment_id, place)].into_iter(), terms.first_fee, now)
    }

    fn send<'a>(
        &self,
        rail: &Rail,
        run: impl Iterator<Item = (&'a PaymentId, Place)>,
        fee: Fee,
        now: Timestamp,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        for (payment_id, place) in run {
            let Some(record) = self.book.records.get(payment_id) else { break };
            let deadline = after(now, rail.terms.broadcast_time).min(record.submission.lapses_at);
            if deadline <= now {
                break;
            }
            events.push(lifecycle(payment_id, now, Cause::Dispatched { deadline }));
            events.push(Event::Reserved { payment_id: payment_id.clone(), place, fee });
        }
        events
    }
}

/// The wallet for a run of this length: one without gaps first, so that a run is not stuck above one, then the roomiest.
fn best<'a>(
    rail: &'a Rail,
    length: usize,
    room: &impl Fn(&WalletState) -> usize,
) -> Option<(&'a Wallet, &'a WalletState)> {
    let with_room = rail.wallets.iter().filter(|(_, wallet)| room(wallet) > 0);
    with_room.min_by_key(|(_, wallet)| (length > 1 && !wallet.gaps.is_empty(), usize::MAX - room(wallet)))
}
