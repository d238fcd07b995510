//! What waits for a writer.

use tokio::sync::oneshot;

use super::{Committed, Outage, SubmitError};
use crate::{Machine, Replayed};

/// Something that a caller waits for.
pub(super) enum Ask<M: Machine> {
    /// A command, and where its reply goes.
    Command(M::Command, ReplyTo<M>),
    /// A look at the state.
    Look(Look<M>),
}

/// Where the reply to a command goes. A caller that has left is none the wiser, and nothing is lost by it.
pub(super) struct ReplyTo<M: Machine>(oneshot::Sender<Reply<M>>);

/// What a caller gets.
pub(super) struct Reply<M: Machine>(pub(super) Result<Committed<M::Answer>, SubmitError<M::Refusal>>);

/// What a machine decided: an answer or a refusal.
pub(super) struct Decision<M: Machine>(pub(super) Result<Committed<M::Answer>, M::Refusal>);

/// What looks at the state; without a state it says so.
#[expect(clippy::type_complexity, reason = "a callback is of the type that it is called with, and needs no name more")]
pub(super) struct Look<M>(Box<dyn FnOnce(Option<&Replayed<M>>) + Send>);

impl<M: Machine> ReplyTo<M> {
    /// Where a reply goes, and where it comes from.
    pub(super) fn channel() -> (Self, oneshot::Receiver<Reply<M>>) {
        let (tell, told) = oneshot::channel();
        (Self(tell), told)
    }

    fn decision(self, decision: Decision<M>) {
        drop(self.0.send(Reply(decision.0.map_err(SubmitError::Refused))));
    }

    fn outage(self, outage: Outage) {
        drop(self.0.send(Reply(Err(outage.into()))));
    }
}

impl<M> Look<M> {
    pub(super) fn new(see: impl FnOnce(Option<&Replayed<M>>) + Send + 'static) -> Self {
        Self(Box::new(see))
    }
}

impl<M: Machine> Ask<M> {
    /// Nothing was done of it, and nothing will be.
    pub(super) fn not_done(self) {
        match self {
            Self::Command(_, to) => to.outage(Outage::NotDone),
            Self::Look(look) => (look.0)(None),
        }
    }
}

/// What callers are told once the facts of a batch are in the journal.
pub(super) struct Waiting<M: Machine>(Vec<Told<M>>);

enum Told<M: Machine> {
    Reply(ReplyTo<M>, Decision<M>),
    Look(Look<M>),
}

impl<M: Machine> Waiting<M> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(super) fn reply(&mut self, to: ReplyTo<M>, decision: Decision<M>) {
        self.0.push(Told::Reply(to, decision));
    }

    pub(super) fn look(&mut self, look: Look<M>) {
        self.0.push(Told::Look(look));
    }

    /// The batch is in the journal: everyone is told.
    pub(super) fn done(self, state: &Replayed<M>) {
        for told in self.0 {
            match told {
                Told::Reply(to, decision) => to.decision(decision),
                Told::Look(look) => (look.0)(Some(state)),
            }
        }
    }

    /// The batch is not in the journal. Refusals and repeated answers fail with the rest: they may rest on facts of the
    /// same batch.
    pub(super) fn not_done(self) {
        self.failed(Outage::NotDone);
    }

    /// Whether the batch is in the journal is not known.
    pub(super) fn unknown(self) {
        self.failed(Outage::Unknown);
    }

    fn failed(self, outage: Outage) {
        for told in self.0 {
            match told {
                Told::Reply(to, _) => to.outage(outage),
                Told::Look(look) => (look.0)(None),
            }
        }
    }
}
