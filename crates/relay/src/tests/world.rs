//! The world: senders that submit, a process that does the relay's work and dies, nodes that take, lose and forget.

use std::collections::BTreeMap;

use earnest_base::{Count, Network, PaymentId, Seconds, Sha256Digest, Timestamp};

use super::{
    monitor::Monitor,
    node::{Node, Tx, txid},
};
use crate::{
    Attempt, Authorization, Command, Fee, Finding, Identifier, Nonce, Order, Outcome, Place, Purpose, RailTerms, Relay,
    Sender, Sequence, SponsorTerms, Sponsors, Submission, Wallet, Work, wallet::Slot,
};

/// A payment that somebody wants made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wish {
    pub(super) sender: Sender,
    pub(super) sequence: Option<Sequence>,
    pub(super) authorization: Authorization,
    pub(super) lapses_at: Timestamp,
    /// How often it is still submitted.
    pub(super) submits: u8,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Action {
    Submit(usize),
    /// The node gets the attempt; its answer is on the way.
    Deliver(Purpose),
    /// The node could not be reached.
    Unreachable(Purpose),
    /// The answer arrives.
    Answer(Purpose),
    /// The answer is lost.
    LoseAnswer(Purpose),
    /// The last answer arrives once more.
    RepeatAnswer,
    /// The process dies and starts again.
    Crash,
    Look(PaymentId),
    LookAtWallet(Wallet),
    Mine((Wallet, Nonce)),
    Finalise((Wallet, Nonce)),
    Reorganise((Wallet, Nonce)),
    /// The node forgets a transaction.
    Forget((Wallet, Nonce)),
    /// A stranger uses a wallet's next nonce.
    Intrude(Wallet),
    /// A stranger carries an authorisation out.
    Preempt(Authorization),
    /// Time passes, to when something is due.
    Wait,
}

/// How much may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    pub(super) unreachable: u32,
    pub(super) lost: u32,
    pub(super) repeated: u32,
    pub(super) crashes: u32,
    pub(super) reorganisations: u32,
    pub(super) forgotten: u32,
    pub(super) intrusions: u32,
    pub(super) preemptions: u32,
    /// How often time passes while something else could happen; when nothing else can, it always does.
    pub(super) waits: u32,
}

type Answer = (Purpose, Attempt, Outcome);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) relay: Relay,
    pub(super) node: Node,
    pub(super) now: Timestamp,
    pub(super) wishes: Vec<Wish>,
    pub(super) budget: Budget,
    pub(super) monitor: Monitor,
    pub(super) events: u64,
    answers: BTreeMap<Purpose, Answer>,
    last_answer: Option<Answer>,
    submissions: u64,
}

pub(super) fn network() -> Network {
    "eip155:84532".parse().unwrap()
}

pub(super) fn seconds(seconds: u64) -> Seconds {
    Seconds::new(seconds).unwrap()
}

/// The fullest terms there are: order and wallets.
pub(super) fn terms(chaining_limit: usize) -> RailTerms {
    RailTerms {
        finality_depth: 2,
        order: Order::BySequence { first: Sequence(0), hand_limit: 4, hand_time: seconds(300) },
        sponsors: Sponsors::Wallets(SponsorTerms {
            chaining_limit,
            reserve: 1,
            run_limit: 5,
            fill_after: seconds(10),
            first_fee: Fee(100),
            raise_permille: 125,
            raise_after: seconds(30),
            fee_cap: Fee(130),
        }),
        queue_time: seconds(120),
        ..RailTerms::ledger()
    }
}

