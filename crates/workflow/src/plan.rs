//! A plan: what a workflow does, in which order, from whom it buys, and how much it may spend. Data, checked as a whole.

mod authority;
mod check;
mod definition;
mod error;
mod graph;
mod price;

use earnest_base::{Name, Sha256Digest, Timestamp};
use earnest_signing::{Limits, read};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use authority::{ApprovalCode, ApprovalError, Authority, Buyer};
pub use definition::{
    Acceptance, Definition, Fallback, Items, ListedItem, LocalWork, PaidWork, Phase, ProviderLimit, Selection, Step,
    Work as StepWork,
};
pub use error::{PlanCode, PlanError};
pub use price::{Estimate, Price};

/// A plan that was checked: every name is known, nothing waits for itself, and the prices fit the authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    definition: Definition,
    digest: Sha256Digest,
    /// The places of each phase's steps in an order in which none comes before what it waits for.
    orders: Vec<Vec<usize>>,
    /// The steps of each phase that may go at once, group by group.
    groups: Vec<Vec<Vec<usize>>>,
}

impl Plan {
    /// Checks a definition as a whole.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place, in the order of the definition.
    pub fn new(definition: Definition) -> Result<Self, Vec<PlanError>> {
        let faults = check::faults(&definition);
        if !faults.is_empty() {
            return Err(faults);
        }
        let digest = digest_of(&definition).map_err(|fault| vec![fault])?;
        let mut sorted = Vec::new();
        for place in 0..definition.phases.len() {
            sorted.push(graph::order(&definition, place).map_err(|fault| vec![fault])?);
        }
        let groups = sorted.iter().enumerate().map(|(place, order)| graph::groups(&definition, place, order)).collect();
        Ok(Self { definition, digest, orders: sorted, groups })
    }

    /// Reads a plan from JSON, as strictly as any document, and checks it.
    ///
    /// # Errors
    /// Where it is no JSON, no definition, or no plan.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<PlanError>> {
        let unread = |message: String| vec![PlanError::at(PlanCode::Unreadable, &[], message)];
        let json = read(bytes, Limits::DOCUMENT).map_err(|error| unread(error.to_string()))?;
        let definition = serde_json::from_str(&json.canonical()).map_err(|error| unread(error.to_string()))?;
        Self::new(definition)
    }

    /// What the plan says.
    #[must_use]
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The SHA-256 digest of its canonical JSON: what an approval names.
    #[must_use]
    pub const fn digest(&self) -> &Sha256Digest {
        &self.digest
    }

    /// A phase by its place.
    #[must_use]
    pub fn phase(&self, place: usize) -> Option<&Phase> {
        self.definition.phases.get(place)
    }

    /// The phases, in their order.
    pub fn phases(&self) -> impl Iterator<Item = &Phase> {
        self.definition.phases.iter()
    }

    /// A step by its name, with the place of its phase.
    #[must_use]
    pub fn step(&self, name: &Name) -> Option<(usize, &Step)> {
        self.definition.step(name)
    }

    /// The steps of a phase, none before what it waits for.
    pub fn ordered(&self, phase: usize) -> impl Iterator<Item = &Step> {
        let steps = self.phase(phase).map_or(&[][..], |phase| &phase.steps);
        self.orders.get(phase).into_iter().flatten().filter_map(|place| steps.get(*place))
    }

    /// The names of the steps that may go at once, phase by phase and group by group.
    #[must_use]
    pub fn parallel_groups(&self) -> Vec<Vec<Vec<&Name>>> {
        let named = |phase: usize, group: &Vec<usize>| -> Vec<&Name> {
            let steps = self.phase(phase).map_or(&[][..], |phase| &phase.steps);
            group.iter().filter_map(|place| steps.get(*place)).map(|step| &step.name).collect()
        };
        let groups = self.groups.iter().enumerate();
        groups.map(|(phase, groups)| groups.iter().map(|group| named(phase, group)).collect()).collect()
    }

    /// Whether any step buys: only then does a run need an approval.
    #[must_use]
    pub fn buys(&self) -> bool {
        self.definition.steps().any(|(_, step)| step.paid().is_some())
    }

    /// When a run that starts at a moment is out of time.
    pub(crate) fn deadline(&self, start: Timestamp) -> Timestamp {
        start.after(self.definition.timeout).unwrap_or(Timestamp::LAST)
    }
}

/// The digest of a definition in canonical form.
fn digest_of(definition: &Definition) -> Result<Sha256Digest, PlanError> {
    let unread = |message: String| PlanError::at(PlanCode::Unreadable, &[], message);
    let text = serde_json::to_vec(definition).map_err(|error| unread(error.to_string()))?;
    let json = read(&text, Limits::DOCUMENT).map_err(|error| unread(error.to_string()))?;
    Ok(Sha256Digest::of(json.canonical().as_bytes()))
}

impl std::hash::Hash for Plan {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl Eq for Plan {}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.definition.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Plan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let first = |faults: Vec<PlanError>| {
            D::Error::custom(faults.first().map_or_else(String::new, std::string::ToString::to_string))
        };
        Self::new(Definition::deserialize(deserializer)?).map_err(first)
    }
}
