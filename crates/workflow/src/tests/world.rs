//! The world: a node that does the work and dies, a market, messages that come twice, late or never.

use earnest_base::{Name, OrderId, Seconds, Timestamp};
use earnest_procurement::Classifier;

use super::{
    market::{Happening, Market, Standing},
    monitor::Monitor,
    scenes::{approval, buyer, signed},
};
use crate::{Command, Fact, ItemId, News, Plan, Work, Workflows};

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Action {
    /// The node does a piece of work, and its answer is on the way.
    Do(Work),
    /// The order arrives, and is refused.
    Refuse(Work),
    /// The provider cannot be reached.
    LoseOrder(Work),
    /// The order arrives, and its answer does not.
    LoseAnswer(Work),
    /// A message arrives.
    Receive(usize),
    /// A message arrives, and will once more.
    Repeat(usize),
    /// A message is lost.
    Drop(usize),
    Happen(OrderId, Happening),
    /// The process dies and starts again.
    Crash,
    Cancel,
    /// Time passes, to when something is due.
    Wait,
}

/// How much may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    pub(super) refused: u32,
    pub(super) unreachable: u32,
    pub(super) lost: u32,
    pub(super) repeated: u32,
    pub(super) dropped: u32,
    /// Expiries, lapses, providers that give up.
    pub(super) failures: u32,
    pub(super) crashes: u32,
    pub(super) cancels: u32,
    pub(super) waits: u32,
}

pub(super) const CALM: Budget = Budget {
    refused: 0,
    unreachable: 0,
    lost: 0,
    repeated: 0,
    dropped: 0,
    failures: 0,
    crashes: 0,
    cancels: 0,
    waits: 0,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) flows: Workflows,
    pub(super) market: Market,
    pub(super) now: Timestamp,
    pub(super) mail: Vec<(ItemId, News)>,
    pub(super) budget: Budget,
    pub(super) monitor: Monitor,
    pub(super) run: Name,
    /// Every fact, encoded, and what was to be done after each decision; where it is kept.
    pub(super) journal: Option<Journal>,
    /// How far time passes at once, at most.
    pub(super) stride: Option<Seconds>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Journal {
    pub(super) facts: Vec<Vec<u8>>,
    /// How many facts there were, and what was to be done.
    pub(super) works: Vec<(usize, Vec<Work>)>,
}

impl World {
    /// A run that is approved.
    pub(super) fn new(plan: &Plan, market: Market, budget: Budget, planted: Option<crate::Planted>) -> Self {
        let now = "2026-04-01T06:00:00Z".parse().unwrap();
        let mut world = Self {
            flows: Workflows::new(),
            market,
            now,
            mail: Vec::new(),
            budget,
            monitor: Monitor::default(),
            run: "arca-run:morning:2026-04-01".parse().unwrap(),
            journal: None,
            stride: None,
        };
        world.journal = Some(Journal::default());
        world.flows.planted = planted;
        world.tell(&Command::Start { run: world.run.clone(), plan: Box::new(plan.clone()), buyer: buyer() });
        let approval = signed(&approval(&world.run, plan));
        world.tell(&Command::Approve { approval: Box::new(approval) });
        world
    }

    /// Tells the machine, which then does what is due. Says whether anything happened.
    pub(super) fn tell(&mut self, command: &Command) -> bool {
        let happened = self.tell_once(command);
        self.settle() || happened
    }

    pub(super) fn settle(&mut self) -> bool {
        let mut happened = false;
        while self.flows.next_due().is_some_and(|due| due <= self.now) {
            if !self.tell_once(&Command::Advance) {
                self.monitor.complain(|| "what is due makes no facts".to_owned());
                return happened;
            }
            happened = true;
        }
        happened
    }

    fn tell_once(&mut self, command: &Command) -> bool {
        let Ok(decision) = self.flows.decide(command, self.now) else { return false };
        for fact in &decision.facts {
            self.flows.apply(fact).unwrap_or_else(|error| panic!("{error}: {fact:?} of {command:?}"));
            if let Some(journal) = &mut self.journal {
                let mut bytes = Vec::new();
                fact.encode(&mut bytes);
                journal.facts.push(bytes);
            }
        }
        if let Some(journal) = &mut self.journal
            && !decision.facts.is_empty()
        {
            journal.works.push((journal.facts.len(), self.flows.works().collect()));
        }
        !decision.facts.is_empty()
    }

