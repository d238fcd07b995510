//! The escrow at work: what every route needs, and the writer while this process has the lease.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use earnest_artifacts::{EscrowPolicy, OrganizationSubject, ServiceOffer, Verified};
use earnest_base::{
    EscrowPolicyId, FederationId, HoldId, InvalidError, NodeId, OrgId, Sha256Digest, Subject, Timestamp,
};
use earnest_kit::{Caller, Metrics, Problem, ServiceCode};
use earnest_ledger::{AccountNumber, Fact as LedgerFact, Ledger, Place};
use earnest_ports::{
    Blobs, Clock, Committed, Journal, JournalName, MemoryBlobs, MemoryStore, Outage, Position, Seq, SubmitError,
    SystemClock, Writer, facts_after,
};
use earnest_settlement::{Agreed, Answer, Command, Evidence, Fact, Intake, Refusal, Roles, Settlement, Sides};
use earnest_signing::{Document, Draft, SecretKey};
use tokio::sync::watch;

use crate::{
    answers::effects,
    beside::Beside,
    machine::Escrowed,
    problem,
    remembered::{Remembered, VerifiedBefore},
    routes::Reached,
};

/// The escrow at work. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Office(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) federation: FederationId,
    pub(crate) roles: Roles,
    pub(crate) key: SecretKey,
    /// The writer, while this process has the lease.
    pub(crate) writer: watch::Sender<Option<Writer<Escrowed>>>,
    /// Where the journal ends, for the streams.
    pub(crate) end: watch::Sender<u64>,
    pub(crate) metrics: Metrics,
    pub(crate) beside: Beside,
    pub(crate) before: Before,
}

/// What was read or verified before, and is the same every time.
#[derive(Debug, Default)]
pub(crate) struct Before {
    pub(crate) policies: Mutex<BTreeMap<EscrowPolicyId, Arc<Verified<EscrowPolicy>>>>,
    pub(crate) organisations: VerifiedBefore<OrganizationSubject>,
    pub(crate) offers: VerifiedBefore<ServiceOffer>,
    /// What the sides of a hold agreed on does not change.
    pub(crate) agreed: Remembered<HoldId, Agreed>,
    /// The statement of an account, before the page that comes after a fact.
    pub(crate) statements: Remembered<(AccountNumber, u64), Reached>,
}

impl std::ops::Deref for Office {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// How many facts a command leaves at most: its own, and what it rests on.
const COMMAND: usize = 4;

impl Office {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// An escrow that keeps nothing: its routes can be described, and none can be served.
    pub(crate) fn for_description() -> Result<Self, InvalidError> {
        let key = SecretKey::from_seed(&[0; 32]);
        let name: JournalName = "ledger:description".parse()?;
        Ok(Self::new(Inner {
            journal: Arc::new(MemoryStore::new(name).open("description")),
            blobs: Arc::new(MemoryBlobs::default()),
            clock: Arc::new(SystemClock),
            federation: "fed:local".parse()?,
            roles: Roles {
                escrow: NodeId::new(*key.public()),
                gateways: BTreeSet::default(),
                operators: BTreeSet::default(),
            },
            key,
            writer: watch::Sender::new(None),
            end: watch::Sender::new(0),
            metrics: Metrics::default(),
            beside: Beside::default(),
            before: Before::default(),
        }))
    }

    pub(crate) fn writer(&self) -> Result<Writer<Escrowed>, Problem> {
        let standby = || ServiceCode::NotReady.problem().detail("expected the escrow that writes; this one stands by");
        self.writer.borrow().clone().ok_or_else(standby)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn intake(&self, caller: Subject) -> Intake<'_> {
        Intake { roles: &self.roles, federation: &self.federation, caller, now: self.now() }
    }

    pub(crate) fn intake_of(&self, caller: &Caller) -> Intake<'_> {
        self.intake(*caller.subject())
    }

    /// Has a command decided, and gives its answer once it cannot be lost.
    pub(crate) async fn submit(&self, command: Result<Command, Refusal>) -> Result<Answer, Problem> {
        Ok(self.commit(command.map_err(problem::refused)?).await?.answer)
    }

    /// The same, with where it stands in the journal.
    pub(crate) async fn commit(&self, command: Command) -> Result<Committed<Answer>, Problem> {
        let committed = self.writer()?.try_submit(command).await.map_err(problem::not_submitted)?;
        self.count(&committed.answer);
        Ok(committed)
    }

    /// Has several commands decided in their order, each on its own: one that is refused keeps no other from being done.
    /// Where the writer cannot say of one of them, it is said of them all; the same again tells.
    pub(crate) async fn commit_all(
        &self,
        commands: Vec<Command>,
    ) -> Result<Vec<Result<Committed<Answer>, Refusal>>, Problem> {
        let told = self.writer()?.submit_all(commands).await.into_iter().map(|committed| match committed {
            Ok(committed) => Ok(Ok(committed)),
            Err(SubmitError::Refused(refusal)) => Ok(Err(refusal)),
            // Whatever is said of this one, others may have been done.
            Err(SubmitError::Outage(_)) => Err(problem::out(Outage::Unknown)),
        });
        let told = told.collect::<Result<Vec<_>, Problem>>()?;
        told.iter().flatten().for_each(|committed| self.count(&committed.answer));
        Ok(told)
    }

    fn count(&self, answer: &Answer) {
        effects(answer).for_each(|effect| self.metrics.count_by("earnest_escrow_answers_total", &[("effect", effect)]));
    }

