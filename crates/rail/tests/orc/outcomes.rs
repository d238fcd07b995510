//! What the escrow's refusals become, and what the rail tells of a payment that was made.

use std::sync::Arc;

use earnest_artifacts::PaymentAuthorization;
use earnest_base::{Count, SubjectKind};
use earnest_payment::FailedReason;
use earnest_rail::{Carried, CheckError, OrcRail, Rail, Sent, Sought, testing::RailSubject};
use earnest_relay::{Finding, Outcome};
use earnest_x402::ErrorReason;

use crate::subject::{ADAM, GATEWAY, POOR, World, account};

async fn send(world: &World, rail: &OrcRail, payment: &Arc<Carried>) -> Sent {
    let job = world.job(rail, payment).await;
    rail.send(&[job]).await.remove(0)
}

async fn look(world: &World, rail: &OrcRail, payment: &Arc<Carried>) -> Finding {
    let payment_id = payment.submission.payment_id.clone();
    let txids = vec![world.job(rail, payment).await.txid.unwrap()];
    let sought = Sought { payment_id, payment: Arc::clone(payment), txids, now: world.now().await };
    rail.look(&[sought]).await.remove(0).unwrap()
}

#[tokio::test]
async fn a_payment_is_final_with_the_answer_and_named_by_its_transfer() {
    let world = World::start().await;
    let rail = world.orc();
    let payment = world.payment("one").await;
    let own = world.job(&rail, &payment).await.txid.unwrap();
    let sent = send(&world, &rail, &payment).await;
    let Some(Finding::Included { txid, block_height, depth: 1, success: true, .. }) = &sent.finding else {
        panic!("{sent:?}")
    };
    assert_eq!(sent.outcome, Outcome::Accepted);
    assert_ne!(*txid, own);
    // Anybody who has the transfer document comes to the same id.
    let client = world.client(SubjectKind::Node, GATEWAY);
    let transfers = client.transfers(block_height.value()).await.unwrap();
    let digest = transfers[0].content_digest().to_bytes();
    assert_eq!(txid.as_str().trim_start_matches("0x"), alloy_primitives::hex::encode(digest));
    // Asked again, it is the same payment.
    assert_eq!(send(&world, &rail, &payment).await, sent);
    assert_eq!(Some(look(&world, &rail, &payment).await), sent.finding);
    assert_eq!(world.available("ola").await, 25);
}

#[tokio::test]
async fn each_refusal_of_the_ledger_has_its_reason() {
    let world = World::start().await;
    let rail = world.orc();
    type Change = fn(&mut PaymentAuthorization);
    let first = world.pays(("adam", ADAM), "first", |authorization| authorization.payer_seq = Count::new(0).ok());
    assert_eq!(send(&world, &rail, &first).await.outcome, Outcome::Accepted);
    let cases: [(&str, (&str, u8), Change, FailedReason); 7] = [
        ("poor", ("poor", POOR), |_| {}, FailedReason::InvalidTransaction),
        ("custody", ("adam", POOR), |_| {}, FailedReason::InvalidTransaction),
        ("payee", ("adam", ADAM), |it| it.payee_account = account("nobody"), FailedReason::InvalidTransaction),
        ("reserved", ("adam", ADAM), |it| it.payee_account = account("escrow"), FailedReason::InvalidTransaction),
        ("ahead", ("adam", ADAM), |it| it.payer_seq = Count::new(7).ok(), FailedReason::SenderNonceGap),
        ("used", ("adam", ADAM), |it| it.payer_seq = Count::new(0).ok(), FailedReason::SenderNonceStale),
        // The nonce of the first payment, for another amount.
        (
            "first",
            ("adam", ADAM),
            |it| it.amount = earnest_base::Orc::from_minor(1).unwrap(),
            FailedReason::SenderNonceStale,
        ),
    ];
    for (name, from, change, expected) in cases {
        let payment = world.pays(from, name, change);
        let sent = send(&world, &rail, &payment).await;
        assert!(
            matches!(&sent.outcome, Outcome::Refused { reason, detail: Some(_) } if *reason == expected),
            "{name}: {sent:?}"
        );
        let found = look(&world, &rail, &payment).await;
        assert!(matches!(found, Finding::Included { success: false, .. }), "{name}: {found:?}");
    }
    assert_eq!(world.available("ola").await, 25);
}

#[tokio::test]
async fn what_comes_too_early_is_sent_again_and_what_comes_too_late_has_ended() {
    let world = World::start().await;
    let rail = world.orc();
    let later: earnest_base::Timestamp = "2026-04-01T06:01:00Z".parse().unwrap();
    let early = world.pays(("adam", ADAM), "early", |authorization| {
        authorization.valid_after = "2026-04-01T06:01:00Z".parse().unwrap();
    });
    assert_eq!(send(&world, &rail, &early).await.outcome, Outcome::Unclear);
    assert_eq!(look(&world, &rail, &early).await, Finding::Missing);
    world.clock.set(later);
    assert_eq!(send(&world, &rail, &early).await.outcome, Outcome::Accepted);
    let late = world.payment("late").await;
    world.clock.set(late.submission.lapses_at);
    let sent = send(&world, &rail, &late).await;
    assert!(matches!(sent.outcome, Outcome::Refused { reason: FailedReason::InvalidTransaction, .. }), "{sent:?}");
    assert_eq!(look(&world, &rail, &late).await, Finding::Lapsed);
    // What was done in time stays done, however late one asks.
    assert!(matches!(look(&world, &rail, &early).await, Finding::Included { success: true, .. }));
}

#[tokio::test]
async fn a_check_tells_funds_from_custody() {
    let world = World::start().await;
    let rail = world.orc();
    let payments = [
        world.payment("fit").await,
        world.pays(("poor", POOR), "poor", |_| {}),
        world.pays(("adam", POOR), "custody", |_| {}),
    ];
    let checked = rail.check(&payments).await;
    let word = |at: usize| match &checked[at] {
        Err(CheckError::Refused { reason, .. }) => Some(reason.clone()),
        _ => None,
    };
    assert_eq!(checked[0], Ok(()));
    assert_eq!(word(1), Some(ErrorReason::INSUFFICIENT_FUNDS), "{checked:?}");
    assert_eq!(word(2), Some(ErrorReason::INVALID_PAYLOAD), "{checked:?}");
}

#[tokio::test]
async fn a_document_that_somebody_changed_is_not_sent() {
    let world = World::start().await;
    let rail = world.orc();
    let payment = world.payment("one").await;
    let request = serde_json::to_string(&payment.request).unwrap().replace("\"amount\":25", "\"amount\":26");
    let changed = Carried { request: serde_json::from_str(&request).unwrap(), submission: payment.submission.clone() };
    let checked = rail.check(&[Arc::new(changed)]).await.remove(0);
    assert!(matches!(checked, Err(CheckError::Refused { reason, .. }) if reason == ErrorReason::INVALID_PAYLOAD));
}
