//! What news about an item comes to once its money is held: the buyer's word, and what the escrow decided.

use super::Draft;
use crate::{Acceptance, Cause, Delivered, Item, ItemFact, ItemId, News, Refusal, Saying, Stage, Word, WordRefusal};

impl Draft {
    pub(super) fn of_hold(&mut self, id: &ItemId, item: &Item, news: &News) -> Result<(), Refusal> {
        // The escrow acts on nothing but a hold: where its creation was not heard of, it is now.
        let tells_of_hold = matches!(news, News::Delivered { .. } | News::Released { .. } | News::Refunded { .. });
        let mut stage = &item.stage;
        let held;
        if tells_of_hold && matches!(stage, Stage::Contracted(_)) {
            self.take_item(id, ItemFact::Held);
            held = self.run.item(id).map(|item| item.stage.clone());
            stage = held.as_ref().unwrap_or(stage);
        }
        match news {
            News::Delivered { results, .. } => self.delivered(id, &stage.clone(), results),
            News::Said { word, .. } => self.said(id, stage, *word)?,
            News::WordRefused { why, .. } => {
                let spoke = |state: &Delivered| matches!(state.word, Word::Accept | Word::Reject | Word::Dispute);
                if matches!(stage, Stage::Delivered(state) if spoke(state)) {
                    self.take_item(id, ItemFact::WordRefused { why: *why });
                }
            }
            News::DisputeOpened { dispute, .. } => {
                if matches!(stage, Stage::Delivered(_)) {
                    self.take_item(id, ItemFact::DisputeOpened { dispute: dispute.clone() });
                }
            }
            News::Released { cause, paid, transfer, .. } => {
                if let Some(order) = item.order().filter(|order| *paid > order.price) {
                    return Err(Refusal::AbovePrice { price: order.price, found: *paid });
                }
                if is_open(stage) {
                    let (cause, transfer) = (cause.clone(), transfer.clone());
                    self.take_item(id, ItemFact::Released { cause, paid: *paid, transfer });
                }
            }
            News::Refunded { cause, transfer, .. } if is_open(stage) => {
                let then = self.then(id, &Cause::Refunded(cause.clone()));
                let (cause, transfer) = (cause.clone(), transfer.clone());
                self.take_item(id, ItemFact::Refunded { cause, transfer, then });
            }
            _ => {}
        }
        Ok(())
    }

    /// A delivery that the escrow checked is accepted at once where the plan says so and the run goes on. Otherwise a
    /// person has the word, and where nobody takes it, the escrow's timer.
    fn delivered(&mut self, id: &ItemId, stage: &Stage, results: &[earnest_base::Name]) {
        if !matches!(stage, Stage::Held(_) | Stage::Undoing(_) | Stage::Settled(_)) {
            return;
        }
        let results = self.planned(id, results);
        self.take_item(id, ItemFact::Delivered { results });
        let paid = self.run.plan.step(&id.step).and_then(|(_, step)| step.paid());
        let at_once = paid.is_some_and(|paid| paid.acceptance == Acceptance::Automatic);
        if at_once && self.is_running() && matches!(stage, Stage::Held(_)) {
            self.take_item(id, ItemFact::Said { word: Saying::Accept });
        }
    }

    /// Silence can be broken once. After a word that was not heard a dispute may be filed, unless it was too late.
    fn said(&mut self, id: &ItemId, stage: &Stage, word: Saying) -> Result<(), Refusal> {
        let nothing = || Refusal::NothingToSay { stage: stage.as_str() };
        let Stage::Delivered(state) = stage else { return Err(nothing()) };
        let may = match state.word {
            Word::Silent => true,
            Word::Refused(WordRefusal::TooLate) => false,
            Word::Refused(WordRefusal::Restricted | WordRefusal::CriterionHolds) => word == Saying::Dispute,
            Word::Accept => return said_already(word == Saying::Accept, nothing()),
            Word::Reject => return said_already(word == Saying::Reject, nothing()),
            Word::Dispute => return said_already(word == Saying::Dispute, nothing()),
        };
        if !may {
            return Err(nothing());
        }
        self.take_item(id, ItemFact::Said { word });
        Ok(())
    }
}

fn said_already(same: bool, refusal: Refusal) -> Result<(), Refusal> {
    if same { Ok(()) } else { Err(refusal) }
}

/// Whether the escrow still holds the money, so far as is known.
const fn is_open(stage: &Stage) -> bool {
    matches!(stage, Stage::Held(_) | Stage::Undoing(_) | Stage::Delivered(_) | Stage::Disputed(_))
}
