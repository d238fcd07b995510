//! What a plan says, as its author writes it. Nothing here is checked beyond the form of each member.

use earnest_base::{Count, Currency, Name, OfferId, Orc, ParticipantId, Seconds};
use earnest_procurement::{Backoff, Weights};
use earnest_signing::JsonObject;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A plan as it is written: phases one after the other, and the authority that it asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Definition {
    /// The version of this form: 1.
    pub version: u32,
    /// The workflow.
    pub name: Name,
    /// The currency of every amount: ORC.
    pub currency: Currency,
    /// The most that a run may spend in all, in minor units.
    pub ceiling: Orc,
    /// From when on a run begins nothing new, counted from its start, in seconds.
    pub timeout: Seconds,
    /// How long the escrow has to undo what is open when a run fails, in seconds. Then the run ends.
    pub undo_within: Seconds,
    /// How long to wait before something is tried again.
    pub backoff: Backoff,
    /// Whether a provider that delivered nothing in time is reported.
    pub report_timeouts: bool,
    /// How many tasks a provider is given at once. Without an entry there is no limit of the buyer's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<ProviderLimit>,
    /// The phases. Each starts when the one before it is complete.
    pub phases: Vec<Phase>,
}

/// How many tasks a provider is given at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProviderLimit {
    /// Who provides.
    pub provider: ParticipantId,
    /// How many tasks are with them at most that are not delivered.
    pub at_once: Count<1>,
}

/// A phase: a gate, behind which its steps wait only for each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Phase {
    /// The phase.
    pub name: Name,
    /// How often it is tried: what failed is tried again, what was done is kept.
    pub attempts: Count<1>,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step: some items of one kind of work.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// The step, unique in the plan: an approval names it.
    pub name: Name,
    /// Steps of the same phase that have to be done before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Name>,
    /// Steps whose results it reads, besides those that it goes over: earlier ones, or of the same phase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Name>,
    /// How many times it is done, and over what.
    pub items: Items,
    /// How many results an item has.
    pub results: u64,
    /// What is given to every item.
    pub input: Option<JsonObject>,
    /// Who does it, and for what.
    pub work: Work,
}

/// How many times a step is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Items {
    /// Once.
    Once,
    /// Once for each of these.
    Listed {
        /// What each is given.
        list: Vec<ListedItem>,
    },
    /// Once for each result of an earlier step, or of one in the same phase.
    Each {
        /// That step.
        of: Name,
    },
}

/// An item that the plan lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListedItem {
    /// What people call it.
    pub name: Name,
    /// What it is given.
    pub input: JsonObject,
}

/// Who does a step.
#[expect(clippy::large_enum_variant, reason = "most steps are paid, and a plan has few")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Work {
    /// A provider, for money.
    Paid(PaidWork),
    /// The buyer's own node, for nothing.
    Local(LocalWork),
}

/// Work that is bought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PaidWork {
    /// The category of the service.
    pub service_type: Name,
    /// Whose offer is taken.
    pub offer: Selection,
    /// Whether another provider may take over, and which.
    pub fallback: Fallback,
    /// The units of an order; where the offer counts blocks of characters, the most units.
    pub units: u64,
    /// What a unit is expected to cost, in minor units.
    pub unit_price: Orc,
    /// The most that an order may cost, in minor units.
    pub max_price: Orc,
    /// The most that the step may spend, in minor units.
    pub cap: Orc,
    /// The longest `delivery/max-duration` of an offer that is taken, in seconds; also how long an order is tried for.
    pub within: Seconds,
    /// Who says yes to a delivery.
    pub acceptance: Acceptance,
}

/// Work of the buyer's own node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LocalWork {
    /// What is done: a task that the node knows by this name.
    pub task: Name,
    /// How long it is expected to take, in seconds.
    pub within: Seconds,
}

/// Whose offer is taken.
#[expect(clippy::large_enum_variant, reason = "a plan has few")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Selection {
    /// This one.
    Named {
        /// The offer.
        offer: OfferId,
        /// Whose it is.
        provider: ParticipantId,
    },
    /// The best of the service, by procurement's ranking.
    Best {
        /// How much price, deadline and reputation count.
        weights: Weights,
    },
}

/// Whether another provider may take over where the first refuses, is out of reach or does not deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fallback {
    /// No: the step fails.
    Never,
    /// These offers, one after the other.
    Named {
        /// The offers.
        offers: Vec<OfferId>,
    },
    /// The best offer of the service that was not tried, again and again.
    Best {
        /// How much price, deadline and reputation count.
        weights: Weights,
    },
}

/// Who says yes to a delivery that the escrow has checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acceptance {
    /// The workflow, at once.
    Automatic,
    /// A person; where nobody says anything, the escrow releases in the end.
    ByHand,
}

impl Definition {
    /// Every step, with the place of its phase.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.phases.iter().enumerate().flat_map(|(place, phase)| phase.steps.iter().map(move |step| (place, step)))
    }

    /// A step by its name, with the place of its phase.
    #[must_use]
    pub fn step(&self, name: &Name) -> Option<(usize, &Step)> {
        self.steps().find(|(_, step)| step.name == *name)
    }

    /// How many items a step is planned to have; `None` beyond what can be counted, or where a step goes over itself.
    #[must_use]
    pub fn planned_items(&self, step: &Step) -> Option<u64> {
        let (mut step, mut count) = (step, 1_u64);
        for _ in 0..=self.steps().count() {
            match &step.items {
                Items::Once => return Some(count),
                Items::Listed { list } => return count.checked_mul(u64::try_from(list.len()).ok()?),
                Items::Each { of } => {
                    step = self.step(of)?.1;
                    count = count.checked_mul(step.results)?;
                }
            }
        }
        None
    }
}

impl Step {
    /// What is bought, where it is bought.
    #[must_use]
    pub const fn paid(&self) -> Option<&PaidWork> {
        match &self.work {
            Work::Paid(paid) => Some(paid),
            Work::Local(_) => None,
        }
    }

    /// Every step that it waits for, or whose results it reads, with the member that says so.
    pub(crate) fn needs(&self) -> impl Iterator<Item = (&'static str, usize, &Name)> {
        let after = self.after.iter().enumerate().map(|(place, name)| ("after", place, name));
        let reads = self.reads.iter().enumerate().map(|(place, name)| ("reads", place, name));
        let each = match &self.items {
            Items::Each { of } => Some(("items", 0, of)),
            Items::Once | Items::Listed { .. } => None,
        };
        after.chain(reads).chain(each)
    }

    /// How long an item is expected to take, in seconds.
    pub(crate) const fn duration_secs(&self) -> u64 {
        match &self.work {
            Work::Paid(paid) => paid.within.value(),
            Work::Local(local) => local.within.value(),
        }
    }
}