impl World {
    pub(super) fn new(terms: RailTerms, wallets: usize, budget: Budget) -> Self {
        let relay = Relay::new([(network(), terms)]);
        let now = "2026-04-01T06:00:00Z".parse().unwrap();
        let mut world = Self {
            relay,
            node: Node::default(),
            now,
            wishes: Vec::new(),
            budget,
            monitor: Monitor::default(),
            events: 0,
            answers: BTreeMap::new(),
            last_answer: None,
            submissions: 0,
        };
        for wallet in 0..wallets {
            let wallet = format!("wallet-{wallet}").parse().unwrap();
            world.tell(&Command::AddWallet { network: network(), wallet, next: Nonce(0) });
        }
        world
    }

    /// Tells the relay, which then does what is due, and signs what is to be signed. Says whether anything happened.
    pub(super) fn tell(&mut self, command: &Command) -> bool {
        let happened = self.tell_once(command);
        self.settle() || happened
    }

    fn settle(&mut self) -> bool {
        let mut happened = false;
        while self.relay.is_due(self.now) && self.tell_once(&Command::Advance) {
            happened = true;
        }
        let unsigned = self.relay.works().find_map(|work| match work {
            Work::Sign { purpose } => Some(purpose.clone()),
            Work::Send { .. } | Work::Look { .. } => None,
        });
        let Some(purpose) = unsigned else { return happened };
        let dispatch = self.relay.dispatch(&purpose).unwrap();
        let txid = txid(&purpose, dispatch.place, dispatch.fee);
        let attempt = dispatch.attempt;
        self.tell_once(&Command::Signed { purpose, attempt, txid });
        self.settle();
        true
    }

    fn tell_once(&mut self, command: &Command) -> bool {
        let Ok(decision) = self.relay.decide(command, self.now) else { return false };
        for event in &decision.events {
            self.relay.apply(event).unwrap_or_else(|error| panic!("{error}: {event:?} of {command:?}"));
            self.events += 1;
        }
        self.monitor.observe(&self.relay, &self.node, &decision.events);
        !decision.events.is_empty()
    }

    pub(super) fn actions(&self, actions: &mut Vec<Action>) {
        let budget = &self.budget;
        let submits = self.wishes.iter().enumerate().filter(|(_, wish)| wish.submits > 0);
        actions.extend(submits.map(|(index, _)| Action::Submit(index)));
        for work in self.relay.works() {
            match work {
                Work::Send { purpose } if !self.answers.contains_key(purpose) => {
                    actions.push(Action::Deliver(purpose.clone()));
                    if budget.unreachable > 0 {
                        actions.push(Action::Unreachable(purpose.clone()));
                    }
                }
                Work::Sign { .. } | Work::Send { .. } => {}
                // To see that it is still where it was says nothing.
                Work::Look { payment_id } if self.finding(payment_id) == Finding::Pending => {}
                Work::Look { payment_id } => actions.push(Action::Look(payment_id.clone())),
            }
        }
        for purpose in self.answers.keys() {
            actions.push(Action::Answer(purpose.clone()));
            if budget.lost > 0 {
                actions.push(Action::LoseAnswer(purpose.clone()));
            }
        }
        if budget.repeated > 0 && self.last_answer.is_some() {
            actions.push(Action::RepeatAnswer);
        }
        if budget.crashes > 0 {
            actions.push(Action::Crash);
        }
        actions.extend(self.node.minable().into_iter().map(Action::Mine));
        actions.extend(self.node.ripe().into_iter().map(Action::Finalise));
        if budget.reorganisations > 0 {
            actions.extend(self.node.loose().into_iter().map(Action::Reorganise));
        }
        if budget.forgotten > 0 {
            actions.extend(self.node.waiting.keys().cloned().map(Action::Forget));
        }
        for (wallet, state) in &self.relay.rails[&network()].wallets {
            let moved = self.node.settled_next(wallet) > state.settled && self.node.settled_next(wallet) >= state.next;
            let heals = !state.gaps.is_empty() || state.slots.values().any(|slot| matches!(slot, Slot::Fill(_)));
            if moved || heals {
                actions.push(Action::LookAtWallet(wallet.clone()));
            }
            if budget.intrusions > 0 {
                actions.push(Action::Intrude(wallet.clone()));
            }
        }
        if budget.preemptions > 0 {
            let free = self.monitor.authorizations().filter(|found| !self.node.carried_out.contains_key(*found));
            actions.extend(free.cloned().map(Action::Preempt));
        }
        if budget.waits > 0 || !self.goes_on(actions) {
            actions.push(Action::Wait);
        }
    }

