//! What holds promise beyond their schema.

use super::*;
use crate::{Draft, Kind, published};

fn hold() -> LedgerHold {
    Draft::<LedgerHold>::parse(LedgerHold::EXAMPLE.as_bytes()).unwrap().document().clone()
}

fn orc(minor: u64) -> Option<Orc> {
    Some(Orc::from_minor(minor).unwrap())
}

fn ended(status: HoldStatus, released: Option<Orc>, refunded: Option<Orc>) -> LedgerHold {
    let resolved_at = Some("2026-04-01T08:00:00Z".parse().unwrap());
    LedgerHold { status, released, refunded, resolved_at, ..hold() }
}

fn code_of(hold: &LedgerHold) -> Option<&'static str> {
    Draft::new(hold).err().map(|error| error.code().as_str())
}

#[test]
fn only_released_and_refunded_holds_have_ended() {
    let ended = [HoldStatus::Released, HoldStatus::PartiallyReleased, HoldStatus::Refunded];
    for status in [HoldStatus::Active, HoldStatus::Disputed].into_iter().chain(ended) {
        assert_eq!(LedgerHold { status, ..hold() }.is_terminal(), ended.contains(&status));
    }
}

#[test]
fn what_a_hold_paid_is_what_it_held() {
    use HoldStatus::{PartiallyReleased, Refunded, Released};
    for (status, released, refunded, code) in [
        (Released, orc(600), None, None),
        (Released, orc(600), orc(0), None),
        (Released, orc(599), None, Some("outcome-amounts")),
        (Released, orc(600), orc(1), Some("outcome-amounts")),
        (Refunded, None, orc(600), None),
        (Refunded, orc(1), orc(599), Some("outcome-amounts")),
        (PartiallyReleased, orc(400), orc(200), None),
        (PartiallyReleased, orc(600), orc(0), Some("outcome-amounts")),
        (PartiallyReleased, orc(400), orc(201), Some("outcome-amounts")),
    ] {
        assert_eq!(code_of(&ended(status, released, refunded)), code, "{status:?} {released:?} {refunded:?}");
    }
}

#[test]
fn a_published_hold_that_expired_is_read_as_refunded_with_a_note() {
    let expired = LedgerHold::EXAMPLE
        .replace(r#""active""#, r#""expired", "resolved-at": "2026-04-01T08:35:00+02:00""#)
        .replace(r#""schema": "ledger-hold.v1","#, "");
    let read = published::from_published(Kind::named(LedgerHold::KIND).unwrap(), expired.as_bytes()).unwrap();
    let read = Draft::<LedgerHold>::parse(read.canonical().as_bytes()).unwrap().document().clone();
    assert_eq!((read.status, read.refunded), (HoldStatus::Refunded, orc(600)));
    assert_eq!(read.notes.unwrap().as_str(), "expired");
    assert_eq!(read.resolved_at.unwrap().to_string(), "2026-04-01T06:35:00Z");
}
