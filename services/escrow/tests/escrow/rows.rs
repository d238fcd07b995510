//! The rows T1 to T27 of the timeout table, each by its name, over HTTP.

mod delivered;
mod disputed;
mod seed;
mod silence;
mod undelivered;

use earnest_artifacts::{
    Draft, ProcurementReceipt,
    vocabulary::ConfirmationMode::{self, ArbiterConfirmed, ManualReviewOnly, SelfConfirmed},
};
use earnest_procurement::contract_status;

use crate::support::{EWA, OPERATOR, Papers, ROMAN, World};

const MODES: [ConfirmationMode; 3] = [SelfConfirmed, ArbiterConfirmed, ManualReviewOnly];

/// What a hold ended in: its document and its receipt.
struct End {
    /// The hold's status, and what was released and refunded.
    hold: (&'static str, u64, u64),
    /// The receipt's outcome, and its reason.
    outcome: (&'static str, Option<&'static str>),
    /// What the transfers of the receipt are.
    transfers: &'static [&'static str],
    /// Who is still to sign the receipt.
    due: &'static [&'static str],
}

/// A refund in full.
const fn refunded(outcome: &'static str, reason: &'static str, due: &'static [&'static str]) -> End {
    End { hold: ("refunded", 0, 600), outcome: (outcome, Some(reason)), transfers: &["refund"], due }
}

/// A release in full.
const fn released(due: &'static [&'static str]) -> End {
    End { hold: ("released", 600, 0), outcome: ("settled", None), transfers: &["release"], due }
}

/// Checks how a hold ended, and that its receipt is whole once those who are due have signed.
async fn check(world: &World, papers: &Papers, end: &End) {
    let hold = world.hold(papers).await;
    let amount = |member: &str| hold[member].as_u64().unwrap_or_default();
    let found = (hold["status"].as_str().unwrap(), amount("released/amount"), amount("refunded/amount"));
    assert_eq!(found, end.hold, "{hold}");
    assert!(hold["resolved-at"].is_string(), "{hold}");

    let told = world.get(ROMAN, &papers.path("/receipt")).await;
    assert_eq!(told.status, 200, "{}", told.text());
    assert_eq!(world.get(papers.provider, &papers.path("/receipt")).await.json(), told.json());
    let receipt = &told.json()["receipt"];
    assert_eq!((receipt["outcome"].as_str().unwrap(), receipt["rejection/reason"].as_str()), end.outcome, "{receipt}");
    let transfers = receipt["settlement/transfer-refs"].as_array().unwrap();
    let kinds: Vec<_> = transfers.iter().map(|id| id.as_str().unwrap().rsplit(':').next().unwrap()).collect();
    assert_eq!(kinds, end.transfers, "{receipt}");
    let due: Vec<_> = told.json()["signatures-due"].as_array().unwrap().clone();
    assert_eq!(due, end.due, "{receipt}");

    let mut draft = Draft::<ProcurementReceipt>::parse(receipt.to_string().as_bytes()).unwrap();
    for role in end.due {
        let signer = match *role {
            "payer" => ROMAN,
            "payee" => papers.provider,
            _ => EWA,
        };
        draft = draft.sign(Some(role), &signer.key()).unwrap();
    }
    let whole = draft.finish().unwrap().verify().unwrap();
    assert_eq!(contract_status(&papers.contract, &[whole]).unwrap().as_str(), end.outcome.0);
}

/// Checks that a hold is open, with this status, and that there is no receipt of it.
async fn check_open(world: &World, papers: &Papers, status: &str) {
    let hold = world.hold(papers).await;
    assert_eq!((hold["status"].as_str(), hold.get("resolved-at")), (Some(status), None), "{hold}");
    assert_eq!(hold["amount"].as_u64(), Some(600));
    assert_eq!(world.get(OPERATOR, &papers.path("/receipt")).await.refusal(), (404, "unknown".to_owned()));
}

/// A refusal that leaves no trace.
async fn refuses(world: &World, before: &(u64, String), answer: crate::support::Answer, expected: (u16, &str)) {
    assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()), "{}", answer.text());
    assert_eq!(world.head().await, *before);
}
