//! The order of a phase's steps: which may go first, which at once, and which wait for each other for ever.

use std::collections::BTreeMap;

use petgraph::{algo::tarjan_scc, algo::toposort, graph::DiGraph, graph::NodeIndex};

use super::{Definition, PlanCode, PlanError};

/// The steps of a phase as a graph: an arrow goes from what is waited for to who waits.
fn graph(definition: &Definition, phase: usize) -> DiGraph<usize, ()> {
    let mut graph = DiGraph::new();
    let Some(phase) = definition.phases.get(phase) else { return graph };
    let nodes: Vec<NodeIndex> = (0..phase.steps.len()).map(|place| graph.add_node(place)).collect();
    let places: BTreeMap<_, _> = phase.steps.iter().enumerate().map(|(place, step)| (&step.name, place)).collect();
    for (place, step) in phase.steps.iter().enumerate() {
        for (_, _, name) in step.needs() {
            if let Some(needed) = places.get(name) {
                graph.update_edge(nodes[*needed], nodes[place], ());
            }
        }
    }
    graph
}

/// The places of a phase's steps, none before what it waits for.
pub(super) fn order(definition: &Definition, phase: usize) -> Result<Vec<usize>, PlanError> {
    let graph = graph(definition, phase);
    match toposort(&graph, None) {
        Ok(order) => Ok(order.into_iter().map(|node| graph[node]).collect()),
        Err(cycle) => {
            let within = |group: &Vec<NodeIndex>| group.contains(&cycle.node_id());
            let group = tarjan_scc(&graph).into_iter().find(within).unwrap_or_default();
            let mut places: Vec<usize> = group.into_iter().map(|node| graph[node]).collect();
            places.sort_unstable();
            let steps = definition.phases.get(phase).map_or(&[][..], |phase| &phase.steps);
            let names: Vec<&str> = places.iter().filter_map(|place| Some(steps.get(*place)?.name.as_str())).collect();
            let message = format!("expected steps that do not wait for each other, found {}", names.join(", "));
            let place = places.first().map(ToString::to_string).unwrap_or_default();
            let phase = phase.to_string();
            Err(PlanError::at(PlanCode::Cycle, &["phases", &phase, "steps", &place], message))
        }
    }
}

/// The steps of a phase by how many others they wait for one after the other: each group may go at once.
pub(super) fn groups(definition: &Definition, phase: usize, order: &[usize]) -> Vec<Vec<usize>> {
    let graph = graph(definition, phase);
    let mut ranks: BTreeMap<usize, usize> = BTreeMap::new();
    for place in order {
        let before = graph.neighbors_directed(NodeIndex::new(*place), petgraph::Incoming);
        let rank = before.map(|node| ranks.get(&graph[node]).copied().unwrap_or(0) + 1).max().unwrap_or(0);
        ranks.insert(*place, rank);
    }
    let count = ranks.values().max().map_or(0, |rank| rank + 1);
    let of_rank = |rank: usize| ranks.iter().filter(move |(_, found)| **found == rank).map(|(place, _)| *place);
    (0..count).map(|rank| of_rank(rank).collect()).collect()
}

/// The longest way through a phase: its steps, and their seconds.
pub(super) fn critical_path(definition: &Definition, phase: usize, order: &[usize]) -> (Vec<usize>, u64) {
    let graph = graph(definition, phase);
    let mut ways: BTreeMap<usize, (Vec<usize>, u64)> = BTreeMap::new();
    for place in order {
        let before = graph.neighbors_directed(NodeIndex::new(*place), petgraph::Incoming);
        let longest = before.filter_map(|node| ways.get(&graph[node])).max_by_key(|(way, secs)| (*secs, way.len()));
        let (mut way, secs) = longest.cloned().unwrap_or_default();
        way.push(*place);
        let own = definition.phases.get(phase).and_then(|phase| phase.steps.get(*place));
        let own = own.map_or(0, super::Step::duration_secs);
        ways.insert(*place, (way, secs.saturating_add(own)));
    }
    ways.into_values().max_by_key(|(way, secs)| (*secs, way.len())).unwrap_or_default()
}
