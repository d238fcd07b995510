//! What is true of every relay, checked: for tests, and for whoever wants to know that a restored one is whole.

use std::collections::BTreeSet;

use earnest_base::PaymentId;
use earnest_payment::State;

use crate::{
    Place, Purpose, Relay, Sender, Work,
    agenda::Task,
    file::entries_of_wallet,
    rail::Rail,
    record::{Record, Stage},
    sender::Standing,
    wallet::{Slot, WalletState},
};

/// Something that is never true of a relay, and is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found otherwise at {at}")]
pub struct Fault {
    /// What holds of every relay.
    pub expected: &'static str,
    /// Where it does not.
    pub at: String,
}

fn expect(holds: bool, expected: &'static str, at: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault { expected, at: at() }) }
}

impl Relay {
    /// Checks everything. Costs as much as there is.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), Fault> {
        let mut filed = (0, 0);
        for record in self.book.records.values() {
            self.check_record(record)?;
            filed = (filed.0 + record.filed.tasks.len(), filed.1 + record.filed.works.len());
        }
        for (network, rail) in &self.rails {
            self.check_rail(rail)?;
            filed.0 += rail.filed.tasks.len();
            for (wallet, state) in &rail.wallets {
                let entries = entries_of_wallet(network, wallet, state, rail.terms.sponsors());
                expect(entries == state.filed, "the agenda to have what a wallet has to do", || wallet.to_string())?;
                filed = (filed.0 + state.filed.tasks.len(), filed.1 + state.filed.works.len());
            }
        }
        expect(filed == self.agenda.counts(), "nothing on the agenda but what is filed", || format!("{filed:?}"))
    }

    /// Checks a payment, and what it stands in.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check_payment(&self, payment_id: &PaymentId) -> Result<(), Fault> {
        self.book.records.get(payment_id).map_or(Ok(()), |record| self.check_record(record))
    }

    fn check_record(&self, record: &Record) -> Result<(), Fault> {
        let submission = &record.submission;
        let at = || submission.payment_id.to_string();
        let state = record.payment.state();
        let deadline = record.payment.deadline();
        let terminal = matches!(state, State::Confirmed | State::Failed | State::Replaced);
        expect(deadline.is_some() != terminal, "a deadline on every payment in flight, and on no other", at)?;
        expect(
            deadline.is_none_or(|deadline| deadline <= submission.lapses_at),
            "no deadline beyond the end of the authorisation",
            at,
        )?;
        let waits = matches!(state, State::Submitted | State::Queued | State::Broadcasting);
        let task = deadline.map(|deadline| (deadline, Task::Deadline(submission.payment_id.clone())));
        let due = task.is_none_or(|task| record.filed.tasks.contains(&task));
        expect(!waits || due, "the deadline of a payment that waits to be on the agenda", at)?;
        let looks = record.filed.works.contains(&Work::Look { payment_id: submission.payment_id.clone() });
        expect(looks == (state == State::Mempool), "a payment that the rail may have to be looked for", at)?;
        let has_transaction = matches!(record.stage, Stage::Going(_));
        let goes = matches!(state, State::Broadcasting | State::Mempool);
        expect(has_transaction == goes, "a transaction for a payment that is sent, and for no other", at)?;
        expect(self.entries_of(record) == record.filed, "the agenda to have what a payment waits for", at)?;
        let on_agenda = record.filed.tasks.iter().all(|task| self.agenda.has_task(task));
        expect(on_agenda, "the agenda to have what is filed", at)?;
        if let Stage::Going(transaction) = &record.stage
            && let Place::Slot { wallet, nonce } = &transaction.place
        {
            let slot = self.rails.get(&submission.network).and_then(|rail| rail.wallets.get(wallet)?.slots.get(nonce));
            let ours = matches!(slot, Some(Slot::Payment(payment_id)) if *payment_id == submission.payment_id);
            expect(ours, "a payment's place to be its own", at)?;
        }
        Ok(())
    }

    fn check_rail(&self, rail: &Rail) -> Result<(), Fault> {
        for (wallet, state) in &rail.wallets {
            self.check_wallet(rail, state).map_err(|fault| Fault { at: format!("{wallet}, {}", fault.at), ..fault })?;
        }
        let network_of = |record: &&Record| {
            self.rails.get(&record.submission.network).is_some_and(|found| std::ptr::eq(found, rail))
        };
        let records: Vec<&Record> = self.book.records.values().filter(network_of).collect();
        let open = records.iter().filter(|record| record.is_open()).count();
        expect(open == rail.open, "the number of open payments to be counted", || format!("{open} {}", rail.open))?;
        let goes = |record: &&&Record| matches!(record.payment.state(), State::Broadcasting | State::Mempool);
        let with_rail = records.iter().filter(goes).count();
        expect(with_rail == rail.with_rail, "the payments with the rail to be counted", || with_rail.to_string())?;
        let in_line: BTreeSet<&Sender> = rail.rota.values().collect();
        expect(in_line.len() == rail.rota.len(), "every sender once in line", || format!("{:?}", rail.rota))?;
        for (sender, state) in &rail.senders {
            let at = || sender.to_string();
            let stands = matches!(state.standing, Standing::InLine(_));
            expect(stands == in_line.contains(sender), "who stands in line to be in it", at)?;
            let waits = state.standing != Standing::Away;
            expect(waits == state.wants(), "whoever has something to send to wait for its turn, and nobody else", at)?;
            let open = records.iter().filter(|record| record.is_open() && record.submission.sender == *sender).count();
            expect(open == state.open, "a sender's open payments to be counted", at)?;
        }
        Ok(())
    }

    fn check_wallet(&self, rail: &Rail, state: &WalletState) -> Result<(), Fault> {
        let all = || format!("{state:?}");
        if let Some(terms) = rail.terms.sponsors() {
            expect(state.slots.len() <= terms.chaining_limit, "no more nonces in use than the chain lets", all)?;
        }
        expect(state.slots.keys().all(|nonce| *nonce < state.next), "no nonce beyond the next", all)?;
        expect(state.gaps.keys().all(|nonce| *nonce < state.next), "no gap beyond the next nonce", all)?;
        expect(state.gaps.keys().all(|nonce| !state.slots.contains_key(nonce)), "no gap that is in use", all)?;
        expect(state.settled <= state.next, "the settled nonces to be below the next", all)?;
        for (nonce, slot) in &state.slots {
            if let Slot::Payment(payment_id) = slot {
                let purpose = Purpose::Payment { payment_id: payment_id.clone() };
                let place = self.transaction(&purpose).map(|(_, transaction)| &transaction.place);
                let there = matches!(place, Some(Place::Slot { nonce: found, .. }) if found == nonce);
                expect(there, "a payment where its nonce is given", || payment_id.to_string())?;
            }
        }
        Ok(())
    }
}