    /// Whether something can still happen.
    pub(super) fn can_go_on(&self) -> bool {
        let mut actions = Vec::new();
        self.actions(&mut actions);
        self.goes_on(&actions)
    }

    /// Whether one of these actions changes something. Every one does, save for looks and waits that see nothing new.
    fn goes_on(&self, actions: &[Action]) -> bool {
        let looks = |action: &Action| matches!(action, Action::Look(_) | Action::LookAtWallet(_) | Action::Wait);
        let changes = |action: &Action| {
            let mut next = self.clone();
            next.act(action) && next != *self
        };
        !actions.iter().all(looks) || actions.iter().any(changes)
    }

    /// Takes an action. Says whether anything happened.
    pub(super) fn act(&mut self, action: &Action) -> bool {
        match action {
            Action::Submit(index) => self.submit(*index),
            Action::Deliver(purpose) => self.deliver(purpose),
            Action::Unreachable(purpose) => {
                self.budget.unreachable -= 1;
                let attempt = self.relay.dispatch(purpose).unwrap().attempt;
                self.tell(&Command::Sent { purpose: purpose.clone(), attempt, outcome: Outcome::Unavailable })
            }
            Action::Answer(purpose) => {
                let answer = self.answers.remove(purpose).unwrap();
                self.last_answer = Some(answer.clone());
                self.answered(answer);
                true
            }
            Action::LoseAnswer(purpose) => {
                self.budget.lost -= 1;
                let (purpose, attempt, _) = self.answers.remove(purpose).unwrap();
                self.answered((purpose, attempt, Outcome::Unclear));
                true
            }
            Action::RepeatAnswer => {
                self.budget.repeated -= 1;
                self.last_answer.take().is_some_and(|answer| self.answered(answer))
            }
            Action::Crash => {
                self.budget.crashes -= 1;
                self.answers.clear();
                self.tell(&Command::Restart)
            }
            Action::Look(payment_id) => self.look(payment_id),
            Action::LookAtWallet(wallet) => self.look_at_wallet(wallet),
            Action::Mine(key) => {
                let wishes = &self.wishes;
                let lapsed = |authorization: &Authorization| {
                    wishes.iter().any(|wish| wish.authorization == *authorization && wish.lapses_at <= self.now)
                };
                let mined = self.node.mine(key, lapsed);
                if let Some(tx) = &mined {
                    self.monitor.mined(&self.relay, &self.node, tx);
                }
                mined.is_some()
            }
            Action::Finalise(key) => {
                self.node.finalise(key);
                true
            }
            Action::Reorganise(key) => {
                self.budget.reorganisations -= 1;
                self.node.reorganise(key);
                true
            }
            Action::Forget(key) => {
                self.budget.forgotten -= 1;
                self.node.waiting.remove(key).is_some()
            }
            Action::Intrude(wallet) => {
                self.budget.intrusions -= 1;
                self.node.intrude(wallet);
                true
            }
            Action::Preempt(authorization) => {
                self.budget.preemptions -= 1;
                let stranger = format!("{:064x}", 7).parse().unwrap();
                self.node.carried_out.insert(authorization.clone(), stranger);
                self.node.settled.insert(authorization.clone());
                true
            }
            Action::Wait => {
                self.budget.waits = self.budget.waits.saturating_sub(1);
                self.wait()
            }
        }
    }

