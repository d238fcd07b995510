//! The routes, each in its class. Operators have a listener of their own.

mod discovery;
mod events;
mod facilitator;
mod operator;
mod payments;
mod rpc;

use std::{num::NonZeroU32, time::Duration};

use aide::axum::ApiRouter;
use earnest_kit::{Access, App, Class, Rate, Verifier};

use crate::office::Office;

/// How large a facilitator's body may be, in bytes.
const FACILITATOR_BYTES: u64 = earnest_x402::MAX_BODY_BYTES as u64;

/// Adds the routes that everybody reaches.
pub(crate) fn add(app: App, office: &Office, verifier: &Verifier) -> App {
    let often = Rate::per_minute(NonZeroU32::MIN.saturating_add(599_999));
    let open = Class { rate: often, address_rate: often, ..Class::open() };
    let either = Class { access: Access::Either(verifier.clone()), at_once: 4_096, ..open.clone() };
    let facilitator =
        Class { body_max_bytes: FACILITATOR_BYTES, answer_within: Duration::from_secs(40), ..either.clone() };
    let signed = Class { rate: often, ..Class::signed(verifier.clone()) };
    let open_routes = ApiRouter::new()
        .merge(payments::reading())
        .merge(rpc::open())
        .merge(facilitator::open())
        .merge(discovery::routes());
    app.routes(open.clone(), open_routes.with_state(office.clone()))
        .routes(either, payments::writing().with_state(office.clone()))
        .routes(facilitator, facilitator::routes().with_state(office.clone()))
        .routes(signed, rpc::routes().with_state(office.clone()))
        .routes(open.streams(), events::routes().with_state(office.clone()))
}

/// Adds the routes that operators reach.
pub(crate) fn add_operators(app: App, office: &Office, verifier: &Verifier) -> App {
    app.routes(Class::signed(verifier.clone()), operator::routes().with_state(office.clone()))
}
