//! What somebody might ask: mostly what makes sense, often about the latest holds, sometimes not.

use earnest_artifacts::vocabulary::ConfirmationMode;
use earnest_base::Sha256Digest;
use earnest_ledger::{Act, Action, Actor, Adjust, Command, Deadlines, Finding, OpenHold, OpenHolds, Pay};

use super::Simulation;
use crate::world::{
    ROMAN, accept, account, act, confirm, deliver, dispute, open_hold, orc, participant, pay, reject, release, resolve,
    stranger, top_up,
};

const NAMES: [&str; 5] = ["casualfeeders", "adam", "ola", "marcin", "nobody"];

impl Simulation {
    pub(crate) fn command(&mut self) -> Command {
        match self.random.below(100) {
            0..6 => self.crossing(true),
            6..8 => self.crossing(false),
            8..10 => self.adjust(),
            10..16 => self.pay(),
            16..34 => Command::OpenHold(self.open()),
            34..36 => {
                let holds = (0..=self.random.below(4)).map(|_| self.open()).collect();
                Command::OpenHolds(OpenHolds { holds, linked: self.random.below(2) == 0 })
            }
            36..58 => deliver(&self.hold_name()),
            _ => self.about_a_hold(),
        }
    }

    fn name(&mut self) -> u64 {
        self.named += 1;
        self.named
    }

    /// The name of a hold: mostly one of the latest.
    fn hold_name(&mut self) -> String {
        let count = self.holds.len();
        let from = if self.random.below(8) == 0 { 0 } else { count.saturating_sub(12) };
        let latest = self.holds.get(from..).unwrap_or_default().to_vec();
        self.random.of(&latest).unwrap_or_else(|| "none".to_owned())
    }

    fn account(&mut self) -> &'static str {
        self.random.of(&NAMES).unwrap_or(NAMES[0])
    }

    fn crossing(&mut self, inbound: bool) -> Command {
        let (fee, amount) = (self.random.below(3) * 50, self.random.below(4_000));
        let receipt = format!("s{}", if self.random.below(9) == 0 { 1 } else { self.name() });
        let account = if inbound && self.random.below(3) > 0 { NAMES[0] } else { self.account() };
        let crossing = top_up(&receipt, account, amount, fee);
        if inbound { Command::TopUp(crossing) } else { Command::PayOut(crossing) }
    }

    fn adjust(&mut self) -> Command {
        let (from, to) = (self.account(), self.account());
        let from = if self.random.below(6) == 0 { "gateway-clearing" } else { from };
        let to = if self.random.below(6) == 0 { "gateway-clearing" } else { to };
        let transfer = format!("transfer:s{}:adjustment", self.name());
        Command::Adjust(Adjust {
            transfer: transfer.parse().unwrap(),
            from: account(from),
            to: account(to),
            amount: orc(self.random.below(300)),
            author: ROMAN.parse().unwrap(),
            reason: "ticket:1".parse().unwrap(),
        })
    }

    fn pay(&mut self) -> Command {
        let nonce = format!("n{}", if self.random.below(6) == 0 { 1 } else { self.name() });
        let payer_seq = (self.random.below(3) == 0).then(|| self.random.below(5));
        let amount = self.random.below(200);
        let ends = self.now.unix_millis() + 60_000;
        let valid_before = earnest_base::Timestamp::from_unix_millis(ends).unwrap_or(self.now);
        let authorization = Sha256Digest::of(nonce.as_bytes());
        Command::Pay(Pay { payer_seq, valid_before, authorization, ..pay(&nonce, amount) })
    }

    fn open(&mut self) -> OpenHold {
        let modes =
            [ConfirmationMode::SelfConfirmed, ConfirmationMode::ArbiterConfirmed, ConfirmationMode::ManualReviewOnly];
        let mode = self.random.of(&modes).unwrap_or(modes[0]);
        let name = if self.random.below(12) == 0 { self.hold_name() } else { format!("h{}", self.name()) };
        let open = open_hold(&name, mode);
        let mut moment = self.now.unix_millis();
        let mut later = |span: i64| {
            moment += self.random.signed(span);
            earnest_base::Timestamp::from_unix_millis(moment).unwrap_or(self.now)
        };
        let deadlines = Deadlines {
            work_by: later(40 * 60_000),
            accept_by: later(30 * 60_000),
            dispute_by: later(30 * 60_000),
            auto_release_after: later(30 * 60_000),
        };
        let arbiters = if self.random.below(4) == 0 {
            vec![participant(ROMAN).into(), open.arbiters[0]]
        } else {
            open.arbiters.clone()
        };
        OpenHold { deadlines, arbiters, accepted_at: self.now, amount: orc(self.random.below(700)), ..open }
    }

    fn about_a_hold(&mut self) -> Command {
        let name = self.hold_name();
        let amount = self.ledger.hold(&crate::world::hold_id(&name)).map_or(600, |hold| hold.amount().minor());
        let released = self.random.below(3) * amount / 2;
        let command = match self.random.below(16) {
            0 | 1 => act(&name, Action::Dispatch),
            2..5 => accept(&name),
            5 => reject(&name, if self.random.below(3) == 0 { Finding::Met } else { Finding::Broken }),
            6 => act(&name, Action::Cancel),
            7 => act(&name, Action::EndWorkflow),
            8 => act(&name, Action::Fail),
            9 => act(&name, Action::Decline),
            10 => act(&name, Action::Void),
            11 => confirm(&name, released, amount - released),
            12 => release(&name),
            13 => dispute(&name),
            _ => resolve(&name, released, amount - released),
        };
        match command {
            Command::Act(act) if self.random.below(10) == 0 => {
                let decision = format!("decision:s{}", self.name()).parse().unwrap();
                let actor: Actor = if self.random.below(3) == 0 { stranger() } else { act.actor };
                Command::Act(Act { decision, actor, ..act })
            }
            command => command,
        }
    }
}
