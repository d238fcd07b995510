//! The result of `getSponsorStatus`: whether the relay could take a payment now, and why not.

use earnest_base::{Count, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

crate::words! {
    /// Whether the relay could take a payment.
    SponsorHealth {
        Healthy = "healthy", "It could, now.";
        Degraded = "degraded", "It could, and something is wrong.";
        Unavailable = "unavailable", "It could not.";
    }
    /// What is wrong.
    SponsorReason {
        NoAvailableNonces = "NO_AVAILABLE_NONCES", "No sponsor wallet has room.";
        AllWalletsDegraded = "ALL_WALLETS_DEGRADED", "No sponsor wallet is in order.";
        RecentConflict = "RECENT_CONFLICT", "A sponsor's nonce was in conflict of late.";
        HealInProgress = "HEAL_IN_PROGRESS", "Gaps in a sponsor's nonces are being filled.";
        ReconciliationStale = "RECONCILIATION_STALE", "The rail was not compared with the records of late.";
        SnapshotStale = "SNAPSHOT_STALE", "What is told here is old.";
        RailPaused = "RAIL_PAUSED", "The rail asked to slow down, or could not be reached.";
        BacklogFull = "BACKLOG_FULL", "As many payments are under way as the relay takes.";
    }
    /// What a caller does in the meantime.
    Recommendation {
        FallbackToDirect = "fallback_to_direct", "Pay without a sponsor.";
    }
}

/// Whether the relay could take a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "SponsorWire", try_from = "SponsorWire")]
pub struct SponsorStatus {
    /// The worst that holds. `canSponsor` follows from it.
    pub status: SponsorHealth,
    /// The sponsor wallets there are.
    pub wallet_count: Count,
    /// The room that they have.
    pub nonce_pool: NoncePool,
    /// What is wrong: nothing where the relay is healthy, and something where it is not.
    pub reasons: Vec<SponsorReason>,
    /// What a caller does in the meantime.
    pub recommendation: Option<Recommendation>,
    /// When this was true.
    pub as_of: Timestamp,
}

/// The room of the sponsor wallets together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoncePool {
    /// How many unsettled transactions they may have.
    pub capacity: Count,
    /// How many they have.
    pub in_flight: Count,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SponsorWire {
    /// The worst that holds.
    status: SponsorHealth,
    /// Whether the relay could take a payment.
    can_sponsor: bool,
    /// The sponsor wallets there are.
    wallet_count: Count,
    /// The room that they have.
    nonce_pool: NoncePool,
    /// What is wrong.
    reasons: Vec<SponsorReason>,
    /// What a caller does in the meantime.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    recommendation: Option<Recommendation>,
    /// When this was true.
    as_of: Timestamp,
}

/// Members of a sponsor status that contradict each other.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SponsorStatusError {
    #[error("expected the member \"canSponsor\" to follow from the status {0}, found the contrary")]
    CanSponsor(SponsorHealth),
    #[error("expected reasons exactly where the status is not healthy, found {1} with {0}")]
    Reasons(SponsorHealth, usize),
}

impl From<SponsorStatus> for SponsorWire {
    fn from(status: SponsorStatus) -> Self {
        Self {
            status: status.status,
            can_sponsor: status.status != SponsorHealth::Unavailable,
            wallet_count: status.wallet_count,
            nonce_pool: status.nonce_pool,
            reasons: status.reasons,
            recommendation: status.recommendation,
            as_of: status.as_of,
        }
    }
}

impl TryFrom<SponsorWire> for SponsorStatus {
    type Error = SponsorStatusError;

    fn try_from(wire: SponsorWire) -> Result<Self, SponsorStatusError> {
        if wire.can_sponsor != (wire.status != SponsorHealth::Unavailable) {
            return Err(SponsorStatusError::CanSponsor(wire.status));
        }
        if wire.reasons.is_empty() != (wire.status == SponsorHealth::Healthy) {
            return Err(SponsorStatusError::Reasons(wire.status, wire.reasons.len()));
        }
        Ok(Self {
            status: wire.status,
            wallet_count: wire.wallet_count,
            nonce_pool: wire.nonce_pool,
            reasons: wire.reasons,
            recommendation: wire.recommendation,
            as_of: wire.as_of,
        })
    }
}

impl JsonSchema for SponsorStatus {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SponsorStatus".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = SponsorWire::json_schema(generator);
        let is = |status: &str| json!({ "properties": { "status": { "const": status } } });
        let can = |value: bool| json!({ "properties": { "canSponsor": { "const": value } } });
        schema.insert(
            "allOf".into(),
            json!([
                { "if": is("unavailable"), "then": can(false), "else": can(true) },
                {
                    "if": is("healthy"),
                    "then": { "properties": { "reasons": { "type": "array", "maxItems": 0 } } },
                    "else": { "properties": { "reasons": { "type": "array", "minItems": 1 } } },
                },
            ]),
        );
        schema
    }
}