    fn submit(&mut self, index: usize) -> bool {
        self.wishes[index].submits -= 1;
        self.submissions += 1;
        let wish = &self.wishes[index];
        let key = format!("identifier-{}", wish.authorization.as_str());
        let submission = Submission {
            payment_id: format!("pay_{}", self.submissions).parse().unwrap(),
            network: network(),
            sender: wish.sender.clone(),
            sequence: wish.sequence,
            digest: Sha256Digest::of(wish.authorization.as_str().as_bytes()),
            authorization: wish.authorization.clone(),
            identifier: Some(Identifier { scope: "shop".parse().unwrap(), key: key.parse().unwrap() }),
            lapses_at: wish.lapses_at,
        };
        self.tell(&Command::Submit(submission));
        true
    }

    fn deliver(&mut self, purpose: &Purpose) -> bool {
        let dispatch = self.relay.dispatch(purpose).unwrap();
        let Place::Slot { wallet, nonce } = dispatch.place.clone() else { panic!("a rail without wallets") };
        let attempt = dispatch.attempt;
        let pays = match purpose {
            Purpose::Payment { payment_id } => {
                Some((payment_id.clone(), self.relay.book.records[payment_id].submission.authorization.clone()))
            }
            Purpose::Fill { .. } => None,
        };
        let tx = Tx { txid: dispatch.txid.unwrap().clone(), fee: dispatch.fee, pays };
        let outcome = self.node.send(&wallet, nonce, tx);
        self.monitor.sent(&self.node, &(wallet, nonce));
        self.answers.insert(purpose.clone(), (purpose.clone(), attempt, outcome));
        true
    }

    fn answered(&mut self, (purpose, attempt, outcome): Answer) -> bool {
        self.tell(&Command::Sent { purpose, attempt, outcome })
    }

    fn look(&mut self, payment_id: &PaymentId) -> bool {
        let finding = self.finding(payment_id);
        self.tell(&Command::Seen { payment_id: payment_id.clone(), finding })
    }

    fn finding(&self, payment_id: &PaymentId) -> Finding {
        let submission = &self.relay.book.records[payment_id].submission;
        let txids = self.relay.txids(payment_id);
        let own = txids.iter().find_map(|txid| self.node.block_of(txid));
        let settled = self.node.settled.contains(&submission.authorization);
        let included = |txid, success, is_final: bool| Finding::Included {
            txid,
            block_height: Count::new(1).unwrap(),
            depth: if is_final { 2 } else { 1 },
            success,
            detail: None,
            explorer_url: None,
        };
        if settled {
            let txid = self.node.carried_out[&submission.authorization].clone();
            return included(txid, true, true);
        }
        if let Some(block) = own {
            return included(block.tx.txid.clone(), block.success, block.is_final);
        }
        let waits = self.node.waiting.values().any(|tx| txids.contains(&tx.txid));
        let carried_out = self.node.carried_out.contains_key(&submission.authorization);
        if submission.lapses_at <= self.now && !carried_out {
            Finding::Lapsed
        } else if waits {
            Finding::Pending
        } else {
            Finding::Missing
        }
    }

    fn look_at_wallet(&mut self, wallet: &Wallet) -> bool {
        let (settled, next) = (self.node.settled_next(wallet), self.node.next(wallet));
        self.tell(&Command::SeenWallet { network: network(), wallet: wallet.clone(), settled, next })
    }

    /// To when something is due, or an authorisation ends that the rail may have; never to the end of a record.
    fn wait(&mut self) -> bool {
        let lapses = self.relay.works().filter_map(|work| match work {
            Work::Look { payment_id } => Some(self.relay.book.records[payment_id].submission.lapses_at),
            Work::Sign { .. } | Work::Send { .. } => None,
        });
        let due = self.relay.next_due().into_iter().chain(lapses).filter(|due| *due > self.now).min();
        let Some(due) = due.filter(|due| due.seconds_since(self.now).is_some_and(|span| span < 86_400)) else {
            return false;
        };
        self.now = due;
        self.settle();
        true
    }
}
