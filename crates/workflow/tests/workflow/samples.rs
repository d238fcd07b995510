//! A plan with a bit of everything, and a run of it in every state, with items in every stage.

use earnest_artifacts::{Draft, FIXTURES, Verified, WorkflowApproval, workflow_approval::StepCap};
use earnest_base::{Count, Name, Orc, OrcUnit, OrderId, Timestamp};
use earnest_procurement::{Classifier, Reputation};
use earnest_workflow::{Buyer, Command, Fact, ItemId, News, Plan, Quote, Saying, Workflows};

/// News from one of the example offers' provider, texts of them, and the node's own check beside an index.
pub(crate) const SHOP: &str = r#"{
    "version": 1, "name": "shop", "currency": "ORC", "ceiling": 7200, "timeout": 7200, "undo-within": 600,
    "backoff": {"first": 60, "longest": 600}, "report-timeouts": true,
    "phases": [
        {"name": "research", "attempts": 1, "steps": [
            {"name": "news", "results": 3,
             "items": {"is": "listed", "list": [
                {"name": "breakfast", "input": {"keywords": ["śniadanie"]}}, {"name": "lunch", "input": {}}]},
             "work": {"is": "paid", "service-type": "research/topical", "units": 3, "unit-price": 200, "max-price": 600,
                "offer": {"is": "best", "weights": {"price": 1, "deadline": 0, "reputation": 1}},
                "fallback": {"is": "named", "offers": ["offer:a"]}, "cap": 1200, "within": 1800,
                "acceptance": "by-hand"}}]},
        {"name": "work", "attempts": 2, "steps": [
            {"name": "text", "after": [], "results": 1, "items": {"is": "each", "of": "news"},
             "work": {"is": "paid", "service-type": "text/redaction", "units": 1, "unit-price": 1000, "max-price": 1000,
                "offer": {"is": "best", "weights": {"price": 0, "deadline": 0, "reputation": 0}},
                "fallback": {"is": "never"}, "cap": 6000, "within": 3600, "acceptance": "automatic"}},
            {"name": "check", "after": ["text"], "reads": ["text"], "results": 1, "items": {"is": "once"},
             "work": {"is": "local", "task": "spelling", "within": 60}},
            {"name": "index", "reads": ["news"], "results": 1, "items": {"is": "once"},
             "work": {"is": "local", "task": "index", "within": 60}}]}]
}"#;

/// One text by Ola, whose offer is the example, in one phase.
pub(crate) const ONE: &str = r#"{
    "version": 1, "name": "one", "currency": "ORC", "ceiling": 1000, "timeout": 7200, "undo-within": 600,
    "backoff": {"first": 60, "longest": 600}, "report-timeouts": true,
    "phases": [{"name": "work", "attempts": 1, "steps": [
        {"name": "text", "results": 1, "items": {"is": "once"},
         "work": {"is": "paid", "service-type": "text/redaction", "units": 1, "unit-price": 1000, "max-price": 1000,
            "offer": {"is": "best", "weights": {"price": 0, "deadline": 0, "reputation": 0}},
            "fallback": {"is": "never"}, "cap": 1000, "within": 3600, "acceptance": "by-hand"}}]}]
}"#;

