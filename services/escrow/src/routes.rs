//! The routes, each in its class.

mod accounts;
mod blobs;
mod facts;
mod holds;
mod listed;
mod money;
mod payments;
mod statements;
mod terms;
mod words;

use std::num::NonZeroU32;

use aide::axum::ApiRouter;
use earnest_kit::{App, Class, Rate, Verifier};
use earnest_ports::MAX_BLOB_BYTES;

pub(crate) use statements::Reached;

use crate::office::Office;

/// How large a batch of holds or payments may be, in bytes.
const BATCH_BYTES: u64 = 16 << 20;

/// Adds every route to the app.
pub(crate) fn add(app: App, office: &Office, verifier: &Verifier) -> App {
    let often = Rate::per_minute(NonZeroU32::MIN.saturating_add(599_999));
    let signed = Class { rate: often, ..Class::signed(verifier.clone()) };
    let batches = Class { body_max_bytes: BATCH_BYTES, ..signed.clone() };
    let blobs = Class {
        body_max_bytes: MAX_BLOB_BYTES,
        streams_bodies: true,
        body_within: std::time::Duration::from_secs(120),
        answer_within: std::time::Duration::from_secs(150),
        at_once: 64,
        ..signed.clone()
    };
    let open = ApiRouter::new().merge(terms::open()).merge(facts::open());
    let callers = ApiRouter::new()
        .merge(accounts::routes())
        .merge(statements::routes())
        .merge(money::routes())
        .merge(payments::routes())
        .merge(holds::routes())
        .merge(words::routes())
        .merge(terms::routes())
        .merge(facts::routes())
        .merge(blobs::reading());
    app.routes(Class::open(), open.with_state(office.clone()))
        .routes(signed.clone(), callers.with_state(office.clone()))
        .routes(batches, holds::batches().merge(payments::batches()).with_state(office.clone()))
        .routes(blobs, blobs::writing().with_state(office.clone()))
        .routes(signed.streams(), facts::streams().with_state(office.clone()))
}
