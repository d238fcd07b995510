//! `ledger-account.v1`: an account of the ledger, as it stood at one place of it (decisions D12, D16, E5).

use earnest_base::{
    AccountId, Count, FederationId, GatewayPolicyId, MoneyError, NodeId, Orc, OrcUnit, Sha256Digest, Subject,
    SubjectKind, Timestamp,
};
use earnest_signing::{Breach, Check, Cond, Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    published::{Published, ledger_account},
    terms::account_of,
    vocabulary::words,
};

/// An account of a participant or an organisation, as it stood at one place of the ledger. The ledger's own counter
/// accounts (the escrow's and the gateway's clearing account) are nobody's and have no such document.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerAccount {
    /// The account.
    #[serde(rename = "account/id")]
    pub id: AccountId,
    /// What the account is for.
    #[serde(rename = "account/purpose")]
    pub purpose: AccountPurpose,
    /// What the owner is.
    #[serde(rename = "owner/kind")]
    pub owner_kind: OwnerKind,
    /// Who owns the account.
    #[serde(rename = "owner/id")]
    pub owner: Subject,
    /// The federation whose ledger it is.
    #[serde(rename = "federation/id")]
    pub federation: FederationId,
    /// The node that keeps the ledger, and signs.
    #[serde(rename = "escrow/node-id")]
    pub escrow_node: NodeId,
    /// The unit of the balances: always ORC.
    pub unit: OrcUnit,
    /// Whether money may move.
    pub status: AccountStatus,
    /// What may be spent, in minor units.
    #[serde(rename = "available/balance")]
    pub available: Orc,
    /// What stands in holds, in minor units.
    #[serde(rename = "held/balance")]
    pub held: Orc,
    /// When the account was opened.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// When the account was closed.
    #[serde(rename = "closed-at")]
    pub closed_at: Option<Timestamp>,
    /// The gateway's terms under which it is topped up.
    #[serde(rename = "gateway/ref")]
    pub gateway_policy: Option<GatewayPolicyId>,
    /// What the one who may spend is.
    #[serde(rename = "disbursement/controller-kind")]
    pub controller_kind: Option<ControllerKind>,
    /// Who may spend, where that is not the owner alone.
    #[serde(rename = "disbursement/controller-id")]
    pub controller: Option<Subject>,
    /// The place of the latest fact about this account in the escrow's ledger.
    #[serde(rename = "fact/seq")]
    pub fact_seq: Count,
    /// The head of the ledger's hash chain at that place.
    #[serde(rename = "fact/head")]
    pub fact_head: Sha256Digest,
}

words! {
    /// What an account is for.
    AccountPurpose {
        /// What a participant earns and spends.
        ParticipantSettlement,
        /// What an organisation earns and spends.
        OrgSettlement,
        /// What the federation gathers in fees and a council disburses.
        CommunityPool,
    }
    /// What the owner of an account is.
    OwnerKind {
        /// A participant.
        Participant,
        /// An organisation.
        Org,
    }
    /// Whether money may move.
    AccountStatus {
        /// It may.
        Active,
        /// It may not, for a time.
        Suspended,
        /// It may not, for good.
        Closed,
    }
    /// What the one who may spend is.
    ControllerKind {
        /// The owner.
        Owner,
        /// A council.
        Council,
    }
}

impl LedgerAccount {
    /// What the account holds in all: available and held.
    ///
    /// # Errors
    /// Above 2^53 − 1 minor units, which no verified account has.
    pub fn total(&self) -> Result<Orc, MoneyError> {
        self.available.plus(self.held)
    }
}

const fn owner_rule(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "owner-kind", says: "owner, owner's kind and purpose go together", when, then }
}

