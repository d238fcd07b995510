//! The machine by itself: what it keeps, what it forgets, and that a snapshot is the state.

use earnest_base::{Seconds, Sha256Digest, Timestamp};
use earnest_payment::State;
use earnest_ports::Seq;
use earnest_relay::{Command as Told, Finding, Outcome, Purpose, RailTerms, Submission};

use super::*;

/// A machine with a journal in memory: each fact goes through its bytes.
struct Desk {
    machine: Relaying,
    place: Position,
    now: Timestamp,
}

impl Desk {
    fn new() -> Self {
        let place = Position::start(&"relay:test".parse().unwrap());
        let mut desk = Self { machine: Relaying::default(), place, now: "2026-04-01T06:00:00Z".parse().unwrap() };
        let network: Network = "orc:fed-pl-main".parse().unwrap();
        desk.tell(&Command::Terms { network, terms: RailTerms::ledger() }).unwrap();
        desk
    }

    fn tell(&mut self, command: &Command) -> Result<super::Told, RefusedSubmission> {
        let decided = self.machine.decide(command, self.now)?;
        for fact in &decided.facts {
            let mut bytes = Vec::new();
            Relaying::encode(fact, &mut bytes);
            self.place = self.place.after(self.now, &bytes).unwrap();
            self.machine.apply(&Relaying::decode(&bytes).unwrap(), &self.place).unwrap();
        }
        Ok(decided.answer)
    }

    fn relay(&mut self, command: Told) {
        self.tell(&Command::Relay(command)).unwrap();
    }

    fn submit(&mut self, name: &str) -> PaymentId {
        let payment_id: PaymentId = format!("pay_{name}").parse().unwrap();
        let submission = Submission {
            payment_id: payment_id.clone(),
            network: "orc:fed-pl-main".parse().unwrap(),
            sender: "account:fed-pl-main:adam".parse().unwrap(),
            sequence: None,
            digest: Sha256Digest::of(name.as_bytes()),
            authorization: name.parse().unwrap(),
            identifier: None,
            lapses_at: self.now.after(Seconds::<1>::new(600).unwrap()).unwrap(),
        };
        let text = r#"{"payment":{"number":1.5,"text":"ą"},"requirements":{"list":[1,null,true]}}"#;
        let request = serde_json::from_str(text).unwrap();
        let carried = Arc::new(Carried { request, submission });
        let entry = Entry { carried, text: text.as_bytes().into(), listing: None };
        let told = self.tell(&Command::Submit(Submitted(entry))).unwrap();
        let super::Told::Payment(payment) = told else { panic!("expected a payment") };
        assert_eq!((payment.payment_id(), payment.state()), (&payment_id, State::Queued));
        payment_id
    }

    fn send(&mut self, payment_id: &PaymentId, outcome: Outcome) {
        let purpose = Purpose::Payment { payment_id: payment_id.clone() };
        let attempt = earnest_relay::Attempt(0);
        self.relay(Told::Advance);
        self.relay(Told::Signed { purpose: purpose.clone(), attempt, txid: "ab".repeat(32).parse().unwrap() });
        self.relay(Told::Sent { purpose, attempt, outcome });
    }
}

#[test]
fn a_request_is_kept_until_its_payment_has_ended() {
    let mut desk = Desk::new();
    let [paid, waits] = ["paid", "waits"].map(|name| desk.submit(name));
    desk.send(&paid, Outcome::Accepted);
    assert_eq!(desk.machine.open_count(), 2);
    let finding = Finding::Included {
        txid: "ab".repeat(32).parse().unwrap(),
        block_height: earnest_base::Count::new(1).unwrap(),
        depth: 1,
        success: true,
        detail: None,
        explorer_url: None,
    };
    desk.relay(Told::Seen { payment_id: paid.clone(), finding });
    assert!(desk.machine.open(&paid).is_none() && desk.machine.open(&waits).is_some());
    let ends: Vec<_> = desk.machine.changes().after(0).unwrap().filter(|change| change.ended).collect();
    assert_eq!(ends.iter().map(|change| &change.payment_id).collect::<Vec<_>>(), [&paid]);
}

#[test]
fn a_snapshot_is_the_state_and_goes_on_as_it() {
    let mut desk = Desk::new();
    let ids = ["one", "two", "three"].map(|name| desk.submit(name));
    desk.send(&ids[0], Outcome::Unclear);
    let bytes = desk.machine.save();
    assert_eq!(bytes, desk.machine.save());
    let mut other = Desk { machine: Relaying::load(&bytes).unwrap(), place: desk.place, now: desk.now };
    assert_eq!(other.machine.save(), bytes);
    other.machine.relay().check().unwrap();
    for desk in [&mut desk, &mut other] {
        desk.now = desk.now.after(Seconds::<1>::new(700).unwrap()).unwrap();
        while !desk.machine.due(desk.now, 1).is_empty() {
            desk.relay(Told::Advance);
        }
    }
    assert_eq!((desk.machine.save(), desk.place), (other.machine.save(), other.place));
    assert_eq!(
        desk.machine.open(&ids[0]).map(|open| &open.carried),
        other.machine.open(&ids[0]).map(|open| &open.carried)
    );
    assert!(Relaying::load(&bytes[..bytes.len() - 1]).is_err() && Relaying::load(b"").is_err());
    assert!(other.machine.changes().after(0).is_none(), "what changed before the snapshot is not known");
    assert!(Seq::START < desk.place.seq);
}

#[test]
fn terms_that_did_not_change_are_no_fact() {
    let mut desk = Desk::new();
    let network: Network = "orc:fed-pl-main".parse().unwrap();
    let before = desk.place;
    desk.tell(&Command::Terms { network: network.clone(), terms: RailTerms::ledger() }).unwrap();
    assert_eq!(desk.place, before);
    desk.tell(&Command::Terms { network, terms: RailTerms { backlog_limit: 7, ..RailTerms::ledger() } }).unwrap();
    assert_ne!(desk.place, before);
}
