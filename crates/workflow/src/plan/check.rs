//! The check of a plan as a whole.

use std::collections::BTreeSet;

use earnest_base::{Name, Orc};

use super::{Definition, Fallback, Items, PaidWork, PlanCode, PlanError, Step, graph, price::cost};

/// The most items that a step may be planned to have.
const MAX_ITEMS: u64 = 10_000;

/// Everything that is wrong with a plan, in the order of its members.
pub(super) fn faults(definition: &Definition) -> Vec<PlanError> {
    let mut faults = Vec::new();
    if definition.version != 1 {
        let message = format!("expected 1, found {}", definition.version);
        faults.push(PlanError::at(PlanCode::Version, &["version"], message));
    }
    if !definition.currency.is_orc() {
        let message = format!("expected ORC, found {}", definition.currency);
        faults.push(PlanError::at(PlanCode::Currency, &["currency"], message));
    }
    let providers = definition.limits.iter().map(|limit| limit.provider.to_string());
    for (place, found) in twice(providers) {
        let place = ["limits", &place.to_string(), "provider"].map(str::to_owned);
        faults.push(at(PlanCode::DuplicateName, &place, format!("expected each provider once, found {found} again")));
    }
    faults.extend(names(definition));
    for (phase, steps) in definition.phases.iter().enumerate() {
        for (place, step) in steps.steps.iter().enumerate() {
            let path: Path = ["phases", &phase.to_string(), "steps", &place.to_string()].map(str::to_owned).into();
            faults.extend(needs(definition, phase, step, &path));
            faults.extend(counts(definition, step, &path));
            if let Some(paid) = step.paid() {
                faults.extend(prices(definition, step, paid, &path));
            }
        }
        if let Err(cycle) = graph::order(definition, phase) {
            faults.push(cycle);
        }
    }
    faults.extend(total(definition));
    faults
}

type Path = Vec<String>;

fn at(code: PlanCode, path: &[String], message: impl Into<String>) -> PlanError {
    let tokens: Vec<&str> = path.iter().map(String::as_str).collect();
    PlanError::at(code, &tokens, message)
}

fn below(path: &Path, tokens: &[&str]) -> Path {
    path.iter().cloned().chain(tokens.iter().map(ToString::to_string)).collect()
}

/// What stands a second time, with its place.
fn twice<T: Ord + Clone>(items: impl Iterator<Item = T>) -> Vec<(usize, T)> {
    let mut seen = BTreeSet::new();
    items.enumerate().filter(|(_, item)| !seen.insert(item.clone())).collect()
}

/// Phases, steps and listed items have names of their own, and there are some.
fn names(definition: &Definition) -> Vec<PlanError> {
    let mut faults = Vec::new();
    if definition.phases.is_empty() {
        faults.push(PlanError::at(PlanCode::Empty, &["phases"], "expected at least one phase, found none"));
    }
    for (place, name) in twice(definition.phases.iter().map(|phase| &phase.name)) {
        let message = format!("expected each phase once, found {name} again");
        faults.push(PlanError::at(PlanCode::DuplicateName, &["phases", &place.to_string(), "name"], message));
    }
    let mut seen = BTreeSet::new();
    for (phase, steps) in definition.phases.iter().enumerate() {
        let phase = phase.to_string();
        if steps.steps.is_empty() {
            let message = "expected at least one step, found none";
            faults.push(PlanError::at(PlanCode::Empty, &["phases", &phase, "steps"], message));
        }
        for (place, step) in steps.steps.iter().enumerate() {
            let path: Path = ["phases", &phase, "steps", &place.to_string()].map(str::to_owned).into();
            if !seen.insert(&step.name) {
                let message = format!("expected each step once in the plan, found {} again", step.name);
                faults.push(at(PlanCode::DuplicateName, &below(&path, &["name"]), message));
            }
            let Items::Listed { list } = &step.items else { continue };
            if list.is_empty() {
                let message = "expected at least one item, found none";
                faults.push(at(PlanCode::Empty, &below(&path, &["items", "list"]), message));
            }
            for (item, name) in twice(list.iter().map(|item| &item.name)) {
                let message = format!("expected each item once, found {name} again");
                let path = below(&path, &["items", "list", &item.to_string(), "name"]);
                faults.push(at(PlanCode::DuplicateName, &path, message));
            }
        }
    }
    faults
}

