//! Events that a relay decides and applies per second, on one core, with few and many payments in flight.

use std::{hint::black_box, time::Instant};

use anyhow::{Context, anyhow};
use earnest_base::{Count, Network, PaymentId, Seconds, Sha256Digest, Timestamp, TransactionId};
use earnest_relay::{Attempt, Command, Finding, Outcome, Purpose, RailTerms, Relay, Sponsors, Submission};

use crate::report::{Measured, Report, machine, percentile, rounded};

/// How many payments are in flight beside those that are measured.
const IN_FLIGHT: [(usize, &str); 3] = [
    (1, "events with 1 payment in flight"),
    (1_000, "events with 1,000 payments in flight"),
    (1_000_000, "events with 1,000,000 payments in flight"),
];
/// How many payments go their whole way in a round.
const PAYMENTS: usize = 2_000;
const ROUNDS: usize = 15;

/// From 1,000 to 1,000,000 payments in flight the logarithm doubles; the cost of an event may do so too.
const LOGARITHMIC: f64 = 0.5;

/// Measures.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let mut results: Vec<Measured> = Vec::new();
    let mut before: Option<f64> = None;
    for (in_flight, name) in IN_FLIGHT {
        let mut desk = Desk::new(in_flight)?;
        let mut rates = Vec::new();
        for _ in 0..ROUNDS {
            let began = now();
            let events = desk.round()?;
            let seconds = began.elapsed().as_secs_f64();
            rates.push(count(events) / seconds);
        }
        let rate = percentile(&rates, 50);
        let measured = Measured { name, unit: "events/s", value: rounded(rate), ..Measured::default() };
        let measured = match before {
            Some(before) => {
                let aim = (in_flight == 1_000_000).then_some(LOGARITHMIC);
                measured.beside("the line above", before, rate / before, aim)
            }
            None => measured,
        };
        before = Some(rate);
        results.push(measured);
    }
    let notes = vec![
        "a payment is five commands and nine events: submitted, sent on its way, signed, taken, confirmed".to_owned(),
    ];
    Ok(Report { bench: "relay", machine: machine(), results, notes })
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

fn count(events: usize) -> f64 {
    f64::from(u32::try_from(events).unwrap_or(u32::MAX))
}

/// A relay on a ledger, with payments that the rail holds.
struct Desk {
    relay: Relay,
    network: Network,
    now: Timestamp,
    lapses_at: Timestamp,
    payments: usize,
}

impl Desk {
    fn new(in_flight: usize) -> anyhow::Result<Self> {
        let network: Network = "orc:fed-pl-main".parse()?;
        let limit = 2 * in_flight + 10_000;
        let terms =
            RailTerms { backlog_limit: limit, sponsors: Sponsors::None { window: limit }, ..RailTerms::ledger() };
        let now: Timestamp = "2026-04-01T06:00:00Z".parse()?;
        let lapses_at = now.after(Seconds::<1>::new(86_400)?).context("expected a day to be in range")?;
        let relay = Relay::new([(network.clone(), terms)]);
        let mut desk = Self { relay, network, now, lapses_at, payments: 0 };
        for _ in 0..in_flight {
            desk.pay(false)?;
        }
        Ok(desk)
    }

    fn round(&mut self) -> anyhow::Result<usize> {
        let mut events = 0;
        for _ in 0..PAYMENTS {
            events += self.pay(true)?;
        }
        Ok(events)
    }

    fn tell(&mut self, command: &Command) -> anyhow::Result<usize> {
        let decision = self.relay.decide(black_box(command), self.now).map_err(|refused| anyhow!(refused.error))?;
        for event in &decision.events {
            self.relay.apply(black_box(event))?;
        }
        Ok(decision.events.len())
    }

    /// A payment on its way, to the end or as far as the rail.
    fn pay(&mut self, to_the_end: bool) -> anyhow::Result<usize> {
        let number = self.payments;
        self.payments += 1;
        let payment_id: PaymentId = format!("pay_{number:016}").parse()?;
        let txid: TransactionId = format!("{number:064x}").parse()?;
        let purpose = Purpose::Payment { payment_id: payment_id.clone() };
        let attempt = Attempt(0);
        let submission = Submission {
            payment_id: payment_id.clone(),
            network: self.network.clone(),
            sender: format!("account:fed-pl-main:payer-{}", number % 5_000).parse()?,
            sequence: None,
            digest: Sha256Digest::of(payment_id.as_str().as_bytes()),
            authorization: format!("nonce-{number}").parse()?,
            identifier: None,
            lapses_at: self.lapses_at,
        };
        let mut events = self.tell(&Command::Submit(submission))?;
        events += self.tell(&Command::Advance)?;
        events += self.tell(&Command::Signed { purpose: purpose.clone(), attempt, txid: txid.clone() })?;
        events += self.tell(&Command::Sent { purpose, attempt, outcome: Outcome::Accepted })?;
        if to_the_end {
            let finding = Finding::Included {
                txid,
                block_height: Count::new(1)?,
                depth: 1,
                success: true,
                detail: None,
                explorer_url: None,
            };
            events += self.tell(&Command::Seen { payment_id, finding })?;
        }
        Ok(events)
    }
}
