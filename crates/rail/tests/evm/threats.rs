//! Tokens and payments that would cost the relay its gas or the payee their money (threats X17, X19 to X23).

use earnest_base::TransactionId;
use earnest_rail::{Carried, CheckError, EvmRail, Rail};
use earnest_relay::{Finding, Outcome};
use earnest_x402::{
    ErrorReason,
    evm::{EvmSignature, Uint256},
};

use crate::{
    payments::{Payment, payee},
    subject::{FEE, VALUE, World, carry, send},
};

/// Why a check refuses a payment.
async fn refusal(rail: &EvmRail, carried: std::sync::Arc<Carried>) -> ErrorReason {
    match rail.check(&[carried]).await.remove(0) {
        Err(CheckError::Refused { reason, .. }) => reason,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[tokio::test]
async fn success_without_a_transfer_is_no_payment() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays(world.chain.told.others.silent, "silent").carried("silent");
    let job = world.next_job(&rail, &payment).await;
    carry(&world, &rail, &job).await;
    let found = world.found(&rail, &payment, &[&job]).await;
    let Finding::Included { txid, success: false, detail, .. } = found else { panic!("{found:?}") };
    assert_eq!(Some(txid), job.txid);
    assert!(detail.unwrap().as_str().contains("Transfer"));
    assert_eq!(world.transfers(payee("silent"), VALUE).await, 0);
}

#[tokio::test]
async fn a_token_that_forgives_a_used_nonce_pays_once_and_the_second_is_no_payment_of_its_own() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays(world.chain.told.others.forgiving, "twice");
    let carried = payment.carried("twice");
    let by: TransactionId = world.chain.send(world.stranger(), payment.token, &payment.call()).await.parse().unwrap();
    let job = world.next_job(&rail, &carried).await;
    carry(&world, &rail, &job).await;
    let found = world.found(&rail, &carried, &[&job]).await;
    assert!(matches!(&found, Finding::Included { txid, success: true, .. } if *txid == by), "{found:?}");
    assert_eq!(world.transfers(payee("twice"), VALUE).await, 1);
    // A payment shown again is refused before anything is executed.
    assert_eq!(refusal(&rail, carried).await, ErrorReason::INVALID_EXACT_EVM_NONCE_ALREADY_USED);
}

#[tokio::test]
async fn a_payee_who_gets_less_than_was_signed_was_not_paid() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays(world.chain.told.others.skimming, "skimmed").carried("skimmed");
    let job = world.next_job(&rail, &payment).await;
    carry(&world, &rail, &job).await;
    let found = world.found(&rail, &payment, &[&job]).await;
    assert!(matches!(found, Finding::Included { success: false, .. }), "{found:?}");
}

#[tokio::test]
async fn a_greedy_contract_is_refused_by_the_check_and_never_gets_more_than_the_limit() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays(world.chain.told.others.greedy, "greedy").carried("greedy");
    let reason = refusal(&rail, std::sync::Arc::clone(&payment)).await;
    assert_eq!(reason, ErrorReason::INVALID_EXACT_EVM_TRANSACTION_SIMULATION_FAILED);
    let before = world.chain.coins(world.sponsor()).await;
    let job = world.next_job(&rail, &payment).await;
    carry(&world, &rail, &job).await;
    let found = world.found(&rail, &payment, &[&job]).await;
    assert!(matches!(found, Finding::Included { success: false, .. }), "{found:?}");
    let spent = before - world.chain.coins(world.sponsor()).await;
    assert!(spent <= u128::from(world.terms.gas_limit) * u128::from(FEE.0), "{spent}");
}

#[tokio::test]
async fn what_is_not_listed_is_neither_taken_nor_signed_for() {
    let Some(mut world) = World::start().await else { return };
    let strange = Payment { token: world.chain.told.bundler, ..world.pays_usdc("strange") }.carried("strange");
    world.terms.payees = Some([payee("listed")].into());
    let rail = world.evm().await;
    let (listed, unlisted) = (world.pays_usdc("listed").carried("listed"), world.pays_usdc("other").carried("other"));
    let checked = rail.check(&[listed, std::sync::Arc::clone(&unlisted), std::sync::Arc::clone(&strange)]).await;
    assert!(
        matches!(checked[..], [Ok(()), Err(CheckError::Refused { .. }), Err(CheckError::Refused { .. })]),
        "{checked:?}"
    );
    let nonce = earnest_relay::Nonce(world.next().await);
    for payment in [unlisted, strange] {
        let wallet = world.sponsor().to_string().parse().unwrap();
        let job = earnest_rail::Job {
            purpose: earnest_relay::Purpose::Payment { payment_id: payment.submission.payment_id.clone() },
            attempt: earnest_relay::Attempt(0),
            place: earnest_relay::Place::Slot { wallet, nonce },
            fee: FEE,
            txid: None,
            payment: Some(payment),
        };
        assert!(rail.sign(&job).await.is_err());
        assert_eq!(send(&rail, &job).await, Outcome::Unclear);
    }
    assert_eq!(world.next().await, nonce.0);
}

#[tokio::test]
async fn a_signature_that_is_not_the_payers_costs_no_gas() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let (_, key) = world.payer();
    let good = world.pays_usdc("one");
    let mut more = good.clone();
    more.signed.value = Uint256::from(VALUE + 1);
    let zero = Payment { signature: EvmSignature::from_bytes(&[0; 65]).unwrap(), ..good.clone() };
    for wrong in [more, zero] {
        assert_eq!(refusal(&rail, wrong.carried("one")).await, ErrorReason::INVALID_EXACT_EVM_SIGNATURE);
    }
    let mut nothing = good.signed;
    nothing.value = Uint256::ZERO;
    let nothing = Payment::of(good.token, nothing, &key);
    assert_eq!(refusal(&rail, nothing.carried("one")).await, ErrorReason::INVALID_PAYMENT_REQUIREMENTS);
    let mut over = good.signed;
    over.valid_before = Uint256::from(world.began - 1);
    let over = Payment::of(good.token, over, &key);
    let expected = ErrorReason::INVALID_EXACT_EVM_TRANSACTION_SIMULATION_FAILED;
    assert_eq!(refusal(&rail, over.carried("one")).await, expected);
}
