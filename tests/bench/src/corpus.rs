//! The documents of the measurements: service offers of about 1.5 KB, each with its own id, sequence and signature.

use anyhow::{Context, ensure};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use earnest_artifacts::{Kind, ServiceOffer, Signed, sign_with_fixtures};
use earnest_base::PublicKey;
use earnest_signing::{Json, Limits, Reading};
use serde_json::{Value, json};

/// A signed offer, and the parts that a bare signature check needs.
pub(crate) struct Offer {
    pub(crate) text: String,
    pub(crate) key: [u8; 32],
    pub(crate) input: Vec<u8>,
    pub(crate) signature: [u8; 64],
}

/// The kind that is measured.
pub(crate) fn kind() -> anyhow::Result<&'static Kind> {
    Kind::named("service-offer.v1").context("expected the kind service-offer.v1")
}

/// So many offers, no two alike.
pub(crate) fn offers(count: usize) -> anyhow::Result<Vec<Offer>> {
    (0..count).map(offer).collect()
}

/// The offer of this number.
pub(crate) fn offer(number: usize) -> anyhow::Result<Offer> {
    let kind = kind()?;
    let mut members: Value = serde_json::from_str(kind.example())?;
    members["offer/id"] = format!("offer:ola-redaction-{number:04}").into();
    members["seq"] = (number + 1).into();
    members["service/description"] = DESCRIPTION.into();
    members["constraints/input"] = json!({
        "language": "pl", "max_input_characters": 1800, "formats": ["text/plain", "text/markdown"],
        "rejects": ["machine translation", "undisclosed third-party text"],
    });
    members["constraints/output"] = json!({
        "language": "pl", "format": "markdown", "max_output_characters": 2400,
        "includes": ["the redacted text", "a list of changes", "open questions to the author"],
    });
    let text = sign_with_fixtures(kind, members.to_string().as_bytes())?;
    ensure!((1_400..1_600).contains(&text.len()), "expected an offer of about 1.5 KB, found {} bytes", text.len());
    parts(text)
}

fn parts(text: String) -> anyhow::Result<Offer> {
    let key = *Signed::<ServiceOffer>::parse(text.as_bytes())?.unverified().provider.key().as_bytes();
    let reading = Reading::new(text.as_bytes(), Limits::DOCUMENT)?;
    let mut object = reading.json().as_object().context("expected an object")?.clone();
    let signature = object.remove("signature").context("expected a signature")?;
    let value = signature.as_object().and_then(|members| members.get("value")).and_then(Json::as_str);
    let signature = BASE64_URL_SAFE_NO_PAD.decode(value.unwrap_or_default())?;
    let signature = signature.try_into().ok().context("expected a signature of 64 bytes")?;
    let input = [b"service-offer.v1\0", Json::Object(object).canonical().as_bytes()].concat();
    let offer = Offer { key, input, signature, text };
    ensure!(offer.bare(), "expected the bare check to hold over the same bytes");
    Ok(offer)
}

impl Offer {
    /// The bare signature check: the key from its 32 bytes, and strict verification.
    pub(crate) fn bare(&self) -> bool {
        PublicKey::from_bytes(&self.key).is_ok_and(|key| key.verifies(&self.input, &self.signature))
    }
}

const DESCRIPTION: &str = "Polish editorial redaction: a model drafts, Ola refines. The text keeps its author's voice; \
    spelling, punctuation, syntax and style are corrected, facts and quotations are flagged where they look wrong. \
    Every change is listed with its reason. One round of questions is included.";
