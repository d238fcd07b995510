//! Starting: terms that cannot be kept, nodes of other chains, and what is shown of a rail.

use earnest_base::Network;
use earnest_rail::{
    EvmRail, Rail,
    evm::{EvmStartError, EvmTerms},
};

use crate::subject::{World, carry};

async fn refused(world: &World, change: impl FnOnce(&mut EvmTerms)) -> EvmStartError {
    let mut terms = world.terms.clone();
    change(&mut terms);
    EvmRail::start(terms, [world.key()]).await.expect_err("a refusal")
}

/// What makes terms such that they cannot be kept.
type Change = fn(&mut EvmTerms);

#[tokio::test]
async fn terms_that_cannot_be_kept_are_refused_with_the_member() {
    let Some(world) = World::start().await else { return };
    let changes: [(Change, &str); 7] = [
        (|terms| terms.network = "orc:fed-pl-main".parse().unwrap(), "network"),
        (|terms| terms.rpc.clear(), "rpc"),
        (|terms| terms.tokens.clear(), "tokens"),
        (|terms| terms.gas_limit = 20_999, "gas-limit"),
        (|terms| terms.tip_permille = 0, "tip-permille"),
        (|terms| terms.relay = earnest_relay::RailTerms::ledger(), "relay.sponsors"),
        (|terms| terms.tokens[0].version = "1".to_owned(), "domain"),
    ];
    for (change, named) in changes {
        match refused(&world, change).await {
            EvmStartError::Terms(message) => assert!(message.contains(named), "{message}"),
            EvmStartError::Outage(outage) => panic!("{named}: {outage}"),
        }
    }
    let none = EvmRail::start(world.terms.clone(), []).await.err();
    assert!(matches!(none, Some(EvmStartError::Terms(_))), "{none:?}");
    let bundler = world.chain.told.bundler;
    let found = refused(&world, |terms| terms.tokens[0].address = payee(bundler)).await;
    assert!(matches!(found, EvmStartError::Terms(_)), "{found:?}");
}

/// An address where there is no contract.
fn payee(near: earnest_x402::evm::EvmAddress) -> earnest_x402::evm::EvmAddress {
    let mut bytes = *near.as_bytes();
    bytes[0] ^= 0xff;
    earnest_x402::evm::EvmAddress::from_bytes(bytes)
}

#[tokio::test]
async fn a_node_of_another_chain_is_none() {
    let Some(world) = World::start().await else { return };
    let error = refused(&world, |terms| terms.network = Network::eip155(8_453)).await;
    let EvmStartError::Outage(outage) = error else { panic!("{error}") };
    assert!(outage.reason.contains("8453") && outage.reason.contains("84532"), "{outage}");
    let error = refused(&world, |terms| terms.rpc = vec!["http://127.0.0.1:1/".parse().unwrap()]).await;
    assert!(matches!(error, EvmStartError::Outage(_)), "{error}");
}

#[tokio::test]
async fn where_the_first_node_is_away_the_next_is_asked() {
    let Some(mut world) = World::start().await else { return };
    world.terms.rpc.insert(0, "http://127.0.0.1:1/a-key-in-the-path".parse().unwrap());
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    assert_eq!(rail.check(&[std::sync::Arc::clone(&payment)]).await, [Ok(())]);
    let job = world.next_job(&rail, &payment).await;
    carry(&world, &rail, &job).await;
    assert_eq!(rail.wallets().await.unwrap().len(), 1);
    assert!(matches!(
        world.found(&rail, &payment, &[&job]).await,
        earnest_relay::Finding::Included { success: true, .. }
    ));
    let shown = format!("{rail:?} {}", serde_json::to_string(&world.terms).unwrap());
    assert!(!shown.contains("a-key-in-the-path"), "{shown}");
    assert!(!shown.to_lowercase().contains("ac0974bec39a17e36ba4a6b4d238ff94"), "{shown}");
}