pub(crate) fn plan(text: &str) -> Plan {
    Plan::parse(text.as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    format!("2026-04-01T{text}Z").parse().unwrap()
}

pub(crate) fn buyer() -> Buyer {
    Buyer::Participant { participant: format!("participant:{}", FIXTURES[4].did_key).parse().unwrap() }
}

pub(crate) fn run() -> Name {
    name("run:one")
}

pub(crate) fn item() -> ItemId {
    "text#0".parse().unwrap()
}

/// Ola's example offer, verified.
pub(crate) fn quote() -> Quote {
    let offer = earnest_artifacts::example("service-offer.v1").unwrap();
    let offer = Verified::parse(offer.as_bytes()).unwrap();
    Quote::of(&offer, Count::new(1).unwrap(), at("06:30:00"), Reputation::UNKNOWN).unwrap()
}

pub(crate) fn approve(plan: &Plan) -> Command {
    let cap = |(_, step): (usize, &earnest_workflow::Step)| {
        Some(StepCap { step: step.name.clone(), amount: step.paid()?.cap })
    };
    let mut caps: Vec<StepCap> = plan.definition().steps().filter_map(cap).collect();
    caps.sort_by(|one, other| one.step.cmp(&other.step));
    let approval = WorkflowApproval {
        id: "approval:one".parse().unwrap(),
        run: run(),
        plan: plan.digest().clone(),
        ceiling: plan.definition().ceiling,
        unit: OrcUnit::Orc,
        caps,
        org: None,
        approved_at: at("05:00:00"),
        expires_at: at("23:00:00"),
        approver: *buyer().approver(),
    };
    let draft = Draft::new(&approval).unwrap().sign(None, &FIXTURES[4].secret_key()).unwrap();
    Command::Approve { approval: Box::new(draft.finish().unwrap().verify().unwrap()) }
}

pub(crate) fn tell(news: News) -> Command {
    Command::Tell { run: run(), item: item(), news }
}

/// A machine and the facts that made it.
#[derive(Clone)]
pub(crate) struct History {
    pub(crate) flows: Workflows,
    pub(crate) facts: Vec<Fact>,
}

impl History {
    /// A run of one text that waits for its approval.
    pub(crate) fn new() -> Self {
        let start = Command::Start { run: run(), plan: Box::new(plan(ONE)), buyer: buyer() };
        Self { flows: Workflows::new(), facts: Vec::new() }.then(&start, "06:30:00")
    }

    pub(crate) fn running() -> Self {
        Self::new().then(&approve(&plan(ONE)), "06:31:00")
    }

    /// After a command that has to move something.
    pub(crate) fn then(mut self, command: &Command, now: &str) -> Self {
        let decision = self.flows.decide(command, at(now)).unwrap_or_else(|refusal| panic!("{refusal}: {command:?}"));
        assert!(!decision.facts.is_empty(), "{command:?}");
        for fact in decision.facts {
            self.flows.apply(&fact).unwrap();
            self.facts.push(fact);
        }
        self
    }

    pub(crate) fn hear(self, news: impl Fn(OrderId) -> News, now: &str) -> Self {
        let order = self.order();
        self.then(&tell(news(order)), now)
    }

    /// The order that is out.
    pub(crate) fn order(&self) -> OrderId {
        let order = self.flows.run(&run()).and_then(|run| run.item(&item())?.order());
        order.map_or_else(|| "order:none".parse().unwrap(), |order| order.id.clone())
    }

    pub(crate) fn ordering() -> Self {
        Self::running().then(&tell(News::Quoted { offers: vec![quote()] }), "06:32:00")
    }

    pub(crate) fn contracted() -> Self {
        Self::ordering().hear(admitted, "06:33:00")
    }

    pub(crate) fn held() -> Self {
        Self::contracted().hear(|order| News::Held { order }, "06:34:00")
    }

    pub(crate) fn delivered() -> Self {
        Self::held().hear(delivered, "06:50:00")
    }

    pub(crate) fn disputed() -> Self {
        let said = Self::delivered().hear(|order| News::Said { order, word: Saying::Dispute }, "06:51:00");
        said.hear(|order| News::DisputeOpened { order, dispute: "dispute:one".parse().unwrap() }, "06:52:00")
    }

    pub(crate) fn cancelling() -> Self {
        Self::held().then(&Command::Cancel { run: run() }, "06:40:00")
    }
}

pub(crate) fn admitted(order: OrderId) -> News {
    News::Admitted {
        order,
        contract: "contract:one".parse().unwrap(),
        hold: Some("hold:one".parse().unwrap()),
        price: Orc::from_minor(1_000).unwrap(),
    }
}

pub(crate) fn delivered(order: OrderId) -> News {
    News::Delivered { order, results: vec![name("response:one")] }
}

pub(crate) fn saturated(order: OrderId) -> News {
    News::Refused { order, classifier: Classifier::QueueSaturated }
}
