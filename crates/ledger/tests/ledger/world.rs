//! A small federation to test with: CasualFeeders buys from Adam, and others stand by.

#![allow(dead_code, reason = "the example `simulate` uses a part of it")]

use earnest_artifacts::{
    escrow_policy::UndecidedOutcome, ledger_account::AccountPurpose, response_decision::Criterion,
    vocabulary::ConfirmationMode,
};
use earnest_base::{AccountId, HoldId, Orc, ParticipantId, Seconds, Sha256Digest, Subject, Timestamp};
use earnest_ledger::{
    Act, Action, Actor, Answer, Award, Command, Crossing, Deadlines, Deliver, Delivered, Dispute, Done, Fact, Fee,
    Finding, HoldView, Ledger, OpenAccount, OpenHold, Pay, Policy, Refusal, Resolve, SubjectKey, decide, due,
};

pub(crate) const CASUAL_FEEDERS: &str = "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z";
pub(crate) const ROMAN: &str = "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2";
pub(crate) const ADAM: &str = "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2";
pub(crate) const OLA: &str = "participant:did:key:z6Mkfmm57fsb6VL7zVusP8zeA9SYkCKdvUhby2G7Yh8vvQ1P";
pub(crate) const MARCIN: &str = "participant:did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP";
pub(crate) const ARBITER: &str = "participant:did:key:z6Mkj1MDZKcfx9AX5CeXHdysiGkRLzBbALyFuShD6wNeY1E3";
pub(crate) const OPERATOR: &str = "org:did:key:z6MkfDSNRs2i9S6LZ5vd4RbpZ6754H7R3btDqRTeHhamqvuJ";
pub(crate) const COUNCIL: &str = "council:did:key:z6MkmNL6xksdEJENGk9Z1qqGsY5njKQdjU1UhnUEUvWyQUVX";
pub(crate) const ESCROW_NODE: &str = "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3";
pub(crate) const POLICY: &str = "escrow-policy:pl-main-standard-v1";

/// The deadlines of every hold here, in minutes after 06:00, and how long a decision may take.
pub(crate) const WORK_BY: i64 = 30;
pub(crate) const ACCEPT_BY: i64 = 60;
pub(crate) const DISPUTE_BY: i64 = 90;
pub(crate) const AUTO_RELEASE: i64 = 120;
pub(crate) const DECISION_SPAN: i64 = 24 * 60;

/// So many minutes after 06:00 on the morning of the seed.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    millis(minutes * 60_000)
}

/// So many milliseconds after 06:00.
pub(crate) fn millis(millis: i64) -> Timestamp {
    let start: Timestamp = "2026-04-01T06:00:00Z".parse().unwrap();
    Timestamp::from_unix_millis(start.unix_millis() + millis).unwrap()
}

pub(crate) fn orc(minor: u64) -> Orc {
    Orc::from_minor(minor).unwrap()
}

pub(crate) fn account(name: &str) -> AccountId {
    format!("account:fed-pl-main:{name}").parse().unwrap()
}

pub(crate) fn participant(text: &str) -> ParticipantId {
    text.parse().unwrap()
}

/// Roman, who acts for CasualFeeders.
pub(crate) fn buyer() -> Actor {
    Actor { participant: participant(ROMAN), acts_for: CASUAL_FEEDERS.parse().unwrap() }
}

pub(crate) fn provider() -> Actor {
    Actor::own(participant(ADAM))
}

pub(crate) fn arbiter() -> Actor {
    Actor::own(participant(ARBITER))
}

pub(crate) fn operator() -> Actor {
    Actor { participant: participant(MARCIN), acts_for: OPERATOR.parse().unwrap() }
}

pub(crate) fn stranger() -> Actor {
    Actor::own(participant(OLA))
}

pub(crate) fn policy() -> Policy {
    Policy {
        id: POLICY.parse().unwrap(),
        operator: OPERATOR.parse::<Subject>().unwrap().into(),
        modes: vec![
            ConfirmationMode::SelfConfirmed,
            ConfirmationMode::ArbiterConfirmed,
            ConfirmationMode::ManualReviewOnly,
        ],
        funding_by: Seconds::new(300).unwrap(),
        dispute_window: Seconds::new(3_600).unwrap(),
        auto_release: Seconds::new(1_800).unwrap(),
        decision_by: Seconds::new(60 * DECISION_SPAN.cast_unsigned()).unwrap(),
        undecided: UndecidedOutcome::Refund,
        partial_release: true,
        arbiters: vec![participant(ARBITER).into()],
    }
}

