//! What crosses the gateway, by tables, properties, and every state with every command.

mod payments;
mod payouts;
mod properties;
mod quotes;
mod states;

use earnest_artifacts::{Draft, Family, GatewayPolicy, SecretKey, Verified};
use earnest_base::{AccountId, GatewayReceiptId, Name, NodeId, Orc, ParticipantId, Timestamp};

use crate::{
    Announcement, Command, Crossings, Event, Gateway, Named, PayoutId, PayoutReport, PayoutRequest, PayoutTold,
    Refusal, Report, Ruling, Told, Verdict, Work, payment_id,
};

/// A gateway under test, at a moment.
#[derive(Clone)]
struct World {
    crossings: Crossings,
    now: Timestamp,
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn node() -> NodeId {
    NodeId::new(*key(8).public())
}

fn participant(seed: u8) -> ParticipantId {
    ParticipantId::new(*key(seed).public())
}

fn orc(minor: u64) -> Orc {
    Orc::from_minor(minor).unwrap()
}

fn at(time: &str) -> Timestamp {
    format!("2026-04-01T{time}Z").parse().unwrap()
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn account(own: &str) -> AccountId {
    format!("account:fed-pl-main:{own}").parse().unwrap()
}

fn payment(reference: &str) -> GatewayReceiptId {
    payment_id(&node(), &name("psp"), &name(reference)).unwrap()
}

fn payout(own: &str) -> PayoutId {
    format!("payout:{own}").parse().unwrap()
}

/// The terms of the seed.
fn terms() -> GatewayPolicy {
    let policy = Draft::<GatewayPolicy>::parse(GatewayPolicy::EXAMPLE.as_bytes()).unwrap().document().clone();
    GatewayPolicy { gateway_node: node(), ..policy }
}

fn signed(policy: &GatewayPolicy) -> Box<Verified<GatewayPolicy>> {
    Box::new(Draft::new(policy).unwrap().sign(None, &key(8)).unwrap().finish().unwrap().verify().unwrap())
}

/// What psp tells of a payment to an account.
fn report(reference: &str, time: &str, told: Told) -> Report {
    let names = Some(Named::Account(account("casualfeeders")));
    Report { provider: name("psp"), reference: name(reference), names, at: at(time), told, seen: None }
}

fn confirmed(amount: &str) -> Told {
    Told::Confirmed { amount: amount.parse().unwrap(), currency: "PLN".parse().unwrap() }
}

fn announcement(own: &str) -> Announcement {
    Announcement {
        id: format!("top-up:{own}").parse().unwrap(),
        by: participant(5).into(),
        account: account("casualfeeders"),
        provider: name("psp"),
        amount: None,
        currency: "PLN".parse().unwrap(),
    }
}

fn request(own: &str, amount: &str) -> PayoutRequest {
    PayoutRequest {
        id: payout(own),
        by: participant(5),
        account: account("casualfeeders"),
        provider: name("psp"),
        destination: name("PL61109010140000071219812874"),
        amount: amount.parse().unwrap(),
        currency: "PLN".parse().unwrap(),
    }
}

fn payout_report(own: &str, time: &str, told: PayoutTold) -> Command {
    Command::ReportPayout(PayoutReport { provider: name("psp"), payout: payout(own), at: at(time), told, seen: None })
}

fn rule(verdict: Verdict) -> Command {
    Command::Rule(Ruling { by: participant(15), reason: "Looked at it.".parse().unwrap(), verdict })
}

impl World {
    /// A gateway with terms of the seed, changed.
    fn with(change: impl FnOnce(&mut GatewayPolicy)) -> Self {
        let mut policy = terms();
        change(&mut policy);
        let gateway = Gateway { node: node(), federation: "fed:pl-main".parse().unwrap() };
        let mut world = Self { crossings: Crossings::new(gateway), now: at("06:00:00") };
        world.does(&Command::Publish(signed(&policy)));
        world
    }

    fn new() -> Self {
        Self::with(|_| {})
    }

    /// Decides and applies; what was done is not done again.
    fn tell(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let events = self.crossings.decide(command, self.now)?;
        for event in &events {
            // What the journal keeps is what was decided.
            let kept = serde_json::to_vec(event).unwrap();
            self.crossings.apply(&serde_json::from_slice(&kept).unwrap()).unwrap();
        }
        Ok(events)
    }

    fn does(&mut self, command: &Command) -> Vec<Event> {
        self.tell(command).unwrap()
    }

    fn code(&mut self, command: &Command) -> &'static str {
        self.tell(command).unwrap_err().code()
    }

    fn reports(&mut self, reference: &str, time: &str, told: Told) {
        self.does(&Command::Report(report(reference, time, told)));
    }

    /// Where a payment stands, and why it is held.
    fn stands(&self, reference: &str) -> String {
        let Some(payment) = self.crossings.payment(&payment(reference)) else { return "absent".to_owned() };
        match &payment.standing {
            crate::Standing::Held { why } => format!("held: {}", why.code()),
            other => other.word().to_owned(),
        }
    }

    fn payout_stands(&self, own: &str) -> &'static str {
        self.crossings.payout(&payout(own)).map_or("absent", |payout| payout.standing.word())
    }

    fn cases(&self) -> Vec<&'static str> {
        self.crossings.open_cases(None).map(|case| case.kind.word()).collect()
    }

    /// The receipts that are to be sent, with what they move: account and fee.
    fn sends(&self) -> Vec<(String, u64, u64)> {
        let receipts = self.crossings.works().filter_map(|work| match work {
            Work::Send(id) => self.crossings.receipt(id),
            _ => None,
        });
        receipts.map(|of| (of.id.to_string(), of.internal_amount.minor(), of.fee().minor())).collect()
    }

    /// The escrow applies whatever is sent.
    fn settle(&mut self) {
        for (id, ..) in self.sends() {
            self.does(&Command::Applied { receipt: id.parse().unwrap(), seq: 7 });
        }
    }
}
