//! A budget that runs: one writer, however many spend.

use std::{collections::BTreeMap, sync::Arc};

use earnest_ports::{
    Clock, Genesis, Journal, JournalName, MemoryStore, Outage, Running, StartError, SubmitError, Writer, WriterOptions,
    stand_by,
};
use earnest_x402::PayTo;

use super::{Budget, BudgetAnswer, BudgetCommand, BudgetRefusal, Call, CallId, Day, Unit, Units};

/// A budget that runs. Clones spend from the same one.
#[derive(Clone)]
pub struct Purse {
    writer: Writer<Budget>,
    clock: Arc<dyn Clock>,
}

/// Why a purse did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurseError {
    /// The budget refuses.
    #[error(transparent)]
    Refused(#[from] BudgetRefusal),
    /// The journal is out of reach. Nothing is signed, and nothing is sent.
    #[error(transparent)]
    Outage(#[from] Outage),
}

impl PurseError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Outage(outage) => outage.code(),
        }
    }
}

impl Purse {
    /// A purse that remembers as long as this process runs.
    ///
    /// # Errors
    /// Where the writer cannot be started.
    pub async fn in_memory(clock: Arc<dyn Clock>) -> Result<(Self, Running), StartError> {
        #[expect(clippy::expect_used, reason = "the name is a literal, and a test starts with it")]
        let name: JournalName = "budget".parse().expect("the name of a journal");
        Self::start(Arc::new(MemoryStore::new(name).open("this process")), clock).await
    }

    /// A purse over a journal, for as long as no other process spends from it.
    ///
    /// # Errors
    /// Where another process holds the journal, or it makes no budget.
    pub async fn start(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Result<(Self, Running), StartError> {
        let (writer, running) = Writer::start(journal, clock.clone(), genesis(), WriterOptions::default()).await?;
        Ok((Self { writer, clock }, running))
    }

    /// The same, once no other process spends from it.
    ///
    /// # Errors
    /// Where the journal makes no budget.
    pub async fn wait(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Result<(Self, Running), StartError> {
        let (writer, running) = stand_by(journal, clock.clone(), genesis(), WriterOptions::default()).await?;
        Ok((Self { writer, clock }, running))
    }

    /// The clock by which it tells days and lapses.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Has a command decided. What is answered is in the journal.
    ///
    /// # Errors
    /// [`PurseError`].
    pub async fn ask(&self, command: BudgetCommand) -> Result<BudgetAnswer, PurseError> {
        match self.writer.submit(command).await {
            Ok(committed) => Ok(committed.answer),
            Err(SubmitError::Refused(refusal)) => Err(refusal.into()),
            Err(SubmitError::Outage(outage)) => Err(outage.into()),
        }
    }

    /// A call, where it is known.
    ///
    /// # Errors
    /// Where the journal is out of reach.
    pub async fn call(&self, call: &CallId) -> Result<Option<Call>, PurseError> {
        let call = call.clone();
        self.see(move |budget| budget.call(&call).cloned()).await
    }

    /// The calls whose payment is signed and may be carried out.
    ///
    /// # Errors
    /// Where the journal is out of reach.
    pub async fn open_calls(&self) -> Result<BTreeMap<CallId, Call>, PurseError> {
        let open = |call: &Call| call.standing() == super::Standing::Signed;
        self.see(move |budget| {
            let open = budget.calls().filter(|(_, call)| open(call));
            open.map(|(id, call)| (id.clone(), call.clone())).collect()
        })
        .await
    }

    /// Looks at the budget. Nobody spends meanwhile: take out what is needed.
    ///
    /// # Errors
    /// Where the journal is out of reach.
    pub async fn see<R: Send + 'static>(
        &self,
        see: impl FnOnce(&Budget) -> R + Send + 'static,
    ) -> Result<R, PurseError> {
        Ok(self.writer.read(move |budget, _| see(budget)).await?)
    }

    /// What counts against today in a unit, and what of it against one payee.
    ///
    /// # Errors
    /// Where the journal is out of reach.
    pub async fn spent(&self, unit: &Unit, payee: &PayTo) -> Result<(Units, Units), PurseError> {
        let (day, unit, payee) = (Day::of(self.clock.now()), unit.clone(), payee.clone());
        self.see(move |budget| (budget.spent(day, &unit), budget.spent_on(day, &unit, &payee))).await
    }
}

impl std::fmt::Debug for Purse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Purse")
    }
}

fn genesis() -> Genesis<Budget> {
    Genesis::new(Budget::default)
}
