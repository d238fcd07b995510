//! A settler in memory that does as it is told: it settles, fails, waits, lies, and loses its answers.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use earnest_payment::PaymentStatus;
use earnest_paywall::{Settler, SettlerError, Settling, Tendered};
use earnest_x402::{ErrorReason, SettleResponse};
use serde_json::json;
use tokio::sync::Semaphore;

/// What the settler does when it is asked next.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    Confirm,
    /// It settles, and its answer is lost.
    ConfirmAndLose,
    Fail(&'static str),
    Underway(&'static str),
    /// In flight, with nothing to ask after.
    Blind,
    Refuse(&'static str),
    Unavailable,
    /// It never answers.
    Hang,
    /// It panics.
    Panic,
    /// It says this.
    Say(Box<Settling>),
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    settling: Mutex<VecDeque<Play>>,
    checking: Mutex<VecDeque<Play>>,
    /// What was settled, by payer and nonce: the same payment is one settlement.
    settled: Mutex<BTreeMap<String, String>>,
    pub(crate) checks: AtomicUsize,
    pub(crate) settles: AtomicUsize,
    /// Where it is set, a settlement waits for a permit.
    gate: Mutex<Option<std::sync::Arc<Semaphore>>>,
}

pub(crate) fn txid(nonce: &str) -> String {
    let mut text: String = nonce.bytes().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(64);
    format!("{text:0>64}")
}

/// A status in flight, as a relay tells it.
pub(crate) fn underway(status: &str) -> PaymentStatus {
    let mut body = json!({ "status": status, "paymentId": "pay_01", "category": "in-flight",
        "checkStatusUrl": "https://gateway.example/payments/pay_01" });
    if status == "mempool" {
        body["txid"] = json!("ab".repeat(32));
    }
    serde_json::from_value(body).unwrap()
}

impl Memory {
    /// What it does at its next settlements; afterwards it settles.
    pub(crate) fn plays(&self, plays: impl IntoIterator<Item = Play>) {
        self.settling.lock().unwrap().extend(plays);
    }

    /// What it says when it is asked for balances next; afterwards everybody can pay.
    pub(crate) fn checks_play(&self, plays: impl IntoIterator<Item = Play>) {
        self.checking.lock().unwrap().extend(plays);
    }

    pub(crate) fn gated(&self) -> std::sync::Arc<Semaphore> {
        let gate = std::sync::Arc::new(Semaphore::new(0));
        *self.gate.lock().unwrap() = Some(std::sync::Arc::clone(&gate));
        gate
    }

    /// How many payments are settled.
    pub(crate) fn count(&self) -> usize {
        self.settled.lock().unwrap().len()
    }

    /// How often it was asked anything.
    pub(crate) fn asked(&self) -> usize {
        self.checks.load(Ordering::SeqCst) + self.settles.load(Ordering::SeqCst)
    }

    fn confirm(&self, tendered: &Tendered) -> SettleResponse {
        let payment = &tendered.payment;
        let transaction = txid(payment.nonce.as_str());
        self.settled.lock().unwrap().insert(format!("{} {}", payment.payer, payment.nonce), transaction.clone());
        SettleResponse::settled(transaction, payment.network.to_string(), payment.payer.to_string())
    }
}

#[async_trait]
impl Settler for Memory {
    async fn check(&self, _: &Tendered) -> Result<(), SettlerError> {
        self.checks.fetch_add(1, Ordering::SeqCst);
        let play = self.checking.lock().unwrap().pop_front();
        match play {
            Some(Play::Refuse(reason)) => refused(reason),
            Some(Play::Unavailable) => Err(SettlerError::Unavailable("out of reach".to_owned())),
            Some(Play::Hang) => std::future::pending().await,
            _ => Ok(()),
        }
    }

    async fn settle(&self, tendered: &Tendered, _: Duration) -> Result<Settling, SettlerError> {
        self.settles.fetch_add(1, Ordering::SeqCst);
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        let play = self.settling.lock().unwrap().pop_front().unwrap_or(Play::Confirm);
        let network = tendered.payment.network.to_string();
        match play {
            Play::Confirm => Ok(Settling::Confirmed(self.confirm(tendered))),
            Play::ConfirmAndLose => {
                self.confirm(tendered);
                Err(SettlerError::Unavailable("the answer was lost".to_owned()))
            }
            Play::Fail(reason) => {
                Ok(Settling::Failed(SettleResponse::failed(ErrorReason::new(reason), None, String::new(), network)))
            }
            Play::Underway(status) => Ok(Settling::InFlight(Some(Box::new(underway(status))))),
            Play::Blind => Ok(Settling::InFlight(None)),
            Play::Refuse(reason) => refused(reason),
            Play::Unavailable => Err(SettlerError::Unavailable("out of reach".to_owned())),
            Play::Hang => std::future::pending().await,
            Play::Panic => panic!("a settler that panics"),
            Play::Say(settling) => Ok(*settling),
        }
    }
}

fn refused<T>(reason: &'static str) -> Result<T, SettlerError> {
    Err(SettlerError::Refused { reason: ErrorReason::new(reason), message: "refused".to_owned() })
}
