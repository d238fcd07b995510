//! The state as bytes.

use std::{collections::BTreeMap, sync::Arc};

use earnest_base::Network;
use earnest_payment::PaymentRequest;
use earnest_ports::FactError;
use earnest_rail::Carried;
use earnest_relay::{RailTerms, Relay, Submission};
use serde::{Deserialize, Serialize};

use super::{Catalogue, Changes, Listing, Open, Relaying, codec};

const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Form {
    relay: Relay,
    terms: Vec<(Network, RailTerms)>,
    open: Vec<OpenForm>,
    catalogue: String,
    seq: u64,
}

#[derive(Serialize, Deserialize)]
struct OpenForm {
    submission: Submission,
    request: String,
    listing: Option<String>,
    changed: u64,
}

pub(super) fn save(state: &Relaying) -> Vec<u8> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    let open = state.open.values().map(|open| OpenForm {
        submission: open.carried.submission.clone(),
        request: text(codec::json(&open.carried.request)),
        listing: open.listing.as_deref().map(|listing| text(codec::json(listing))),
        changed: open.changed,
    });
    let form = Form {
        relay: state.relay.clone(),
        terms: state.terms.iter().map(|(network, terms)| (network.clone(), terms.clone())).collect(),
        open: open.collect(),
        catalogue: text(codec::json(&state.catalogue.listings())),
        seq: state.seq,
    };
    let mut bytes = vec![VERSION];
    let written = codec::write(&form, &mut bytes);
    debug_assert!(written.is_ok(), "{written:?}");
    bytes
}

pub(super) fn load(bytes: &[u8]) -> Result<Relaying, FactError> {
    let [VERSION, rest @ ..] = bytes else {
        return Err(FactError("expected a state of version 1, found another".to_owned()));
    };
    let form: Form = codec::read(rest)?;
    let mut open = BTreeMap::new();
    for one in form.open {
        let request: PaymentRequest = codec::of_json(one.request.as_bytes())?;
        let listing: Option<Listing> = one.listing.map(|text| codec::of_json(text.as_bytes())).transpose()?;
        let payment_id = one.submission.payment_id.clone();
        let carried = Arc::new(Carried { request, submission: one.submission });
        open.insert(payment_id, Open { carried, listing: listing.map(Arc::new), changed: one.changed });
    }
    let listings: Vec<Listing> = codec::of_json(form.catalogue.as_bytes())?;
    Ok(Relaying {
        relay: form.relay,
        terms: form.terms.into_iter().collect(),
        open,
        catalogue: Catalogue::of(listings),
        changes: Changes::from(form.seq),
        seq: form.seq,
    })
}
