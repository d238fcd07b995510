//! What was paid, with the transaction id of its transfer: from memory where it was paid just now, and from the journal
//! where it was paid before.

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::Timestamp;
use earnest_kit::Problem;
use earnest_ledger::{Answer as LedgerAnswer, Done, Pay, Place, transaction_id_of_draft};
use earnest_ports::Committed;
use earnest_settlement::{Answer, Refusal};

use super::{Each, Paid};
use crate::{
    office::{Office, place},
    problem,
};

/// A payment, with where and when it was made, as far as that is known.
struct Made {
    pay: Pay,
    done: Done,
    stands: Option<Stands>,
}

/// Where the fact of a payment stands, and its moment.
#[derive(Clone)]
struct Stands {
    place: Place,
    at: Timestamp,
}

impl Made {
    fn of(pay: Pay, committed: &Committed<Answer>) -> Result<Self, Problem> {
        let Answer::Ledger(LedgerAnswer::Done(done)) = committed.answer else {
            return Err(missing());
        };
        // The payment is the first fact of its command; what it rests on follows it.
        let first = committed.first.map(place).filter(|place| place.seq == done.seq);
        Ok(Self { pay, done, stands: first.map(|place| Stands { place, at: committed.at }) })
    }

    fn paid(&self, office: &Office, before: &BTreeMap<u64, Stands>) -> Result<Paid, Problem> {
        let stands = self.stands.as_ref().or_else(|| before.get(&self.done.seq)).ok_or_else(missing)?;
        let transfer = self.pay.transfer_document(stands.at, office.roles.escrow, &stands.place);
        let transfer = transfer.map_err(|error| problem::document(&error))?;
        let txid = transaction_id_of_draft(&transfer).map_err(|error| problem::id(&error))?;
        Ok(Paid { receipt: self.done.into(), txid })
    }
}

/// What was paid by one command.
pub(super) async fn paid(office: &Office, pay: Pay, committed: &Committed<Answer>) -> Result<Paid, Problem> {
    let made = Made::of(pay, committed)?;
    let before = read_back(office, std::iter::once(&made)).await?;
    made.paid(office, &before)
}

/// What became of each of several commands.
pub(super) async fn paid_all(
    office: &Office,
    pays: Vec<Pay>,
    committed: Vec<Result<Committed<Answer>, Refusal>>,
) -> Result<Vec<Each>, Problem> {
    let made = pays.into_iter().zip(committed).map(|(pay, committed)| match committed {
        Ok(committed) => Made::of(pay, &committed).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    });
    let made = made.collect::<Result<Vec<_>, Problem>>()?;
    let before = read_back(office, made.iter().flatten()).await?;
    let asking = office.clone();
    let told = office.beside.each(made, move |made| match made {
        Ok(made) => made.paid(&asking, &before).map(Each::Done),
        Err(refusal) => Ok(Each::Refused(problem::refused(refusal).into())),
    });
    told.await?.into_iter().collect()
}

/// So far apart two payments that were made one after the other stand at most: what each rests on stands between.
const NEAR: u64 = 4;

/// Where what was paid before stands: a run of neighbours is read at once.
async fn read_back(office: &Office, made: impl Iterator<Item = &Made>) -> Result<BTreeMap<u64, Stands>, Problem> {
    let before = made.filter(|made| made.stands.is_none()).map(|made| made.done.seq);
    let wanted: BTreeSet<u64> = before.collect();
    let mut found = BTreeMap::new();
    let mut left = wanted.iter().copied().peekable();
    while let Some(mut from) = left.next() {
        let mut last = from;
        while let Some(near) = left.next_if(|seq| *seq - last <= NEAR) {
            last = near;
        }
        // A journal gives whole batches, which may be fewer facts than were asked for.
        while from <= last {
            let read = office.facts(from, usize::try_from(last - from).unwrap_or(usize::MAX).saturating_add(1)).await?;
            from = read.last().map(|(place, ..)| place.seq + 1).ok_or_else(missing)?;
            let read = read.into_iter().filter(|(place, ..)| wanted.contains(&place.seq));
            found.extend(read.map(|(place, at, _)| (place.seq, Stands { place, at })));
        }
    }
    Ok(found)
}

fn missing() -> Problem {
    problem::fault(&earnest_settlement::EvidenceError::Missing("the fact of a payment"))
}
