//! Every way in which one hold can go: all orders of all messages, each as often as the network likes, at every moment
//! that matters, with timers that come late and restarts between. Checked by stateright, over the real `decide` and
//! `apply`.

use std::hash::{Hash, Hasher};

use earnest_artifacts::{
    escrow_policy::UndecidedOutcome,
    vocabulary::ConfirmationMode::{self, ArbiterConfirmed, ManualReviewOnly, SelfConfirmed},
};
use earnest_base::Timestamp;
use earnest_ledger::{
    Act, Action, Command, Deliver, Finding, HoldView, IndexSeed, Ledger, Phase, Policy, decide, due,
    fault::{Fault, plant},
};
use stateright::{Checker, HasDiscoveries, Model, Property};

use crate::world::{
    ACCEPT_BY, AUTO_RELEASE, DECISION_SPAN, DISPUTE_BY, WORK_BY, World, accept, account, act, confirm, deliver,
    delivered, dispute, hold_id, millis, minute, open_hold, policy, reject, release, resolve, top_up,
};

/// Two sides, an arbiter, an operator, an escrow with a clock, and a network that repeats and reorders.
#[derive(Clone)]
struct OneHold {
    undecided: UndecidedOutcome,
    messages: Vec<Command>,
    moments: Vec<Timestamp>,
    fault: Option<Fault>,
}

#[derive(Clone, Debug)]
struct State {
    ledger: Ledger,
    moment: usize,
    /// What the payee had and the payer got back when the hold ended.
    outcome: Option<(u64, u64)>,
    /// A fact did not apply.
    broken: bool,
}

impl State {
    fn key(&self) -> (Vec<u8>, usize, Option<(u64, u64)>, bool) {
        (self.ledger.to_snapshot(), self.moment, self.outcome, self.broken)
    }

    fn hold(&self) -> Option<HoldView<'_>> {
        self.ledger.hold(&hold_id("a"))
    }

    fn paid(&self) -> (u64, u64) {
        let payee = self.ledger.balance(&account("adam")).available.minor();
        (payee, self.ledger.balance(&account("casualfeeders")).available.minor())
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// A message arrives; it may arrive again.
    Message(usize),
    /// The first timer that is due fires.
    Fire,
    /// Time goes on, whether timers fired or not.
    Wait,
    /// The escrow restarts from its snapshot.
    Restart,
}

impl OneHold {
    fn new(mode: ConfirmationMode, undecided: UndecidedOutcome) -> Self {
        let open = open_hold("a", mode);
        let other_id = |command: Command| match command {
            Command::Act(act) => Command::Act(Act { decision: "decision:other".parse().unwrap(), ..act }),
            Command::Deliver(deliver) => Command::Deliver(Deliver { response: delivered("other").response, ..deliver }),
            other => other,
        };
        let messages = vec![
            Command::TopUp(top_up("1", "casualfeeders", 600, 0)),
            Command::OpenHold(open),
            act("a", Action::Dispatch),
            deliver("a"),
            other_id(deliver("a")),
            accept("a"),
            other_id(accept("a")),
            reject("a", Finding::Broken),
            act("a", Action::Cancel),
            act("a", Action::EndWorkflow),
            act("a", Action::Fail),
            act("a", Action::Void),
            dispute("a"),
            resolve("a", 600, 0),
            resolve("a", 0, 600),
            resolve("a", 200, 400),
            confirm("a", 600, 0),
            confirm("a", 200, 400),
            release("a"),
        ];
        let decision = [2, DISPUTE_BY, AUTO_RELEASE].map(|from| minute(from + DECISION_SPAN));
        let around = [WORK_BY, ACCEPT_BY, DISPUTE_BY, AUTO_RELEASE];
        let mut moments = vec![minute(0), minute(2)];
        moments.extend(around.iter().flat_map(|at| [-1, 0, 1].map(|off| millis(at * 60_000 + off))));
        moments.extend(decision);
        moments.push(minute(10 * DECISION_SPAN));
        moments.sort();
        Self { undecided, messages, moments, fault: None }
    }

    fn now(&self, state: &State) -> Timestamp {
        self.moments[state.moment]
    }

    /// The state after a command, where it changes anything.
    fn carried_out(&self, last: &State, command: &Command) -> Option<State> {
        let facts = decide(&last.ledger, command, self.now(last)).ok()?.facts;
        if facts.is_empty() {
            return None;
        }
        let mut state = last.clone();
        state.broken |= facts.iter().any(|fact| state.ledger.apply(fact).is_err());
        let ended = state.hold().is_some_and(|hold| hold.phase().is_terminal());
        if ended && state.outcome.is_none() {
            state.outcome = Some(state.paid());
        }
        Some(state)
    }