    pub(super) fn actions(&self, actions: &mut Vec<Action>) {
        let budget = &self.budget;
        for work in self.flows.works() {
            if matches!(work, Work::Order { .. }) && budget.refused > 0 {
                actions.push(Action::Refuse(work.clone()));
            }
            if matches!(work, Work::Order { .. } | Work::Countersign { .. }) {
                if budget.unreachable > 0 {
                    actions.push(Action::LoseOrder(work.clone()));
                }
                if budget.lost > 0 {
                    actions.push(Action::LoseAnswer(work.clone()));
                }
            }
            if self.tells_something(&work) {
                actions.push(Action::Do(work));
            }
        }
        for place in 0..self.mail.len() {
            actions.push(Action::Receive(place));
            if budget.repeated > 0 {
                actions.push(Action::Repeat(place));
            }
            if budget.dropped > 0 {
                actions.push(Action::Drop(place));
            }
        }
        for (id, placed) in &self.market.placed {
            let mut happen = |what| actions.push(Action::Happen(id.clone(), what));
            match placed.standing {
                Standing::Held => {
                    happen(Happening::Deliver);
                    if budget.failures > 0 {
                        happen(Happening::Expire);
                        happen(Happening::GiveUp);
                    }
                }
                Standing::Admitted if budget.failures > 0 => happen(Happening::Lapse),
                Standing::Delivered => happen(Happening::AutoRelease),
                Standing::Disputed => {
                    happen(Happening::Decide { released: true });
                    happen(Happening::Decide { released: false });
                }
                _ => {}
            }
        }
        if budget.crashes > 0 {
            actions.push(Action::Crash);
        }
        if budget.cancels > 0 && self.flows.run(&self.run).is_some_and(|run| run.end().is_none()) {
            actions.push(Action::Cancel);
        }
        if budget.waits > 0 || actions.is_empty() {
            actions.push(Action::Wait);
        }
    }

    /// Whether doing a piece of work could change anything: looking again at what is known does not.
    fn tells_something(&self, work: &Work) -> bool {
        let Work::Watch { item, order, .. } = work else { return true };
        self.watched(order).into_iter().any(|news| {
            let command = Command::Tell { run: self.run.clone(), item: item.clone(), news };
            self.flows.decide(&command, self.now).is_ok_and(|decision| !decision.facts.is_empty())
        })
    }

    /// What somebody who watches a hold sees: how it stands, and its delivery, once there is one.
    fn watched(&self, order: &OrderId) -> Vec<News> {
        let placed = &self.market.placed[order];
        let delivered = matches!(placed.standing, Standing::Released(_) | Standing::Disputed);
        let delivery = delivered.then(|| self.market.delivery(order)).flatten();
        self.market.news(order).into_iter().chain(delivery).collect()
    }

    /// Takes an action. Says whether anything happened.
    pub(super) fn act(&mut self, action: &Action) -> bool {
        match action {
            Action::Do(work) => self.work(work),
            Action::Refuse(work) => {
                self.budget.refused -= 1;
                self.order(work, Some(Classifier::OtherReason), true)
            }
            Action::LoseOrder(work) => {
                self.budget.unreachable -= 1;
                self.unreachable(work)
            }
            Action::LoseAnswer(work) => {
                self.budget.lost -= 1;
                if let Work::Countersign { order, .. } = work {
                    self.market.fund(order);
                    return self.unreachable(work);
                }
                self.order(work, None, false)
            }
            Action::Receive(place) => {
                let (item, news) = self.mail.remove(*place);
                self.receive(item, news);
                true
            }
            Action::Repeat(place) => {
                self.budget.repeated -= 1;
                let (item, news) = self.mail[*place].clone();
                self.receive(item, news)
            }
            Action::Drop(place) => {
                self.budget.dropped -= 1;
                self.mail.remove(*place);
                true
            }
            Action::Happen(order, what) => {
                if matches!(what, Happening::Expire | Happening::GiveUp | Happening::Lapse) {
                    self.budget.failures -= 1;
                }
                self.market.happen(order, *what)
            }
            Action::Crash => {
                self.budget.crashes -= 1;
                self.mail.clear();
                self.restart();
                true
            }
            Action::Cancel => {
                self.budget.cancels -= 1;
                self.tell(&Command::Cancel { run: self.run.clone() })
            }
            Action::Wait => {
                self.budget.waits = self.budget.waits.saturating_sub(1);
                self.wait()
            }
        }
    }