pub(crate) fn open_account(name: &str, owner: &str) -> OpenAccount {
    let owner: Subject = owner.parse().unwrap();
    let purpose = match owner {
        Subject::Org(_) => AccountPurpose::OrgSettlement,
        _ => AccountPurpose::ParticipantSettlement,
    };
    OpenAccount { account: account(name), owner, purpose, council: None, gateway_policy: None }
}

pub(crate) fn pool() -> OpenAccount {
    OpenAccount {
        purpose: AccountPurpose::CommunityPool,
        council: Some(COUNCIL.parse().unwrap()),
        ..open_account("community-pool", OPERATOR)
    }
}

pub(crate) fn top_up(receipt: &str, name: &str, amount: u64, fee: u64) -> Crossing {
    let fee = (fee > 0).then(|| Fee { amount: orc(fee), account: account("community-pool") });
    Crossing { receipt: format!("gw:{receipt}").parse().unwrap(), account: account(name), amount: orc(amount), fee }
}

pub(crate) fn hold_id(name: &str) -> HoldId {
    format!("hold:{name}").parse().unwrap()
}

/// A hold of 6.00 ORC for Adam, accepted at 06:00.
pub(crate) fn open_hold(name: &str, mode: ConfirmationMode) -> OpenHold {
    OpenHold {
        hold: hold_id(name),
        contract: format!("contract:{name}").parse().unwrap(),
        payer_account: account("casualfeeders"),
        payee_account: account("adam"),
        amount: orc(600),
        policy: POLICY.parse().unwrap(),
        mode,
        arbiters: vec![participant(ARBITER).into()],
        accepted_at: minute(0),
        deadlines: Deadlines {
            work_by: minute(WORK_BY),
            accept_by: minute(ACCEPT_BY),
            dispute_by: minute(DISPUTE_BY),
            auto_release_after: minute(AUTO_RELEASE),
        },
    }
}

/// The response that is delivered under a hold.
pub(crate) fn delivered(name: &str) -> Delivered {
    let digest = Sha256Digest::of(name.as_bytes());
    Delivered { response: format!("response:{name}").parse().unwrap(), digest }
}

pub(crate) fn deliver(name: &str) -> Command {
    let Delivered { response, digest } = delivered(name);
    Command::Deliver(Deliver { response, hold: hold_id(name), actor: provider(), digest })
}

/// Something that is done about a hold, by who may do it. Its id is made from both names.
pub(crate) fn act(name: &str, action: Action) -> Command {
    let actor = match &action {
        Action::Dispatch | Action::Fail | Action::Decline | Action::Void => provider(),
        Action::Accept(_) | Action::Reject { .. } | Action::Cancel | Action::EndWorkflow => buyer(),
        Action::Confirm(_) => arbiter(),
        Action::Release { .. } => operator(),
    };
    let decision = format!("decision:{name}-{}", action.name()).parse().unwrap();
    Command::Act(Act { decision, hold: hold_id(name), actor, action })
}

pub(crate) fn accept(name: &str) -> Command {
    act(name, Action::Accept(delivered(name)))
}

pub(crate) fn reject(name: &str, finding: Finding) -> Command {
    act(name, Action::Reject { delivered: delivered(name), criterion: Criterion::MinLength, finding })
}

pub(crate) fn release(name: &str) -> Command {
    act(name, Action::Release { reason: "review:1".parse().unwrap() })
}

pub(crate) fn award(released: u64, refunded: u64) -> Award {
    Award { released: orc(released), refunded: orc(refunded), reason: "hearing:1".parse().unwrap() }
}

pub(crate) fn confirm(name: &str, released: u64, refunded: u64) -> Command {
    act(name, Action::Confirm(award(released, refunded)))
}

pub(crate) fn dispute(name: &str) -> Command {
    let dispute = format!("dispute:{name}").parse().unwrap();
    Command::Dispute(Dispute { dispute, hold: hold_id(name), actor: buyer() })
}

pub(crate) fn resolve(name: &str, released: u64, refunded: u64) -> Command {
    Command::Resolve(Resolve {
        decision: format!("decision:{name}-resolve").parse().unwrap(),
        dispute: format!("dispute:{name}").parse().unwrap(),
        hold: hold_id(name),
        actor: arbiter(),
        award: award(released, refunded),
    })
}

pub(crate) fn pay(nonce: &str, amount: u64) -> Pay {
    Pay {
        actor: buyer(),
        payer_account: account("casualfeeders"),
        nonce: nonce.parse().unwrap(),
        payee_account: account("adam"),
        amount: orc(amount),
        authorization: Sha256Digest::of(nonce.as_bytes()),
        payment: None,
        payer_seq: None,
        valid_after: minute(0),
        valid_before: minute(60),
    }
}