impl Document for LedgerAccount {
    const KIND: &'static str = "ledger-account.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["escrow/node-id"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[
        owner_rule(
            &[Cond::Is("owner/kind", Value::Text("participant"))],
            &[
                Then::StartsWith("owner/id", "participant:did:key:"),
                Then::Is("account/purpose", Value::Text("participant-settlement")),
            ],
        ),
        owner_rule(
            &[Cond::Is("owner/kind", Value::Text("org"))],
            &[
                Then::StartsWith("owner/id", "org:did:key:"),
                Then::IsNot("account/purpose", Value::Text("participant-settlement")),
            ],
        ),
        Rule {
            code: "community-pool",
            says: "a council disburses a community pool",
            when: &[Cond::Is("account/purpose", Value::Text("community-pool"))],
            then: &[
                Then::Has(&["disbursement/controller-kind", "disbursement/controller-id"]),
                Then::Is("disbursement/controller-kind", Value::Text("council")),
            ],
        },
        Rule {
            code: "controller-kind",
            says: "the one who may spend is a council where the kind says so",
            when: &[Cond::Is("disbursement/controller-kind", Value::Text("council"))],
            then: &[
                Then::Has(&["disbursement/controller-id"]),
                Then::StartsWith("disbursement/controller-id", "council:did:key:"),
            ],
        },
        Rule {
            code: "closed-needs-moment",
            says: "a closed account says since when",
            when: &[Cond::Is("status", Value::Text("closed"))],
            then: &[Then::Has(&["closed-at"])],
        },
        Rule {
            code: "moment-needs-closed",
            says: "only a closed account says since when",
            when: &[Cond::Has("closed-at")],
            then: &[Then::Is("status", Value::Text("closed"))],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "account-federation",
            says: "the account is one of the federation's",
            test: |account| account_of("account/id", &account.id, &account.federation),
        },
        Check {
            code: "controller-is-owner",
            says: "where the owner may spend, it is the owner who is named",
            test: |account| match (account.controller_kind, account.controller) {
                (Some(ControllerKind::Owner), Some(found)) if found != account.owner => {
                    Err(Breach::at("disbursement/controller-id", format!("expected {}, found {found}", account.owner)))
                }
                _ => Ok(()),
            },
        },
        Check {
            code: "total-out-of-range",
            says: "available and held add up to an amount",
            test: |account| match account.total() {
                Ok(_) => Ok(()),
                Err(error) => Err(Breach::at("held/balance", error.to_string())),
            },
        },
        Check {
            code: "closed-with-money",
            says: "a closed account is empty",
            test: |account| {
                let left = [("available/balance", account.available), ("held/balance", account.held)]
                    .into_iter()
                    .find(|(_, balance)| account.status == AccountStatus::Closed && !balance.is_zero());
                left.map_or(Ok(()), |(member, balance)| {
                    Err(Breach::at(member, format!("expected {}, found {balance}", Orc::ZERO)))
                })
            },
        },
        Check {
            code: "closed-before-created",
            says: "an account is closed after it is opened",
            test: |account| match account.closed_at {
                Some(closed) if closed < account.created_at => {
                    let message = format!("expected a moment not before {}, found {closed}", account.created_at);
                    Err(Breach::at("closed-at", message))
                }
                _ => Ok(()),
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for LedgerAccount {
    const EXAMPLE: &'static str = r#"{
        "schema": "ledger-account.v1",
        "schema/v": 1,
        "account/id": "account:fed-pl-main:casualfeeders",
        "account/purpose": "org-settlement",
        "owner/kind": "org",
        "owner/id": "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "federation/id": "fed:pl-main",
        "escrow/node-id": "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3",
        "unit": "ORC",
        "status": "active",
        "available/balance": 44400,
        "held/balance": 600,
        "created-at": "2026-03-28T09:10:00Z",
        "gateway/ref": "gateway-policy:pl-main-prepaid-v1",
        "fact/seq": 7,
        "fact/head": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&ledger_account::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn account() -> LedgerAccount {
        Draft::<LedgerAccount>::parse(LedgerAccount::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    fn code_of(account: &LedgerAccount) -> Option<&'static str> {
        Draft::new(account).err().map(|error| error.code().as_str())
    }

    #[test]
    fn the_total_is_what_is_available_and_what_is_held() {
        assert_eq!(account().total().unwrap().minor(), 45_000);
    }

    #[test]
    fn a_community_pool_is_disbursed_by_a_council() {
        let pool = LedgerAccount { purpose: AccountPurpose::CommunityPool, ..account() };
        assert_eq!(code_of(&pool), Some("community-pool"));
        let council = "council:did:key:z6MkmNL6xksdEJENGk9Z1qqGsY5njKQdjU1UhnUEUvWyQUVX".parse().unwrap();
        let pool = LedgerAccount { controller_kind: Some(ControllerKind::Council), controller: Some(council), ..pool };
        assert_eq!(code_of(&pool), None);
        let pool = LedgerAccount { controller: Some(pool.owner), ..pool };
        assert_eq!(code_of(&pool), Some("controller-kind"));
    }

    #[test]
    fn an_account_of_another_federation_is_refused() {
        let other = LedgerAccount { federation: "fed:de-main".parse().unwrap(), ..account() };
        assert_eq!(code_of(&other), Some("account-federation"));
    }
}