    fn unreachable(&mut self, work: &Work) -> bool {
        let (Work::Order { item, order, .. } | Work::Countersign { item, order, .. }) = work else { return false };
        self.post(item, News::Unreachable { order: order.clone() })
    }

    fn work(&mut self, work: &Work) -> bool {
        match work {
            Work::Quote { item, of, .. } => {
                let offers = self.market.quotes(of);
                self.receive(item.clone(), News::Quoted { offers })
            }
            Work::Order { .. } => self.order(work, None, true),
            Work::Countersign { item, order, .. } => {
                let news = self.market.fund(order);
                news.is_some_and(|news| self.post(item, news))
            }
            Work::Watch { item, order, .. } => {
                let posted: Vec<bool> = self.watched(order).into_iter().map(|news| self.post(item, news)).collect();
                posted.contains(&true)
            }
            Work::Say { item, order, word, .. } => {
                let news = self.market.say(order, *word);
                news.is_some_and(|news| self.post(item, news))
            }
            Work::Undo { item, order, .. } => {
                let news = self.market.undo(order);
                news.is_some_and(|news| self.post(item, news))
            }
            Work::Report { item, order, .. } => self.receive(item.clone(), News::Reported { order: order.clone() }),
            Work::Do { item, .. } => {
                let count = self.market.results.get(item.step.as_str()).copied().unwrap_or(1);
                let results = (0..count).map(|number| format!("file:{item}:{number}").parse().unwrap()).collect();
                self.receive(item.clone(), News::LocalDone { results })
            }
            Work::Announce { run } => self.tell(&Command::Announced { run: run.clone() }),
        }
    }

    fn order(&mut self, work: &Work, refuse: Option<Classifier>, answers: bool) -> bool {
        let Work::Order { item, order: id, .. } = work else { return false };
        let order = self.flows.run(&self.run).and_then(|run| run.item(item)?.order()).cloned();
        // The work may have been asked for before something else ended the item.
        let Some(order) = order.filter(|order| order.id == *id) else { return false };
        if let Err(fault) = self.market.order(item, &order, refuse) {
            self.monitor.complain(|| fault);
        }
        let news = self.market.news(id).filter(|_| answers);
        self.post(item, news.unwrap_or(News::Unreachable { order: id.clone() }))
    }

    /// Puts a message on the way; the same message is on the way once.
    fn post(&mut self, item: &ItemId, news: News) -> bool {
        let message = (item.clone(), news);
        if self.mail.contains(&message) {
            return false;
        }
        self.mail.push(message);
        true
    }

    pub(super) fn receive(&mut self, item: ItemId, news: News) -> bool {
        self.tell(&Command::Tell { run: self.run.clone(), item, news })
    }

    /// The process starts from its facts, or where none are kept from its state as it is saved.
    pub(super) fn restart(&mut self) {
        let works: Vec<Work> = self.flows.works().collect();
        let mut restored = match &self.journal {
            Some(journal) => {
                let mut restored = Workflows::new();
                restored.planted = self.flows.planted;
                for bytes in &journal.facts {
                    restored.apply(&Fact::decode(bytes).unwrap()).unwrap();
                }
                restored
            }
            None => Workflows::load(&self.flows.save()).unwrap(),
        };
        restored.planted = self.flows.planted;
        if restored.parts() != self.flows.parts() || restored.works().collect::<Vec<_>>() != works {
            self.monitor.complain(|| "another state after a restart".to_owned());
        }
        if self.flows.planted.is_none() {
            self.flows = restored;
        }
    }

    /// To when something is due, or beyond the time by which the run has ended.
    fn wait(&mut self) -> bool {
        let run = self.flows.run(&self.run).unwrap();
        let last = run
            .deadline
            .after(run.plan.definition().undo_within)
            .and_then(|last| last.after(super::scenes::seconds(1)));
        let open = run.end().is_none();
        let Some(next) = self.flows.next_due().or(last.filter(|_| open)) else { return false };
        if next <= self.now {
            return false;
        }
        let stride = self.stride.and_then(|stride| self.now.after(stride));
        self.now = stride.map_or(next, |stride| stride.min(next));
        self.settle();
        true
    }
}
