//! Deciding: the ledger decides about money; here stands who acts for whom, and what is kept as evidence of it.

use earnest_artifacts::{ProcurementContract, Verified};
use earnest_base::{Orc, Subject, Timestamp};
use earnest_ledger::{
    Answer as LedgerAnswer, Command as LedgerCommand, Done, OpenHold, OpenHolds, Refusal as LedgerRefusal,
};

use crate::{Answer, Command, Custody, Deal, DealDocuments, Decision, Evidence, Fact, Refusal, Settlement, Statement};

impl Settlement {
    /// Decides a command. A command of a known id is answered as the first time, without facts.
    ///
    /// # Errors
    /// Why nothing happens.
    pub fn decide(&self, command: &Command, now: Timestamp) -> Result<Decision, Refusal> {
        match command {
            Command::Ledger { command, evidence } => {
                let documents = || evidence.iter().cloned().map(Evidence::Document).collect();
                self.settle(command, now, vec![documents()])
            }
            Command::Hold(deal) => {
                let open = self.hold_of(&deal.contract)?;
                self.settle(&LedgerCommand::OpenHold(open), now, vec![self.evidence_of(deal)])
            }
            Command::Holds { deals, linked } => self.holds(deals, *linked, now),
            Command::State(statement) => self.state(statement),
        }
    }

    /// Has the ledger decide. `evidence` is for each of its facts, in their order.
    fn settle(
        &self,
        command: &LedgerCommand,
        now: Timestamp,
        evidence: Vec<Vec<Evidence>>,
    ) -> Result<Decision, Refusal> {
        let custody = self.check_custody(command, now);
        match (earnest_ledger::decide(&self.ledger, command, now), custody) {
            // What was done before is answered as it was then, whoever has custody now.
            (Ok(decided), Ok(())) => Ok(self.with_evidence(decided, evidence)),
            (Ok(decided), Err(_)) if decided.facts.is_empty() => Ok(self.with_evidence(decided, evidence)),
            (_, Err(refusal)) => Err(refusal),
            (Err(refusal), Ok(())) => Err(refusal.into()),
        }
    }

    fn holds(&self, deals: &[Deal], linked: bool, now: Timestamp) -> Result<Decision, Refusal> {
        let mut opens = Vec::with_capacity(deals.len());
        let mut refused: Vec<(usize, LedgerRefusal)> = Vec::new();
        for (index, deal) in deals.iter().enumerate() {
            match self.hold_of(&deal.contract) {
                Ok(open) => opens.push(open),
                Err(Refusal::Ledger(refusal)) if linked => {
                    return Err(LedgerRefusal::Linked { index, refusal: Box::new(refusal) }.into());
                }
                Err(Refusal::Ledger(refusal)) => refused.push((index, refusal)),
                Err(refusal) => return Err(refusal),
            }
        }
        if opens.is_empty() && !refused.is_empty() {
            let each = refused.into_iter().map(|(_, refusal)| Err(refusal)).collect();
            return Ok(Decision { facts: Vec::new(), answer: Answer::Ledger(LedgerAnswer::Each(each)) });
        }
        let command = LedgerCommand::OpenHolds(OpenHolds { holds: opens, linked });
        let mut decided = earnest_ledger::decide(&self.ledger, &command, now)?;
        if let LedgerAnswer::Each(each) = &mut decided.answer {
            refused.into_iter().for_each(|(index, refusal)| each.insert(index, Err(refusal)));
            let opened = each.iter().zip(deals).filter(|(done, _)| matches!(done, Ok(done) if self.is_new(done)));
            let evidence = opened.map(|(_, deal)| self.evidence_of(deal)).collect();
            return Ok(self.with_evidence(decided, evidence));
        }
        Ok(self.with_evidence(decided, Vec::new()))
    }

    const fn is_new(&self, done: &Done) -> bool {
        done.seq > self.seq()
    }

