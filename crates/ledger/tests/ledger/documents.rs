//! What the ledger holds, as documents that the escrow signs.

use earnest_artifacts::{
    Artifact, LedgerTransfer, Verified, sign_with_fixtures, vocabulary::ConfirmationMode::SelfConfirmed,
};
use earnest_ledger::{Action, Command, Place, transaction_id, transaction_id_of_draft};
use earnest_signing::Document;

use crate::{
    facts::eventful,
    world::{ESCROW_NODE, World, account, act, hold_id, open_hold, pay},
};

fn node() -> earnest_base::NodeId {
    ESCROW_NODE.parse().unwrap()
}

/// A place in a journal.
fn place(seq: u64) -> Place {
    Place { seq, head: earnest_base::Sha256Digest::from_bytes(&[7; 32]) }
}

/// The present end of a ledger's journal.
fn here(world: &World) -> Place {
    place(world.ledger.seq())
}

fn verified(kind: &str, draft: &earnest_signing::Json<'_>) -> Artifact {
    let kind = earnest_artifacts::Kind::named(kind).unwrap();
    let signed = sign_with_fixtures(kind, draft.canonical().as_bytes()).unwrap();
    Artifact::verify(signed.as_bytes()).unwrap()
}

#[test]
fn every_hold_account_and_transfer_is_a_document_that_verifies_and_is_published() {
    let world = eventful();
    let mut transfers = 0;
    for (before, fact) in world.facts.iter().enumerate() {
        for draft in world.ledger.transfer_documents(fact, node(), &place(before as u64 + 1)).unwrap() {
            let artifact = verified("ledger-transfer.v1", &draft.to_json());
            earnest_artifacts::published::to_published(&artifact).unwrap();
            transfers += 1;
        }
    }
    assert!(transfers > 30, "found {transfers}");
    for hold in world.ledger.holds() {
        let artifact = verified("ledger-hold.v1", &hold.document(node(), &here(&world)).unwrap().to_json());
        earnest_artifacts::published::to_published(&artifact).unwrap();
        assert_eq!(artifact.id(), hold.id().unwrap().to_string());
    }
    for account in world.ledger.accounts() {
        let artifact = verified("ledger-account.v1", &account.document(node(), &here(&world)).unwrap().to_json());
        earnest_artifacts::published::to_published(&artifact).unwrap();
    }
}

#[test]
fn no_two_transfers_have_one_id() {
    let world = eventful();
    let mut ids: Vec<String> = Vec::new();
    for fact in &world.facts {
        ids.extend(world.ledger.movements(&fact.event).unwrap().iter().map(|movement| movement.transfer.to_string()));
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn a_voided_hold_is_refunded_in_full_with_a_note() {
    let world = World::held(SelfConfirmed, &[act("a", Action::Void)]);
    let draft = world.hold().document(node(), &here(&world)).unwrap();
    let hold = draft.document();
    assert_eq!(hold.refunded, Some(hold.amount));
    assert!(hold.notes.is_some() && hold.released.is_none());
}

#[test]
fn an_open_hold_and_its_account_stand_at_their_place() {
    let mut world = World::new();
    world.done(&Command::OpenHold(open_hold("a", SelfConfirmed)));
    let hold = world.ledger.hold(&hold_id("a")).unwrap();
    let draft = hold.document(node(), &here(&world)).unwrap();
    assert_eq!(draft.document().fact_seq.value(), hold.seq());
    assert_eq!(draft.document().fact_head, here(&world).head);
    let payer = world.ledger.account_view(&account("casualfeeders")).unwrap();
    assert_eq!((payer.seq(), hold.seq()), (world.ledger.seq(), world.ledger.seq()));
    let document = payer.document(node(), &here(&world)).unwrap();
    assert_eq!((document.document().available.minor(), document.document().held.minor()), (400, 600));
}

#[test]
fn a_payments_transaction_id_is_the_digest_of_its_transfer() {
    let mut world = World::new();
    world.done(&Command::Pay(pay("nonce-1", 25)));
    let fact = world.facts.last().unwrap();
    let drafts = world.ledger.transfer_documents(fact, node(), &here(&world)).unwrap();
    let kind = earnest_artifacts::Kind::named(LedgerTransfer::KIND).unwrap();
    let signed = sign_with_fixtures(kind, drafts[0].to_json().canonical().as_bytes()).unwrap();
    let transfer: Verified<LedgerTransfer> = Verified::parse(signed.as_bytes()).unwrap();
    let covered = earnest_base::Sha256Digest::of(drafts[0].to_json().canonical().as_bytes());
    let hex: String = covered.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(transaction_id(&transfer).unwrap().as_str(), hex);
    assert_eq!(transfer.authorization, Some(pay("nonce-1", 25).authorization));
    assert_eq!(transaction_id_of_draft(&drafts[0]).unwrap().as_str(), hex, "the signature is not in it");
    // The payment alone makes the same transfer.
    let alone = pay("nonce-1", 25).transfer_document(fact.at, node(), &here(&world)).unwrap();
    assert_eq!(alone.to_json().canonical(), drafts[0].to_json().canonical());
}
