//! A relay at a desk: commands in, time by hand.

use earnest_base::{Count, Network, PaymentId, Seconds, Sha256Digest, Timestamp, TransactionId};
use earnest_payment::{Answer, Payment, RefusedSubmission, State, answer};
use earnest_relay::{
    Command, Event, Fee, Finding, Identifier, Nonce, Order, Outcome, Place, Purpose, RailTerms, Relay, Sequence,
    SponsorTerms, Sponsors, Submission, Wallet, Work,
};

pub(crate) struct Desk {
    pub(crate) relay: Relay,
    pub(crate) now: Timestamp,
    pub(crate) history: Vec<Event>,
    ids: usize,
}

/// A payment to submit.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) sender: &'static str,
    pub(crate) place: Option<u64>,
    pub(crate) authorization: String,
    pub(crate) identifier: Option<&'static str>,
}

pub(crate) fn from(sender: &'static str, authorization: &str) -> Wish {
    Wish { sender, place: None, authorization: authorization.to_owned(), identifier: None }
}

pub(crate) fn at(sender: &'static str, place: u64) -> Wish {
    Wish { place: Some(place), ..from(sender, &format!("{sender}-{place}")) }
}

pub(crate) fn network() -> Network {
    "eip155:84532".parse().unwrap()
}

pub(crate) fn wallet(number: usize) -> Wallet {
    format!("wallet-{number}").parse().unwrap()
}

/// Both an order and wallets, so that every rule applies.
pub(crate) fn full() -> RailTerms {
    RailTerms {
        order: Order::BySequence { first: Sequence(0), hand_limit: 3, hand_time: Seconds::new(900).unwrap() },
        finality_depth: 3,
        ..RailTerms::chain(Fee(100), Fee(150))
    }
}

pub(crate) fn with_sponsors(change: impl FnOnce(&mut SponsorTerms)) -> RailTerms {
    let mut terms = full();
    if let Sponsors::Wallets(sponsors) = &mut terms.sponsors {
        change(sponsors);
    }
    terms
}

impl Desk {
    pub(crate) fn new(terms: RailTerms, wallets: usize) -> Self {
        let relay = Relay::new([(network(), terms)]);
        let mut desk = Self { relay, now: "2026-04-01T06:00:00Z".parse().unwrap(), history: Vec::new(), ids: 0 };
        for number in 0..wallets {
            desk.tell(&Command::AddWallet { network: network(), wallet: wallet(number), next: Nonce(0) });
        }
        desk
    }

    pub(crate) fn tell(&mut self, command: &Command) -> Vec<Event> {
        let decision = self.relay.decide(command, self.now).unwrap();
        self.keep(&decision.events);
        decision.events
    }

    fn keep(&mut self, events: &[Event]) {
        for event in events {
            self.relay.apply(event).unwrap();
        }
        self.history.extend_from_slice(events);
        self.relay.check().unwrap();
    }

    pub(crate) fn submit(&mut self, order: &Wish) -> Result<PaymentId, RefusedSubmission> {
        self.ids += 1;
        let identifier =
            order.identifier.map(|key| Identifier { scope: "shop".parse().unwrap(), key: key.parse().unwrap() });
        let submission = Submission {
            payment_id: format!("pay_{}", self.ids).parse().unwrap(),
            network: network(),
            sender: order.sender.parse().unwrap(),
            sequence: order.place.map(Sequence),
            digest: Sha256Digest::of(order.authorization.as_bytes()),
            authorization: order.authorization.parse().unwrap(),
            identifier,
            lapses_at: "2026-04-01T08:00:00Z".parse().unwrap(),
        };
        let decision = self.relay.decide(&Command::Submit(submission), self.now)?;
        self.keep(&decision.events);
        Ok(decision.payment_id.unwrap())
    }

    pub(crate) fn take(&mut self, order: &Wish) -> PaymentId {
        self.submit(order).unwrap()
    }