    /// The deal of a contract that is held already, just as it is: it is answered as the first time, whatever has passed
    /// or changed since. `None` where it is not held.
    #[must_use]
    pub fn standing(&self, documents: &DealDocuments, now: Timestamp) -> Option<Deal> {
        let open = self.hold_of(&documents.contract).ok()?;
        let decided = earnest_ledger::decide(&self.ledger, &LedgerCommand::OpenHold(open), now).ok()?;
        decided.facts.is_empty().then(|| Deal::of(documents))
    }

    /// The hold of a contract, from and to the accounts of its two sides. A side without an account has nothing (E5).
    fn hold_of(&self, contract: &Verified<ProcurementContract>) -> Result<OpenHold, Refusal> {
        let account = |owner: Option<Subject>| self.account_of(&owner?)?.id().ok();
        let deficit = Orc::from_minor(contract.price.minor()).unwrap_or_default();
        let payer = account(contract.payer).ok_or(LedgerRefusal::SettlementBlocked { deficit })?;
        let payee = account(contract.payee).ok_or(Refusal::PayeeWithoutAccount)?;
        OpenHold::of_contract(contract, payer, payee).ok_or(Refusal::NothingToHold)
    }

    /// The contract, its order, and its offer: by its bytes the first time, by its place from then on.
    fn evidence_of(&self, deal: &Deal) -> Vec<Evidence> {
        let offer = self.offers.get(&deal.offer_digest).map_or_else(
            || Evidence::Offer { digest: deal.offer_digest.clone(), document: deal.offer.bytes().to_vec() },
            |seq| Evidence::At(*seq),
        );
        vec![Evidence::Document(deal.contract.bytes().to_vec()), Evidence::Document(deal.order.clone()), offer]
    }

    /// Puts the evidence behind the facts that rest on it, and the answer's numbers right: a fact stands behind the
    /// evidence of those before it.
    fn with_evidence(&self, decided: earnest_ledger::Decision, evidence: Vec<Vec<Evidence>>) -> Decision {
        let first = self.seq() + 1;
        let (mut facts, mut places) = (Vec::new(), Vec::with_capacity(decided.facts.len()));
        let mut evidence = evidence.into_iter();
        for fact in decided.facts {
            places.push(first + facts.len() as u64);
            facts.push(Fact::Ledger(fact));
            facts.extend(evidence.next().unwrap_or_default().into_iter().map(Fact::Evidence));
        }
        let placed = |done: Done| {
            let index = done.seq.checked_sub(first).and_then(|index| usize::try_from(index).ok());
            let seq = index.and_then(|index| places.get(index)).copied().unwrap_or(done.seq);
            Done { seq, ..done }
        };
        let answer = match decided.answer {
            LedgerAnswer::Done(done) => LedgerAnswer::Done(placed(done)),
            LedgerAnswer::Each(each) => LedgerAnswer::Each(each.into_iter().map(|done| done.map(placed)).collect()),
        };
        Decision { facts, answer: Answer::Ledger(answer) }
    }

    /// A statement that was taken before is answered as it was then. One that is older than the one in force, and that
    /// nobody brought while it was true, would bring back who was replaced.
    fn state(&self, statement: &Statement) -> Result<Decision, Refusal> {
        if let Some(seq) = self.stated.get(&statement.0.content_digest()) {
            return Ok(Decision { facts: Vec::new(), answer: Answer::Stated { seq: *seq } });
        }
        let since = self.custody(&statement.0.id).map(|custody| custody.since);
        if let Some(since) = since.filter(|since| statement.0.created_at < *since) {
            return Err(Refusal::StatementSuperseded { since });
        }
        let answer = Answer::Stated { seq: self.seq() + 1 };
        Ok(Decision { facts: vec![Fact::Custody(Box::new(Custody::of(statement)))], answer })
    }
}

/// Whether a contract is paid on the ledger at all (T27).
pub(crate) fn is_free(contract: &ProcurementContract) -> bool {
    contract.hold.is_none()
}
