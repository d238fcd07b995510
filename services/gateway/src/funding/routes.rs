//! The routes: customers' and providers' on one listener, operators' on another.

mod customers;
mod operators;
mod rulings;
mod webhooks;

use aide::axum::ApiRouter;
use earnest_kit::{App, Class, Verifier};

use super::run::Funding;

/// How large a statement may be, in bytes.
const STATEMENT_BYTES: u64 = 4 << 20;
/// How large a provider's message may be, in bytes.
const MESSAGE_BYTES: u64 = 64 << 10;

/// Adds what customers and providers call.
#[must_use]
pub fn public_routes(app: App, funding: &Funding, verifier: &Verifier) -> App {
    let counter = funding.counter();
    let messages = Class { body_max_bytes: MESSAGE_BYTES, ..Class::open() };
    app.routes(Class::open(), customers::open().with_state(counter.clone()))
        .routes(messages, webhooks::routes().with_state(counter.clone()))
        .routes(Class::signed(verifier.clone()), customers::routes().with_state(counter.clone()))
}

/// Adds what operators call: for a listener that only they reach. Every request is signed by one of them besides.
#[must_use]
pub fn operator_routes(app: App, funding: &Funding, verifier: &Verifier) -> App {
    let counter = funding.counter();
    let signed = Class::signed(verifier.clone());
    let statements = Class { body_max_bytes: STATEMENT_BYTES, ..signed.clone() };
    let deciding = ApiRouter::new().merge(operators::routes()).merge(rulings::routes());
    app.routes(signed, deciding.with_state(counter.clone()))
        .routes(statements, operators::statements().with_state(counter.clone()))
}