    /// Does everything that is due, and signs what is to be signed.
    pub(crate) fn settle(&mut self) {
        loop {
            if self.relay.is_due(self.now) {
                self.tell(&Command::Advance);
                continue;
            }
            let unsigned = self.relay.works().find_map(|work| match work {
                Work::Sign { purpose } => Some(purpose.clone()),
                Work::Send { .. } | Work::Look { .. } => None,
            });
            let Some(purpose) = unsigned else { return };
            let attempt = self.relay.dispatch(&purpose).unwrap().attempt;
            let txid = self.txid_of(&purpose);
            self.tell(&Command::Signed { purpose, attempt, txid });
        }
    }

    /// The same attempt has the same id.
    fn txid_of(&self, purpose: &Purpose) -> TransactionId {
        let dispatch = self.relay.dispatch(purpose).unwrap();
        let text = format!("{purpose:?} {:?} {}", dispatch.place, dispatch.fee);
        let sum = text.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        format!("{sum:064x}").parse().unwrap()
    }

    pub(crate) fn later(&mut self, seconds: u64) {
        self.now = self.now.after(Seconds::<1>::new(seconds).unwrap()).unwrap();
        self.settle();
    }

    /// What waits to be sent.
    pub(crate) fn sends(&self) -> Vec<Purpose> {
        let sends = self.relay.works().filter_map(|work| match work {
            Work::Send { purpose } => Some(purpose.clone()),
            Work::Sign { .. } | Work::Look { .. } => None,
        });
        sends.collect()
    }

    pub(crate) fn sent(&mut self, purpose: &Purpose, outcome: Outcome) {
        let attempt = self.relay.dispatch(purpose).unwrap().attempt;
        self.tell(&Command::Sent { purpose: purpose.clone(), attempt, outcome });
        self.settle();
    }

    /// Everything that waits to be sent is sent, and taken.
    pub(crate) fn send_all(&mut self) {
        self.settle();
        while let Some(purpose) = self.sends().first().cloned() {
            self.sent(&purpose, Outcome::Accepted);
        }
    }

    pub(crate) fn see(&mut self, payment_id: &PaymentId, finding: Finding) {
        self.tell(&Command::Seen { payment_id: payment_id.clone(), finding });
        self.settle();
    }

    /// It is in a block, so deep.
    pub(crate) fn included(&mut self, payment_id: &PaymentId, depth: u32, success: bool) {
        let txid = self.txid(payment_id);
        let block_height = Count::new(7).unwrap();
        let (detail, explorer_url) = (None, None);
        self.see(payment_id, Finding::Included { txid, block_height, depth, success, detail, explorer_url });
    }

    pub(crate) fn txid(&self, payment_id: &PaymentId) -> TransactionId {
        self.relay.txids(payment_id).last().unwrap().clone()
    }

    pub(crate) fn place(&self, payment_id: &PaymentId) -> (Wallet, Nonce) {
        match self.relay.dispatch(&pays(payment_id)).unwrap().place {
            Place::Slot { wallet, nonce } => (wallet.clone(), *nonce),
            Place::Direct => panic!("expected a place in a wallet"),
        }
    }

    pub(crate) fn answer(&self, payment_id: &PaymentId) -> Answer {
        answer(self.relay.lookup(payment_id))
    }

    pub(crate) fn state(&self, payment_id: &PaymentId) -> State {
        self.answer(payment_id).state()
    }

    pub(crate) fn reason(&self, payment_id: &PaymentId) -> &'static str {
        self.answer(payment_id).reason().map_or("", earnest_payment::Reason::as_str)
    }

    pub(crate) fn record(&self, payment_id: &PaymentId) -> Payment {
        match self.relay.lookup(payment_id) {
            earnest_payment::Lookup::Record(payment) => payment.clone(),
            found => panic!("expected a record, found {found:?}"),
        }
    }
}

pub(crate) fn pays(payment_id: &PaymentId) -> Purpose {
    Purpose::Payment { payment_id: payment_id.clone() }
}