/// A ledger with the facts that made it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) ledger: Ledger,
    pub(crate) facts: Vec<Fact>,
    pub(crate) now: Timestamp,
}

impl World {
    /// A ledger without facts.
    pub(crate) fn empty() -> Self {
        let federation: earnest_base::FederationId = "fed:pl-main".parse().unwrap();
        Self { ledger: Ledger::new(federation), facts: Vec::new(), now: minute(0) }
    }

    /// The accounts are open, the policy is in use, and nobody has anything.
    pub(crate) fn poor() -> Self {
        Self::with_policy(policy())
    }

    pub(crate) fn with_policy(policy: Policy) -> Self {
        let mut world = Self::empty();
        for (name, owner) in [("casualfeeders", CASUAL_FEEDERS), ("adam", ADAM), ("ola", OLA), ("marcin", MARCIN)] {
            world.done(&Command::OpenAccount(open_account(name, owner)));
        }
        world.done(&Command::OpenAccount(pool()));
        world.done(&Command::AdoptPolicy(policy));
        world
    }

    /// CasualFeeders has 10.00 ORC.
    pub(crate) fn new() -> Self {
        let mut world = Self::poor();
        world.done(&Command::TopUp(top_up("1", "casualfeeders", 1_000, 0)));
        world
    }

    /// Decides a command and applies what it makes.
    pub(crate) fn run(&mut self, command: &Command) -> Result<Answer, Refusal> {
        let decision = decide(&self.ledger, command, self.now)?;
        for fact in decision.facts {
            let bytes = fact.to_bytes();
            assert_eq!(Fact::from_bytes(&bytes).as_ref(), Ok(&fact));
            self.ledger.apply(&fact).unwrap();
            self.facts.push(fact);
            assert_eq!(self.ledger.seq(), self.facts.len() as u64);
        }
        self.ledger.audit().unwrap();
        Ok(decision.answer)
    }

    /// As [`World::run`], of a command that is carried out.
    pub(crate) fn done(&mut self, command: &Command) -> Done {
        match self.run(command) {
            Ok(Answer::Done(done)) => done,
            other => panic!("{command:?}: {other:?}"),
        }
    }

    /// As [`World::run`], of a command that is refused; the code, and nothing happened.
    pub(crate) fn refused(&mut self, command: &Command) -> &'static str {
        let before = self.ledger.digest();
        let refusal = self.run(command).unwrap_err();
        assert_eq!(self.ledger.digest(), before);
        refusal.code()
    }

    /// Goes on to a moment, and lets every timer fire that is due. The effects, in their order.
    pub(crate) fn wait_until(&mut self, now: Timestamp) -> Vec<&'static str> {
        self.now = now;
        let mut effects = Vec::new();
        loop {
            let timers: Vec<Command> = due(&self.ledger, now).collect();
            if timers.is_empty() {
                return effects;
            }
            for timer in &timers {
                effects.push(self.done(timer).effect.as_str());
                assert_eq!(self.refused(timer), "timer-not-set", "a timer fires once");
            }
        }
    }

    /// Opens a hold and does these things, one a minute.
    pub(crate) fn held(mode: ConfirmationMode, commands: &[Command]) -> Self {
        let mut world = Self::new();
        world.done(&Command::OpenHold(open_hold("a", mode)));
        for command in commands {
            world.now = millis(world.now.unix_millis() - minute(0).unix_millis() + 60_000);
            world.done(command);
        }
        world
    }

    pub(crate) fn hold(&self) -> HoldView<'_> {
        self.ledger.hold(&hold_id("a")).unwrap()
    }

    /// What CasualFeeders may spend and has in holds, and what Adam may spend.
    pub(crate) fn money(&self) -> [u64; 3] {
        let payer = self.ledger.balance(&account("casualfeeders"));
        let payee = self.ledger.balance(&account("adam"));
        [payer.available.minor(), payer.held.minor(), payee.available.minor()]
    }

    /// The ledger, read from its snapshot: as after a restart.
    pub(crate) fn restarted(&self) -> Self {
        let snapshot = self.ledger.to_snapshot();
        let ledger = Ledger::from_snapshot(&snapshot, earnest_ledger::IndexSeed(9)).unwrap();
        assert_eq!(ledger.to_snapshot(), snapshot);
        Self { ledger, ..self.clone() }
    }
}

pub(crate) fn key(subject: &str) -> SubjectKey {
    subject.parse::<Subject>().unwrap().into()
}
