//! The relay as what a paid route of the same process settles through.

use std::{collections::BTreeMap, time::Duration};

use earnest_payment::PaymentRequest;
use earnest_paywall::{Settler, SettlerError, Settling, Tendered};
use earnest_x402::{
    exact::ExactOrc,
    scheme::{Asked, Scheme, Tender},
    v2::{PaymentPayload, PaymentRequirements},
};

use crate::support::{Fate, Pay, World};

fn tendered(world: &World, pay: &Pay) -> Tendered {
    let request: PaymentRequest = serde_json::from_value(pay.body(world.now())).unwrap();
    let payload: PaymentPayload = request.payment.decode().unwrap();
    let requirements: PaymentRequirements = request.requirements.decode().unwrap();
    let scheme = ExactOrc::new(pay.federation.parse().unwrap());
    let payment = scheme.verify(&Tender::v2(&payload, &requirements, Asked::Elsewhere), world.now()).unwrap();
    Tendered { request, payment }
}

fn word(settled: &Result<Settling, SettlerError>) -> &'static str {
    match settled {
        Ok(Settling::Confirmed(_)) => "confirmed",
        Ok(Settling::Failed(_)) => "failed",
        Ok(Settling::InFlight(Some(_))) => "in flight",
        Ok(Settling::InFlight(None)) => "in flight, nameless",
        Err(SettlerError::Refused { .. }) => "refused",
        Err(SettlerError::Unavailable(_)) => "unavailable",
    }
}

#[tokio::test]
async fn a_paid_route_learns_how_its_payment_ended() {
    let world = World::open().await;
    let settler = world.gateway().settler();
    let mut found = BTreeMap::new();
    for nonce in ["confirmed-1", "refused-1", "aborted-1", "replaced-1", "pending-1"] {
        let tendered = tendered(&world, &Pay::adams(nonce));
        settler.check(&tendered).await.unwrap();
        let settled =
            settler.settle(&tendered, Duration::from_millis(if nonce == "pending-1" { 200 } else { 5_000 })).await;
        found.insert(nonce, word(&settled));
    }
    let expected = [
        ("confirmed-1", "confirmed"),
        ("refused-1", "failed"),
        ("aborted-1", "failed"),
        ("replaced-1", "failed"),
        ("pending-1", "in flight"),
    ];
    assert_eq!(found, BTreeMap::from(expected));
    let pending = tendered(&world, &Pay::adams("pending-1"));
    world.rail.set("pending-1", Fate::Confirmed);
    world.pass(5);
    let again = settler.settle(&pending, Duration::from_secs(5)).await;
    assert_eq!(word(&again), "confirmed");
    assert_eq!((world.rail.sent("pending-1"), world.rail.sent("confirmed-1")), (1, 1));
}

#[tokio::test]
async fn a_payer_who_cannot_pay_is_told_apart_from_a_rail_out_of_reach() {
    let world = World::open().await;
    let settler = world.gateway().settler();
    let away = settler.check(&tendered(&world, &Pay::adams("away-1"))).await;
    assert!(matches!(away, Err(SettlerError::Unavailable(_))), "{away:?}");
    world.rail.impoverish("account:fed-pl-main:adam");
    let poor = settler.check(&tendered(&world, &Pay::adams("confirmed-1"))).await;
    assert!(
        matches!(&poor, Err(SettlerError::Refused { reason, .. }) if reason.as_str() == "insufficient_funds"),
        "{poor:?}"
    );
}