    /// Reads the state, and where it stands in the journal.
    pub(crate) async fn read<R: Send + 'static>(
        &self,
        see: impl FnOnce(&Settlement, Place) -> R + Send + 'static,
    ) -> Result<R, Problem> {
        let read = self.writer()?.read(move |machine, position| see(&machine.0, place(position))).await;
        read.map_err(problem::out)
    }

    /// The facts from a number on.
    pub(crate) async fn facts(&self, from: u64, at_most: usize) -> Result<Vec<(Place, Timestamp, Fact)>, Problem> {
        let Some(after) = Seq::new(from.saturating_sub(1)) else { return Ok(Vec::new()) };
        let stored = facts_after(&*self.journal, after, at_most).await.map_err(|error| problem::journal(&error))?;
        let read = stored.into_iter().map(|stored| Ok((place(stored.place), stored.at, Fact::decode(&stored.bytes)?)));
        read.collect::<Result<_, earnest_settlement::DecodeError>>().map_err(|error| problem::fault(&error))
    }

    /// A fact of the ledger, by its number.
    pub(crate) async fn ledger_fact(&self, seq: u64) -> Result<Option<(Place, LedgerFact)>, Problem> {
        Ok(match self.facts(seq, 1).await?.into_iter().next() {
            Some((place, _, Fact::Ledger(fact))) if place.seq == seq => Some((place, fact)),
            _ => None,
        })
    }

    /// The documents that the fact of this number rests on, in their order.
    pub(crate) async fn evidence(&self, seq: u64) -> Result<Vec<Vec<u8>>, Problem> {
        let mut documents = Vec::new();
        for (_, _, fact) in self.facts(seq, COMMAND).await?.into_iter().skip(1) {
            match fact {
                Fact::Evidence(Evidence::Document(document) | Evidence::Offer { document, .. }) => {
                    documents.push(document);
                }
                Fact::Evidence(Evidence::At(earlier)) => documents.extend(self.earlier(earlier).await?),
                Fact::Ledger(_) | Fact::Custody(_) => break,
            }
        }
        Ok(documents)
    }

    async fn earlier(&self, seq: u64) -> Result<Option<Vec<u8>>, Problem> {
        Ok(match self.facts(seq, 1).await?.into_iter().next() {
            Some((_, _, Fact::Evidence(Evidence::Offer { document, .. }))) => Some(document),
            _ => None,
        })
    }

    /// The sides of a hold.
    pub(crate) async fn sides(&self, hold: &HoldId) -> Result<Sides, Problem> {
        let hold = hold.clone();
        let sides = self.read(move |settlement, _| settlement.sides(&hold)).await?;
        sides.ok_or_else(|| problem::refused(Refusal::Unknown("a hold")))
    }

    /// What the two sides of a hold agreed on.
    pub(crate) async fn agreed(&self, hold: &HoldId) -> Result<Arc<Agreed>, Problem> {
        if let Some(agreed) = self.before.agreed.find(hold) {
            return Ok(agreed);
        }
        let id = hold.clone();
        let seq = self.read(move |settlement, _| held_at(settlement.ledger(), &id)).await?;
        let seq = seq.ok_or_else(|| problem::refused(Refusal::Unknown("a hold")))?;
        match self.evidence(seq).await?.as_slice() {
            [contract, order, offer] => {
                let agreed = Agreed::parse(contract, order, offer).map_err(|error| problem::evidence(&error))?;
                Ok(self.before.agreed.keep(hold.clone(), agreed))
            }
            _ => Err(problem::evidence(&earnest_settlement::EvidenceError::Missing("contract, order and offer"))),
        }
    }

    /// The single document behind a command, by the command's id.
    pub(crate) async fn document_of<T: Document>(&self, id: &str) -> Result<Option<Verified<T>>, Problem> {
        let id = id.to_owned();
        let done = self.read(move |settlement, _| settlement.ledger().done(&id)).await?;
        let Some(done) = done else { return Ok(None) };
        let documents = self.evidence(done.seq).await?;
        let parsed = documents.first().map(|document| Verified::parse(document)).transpose();
        parsed.map_err(|error| problem::fault(&error))
    }

    /// A policy in use here.
    pub(crate) async fn policy(&self, id: &EscrowPolicyId) -> Result<Option<Arc<Verified<EscrowPolicy>>>, Problem> {
        if let Some(policy) = self.before.policies.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Some(Arc::clone(policy)));
        }
        let Some(policy) = self.document_of::<EscrowPolicy>(id.as_str()).await?.map(Arc::new) else {
            return Ok(None);
        };
        self.before.policies.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), Arc::clone(&policy));
        Ok(Some(policy))
    }

    /// What an organisation last said of who acts for it.
    pub(crate) async fn organisation(&self, org: OrgId) -> Result<Option<Arc<Verified<OrganizationSubject>>>, Problem> {
        let said = self.read(move |settlement, _| settlement.custody(&org).map(|said| said.statement.clone())).await?;
        let parsed = said.map(|statement| self.before.organisations.parse(statement.as_bytes())).transpose();
        parsed.map_err(|error| problem::fault(&error))
    }

    /// Signs a document as the escrow.
    pub(crate) fn signed<T: Document>(&self, draft: Draft<T>) -> Result<Vec<u8>, Problem> {
        let signed = draft.sign(None, &self.key).map_err(|error| problem::fault(&error))?;
        Ok(signed.to_json().canonical().into_bytes())
    }

    /// The bytes of a blob, where it is kept.
    pub(crate) async fn blob(&self, digest: &Sha256Digest) -> Result<Option<Vec<u8>>, Problem> {
        self.blobs.read(digest).await.map_err(|error| problem::blob(&error))
    }
}

/// The fact that opened a hold.
fn held_at(ledger: &Ledger, hold: &HoldId) -> Option<u64> {
    ledger.hold(hold)?;
    ledger.done(hold.as_str()).map(|done| done.seq)
}

pub(crate) fn place(position: Position) -> Place {
    Place { seq: position.seq.value(), head: position.head.digest() }
}