/// What a step waits for is there, and not in a later phase.
fn needs(definition: &Definition, phase: usize, step: &Step, path: &Path) -> Vec<PlanError> {
    let fault = |member: &'static str, place: usize, name: &Name| {
        let path = match member {
            "items" => below(path, &["items", "of"]),
            member => below(path, &[member, &place.to_string()]),
        };
        match definition.step(name) {
            None => Some(at(PlanCode::UnknownStep, &path, format!("expected a step of the plan, found {name}"))),
            Some((found, _)) if member == "after" && found != phase => {
                Some(at(PlanCode::OtherPhase, &path, format!("expected a step of the same phase, found {name}")))
            }
            Some((found, _)) if found > phase => {
                let message = format!("expected a step of this phase or an earlier one, found {name}");
                Some(at(PlanCode::OtherPhase, &path, message))
            }
            Some(_) => None,
        }
    };
    step.needs().filter_map(|(member, place, name)| fault(member, place, name)).collect()
}

/// Units, results and items can be counted.
fn counts(definition: &Definition, step: &Step, path: &Path) -> Vec<PlanError> {
    let mut faults = Vec::new();
    let range = |found: u64| format!("expected a number from 1 to {MAX_ITEMS}, found {found}");
    let counted = |found: u64| (1..=MAX_ITEMS).contains(&found);
    if !counted(step.results) {
        faults.push(at(PlanCode::Units, &below(path, &["results"]), range(step.results)));
    }
    if let Some(paid) = step.paid().filter(|paid| !counted(paid.units)) {
        faults.push(at(PlanCode::Units, &below(path, &["work", "units"]), range(paid.units)));
    }
    let items = definition.planned_items(step);
    if items.is_some_and(|items| items > MAX_ITEMS) {
        let message = format!("expected at most {MAX_ITEMS} items, found more");
        faults.push(at(PlanCode::Units, &below(path, &["items"]), message));
    }
    faults
}

/// What a step costs is what it may cost.
fn prices(definition: &Definition, step: &Step, paid: &PaidWork, path: &Path) -> Vec<PlanError> {
    let mut faults = Vec::new();
    let mut above = |code: PlanCode, member: &str, most: Orc, found: Option<Orc>| {
        if found.is_none_or(|found| found > most) {
            let found = found.map_or_else(|| "more than can be counted".to_owned(), |found| found.to_string());
            let message = format!("expected at most {most}, found {found}");
            faults.push(at(code, &below(path, &["work", member]), message));
        }
    };
    above(PlanCode::CapAboveCeiling, "cap", definition.ceiling, Some(paid.cap));
    above(PlanCode::PriceAboveMaximum, "unit-price", paid.max_price, cost(step, 1));
    if let Some(items) = definition.planned_items(step).filter(|items| *items <= MAX_ITEMS) {
        above(PlanCode::PriceAboveCap, "unit-price", paid.cap, cost(step, items));
    }
    if let Fallback::Named { offers } = &paid.fallback {
        for (place, offer) in twice(offers.iter()) {
            let message = format!("expected each offer once, found {offer} again");
            let path = below(path, &["work", "fallback", "offers", &place.to_string()]);
            faults.push(at(PlanCode::DuplicateName, &path, message));
        }
    }
    faults
}

/// All steps together cost what the run may spend.
fn total(definition: &Definition) -> Option<PlanError> {
    let items = |step: &Step| definition.planned_items(step).filter(|items| *items <= MAX_ITEMS);
    let sum = definition.steps().try_fold(Orc::ZERO, |sum, (_, step)| sum.plus(cost(step, items(step)?)?).ok())?;
    (sum > definition.ceiling).then(|| {
        let message =
            format!("expected at least {sum}, which the steps are expected to cost, found {}", definition.ceiling);
        PlanError::at(PlanCode::PriceAboveCeiling, &["ceiling"], message)
    })
}
