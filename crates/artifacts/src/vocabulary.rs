//! Words that several families share.

use earnest_base::{Count, MediaType, QuestionId, RoomId, Sha256Digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares enums whose wire words are their variants in kebab case.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        #[schemars(inline)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }
    )*};
}

pub(crate) use words;

words! {
    /// How the outcome of a contract is confirmed.
    ConfirmationMode {
        /// An arbiter of the contract decides.
        ArbiterConfirmed,
        /// The buyer decides; silence releases.
        SelfConfirmed,
        /// An operator releases by hand.
        ManualReviewOnly,
    }
    /// How a contract is paid.
    SettlementRail {
        /// An invoice outside the ledger.
        ExternalInvoice,
        /// The federation's ledger, through an escrow hold.
        HostLedger,
        /// A transfer that people make by hand.
        ManualTransfer,
        /// Nothing is paid.
        None,
    }
    /// The form of an answer.
    AnswerFormat {
        /// Text without markup.
        PlainText,
        /// Markdown.
        Markdown,
        /// JSON.
        Json,
        /// EDN.
        Edn,
        /// Several of these.
        Mixed,
    }
    /// How far a question and its answers travel.
    DeliveryScope {
        /// To the asker's own swarm.
        PrivateToSwarm,
        /// Within the federation.
        FederationLocal,
        /// To other federations.
        CrossFederation,
        /// To everybody.
        Global,
    }
    /// What people may do in an answer room.
    RoomPolicyProfile {
        /// No people.
        None,
        /// People speak through their node.
        MediatedOnly,
        /// People may speak themselves.
        DirectLiveAllowed,
    }
    /// Where content comes from.
    OriginClass {
        /// A node alone.
        NodeGenerated,
        /// A person, through their node.
        NodeMediatedHuman,
        /// A person, live.
        HumanLive,
    }
    /// On what ground content may be kept and shown.
    ConsentBasis {
        /// None is needed.
        NotRequired,
        /// An operator was consulted.
        OperatorConsultation,
        /// The person consented.
        ExplicitConsent,
        /// The federation's policy.
        FederationPolicy,
        /// It was said in public.
        PublicScope,
        /// An emergency.
        EmergencyException,
    }
    /// Whether terms, or an organisation, are in force.
    ServiceStatus {
        /// In force.
        Active,
        /// Out of force for a time.
        Suspended,
        /// Out of force for good.
        Retired,
    }
}

/// Bytes that travel beside a document: binary payloads, and text over 16 KiB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct BlobRef {
    /// The SHA-256 digest of the bytes: their address.
    pub digest: Sha256Digest,
    /// What the bytes are.
    #[serde(rename = "media-type")]
    pub media_type: MediaType,
    /// How many bytes they are.
    pub size: Count,
}

/// Whether a room is a question's: its id is the question's, or goes on below it.
pub(crate) fn is_room_of(room: &RoomId, question: &QuestionId) -> bool {
    let below = room.as_str().strip_prefix(question.as_str());
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}
