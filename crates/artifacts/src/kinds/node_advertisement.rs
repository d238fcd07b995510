//! `node-advertisement.v1`: where a node can be reached (decisions D1, E13).
//!
//! The seeds name the members of an offer that follows "the same patterns", but none of the advertisement's own. So by
//! decision D1 the published names stand here: `sequence/no`, `advertised-at`, `expires-at`.

mod endpoint;

use earnest_base::{AdvertisementId, Count, FederationId, NodeId, PublicKey, SubjectKind, Timestamp};
use earnest_signing::{Breach, Check, Document, Lapse, SignatureAlgorithm, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

pub use self::endpoint::{Endpoint, EndpointRole, Transport};
use crate::{
    Distinct, Family, List,
    published::{Published, node_advertisement},
};

/// Where a node can be reached. A higher `sequence/no` of the same node replaces it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeAdvertisement {
    /// The advertisement.
    #[serde(rename = "advertisement/id")]
    pub id: AdvertisementId,
    /// The node, which signs.
    #[serde(rename = "node/id")]
    pub node: NodeId,
    /// The place of this advertisement among those of the node: higher replaces lower.
    #[serde(rename = "sequence/no")]
    pub sequence: Count,
    /// When it was published.
    #[serde(rename = "advertised-at")]
    pub advertised_at: Timestamp,
    /// When it ends.
    #[serde(rename = "expires-at")]
    pub expires_at: Timestamp,
    /// The algorithm of the node's key.
    #[serde(rename = "key/alg")]
    pub key_alg: SignatureAlgorithm,
    /// The node's public key: the part of `node/id` after `did:key:`.
    #[serde(rename = "key/public")]
    pub key: PublicKey,
    /// The federation that the node belongs to.
    #[serde(rename = "federation/id")]
    pub federation: Option<FederationId>,
    /// Where the node listens.
    pub endpoints: List<Endpoint>,
    /// The transports that the node speaks, those of its endpoints among them.
    #[serde(rename = "transports/supported")]
    pub transports: Distinct<Transport>,
}

impl NodeAdvertisement {
    /// Whether this advertisement replaces another: the same node, with a higher `sequence/no`.
    #[must_use]
    pub fn supersedes(&self, other: &Self) -> bool {
        self.node == other.node && self.sequence > other.sequence
    }

    /// The endpoints of a transport, the preferred one (the lowest `endpoint/priority`) first.
    #[must_use]
    pub fn endpoints_of(&self, transport: Transport) -> Vec<&Endpoint> {
        let mut endpoints: Vec<&Endpoint> =
            self.endpoints.iter().filter(|endpoint| endpoint.transport == transport).collect();
        endpoints.sort_by_key(|endpoint| endpoint.priority);
        endpoints
    }
}

impl Document for NodeAdvertisement {
    const KIND: &'static str = "node-advertisement.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["node/id"], &[SubjectKind::Node])];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "node-key-mismatch",
            says: "`key/public` is the key of `node/id`",
            test: |advertisement| {
                if advertisement.key == *advertisement.node.key() {
                    return Ok(());
                }
                let message = format!("expected {}, found {}", advertisement.node.key(), advertisement.key);
                Err(Breach::at("key/public", message))
            },
        },
        Check {
            code: "expired-before-advertised",
            says: "an advertisement ends after it is published",
            test: |advertisement| {
                if advertisement.advertised_at < advertisement.expires_at {
                    return Ok(());
                }
                let (from, until) = (advertisement.advertised_at, advertisement.expires_at);
                Err(Breach::at("expires-at", format!("expected a moment after {from}, found {until}")))
            },
        },
        Check {
            code: "endpoint-malformed",
            says: "an endpoint's URL has its transport's scheme, a host and a port",
            test: |advertisement| endpoint::each(advertisement, Endpoint::well_formed),
        },
        Check {
            code: "http-beyond-loopback",
            says: "plain HTTP is for one machine",
            test: |advertisement| endpoint::each(advertisement, Endpoint::private_or_encrypted),
        },
        Check {
            code: "transport-unlisted",
            says: "the transport of every endpoint is one that the node speaks",
            test: |advertisement| {
                endpoint::each(advertisement, |endpoint| {
                    if advertisement.transports.contains(&endpoint.transport) {
                        return Ok(());
                    }
                    Err(Breach::at("endpoint/transport", "expected one of `transports/supported`, found another"))
                })
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        match () {
            () if now < self.advertised_at => Err(Lapse::NotYet(self.advertised_at)),
            () if now >= self.expires_at => Err(Lapse::Expired(self.expires_at)),
            () => Ok(()),
        }
    }
}

impl Family for NodeAdvertisement {
    const EXAMPLE: &'static str = r#"{
        "schema": "node-advertisement.v1",
        "schema/v": 1,
        "advertisement/id": "adv:01JQNODEADV001",
        "node/id": "node:did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH",
        "sequence/no": 17,
        "advertised-at": "2026-04-01T05:00:00Z",
        "expires-at": "2026-04-01T06:00:00Z",
        "key/alg": "ed25519",
        "key/public": "z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH",
        "federation/id": "fed:pl-main",
        "endpoints": [
            {
                "endpoint/url": "wss://ola.example:443/peer",
                "endpoint/transport": "wss",
                "endpoint/role": "listener",
                "endpoint/priority": 0
            },
            {
                "endpoint/url": "http://127.0.0.1:8402/",
                "endpoint/transport": "http",
                "endpoint/role": "listener",
                "endpoint/priority": 1
            }
        ],
        "transports/supported": ["wss", "http"]
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&node_advertisement::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn advertisement() -> NodeAdvertisement {
        Draft::<NodeAdvertisement>::parse(NodeAdvertisement::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    #[test]
    fn an_advertisement_is_in_force_until_just_before_it_expires() {
        let at = |moment: &str| advertisement().valid_at(moment.parse().unwrap());
        assert!(matches!(at("2026-04-01T04:59:59.999Z"), Err(Lapse::NotYet(_))));
        assert_eq!(at("2026-04-01T05:00:00Z"), Ok(()));
        assert_eq!(at("2026-04-01T05:59:59.999Z"), Ok(()));
        assert!(matches!(at("2026-04-01T06:00:00Z"), Err(Lapse::Expired(_))));
    }

    #[test]
    fn only_a_higher_sequence_of_the_same_node_replaces_it() {
        let higher = NodeAdvertisement { sequence: Count::new(18).unwrap(), ..advertisement() };
        assert!(higher.supersedes(&advertisement()));
        assert!(!advertisement().supersedes(&advertisement()));
        assert!(!advertisement().supersedes(&higher));
    }

    #[test]
    fn endpoints_come_by_priority() {
        assert_eq!(advertisement().endpoints_of(Transport::Http)[0].url.as_str(), "http://127.0.0.1:8402/");
        assert_eq!(advertisement().endpoints_of(Transport::Wss).len(), 1);
    }
}
