//! Who signs a receipt, and its published form.

use super::*;
use crate::{Artifact, Draft, FIXTURES, Signed, published};

/// The example with members replaced, signed by these fixtures in these roles.
fn signed(replaced: &[(&str, &str)], by: &[(&str, u8)]) -> Result<Signed<ProcurementReceipt>, String> {
    let text = replaced.iter().fold(ProcurementReceipt::EXAMPLE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    let shown = |error: crate::Error| format!("{} {}", error.code(), error.pointer());
    let mut draft = Draft::<ProcurementReceipt>::parse(text.as_bytes()).map_err(shown)?;
    for (role, seed) in by {
        let fixture = FIXTURES.iter().find(|fixture| fixture.seed == *seed).unwrap();
        draft = draft.sign(Some(role), &fixture.secret_key()).map_err(shown)?;
    }
    draft.finish().map_err(shown)
}

const NOBODY: (&str, &str) =
    ("\"payee/release-ref\"", "\"payer/release-ref\": \"decision:01JV-ph1\", \"payee/release-ref\"");
const ARBITER: (&str, &str) = ("self-confirmed", "arbiter-confirmed");

#[test]
fn who_acted_signs_and_the_escrow_always_does() {
    assert!(signed(&[], &[("escrow", 9), ("payer", 5)]).is_ok());
    assert_eq!(signed(&[], &[("escrow", 9)]).unwrap_err(), "signature-missing /payer~1signature");
    assert_eq!(signed(&[], &[("payer", 5)]).unwrap_err(), "signature-missing /escrow~1signature");
    assert!(signed(&[NOBODY], &[("escrow", 9)]).is_ok());
    let both = signed(&[NOBODY], &[("escrow", 9), ("payer", 5)]);
    assert_eq!(both.unwrap_err(), "signed-and-decided-without /payer~1signature");
}

#[test]
fn an_arbiter_signs_what_an_arbiter_was_to_confirm_unless_it_was_decided_without_one() {
    let by = [("escrow", 9), ("payer", 5)];
    assert_eq!(signed(&[ARBITER], &by).unwrap_err(), "signature-missing /arbiter~1signatures");
    assert!(signed(&[ARBITER], &[("escrow", 9), ("payer", 5), ("arbiter", 10)]).is_ok());
    let decided = ("\"payee/release-ref\"", "\"arbiter/release-ref\": \"transfer:1\", \"payee/release-ref\"");
    assert!(signed(&[ARBITER, decided], &by).is_ok());
}

#[test]
fn the_published_form_has_text_where_ours_has_signatures_and_references() {
    let receipt = signed(&[ARBITER], &[("escrow", 9), ("payer", 5), ("arbiter", 10)]).unwrap().verify().unwrap();
    let projected = published::to_published(&Artifact::from(receipt)).unwrap();
    let object = projected.as_object().unwrap();
    assert_eq!(object.get("payer/signature").and_then(|value| value.as_str()).map(str::len), Some(86));
    let payee = object.get("payee/signature").and_then(|value| value.as_str());
    assert_eq!(payee, Some("transfer:01JV-ph1-breakfast:release"));
    assert_eq!(object.get("payee/release-ref"), None);
    let ours = published::from_published(
        crate::Kind::named("procurement-receipt.v1").unwrap(),
        projected.canonical().as_bytes(),
    );
    let ours = ours.unwrap();
    let object = ours.as_object().unwrap();
    assert_eq!(object.get("payee/release-ref").and_then(|value| value.as_str()), payee);
    assert_eq!(object.get("payer/signature"), None);
    assert_eq!(object.get("payer/release-ref"), None);
}
