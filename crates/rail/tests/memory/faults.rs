//! Faults on demand: what a stranger does, what a node forgets, what a chain takes back.

use earnest_rail::{Job, Rail, Sought, memory::SendFault, testing::RailSubject};
use earnest_relay::{Attempt, Fee, Finding, Nonce, Outcome, Place, Purpose};

use crate::subject::{Memory, wallet};

async fn job(memory: &Memory, name: &str, nonce: u64, fee: u64) -> Job {
    let payment = memory.payment(name).await;
    let purpose = Purpose::Payment { payment_id: payment.submission.payment_id.clone() };
    let place = Place::Slot { wallet: wallet(), nonce: Nonce(nonce) };
    let job = Job { purpose, attempt: Attempt(0), place, fee: Fee(fee), txid: None, payment: Some(payment) };
    let txid = memory.rail.sign(&job).await.unwrap().txid;
    Job { txid: Some(txid), ..job }
}

async fn outcome(memory: &Memory, job: &Job) -> Outcome {
    memory.rail.send(std::slice::from_ref(job)).await.remove(0).outcome
}

async fn found(memory: &Memory, job: &Job) -> Finding {
    let payment = job.payment.clone().unwrap();
    let payment_id = payment.submission.payment_id.clone();
    let txids = job.txid.clone().into_iter().collect();
    memory.rail.look(&[Sought { payment_id, payment, txids, now: memory.now().await }]).await.remove(0).unwrap()
}

#[tokio::test]
async fn what_a_stranger_brings_is_a_payment_and_the_relays_own_is_none() {
    let memory = Memory::chain();
    let job = job(&memory, "one", 0, 100).await;
    assert_eq!(outcome(&memory, &job).await, Outcome::Accepted);
    let by = memory.rail.preempt(&job.payment.as_ref().unwrap().submission.authorization);
    memory.rail.mine(1);
    assert!(matches!(found(&memory, &job).await, Finding::Included { txid, success: true, .. } if txid == by));
    assert_eq!(memory.rail.transfers().len(), 1);
}

#[tokio::test]
async fn what_a_stranger_uses_up_is_consumed() {
    let memory = Memory::chain();
    let job = job(&memory, "one", 0, 100).await;
    let by = memory.rail.consume(&job.payment.as_ref().unwrap().submission.authorization);
    memory.rail.mine(3);
    assert_eq!(found(&memory, &job).await, Finding::Consumed { by, depth: 4 });
}

#[tokio::test]
async fn what_is_forgotten_is_dropped_and_taken_again() {
    let memory = Memory::chain();
    let job = job(&memory, "one", 0, 100).await;
    assert_eq!(found(&memory, &job).await, Finding::Missing);
    assert_eq!(outcome(&memory, &job).await, Outcome::Accepted);
    assert_eq!(found(&memory, &job).await, Finding::Pending);
    memory.rail.forget(job.txid.as_ref().unwrap());
    assert_eq!(found(&memory, &job).await, Finding::Dropped);
    assert_eq!(outcome(&memory, &job).await, Outcome::Accepted);
    memory.rail.mine(1);
    assert!(matches!(found(&memory, &job).await, Finding::Included { depth: 1, success: true, .. }));
}

#[tokio::test]
async fn what_a_chain_takes_back_is_pending_again() {
    let memory = Memory::chain();
    let job = job(&memory, "one", 0, 100).await;
    assert_eq!(outcome(&memory, &job).await, Outcome::Accepted);
    memory.rail.mine(2);
    assert!(matches!(found(&memory, &job).await, Finding::Included { depth: 2, .. }));
    memory.rail.reorganise(2);
    assert_eq!(found(&memory, &job).await, Finding::Pending);
    assert_eq!(memory.rail.transfers(), []);
    memory.rail.mine(1);
    assert_eq!(memory.rail.transfers().len(), 1);
}

#[tokio::test]
async fn a_nonce_is_replaced_by_a_higher_fee_only_and_a_used_one_not_at_all() {
    let memory = Memory::chain();
    let (low, high) = (job(&memory, "one", 0, 100).await, job(&memory, "two", 0, 110).await);
    assert_eq!(outcome(&memory, &low).await, Outcome::Accepted);
    let scarcely = job(&memory, "two", 0, 109).await;
    assert_eq!(outcome(&memory, &scarcely).await, Outcome::FeeTooLow { required: Fee(110) });
    assert_eq!(outcome(&memory, &high).await, Outcome::Accepted);
    memory.rail.mine(1);
    let by = high.txid.clone().unwrap();
    assert_eq!(outcome(&memory, &low).await, Outcome::NonceOccupied { by });
    let stranger = memory.rail.occupy(&wallet(), Nonce(1));
    let next = job(&memory, "three", 1, 100).await;
    assert_eq!(outcome(&memory, &next).await, Outcome::NonceOccupied { by: stranger });
    assert_eq!(memory.rail.wallets().await.unwrap()[0].next, Nonce(2));
}

#[tokio::test]
async fn a_send_gets_lost_before_the_rail_or_after_it() {
    let memory = Memory::ledger();
    let payment = memory.payment("one").await;
    let purpose = Purpose::Payment { payment_id: payment.submission.payment_id.clone() };
    let job =
        Job { purpose, attempt: Attempt(0), place: Place::Direct, fee: Fee(0), txid: None, payment: Some(payment) };
    let txid = memory.rail.sign(&job).await.unwrap().txid;
    let job = Job { txid: Some(txid), ..job };
    memory.rail.fail_sends([SendFault::Lost, SendFault::TakenAndLost]);
    assert_eq!(outcome(&memory, &job).await, Outcome::Unclear);
    assert_eq!(memory.rail.transfers().len(), 0);
    assert_eq!(outcome(&memory, &job).await, Outcome::Unclear);
    assert_eq!(memory.rail.transfers().len(), 1);
    assert_eq!(outcome(&memory, &job).await, Outcome::Accepted);
    assert_eq!(memory.rail.transfers().len(), 1);
}
