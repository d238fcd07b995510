//! One payment in each state, one event of each cause, and what a look-up can find.

use earnest_base::{Timestamp, TransactionId};
use earnest_payment::{
    Answer, Cause, Event, FailedReason, Lookup, NoNews, NotFoundReason, Payment, PublicUrl, ReplacedReason, Setback,
    Tombstone, Waits, answer, apply,
};

pub(crate) fn minute(minute: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_775_023_200_000 + minute * 60_000).unwrap()
}

pub(crate) fn txid() -> TransactionId {
    "ab".repeat(32).parse().unwrap()
}

pub(crate) fn gateway() -> PublicUrl {
    PublicUrl::new(&"https://gateway.example".parse().unwrap()).unwrap()
}

pub(crate) fn event(at: i64, cause: Cause) -> Event {
    Event { payment_id: "pay_01".parse().unwrap(), at: minute(at), cause }
}

pub(crate) fn submitted() -> Payment {
    Payment::submit("pay_01".parse().unwrap(), minute(0), minute(5), minute(60)).unwrap()
}

/// The payment after these causes, one a minute.
pub(crate) fn after(causes: &[Cause]) -> Payment {
    causes.iter().zip(1..).fold(submitted(), |payment, (cause, at)| apply(&payment, &event(at, cause.clone())).unwrap())
}

pub(crate) fn enqueued(waits: Waits) -> Cause {
    Cause::Enqueued { waits, deadline: minute(30) }
}

pub(crate) fn dispatched() -> Cause {
    Cause::Dispatched { deadline: minute(30) }
}

pub(crate) fn accepted() -> Cause {
    Cause::Accepted { txid: txid() }
}

pub(crate) fn confirmed() -> Cause {
    let explorer_url = Some("https://explorer.example/tx/1".parse().unwrap());
    Cause::Confirmed { txid: txid(), block_height: serde_json::from_str("7").unwrap(), explorer_url }
}

pub(crate) fn gap() -> Waits {
    serde_json::from_str(r#"{"for": "sender-gap", "provided": 9, "expected": 7}"#).unwrap()
}

pub(crate) fn to_mempool() -> Vec<Cause> {
    vec![enqueued(Waits::Turn), dispatched(), accepted()]
}

pub(crate) fn with(mut causes: Vec<Cause>, last: Cause) -> Vec<Cause> {
    causes.push(last);
    causes
}

/// A payment in every stored state; of the queued, one held on a gap too.
pub(crate) fn payments() -> Vec<Payment> {
    vec![
        submitted(),
        after(&[enqueued(Waits::Turn)]),
        after(&[enqueued(gap())]),
        after(&[enqueued(Waits::Turn), dispatched()]),
        after(&to_mempool()),
        after(&with(to_mempool(), confirmed())),
        after(&[Cause::Failed { reason: FailedReason::SenderNonceStale, detail: None }]),
        after(&with(to_mempool(), Cause::Aborted { detail: Some("out of gas".parse().unwrap()) })),
        after(&with(to_mempool(), Cause::Replaced { reason: ReplacedReason::NonceReplacement, by: Some(txid()) })),
    ]
}

/// An event of every cause, each reason, setback and observation among them, before and after every deadline.
pub(crate) fn events() -> Vec<Event> {
    let mut causes =
        vec![dispatched(), accepted(), confirmed(), Cause::Aborted { detail: None }, Cause::DeadlinePassed];
    let mut waits = vec![Waits::Turn, gap(), Waits::SponsorSlot];
    waits.extend(Setback::ALL.iter().map(|after| Waits::Retry { after: *after }));
    for waits in waits {
        causes.push(enqueued(waits));
        causes.push(Cause::Waiting { waits, deadline: minute(30) });
    }
    causes.extend(Setback::ALL.iter().map(|setback| Cause::Returned { setback: *setback, deadline: minute(30) }));
    causes.extend(NoNews::ALL.iter().map(|news| Cause::Observed { news: *news, txid: txid() }));
    causes.extend(FailedReason::ALL.iter().map(|reason| Cause::Failed { reason: *reason, detail: None }));
    causes.extend(ReplacedReason::ALL.iter().map(|reason| Cause::Replaced { reason: *reason, by: None }));
    causes.into_iter().flat_map(|cause| [event(10, cause.clone()), event(90, cause)]).collect()
}

/// Every answer there can be: of each record, of each failed reason, of both tombstones and of nothing.
pub(crate) fn answers() -> Vec<Answer> {
    let unknown = "pay_02".parse().unwrap();
    let mut answers: Vec<Answer> = payments().iter().map(|payment| answer(Lookup::Record(payment))).collect();
    answers.extend(payments().iter().filter_map(Tombstone::of).map(|tombstone| answer(Lookup::Tombstone(&tombstone))));
    answers.push(answer(Lookup::Nothing(&unknown)));
    let failed = answers.iter().find_map(|answer| match answer {
        Answer::Failed(failed) => Some(failed.clone()),
        _ => None,
    });
    for reason in FailedReason::ALL {
        let mut failed = failed.clone().unwrap();
        failed.reason = *reason;
        answers.push(Answer::Failed(failed));
    }
    assert!(answers.iter().any(|answer| answer.reason() == Some(NotFoundReason::Expired.into())));
    answers
}
