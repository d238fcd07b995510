//! A small world around a book: workers who show payments, work, settle, deliver, and die at any moment; a settlement
//! whose outcome is one for ever; and a monitor of what must never be.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// What one worker does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Doing {
    Idle,
    Working { until: i64 },
    Settling,
}

/// A worker, and the payment that it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Server {
    pub(super) payment: u8,
    pub(super) request: u8,
    pub(super) name: Option<u8>,
    pub(super) doing: Doing,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Action {
    Show(usize),
    Finish(usize),
    Fail(usize),
    Die(usize),
    Confirm(usize),
    Refuse(usize),
    Wait(usize),
    /// So many seconds pass.
    Pass(i64),
    /// The book is written and read again.
    Restart,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    /// The book, as its snapshot: so that worlds can be told apart.
    book: Vec<u8>,
    pub(super) now: i64,
    pub(super) servers: Vec<Server>,
    /// What settling each payment comes to, once that is decided.
    truth: BTreeMap<u8, bool>,
    delivered: BTreeMap<u8, u32>,
    granted: BTreeSet<u8>,
    serial: u64,
    workers: Vec<u64>,
    pub(super) fault: Option<String>,
}

impl World {
    /// Each server with its payment, its request and its identifier.
    pub(super) fn new(servers: &[(u8, u8, Option<u8>)]) -> Self {
        let servers: Vec<Server> = servers
            .iter()
            .map(|&(payment, request, name)| Server { payment, request, name, doing: Doing::Idle })
            .collect();
        Self {
            book: Grants::default().to_snapshot(),
            now: 0,
            workers: vec![0; servers.len()],
            servers,
            truth: BTreeMap::new(),
            delivered: BTreeMap::new(),
            granted: BTreeSet::new(),
            serial: 0,
            fault: None,
        }
    }

    pub(super) fn book(&self) -> Grants {
        Grants::from_snapshot(&self.book).unwrap()
    }

    fn tell(&mut self, command: &Command) -> Result<Answer, Refusal> {
        let mut grants = self.book();
        let told = act(&mut grants, command, self.now);
        self.book = grants.to_snapshot();
        if Grants::from_snapshot(&self.book).as_ref() != Ok(&grants) {
            self.fault = Some("a book is not what its snapshot says".to_owned());
        }
        told
    }

    /// Takes a step; `false` where it cannot be taken.
    pub(super) fn act(&mut self, action: Action) -> bool {
        match action {
            Action::Show(index) if self.servers[index].doing == Doing::Idle => self.show(index),
            Action::Finish(index) | Action::Fail(index)
                if matches!(self.servers[index].doing, Doing::Working { .. }) =>
            {
                self.worked(index, matches!(action, Action::Finish(_)));
            }
            Action::Die(index) if self.servers[index].doing != Doing::Idle => self.servers[index].doing = Doing::Idle,
            Action::Confirm(index) | Action::Refuse(index) if self.servers[index].doing == Doing::Settling => {
                return self.settled(index, matches!(action, Action::Confirm(_)));
            }
            Action::Wait(index) if self.servers[index].doing == Doing::Settling => {
                let told = self.tell(&rest(self.servers[index].payment, self.workers[index], None, false));
                self.servers[index].doing = Doing::Idle;
                drop(told);
            }
            Action::Pass(secs) => self.pass(secs),
            Action::Restart => self.book = self.book().to_snapshot(),
            _ => return false,
        }
        self.monitor();
        true
    }

    fn show(&mut self, index: usize) {
        self.serial += 1;
        self.workers[index] = self.serial;
        let Server { payment, request, name, .. } = self.servers[index];
        let told = self.tell(&shown(show(payment, request, name.and_then(|name| named(name, request)), self.serial)));
        match told {
            Ok(Answer::Work { until }) => {
                self.servers[index].doing = Doing::Working { until: until.unix_millis() / 1000 };
            }
            Ok(Answer::Settle { .. }) => self.servers[index].doing = Doing::Settling,
            Ok(Answer::Again { .. }) if self.granted.is_empty() => {
                self.fault = Some("an answer was given again that was never given".to_owned());
            }
            Ok(Answer::Deliver { .. } | Answer::Noted) => {
                self.fault = Some("a show was answered as something else".to_owned());
            }
            Ok(Answer::Again { .. } | Answer::Busy { .. }) | Err(_) => {}
        }
    }

    fn worked(&mut self, index: usize, done: bool) {
        let (payment, worker) = (self.servers[index].payment, self.workers[index]);
        let command = if done { stage(payment, worker) } else { Command::Leave(step(payment, worker)) };
        let told = self.tell(&command);
        self.servers[index].doing = if done && told.is_ok() { Doing::Settling } else { Doing::Idle };
    }

    /// The rail decides once; whoever asks afterwards hears the same.
    fn settled(&mut self, index: usize, confirmed: bool) -> bool {
        let (payment, worker) = (self.servers[index].payment, self.workers[index]);
        if self.truth.get(&payment).is_some_and(|truth| *truth != confirmed) {
            return false;
        }
        self.truth.insert(payment, confirmed);
        self.servers[index].doing = Doing::Idle;
        let told = self.tell(&if confirmed { grant(payment, worker) } else { discard(payment, worker) });
        if let Ok(Answer::Deliver { .. }) = told {
            *self.delivered.entry(payment).or_default() += 1;
            self.granted.insert(payment);
        }
        self.monitor();
        true
    }

    fn pass(&mut self, secs: i64) {
        self.now += secs;
        let now = self.now;
        // Who works past the lease is stopped by its own bound.
        for server in &mut self.servers {
            if matches!(server.doing, Doing::Working { until } if until <= now) {
                server.doing = Doing::Idle;
            }
        }
        let swept = self.tell(&Command::Sweep);
        drop(swept);
    }

    fn monitor(&mut self) {
        let mut at_work: BTreeMap<(u8, Option<u8>), u32> = BTreeMap::new();
        for server in &self.servers {
            if matches!(server.doing, Doing::Working { .. }) {
                *at_work.entry((server.payment, None)).or_default() += 1;
                if server.name.is_some() {
                    *at_work.entry((0, server.name)).or_default() += 1;
                }
            }
        }
        let mut paid: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
        for server in &self.servers {
            if let Some(name) = server.name
                && self.truth.get(&server.payment) == Some(&true)
            {
                paid.entry(name).or_default().insert(server.payment);
            }
        }
        let fault = if at_work.values().any(|count| *count > 1) {
            Some("two execute one payment")
        } else if self.delivered.values().any(|count| *count > 1) {
            Some("one payment was granted twice")
        } else if self.delivered.keys().any(|payment| self.truth.get(payment) != Some(&true)) {
            Some("what is not paid was delivered")
        } else if paid.values().any(|payments| payments.len() > 1) {
            Some("one identifier was charged twice")
        } else {
            None
        };
        self.fault = self.fault.take().or(fault.map(str::to_owned));
    }

    /// How often a payment was granted.
    pub(super) fn grants_of(&self, payment: u8) -> u32 {
        self.delivered.get(&payment).copied().unwrap_or_default()
    }

    pub(super) fn truth_of(&self, payment: u8) -> Option<bool> {
        self.truth.get(&payment).copied()
    }
}
