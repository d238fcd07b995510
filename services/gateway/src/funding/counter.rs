//! The counter: what every route and the worker need, and the writer while this process has the lease.

use std::{collections::BTreeMap, collections::BTreeSet, sync::Arc};

use earnest_base::{AccountId, ParticipantId, Subject, Timestamp};
use earnest_client::EscrowClient;
use earnest_funding::{Command, Crossings, Refusal, may_ask};
use earnest_kit::{Caller, Problem, ServiceCode};
use earnest_ports::{Clock, SubmitError, Writer};
use earnest_signing::{Document, Draft, SecretKey, Verified};
use tokio::sync::watch;

use super::{FileProvider, Funded, Provider, problem, settings::FundingSettings};

/// The counter. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Counter(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) settings: FundingSettings,
    pub(crate) key: SecretKey,
    pub(crate) operators: BTreeSet<ParticipantId>,
    pub(crate) escrow: EscrowClient,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) providers: BTreeMap<String, Arc<dyn Provider>>,
    /// Those of the providers whose statements are posted.
    pub(crate) banks: BTreeMap<String, Arc<FileProvider>>,
    /// The writer, while this process has the lease.
    pub(crate) writer: watch::Sender<Option<Writer<Funded>>>,
}

impl std::ops::Deref for Counter {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Counter {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn writer(&self) -> Result<Writer<Funded>, Problem> {
        let standby = || ServiceCode::NotReady.problem().detail("expected the gateway that writes; this one stands by");
        self.writer.borrow().clone().ok_or_else(standby)
    }

    /// Has a command decided, and answers once it cannot be lost.
    pub(crate) async fn submit(&self, command: Command) -> Result<(), Problem> {
        self.writer()?.try_submit(command).await.map(drop).map_err(problem::not_submitted)
    }

    /// Has several commands decided, each on its own.
    pub(crate) async fn submit_all(
        &self,
        commands: Vec<Command>,
    ) -> Result<Vec<Result<(), SubmitError<Refusal>>>, Problem> {
        let told = self.writer()?.submit_all(commands).await;
        Ok(told.into_iter().map(|told| told.map(drop)).collect())
    }

    /// Reads the state.
    pub(crate) async fn read<R: Send + 'static>(
        &self,
        see: impl FnOnce(&Crossings) -> R + Send + 'static,
    ) -> Result<R, Problem> {
        self.writer()?.read(move |funded, _| see(&funded.0)).await.map_err(problem::out)
    }

    /// The operator who calls.
    pub(crate) fn operator(&self, caller: &Caller) -> Result<ParticipantId, Problem> {
        let participant = caller.participant()?;
        if self.operators.contains(&participant) {
            return Ok(participant);
        }
        Err(ServiceCode::Forbidden.problem().detail("expected an operator of the gateway"))
    }

    /// The caller, where the account is its own or its organisation's, as the escrow says.
    pub(crate) async fn owner(&self, caller: &Caller, account: &AccountId) -> Result<Subject, Problem> {
        let found = self.escrow.account(account).await.map_err(|error| problem::escrow(&error))?;
        let organisation = match &found.owner {
            Subject::Org(org) => match self.escrow.organisation(org).await {
                Ok(said) => Some(said),
                Err(earnest_client::ClientError::Refused(refused)) if refused.status == 404 => None,
                Err(error) => return Err(problem::escrow(&error)),
            },
            _ => None,
        };
        if may_ask(caller.subject(), &found, organisation.as_ref(), self.now()) {
            Ok(*caller.subject())
        } else {
            Err(problem::refused_account())
        }
    }

    /// Signs a document as the gateway. The same document is signed the same every time.
    pub(crate) fn signed<T: Document>(&self, document: &T) -> Result<Verified<T>, earnest_signing::Error> {
        Draft::new(document)?.sign(None, &self.key)?.finish()?.verify()
    }
}
