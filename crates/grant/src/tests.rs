//! Tests of the book: the table of every state and command, random interleavings, and every order of a small world.

mod bytes;
mod interleavings;
mod model;
mod table;
mod world;

use std::sync::Arc;

use earnest_base::{Seconds, Timestamp};
use earnest_payment::PaymentStatus;

use crate::*;

/// Leases of ten seconds, a life of a hundred.
fn terms() -> Terms {
    let lease = Seconds::new(10).unwrap();
    Terms {
        work_lease: lease,
        settle_lease: lease,
        life: Seconds::new(100).unwrap(),
        payments_at_most: 8,
        identifiers_at_most: 4,
        kept_bytes_at_most: 1 << 20,
        open_at_most: 3,
    }
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_millis(secs * 1000).unwrap()
}

/// A payment by its number, shown for a request by its number, until second 60.
fn show(payment: u8, request: u8, identified: Option<Identified>, worker: u64) -> Show {
    Show {
        payment: PaymentKey::from_bytes([payment; 32]),
        request: RequestKey::from_bytes([request; 32]),
        payload: PayloadKey::from_bytes([payment; 16]),
        payer: PayerKey::from_bytes([9; 16]),
        lapses_at: at(60),
        identified,
        worker: Worker(worker),
        terms: terms(),
    }
}

fn named(identifier: u8, bound: u8) -> Option<Identified> {
    Some(Identified { key: IdentifierKey::from_bytes([identifier; 32]), bound: BoundTo::from_bytes([bound; 32]) })
}

fn step(payment: u8, worker: u64) -> Step {
    Step { payment: PaymentKey::from_bytes([payment; 32]), worker: Worker(worker) }
}

fn kept() -> Arc<Kept> {
    let headers = vec![("content-type".into(), (*b"text/plain").into())];
    Arc::new(Kept::new(200, headers, KeptBody::Inline((*b"report").into())).unwrap())
}

fn underway() -> Arc<Underway> {
    let status: PaymentStatus = serde_json::from_str(
        r#"{"status": "queued", "paymentId": "pay_01", "category": "in-flight",
            "checkStatusUrl": "https://gateway.example/payments/pay_01"}"#,
    )
    .unwrap();
    Arc::new(Underway::new(status).unwrap())
}

fn stage(payment: u8, worker: u64) -> Command {
    Command::Stage { step: step(payment, worker), kept: kept(), terms: terms() }
}

fn rest(payment: u8, worker: u64, underway: Option<Arc<Underway>>, is_delivered: bool) -> Command {
    Command::Rest { step: step(payment, worker), underway, is_delivered }
}

fn grant(payment: u8, worker: u64) -> Command {
    Command::Grant { step: step(payment, worker), transaction: "0x01".into(), terms: terms() }
}

fn discard(payment: u8, worker: u64) -> Command {
    let failure = Failure { reason: "chain_abort".into(), transaction: "".into() };
    Command::Discard { step: step(payment, worker), failure, terms: terms() }
}

fn shown(show: Show) -> Command {
    Command::Show(Box::new(show))
}

/// Has a command decided, and takes its facts as they are written and read.
fn act(grants: &mut Grants, command: &Command, secs: i64) -> Result<Answer, Refusal> {
    let decision = grants.decide(command, at(secs))?;
    for fact in &decision.facts {
        let mut bytes = Vec::new();
        fact.encode(&mut bytes);
        let read = Fact::decode(&bytes).unwrap();
        assert_eq!(&read, fact);
        grants.apply(&read).unwrap();
    }
    Ok(decision.answer)
}

/// A book to which these commands were told, each at its second.
fn book(commands: &[(i64, Command)]) -> Grants {
    let mut grants = Grants::default();
    for (secs, command) in commands {
        act(&mut grants, command, *secs).unwrap();
    }
    grants
}
