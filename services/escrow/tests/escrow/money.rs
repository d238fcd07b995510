//! Money that goes out, payments on the ledger, adjustments, and the same thing asked by many at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::{Arc, Mutex},
};

use earnest_artifacts::{GatewayReceipt, PaymentAuthorization, gateway_receipt::Direction};
use earnest_base::Orc;
use serde_json::json;

use crate::support::{
    ADAM, COUNCIL, GATEWAY, Line, OLA, OPERATOR, ROMAN, World, account, at, payment, receipt, signed,
};

/// So many whole units go out, without a fee.
fn payout(name: &str, units: u64) -> GatewayReceipt {
    GatewayReceipt {
        direction: Direction::Outbound,
        external_amount: units.to_string().parse().unwrap(),
        fee_external: None,
        fee_rate: None,
        fee_account: None,
        net_external: None,
        internal_amount: Orc::from_minor(units * 100).unwrap(),
        internal_fee: None,
        ..(*receipt(name, 10)).clone()
    }
}

#[tokio::test]
async fn a_payout_debits_once_and_never_more_than_there_is() {
    let world = World::open().await;
    let out = signed(&payout("out", 5), GATEWAY);
    let (before, _) = world.head().await;
    let first = world.say(GATEWAY, "/gateway-receipts", &out).await;
    assert_eq!(first.effect(), "paid-out");
    assert_eq!(world.names(before).await, ["ledger/payout-applied.v1"]);
    assert_eq!(world.say(GATEWAY, "/gateway-receipts", &out).await.body, first.body);
    assert_eq!(world.balance("casualfeeders").await, (1_300, 0));
    let before = world.head().await;
    let more = world.say(GATEWAY, "/gateway-receipts", &signed(&payout("more", 14), GATEWAY)).await;
    assert_eq!((more.refusal(), &more.json()["deficit"]), ((409, "settlement-blocked".to_owned()), &json!(100)));
    assert_eq!(world.head().await, before);
    // A gateway that the escrow does not know, with a receipt that is whole.
    let strange = GatewayReceipt { gateway_node: ADAM.node(), ..payout("strange", 1) };
    let node = crate::support::Person { kind: GATEWAY.kind, seed: ADAM.seed + 1 };
    let refused = world.say(node, "/gateway-receipts", &signed(&strange, node)).await;
    assert_eq!(refused.refusal(), (403, "gateway-unknown".to_owned()));
    assert_eq!(world.head().await, before);
}

/// A change of an authorization, and how it is refused then.
struct Change(fn(&mut PaymentAuthorization), u16, &'static str);

#[tokio::test]
async fn a_payment_is_made_once_in_its_time_and_its_nonce_is_used_for_ever() {
    let world = World::open().await;
    let paid = payment(world.now());
    let document = signed(&paid, ROMAN);
    let first = world.say(ROMAN, "/payments", &document).await;
    assert_eq!(first.effect(), "paid");
    assert_eq!((world.balance("casualfeeders").await.0, world.balance("ola").await.0), (1_775, 25));
    // The gateway brings it again; it is the same payment.
    assert_eq!(world.say(GATEWAY, "/payments", &document).await.body, first.body);
    let before = world.head().await;
    let changes = [
        Change(|other| other.amount = Orc::from_minor(26).unwrap(), 409, "nonce-used"),
        Change(|other| other.nonce = "another-1".parse().unwrap(), 409, "authorization-expired"),
        Change(
            |other| {
                other.nonce = "another-2".parse().unwrap();
                (other.valid_after, other.valid_before) = (at("07:00:00"), at("07:05:00"));
            },
            409,
            "authorization-ahead",
        ),
        Change(
            |other| {
                other.federation = "fed:other".parse().unwrap();
                other.network = "orc:fed-other".parse().unwrap();
                (other.payer_account, other.payee_account) =
                    ("account:fed-other:a".parse().unwrap(), "account:fed-other:b".parse().unwrap());
            },
            422,
            "elsewhere",
        ),
    ];
    world.set(at("06:10:00"));
    for Change(change, status, code) in changes {
        let mut other = paid.clone();
        change(&mut other);
        let refused = world.say(ROMAN, "/payments", &signed(&other, ROMAN)).await;
        assert_eq!(refused.refusal(), (status, code.to_owned()), "{}", refused.text());
    }
    assert_eq!(world.head().await, before);
    assert_eq!(world.say(ROMAN, "/payments", &document).await.body, first.body, "also when its time is over");
}

#[tokio::test]
async fn a_pool_is_debited_by_its_council_alone() {
    let world = World::open().await;
    let adjust = |name: &str, author: crate::support::Person| {
        json!({
            "transfer": format!("transfer:{name}:adjustment"), "from": account("community-pool"),
            "to": account("ola"), "amount": 50, "author": author.subject(), "reason": "ubc-subsidy",
        })
    };
    let before = world.head().await;
    let by_operator = world.post(OPERATOR, "/adjustments", &adjust("a", OPERATOR)).await;
    assert_eq!(by_operator.refusal(), (403, "council-only".to_owned()));
    for by in [OPERATOR, OLA, GATEWAY] {
        let refused = world.post(by, "/adjustments", &adjust("b", COUNCIL)).await;
        assert_eq!(refused.refusal(), (403, "not-caller".to_owned()), "{by:?}");
    }
    assert_eq!(world.head().await, before);
    assert_eq!(world.post(COUNCIL, "/adjustments", &adjust("c", COUNCIL)).await.effect(), "adjusted");
    assert_eq!((world.balance("community-pool").await.0, world.balance("ola").await.0), (150, 50));
}

fn number(variable: &str, otherwise: usize) -> usize {
    env::var(variable).map_or(otherwise, |number| number.parse().unwrap())
}

/// `EARNEST_CALLERS` ask for `EARNEST_KEYS` things each, all of them for the same, from different ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_ask_the_same_at_once_each_is_answered_the_same_and_it_is_done_once() {
    let (callers, keys) = (number("EARNEST_CALLERS", 16), number("EARNEST_KEYS", 40));
    let world = Arc::new(World::open().await);
    assert_eq!(world.say(GATEWAY, "/gateway-receipts", &receipt("many", 1_000)).await.effect(), "topped-up");
    let (before, _) = world.head().await;
    let told: Arc<Mutex<BTreeMap<usize, Vec<u8>>>> = Arc::default();
    let asking = (0..callers).map(|caller| {
        let (world, told) = (Arc::clone(&world), Arc::clone(&told));
        tokio::spawn(async move {
            let mut line = Line::open(world.address()).await;
            for turn in 0..keys {
                let key = (turn + caller * keys / callers) % keys;
                let body = json!({
                    "transfer": format!("transfer:{key}:adjustment"), "from": account("casualfeeders"),
                    "to": account("adam"), "amount": 1, "author": OPERATOR.subject(), "reason": "agreed",
                });
                let body = serde_json::to_vec(&body).unwrap();
                let request = world.request(Some(OPERATOR), http::Method::POST, "/adjustments", body);
                let answer = line.exchange(&request).await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                let mut told = told.lock().unwrap();
                assert_eq!(*told.entry(key).or_insert_with(|| answer.body.clone()), answer.body, "{key}");
            }
        })
    });
    for caller in asking.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    let places: BTreeSet<_> = told.lock().unwrap().values().cloned().collect();
    assert_eq!(places.len(), keys, "each has a place of its own");
    assert_eq!(world.head().await.0, before + keys as u64);
    assert_eq!(world.balance("adam").await, (keys as u64, 0));
}