    fn after(&self, last: &State, step: &Step) -> Option<State> {
        match step {
            Step::Message(place) => self.carried_out(last, &self.messages[*place]),
            Step::Fire => {
                let timer = due(&last.ledger, self.now(last)).next()?;
                self.carried_out(last, &timer)
            }
            Step::Wait => Some(State { moment: last.moment + 1, ..last.clone() }),
            Step::Restart => {
                let snapshot = last.ledger.to_snapshot();
                match Ledger::from_snapshot(&snapshot, IndexSeed(1)) {
                    Ok(read) if read.to_snapshot() == snapshot && read.next_timer() == last.ledger.next_timer() => None,
                    _ => Some(State { broken: true, ..last.clone() }),
                }
            }
        }
    }
}

impl Model for OneHold {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let policy = Policy { undecided: self.undecided, ..policy() };
        vec![State { ledger: World::with_policy(policy).ledger, moment: 0, outcome: None, broken: false }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        steps.extend((0..self.messages.len()).map(Step::Message));
        steps.extend([Step::Fire, Step::Restart]);
        if state.moment + 1 < self.moments.len() {
            steps.push(Step::Wait);
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        plant(self.fault);
        let next = self.after(last, &step);
        plant(None);
        next
    }

    /// Without a bug there are at most a dozen facts; with one there might be no end of them.
    fn within_boundary(&self, state: &State) -> bool {
        state.ledger.seq() < 24
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("every fact applies", |_, state: &State| !state.broken),
            Property::always("the books balance", |_, state: &State| {
                state.ledger.audit().is_ok() && matches!(state.ledger.issued().minor(), 0 | 600)
            }),
            Property::always("never both in full", |_, state: &State| {
                let (payee, payer) = state.paid();
                payee + payer <= 600
            }),
            Property::always("while it is open, nobody has the money", |_, state: &State| match state.hold() {
                Some(hold) if !hold.phase().is_terminal() => {
                    state.paid() == (0, 0) && state.ledger.escrowed() == hold.amount()
                }
                _ => true,
            }),
            Property::always("what ended is all paid, and stays as it is", |_, state: &State| {
                match (state.hold(), state.outcome) {
                    (Some(hold), Some(outcome)) if hold.phase().is_terminal() => {
                        let shares = hold.outcome().map(|(released, refunded)| (released.minor(), refunded.minor()));
                        outcome.0 + outcome.1 == 600 && shares == Some(outcome) && state.paid() == outcome
                    }
                    (Some(hold), None) => !hold.phase().is_terminal(),
                    (_, Some(_)) => false,
                    (None, None) => true,
                }
            }),
            Property::always("an open hold has a timer, so it ends", |model: &Self, state: &State| {
                match state.hold() {
                    Some(hold) if !hold.phase().is_terminal() => {
                        let over = state.moment + 1 == model.moments.len();
                        let is_due = due(&state.ledger, model.now(state)).next().is_some();
                        state.ledger.next_timer().is_some() && (!over || is_due)
                    }
                    _ => state.ledger.next_timer().is_none(),
                }
            }),
            Property::sometimes("released", |_, state: &State| phase(state) == Some(Phase::Released)),
            Property::sometimes("refunded", |_, state: &State| phase(state) == Some(Phase::Refunded)),
            Property::sometimes("voided", |_, state: &State| phase(state) == Some(Phase::Voided)),
        ]
    }
}

fn phase(state: &State) -> Option<Phase> {
    state.hold().map(|hold| hold.phase())
}

#[test]
fn every_way_of_one_hold_ends_once_in_every_mode() {
    let mut states = Vec::new();
    for mode in [SelfConfirmed, ArbiterConfirmed, ManualReviewOnly] {
        for undecided in [UndecidedOutcome::Refund, UndecidedOutcome::Release] {
            let checker = OneHold::new(mode, undecided).checker().threads(2).spawn_bfs().join();
            checker.assert_properties();
            assert!(checker.is_done());
            states.push(checker.unique_state_count());
        }
    }
    // The counts are exact: another number means that other ways were walked.
    insta::assert_debug_snapshot!("model_states", states);
}

#[test]
fn the_model_finds_each_bug_that_is_planted() {
    for fault in [Fault::DoubleRelease, Fault::SkippedIdempotence, Fault::LostTimer] {
        let model = OneHold { fault: Some(fault), ..OneHold::new(SelfConfirmed, UndecidedOutcome::Refund) };
        let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
        let reached = ["released", "refunded", "voided"];
        let found = checker.discoveries().into_keys().filter(|name| !reached.contains(name)).count();
        assert!(found > 0, "{fault:?} was not found");
    }
}
