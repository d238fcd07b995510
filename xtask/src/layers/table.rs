//! The table of layers (docs/architecture.md), as data, and the arrows that it allows.

/// A crate: its name, its layer, and the crates of its own layer that it may use.
struct Place {
    name: &'static str,
    layer: u8,
    beside: &'static [&'static str],
}

const fn at(layer: u8, name: &'static str) -> Place {
    Place { name, layer, beside: &[] }
}

/// From the ports on, code may do I/O.
const PORTS: u8 = 4;

/// Every crate that there is or will be. A crate may use those of the layers below it.
const PLACES: &[Place] = &[
    at(0, "earnest-base"),
    at(1, "earnest-signing"),
    at(2, "earnest-artifacts"),
    at(2, "earnest-request"),
    at(3, "earnest-payment"),
    at(3, "earnest-x402"),
    at(3, "earnest-ledger"),
    at(3, "earnest-procurement"),
    Place { name: "earnest-relay", layer: 3, beside: &["earnest-payment"] },
    Place { name: "earnest-settlement", layer: 3, beside: &["earnest-ledger", "earnest-procurement"] },
    Place { name: "earnest-grant", layer: 3, beside: &["earnest-payment", "earnest-x402"] },
    at(3, "earnest-funding"),
    at(3, "earnest-tools"),
    Place { name: "earnest-workflow", layer: 3, beside: &["earnest-procurement"] },
    at(3, "earnest-room"),
    at(PORTS, "earnest-ports"),
    at(5, "earnest-store"),
    at(5, "earnest-bus"),
    at(5, "earnest-client"),
    Place { name: "earnest-rail", layer: 5, beside: &["earnest-client"] },
    at(6, "earnest-kit"),
    Place { name: "earnest-paywall", layer: 6, beside: &["earnest-kit"] },
    at(7, "earnest-gateway"),
    at(7, "earnest-escrow"),
    at(7, "earnest-node"),
    at(8, "earnest"),
];

/// Packages that are no part of what runs: they stand outside the layers.
const TOOLS: &[&str] = &["earnest-bench", "earnest-peers", "earnest-tests", "earnest-xtask"];

/// Whether a package stands outside the layers.
pub(super) fn is_tool(package: &str) -> bool {
    TOOLS.contains(&package)
}

fn place(package: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.name == package)
}

/// Whether a package's own code may do no I/O.
pub(super) fn is_below_ports(package: &str) -> bool {
    place(package).is_none_or(|place| place.layer < PORTS)
}

/// The arrows of a package that the table does not allow.
pub(super) fn faults(package: &str, used: &[&str]) -> Vec<String> {
    let Some(from) = place(package) else {
        return vec![format!("{package}: expected a crate of the table of layers, found none of that name")];
    };
    let ours = used.iter().filter_map(|name| place(name));
    let wrong = ours.filter(|to| to.layer >= from.layer && !from.beside.contains(&to.name) && to.name != package);
    wrong
        .map(|to| {
            let (above, below) = (from.layer, to.layer);
            format!("{package} (layer {above}): expected only crates below it, found {} (layer {below})", to.name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_goes_down() {
        assert!(faults("earnest-artifacts", &["earnest-base", "earnest-signing", "serde"]).is_empty());
        assert!(faults("earnest-relay", &["earnest-payment", "earnest-artifacts"]).is_empty());
        assert!(faults("earnest", &["earnest-node", "earnest-gateway", "earnest-base"]).is_empty());
    }

    #[test]
    fn an_arrow_up_or_aside_is_a_fault() {
        for (package, used) in [
            ("earnest-base", "earnest-signing"),
            ("earnest-payment", "earnest-relay"),
            ("earnest-ledger", "earnest-procurement"),
            ("earnest-artifacts", "earnest-ports"),
            ("earnest-node", "earnest-gateway"),
        ] {
            assert_eq!(faults(package, &[used]).len(), 1, "{package} to {used}");
        }
    }

    #[test]
    fn a_crate_that_the_table_does_not_know_is_a_fault() {
        assert_eq!(faults("earnest-misc", &[]).len(), 1);
        assert!(is_below_ports("earnest-misc"));
    }
}
