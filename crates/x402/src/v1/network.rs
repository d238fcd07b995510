//! Networks, as version 1 names them.

use crate::Network;

crate::text::texts! {
    /// A network by its name of version 1, such as `base-sepolia`. Only those of [`NETWORKS`] have a form of version 2.
    pub NetworkName { pattern: r"^[^\u0000-\u001f\u007f]+$", max: 128, what: "a network's name", example: "base-sepolia" }
}

/// A network with its names of both versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedNetwork {
    /// Its name of version 1.
    pub name: &'static str,
    /// Its name of version 2.
    pub network: &'static str,
    /// Whether the last client of version 1 (npm `x402` 1.2.0) knows it. That client refuses a whole demand of which one
    /// entry names another network.
    pub in_last_client: bool,
}

const fn known(name: &'static str, network: &'static str) -> NamedNetwork {
    NamedNetwork { name, network, in_last_client: true }
}

const fn listed(name: &'static str, network: &'static str) -> NamedNetwork {
    NamedNetwork { name, network, in_last_client: false }
}

/// Every network that has names of both versions, as the published packages pair them.
pub const NETWORKS: &[NamedNetwork] = &[
    known("base", "eip155:8453"),
    known("base-sepolia", "eip155:84532"),
    listed("ethereum", "eip155:1"),
    listed("sepolia", "eip155:11155111"),
    known("avalanche", "eip155:43114"),
    known("avalanche-fuji", "eip155:43113"),
    known("polygon", "eip155:137"),
    known("polygon-amoy", "eip155:80002"),
    known("iotex", "eip155:4689"),
    known("sei", "eip155:1329"),
    known("sei-testnet", "eip155:1328"),
    known("abstract", "eip155:2741"),
    known("abstract-testnet", "eip155:11124"),
    known("peaq", "eip155:3338"),
    known("story", "eip155:1514"),
    known("educhain", "eip155:41923"),
    known("skale-base-sepolia", "eip155:324705682"),
    known("solana", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"),
    known("solana-devnet", "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1"),
    listed("solana-testnet", "solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z"),
];

impl NetworkName {
    /// The network of version 2 that it names.
    ///
    /// ```
    /// use earnest_x402::v1::NetworkName;
    ///
    /// let name: NetworkName = "base".parse()?;
    /// assert_eq!(name.to_network(), Some("eip155:8453".parse()?));
    /// # Ok::<(), earnest_base::InvalidError>(())
    /// ```
    #[must_use]
    pub fn to_network(&self) -> Option<Network> {
        NETWORKS.iter().find(|named| named.name == self.as_str())?.network.parse().ok()
    }

    /// The name of a network of version 2.
    #[must_use]
    pub fn of(network: &Network) -> Option<Self> {
        NETWORKS.iter().find(|named| named.network == network.as_str())?.name.parse().ok()
    }

    /// Whether the last client of version 1 knows it: see [`NamedNetwork::in_last_client`].
    #[must_use]
    pub fn is_in_last_client(&self) -> bool {
        NETWORKS.iter().any(|named| named.name == self.as_str() && named.in_last_client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_has_one_name_of_each_version() {
        for named in NETWORKS {
            let (name, network): (NetworkName, Network) = (named.name.parse().unwrap(), named.network.parse().unwrap());
            assert_eq!(name.to_network(), Some(network.clone()));
            assert_eq!(NetworkName::of(&network), Some(name));
        }
        assert_eq!(NetworkName::of(&"orc:main".parse().unwrap()), None);
        assert_eq!("orc".parse::<NetworkName>().unwrap().to_network(), None);
    }
}
