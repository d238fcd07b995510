//! Networks, as x402 names them: CAIP-2, and what is written like it.

use crate::{FederationId, text::string_types};

string_types! {
    /// A network: a namespace, `:` and a reference. CAIP-2 (`eip155:8453`) is one form; networks that are no chain
    /// (`sepa:eu`, `cloudflare:402`) have the same shape and may be longer, so the pattern is wider than CAIP-2's.
    ///
    /// ```
    /// use earnest_base::Network;
    ///
    /// let network: Network = "eip155:84532".parse()?;
    /// assert_eq!((network.namespace(), network.reference()), ("eip155", "84532"));
    /// assert_eq!(network.eip155_chain_id(), Some(84_532));
    /// assert!(network.matches("eip155:*"));
    /// assert!("base-sepolia".parse::<Network>().is_err());
    /// # Ok::<(), earnest_base::InvalidError>(())
    /// ```
    Network { pattern: "^[!-9;-~]+:[!-~]+$", max: 128, what: "a network such as CAIP-2 writes it", example: "eip155:84532" }
}

impl Network {
    /// A chain of the Ethereum kind, by its chain id.
    #[must_use]
    pub fn eip155(chain_id: u64) -> Self {
        Self::from_valid(format!("eip155:{chain_id}"))
    }

    /// The ledger of a federation: `orc:` and the federation as account ids spell it (`fed-pl-main` of `fed:pl-main`).
    #[must_use]
    pub fn ledger(federation: &FederationId) -> Self {
        Self::from_valid(format!("orc:{}", federation.as_str().replace(':', "-")))
    }

    /// The part before the first colon.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.as_str().split_once(':').map_or("", |(namespace, _)| namespace)
    }

    /// The part after the first colon.
    #[must_use]
    pub fn reference(&self) -> &str {
        self.as_str().split_once(':').map_or("", |(_, reference)| reference)
    }

    /// The chain id, where the network is `eip155:<chain id>` in its one spelling.
    #[must_use]
    pub fn eip155_chain_id(&self) -> Option<u64> {
        let id: u64 = (self.namespace() == "eip155").then(|| self.reference().parse().ok())??;
        (id.to_string() == self.reference()).then_some(id)
    }

    /// Whether a pattern names it: the network itself, or a family of networks such as `eip155:*`. Every `*` stands for
    /// any text.
    #[must_use]
    pub fn matches(&self, pattern: &str) -> bool {
        let mut pieces = pattern.split('*');
        let Some(mut rest) = pieces.next().and_then(|first| self.as_str().strip_prefix(first)) else { return false };
        let Some(last) = pieces.next_back() else { return rest.is_empty() };
        for piece in pieces {
            let Some(at) = rest.find(piece) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_two_parts() {
        for right in ["eip155:1", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "ach:us", "cloudflare:402", "a:b:c"] {
            assert!(right.parse::<Network>().is_ok(), "{right}");
        }
        for wrong in ["", "base", ":1", "eip155:", "eip155: 1", "eip155:1\n", "é:1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_chain_id_has_one_spelling() {
        for (text, id) in [("eip155:8453", Some(8453)), ("eip155:08453", None), ("eip155:+1", None), ("orc:1", None)] {
            assert_eq!(text.parse::<Network>().unwrap().eip155_chain_id(), id, "{text}");
        }
    }

    #[test]
    fn a_pattern_names_a_network_or_a_family() {
        for (pattern, names) in [
            ("orc:fed-pl-main", true),
            ("orc:*", true),
            ("*", true),
            ("*:*", true),
            ("orc:*-main", true),
            ("orc:fed*pl*main", true),
            ("orc:fed", false),
            ("eip155:*", false),
            ("", false),
            ("orc:*main*main", false),
        ] {
            assert_eq!("orc:fed-pl-main".parse::<Network>().unwrap().matches(pattern), names, "{pattern}");
        }
    }
}
