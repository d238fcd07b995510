//! `audit-bundle.v1`: the documents and blobs of a run in one signed file (decision D5, `docs/adr/0007-audit-bundle.md`).

mod contents;

use std::collections::BTreeSet;

use earnest_base::{
    Base64Url, BundleId, Count, FederationId, MediaType, Name, NodeId, Sha256Digest, SubjectKind, Timestamp,
};
use earnest_signing::{Check, Document, Error, JsonObject, Limits, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Artifact, Family, List, vocabulary::BlobRef};

/// The documents and blobs of a run, verified one by one. Its text is canonical; at most 64 MiB.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditBundle {
    /// The bundle.
    #[serde(rename = "bundle/id")]
    pub id: BundleId,
    /// The node that assembled it, and signs.
    #[serde(rename = "assembler/node-id")]
    pub assembler: NodeId,
    /// When it was assembled.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The run that it tells of.
    #[serde(rename = "run/id")]
    pub run: Option<Name>,
    /// Signed documents of any kind but this one, each as its signers signed it.
    pub documents: List<JsonObject>,
    /// Bytes that the documents name. Some may be missing, since some are larger than a bundle.
    pub blobs: Vec<Blob>,
    /// Where the ledgers stood when the bundle was assembled.
    #[serde(rename = "ledger/heads")]
    pub heads: Option<Vec<LedgerHead>>,
}

/// Bytes that a document names, with the bytes themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Blob {
    /// The SHA-256 digest of the bytes.
    pub digest: Sha256Digest,
    /// What the bytes are.
    #[serde(rename = "media-type")]
    pub media_type: MediaType,
    /// How many bytes they are.
    pub size: Count,
    /// The bytes, as unpadded base64url.
    pub data: Base64Url,
}

/// Where a ledger stood: the last fact of its hash chain (decision D16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct LedgerHead {
    /// The federation whose ledger it is.
    #[serde(rename = "federation/id")]
    pub federation: FederationId,
    /// The place of the last fact.
    #[serde(rename = "fact/seq")]
    pub seq: Count,
    /// The digest of the last fact.
    #[serde(rename = "fact/head")]
    pub head: Sha256Digest,
}

impl AuditBundle {
    /// The documents, verified, in their order.
    ///
    /// # Errors
    /// Names the first that does not verify; a bundle that was parsed has none.
    pub fn artifacts(&self) -> Result<Vec<Artifact>, Error> {
        contents::verified(&self.documents)
    }

    /// The blobs that the documents name and the bundle does not carry: large ones may travel on their own.
    #[must_use]
    pub fn missing_blobs(&self) -> Vec<BlobRef> {
        let carried: BTreeSet<&Sha256Digest> = self.blobs.iter().map(|blob| &blob.digest).collect();
        let named = contents::named_blobs(&self.documents);
        named.into_values().filter(|blob| !carried.contains(&blob.digest)).collect()
    }
}

impl Document for AuditBundle {
    const KIND: &'static str = "audit-bundle.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["assembler/node-id"], &[SubjectKind::Node])];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "document-unverified",
            says: "every document in a bundle verifies, and is no bundle itself",
            test: contents::documents_verify,
        },
        Check { code: "document-repeated", says: "no document stands twice", test: contents::documents_differ },
        Check {
            code: "blob-mismatch",
            says: "a blob's digest and size are those of its bytes",
            test: contents::blobs_match,
        },
        Check { code: "blob-repeated", says: "no blob stands twice", test: contents::blobs_differ },
        Check {
            code: "blob-unnamed",
            says: "a bundle carries only blobs that its documents name, by digest, media type and size",
            test: contents::blobs_are_named,
        },
    ];
    const LIMITS: Limits = Limits::BUNDLE;
    const CANONICAL: bool = true;

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for AuditBundle {
    const EXAMPLE: &'static str = r#"{
        "schema": "audit-bundle.v1",
        "schema/v": 1,
        "bundle/id": "bundle:morning-2026-04-01",
        "assembler/node-id": "node:did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x",
        "created-at": "2026-04-01T12:00:00Z",
        "run/id": "arca-run:morning:2026-04-01",
        "documents": [
            {
                "created-at": "2026-03-28T11:15:00Z",
                "org/custodian-ref": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
                "org/custody-mode": "single-custodian",
                "org/display-name": "CasualFeeders",
                "org/id": "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
                "org/key/alg": "ed25519",
                "org/key/public": "z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
                "org/legal-name": "CasualFeeders sp. z o.o.",
                "org/status": "active",
                "schema": "organization-subject.v1",
                "schema/v": 1,
                "signature": {
                    "alg": "ed25519",
                    "value": "ZhfsNZStfX46N0lQTZI3vhrYihgdZg7mWCmrjxTBag0y1VngQ93-Z88psB6xm_Xgeq9CLc0TlYszHbb67Qj3BA"
                }
            },
            {
                "attachments": [
                    {
                        "digest": "sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ",
                        "media-type": "text/plain",
                        "size": 5
                    }
                ],
                "channel_id": "question:01JV-stm-under-load",
                "consent_basis": "operator-consultation",
                "content": "hello",
                "content_hash": "sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ",
                "gateway_node_ref": "node:did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP",
                "human_origin": true,
                "language": "en",
                "message_id": "msg:01JV-stm-001",
                "operator_presence_mode": "mediated",
                "origin_class": "node-mediated-human",
                "provenance_refs": [
                    "consultation:01JV-adam-001"
                ],
                "question_id": "question:01JV-stm-under-load",
                "redaction_markers": [
                    {
                        "count": 1,
                        "kind": "name"
                    }
                ],
                "reply_to": "msg:01JV-stm-000",
                "schema": "transcript-segment.v1",
                "schema/v": 1,
                "segment_id": "segment:01JV-stm-001",
                "signature": {
                    "alg": "ed25519",
                    "value": "JMylXSlyyCvLVlgQ5VgvT55KJHgPMYJNgcouIgo76E8ar5RM4iKY7iUXdteKFi7iALjpQaR0MgwDW2wOfHJFDQ"
                },
                "speaker_ref": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
                "ts": "2026-04-01T06:10:00Z",
                "visibility_scope": "federation-local"
            }
        ],
        "blobs": [
            {
                "digest": "sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ",
                "media-type": "text/plain",
                "size": 5,
                "data": "aGVsbG8"
            }
        ],
        "ledger/heads": [
            {
                "federation/id": "fed:pl-main",
                "fact/seq": 42,
                "fact/head": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
            }
        ]
    }"#;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, Kind, TranscriptSegment, sign_with_fixtures};

    fn bundle() -> AuditBundle {
        Draft::<AuditBundle>::parse(AuditBundle::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    #[test]
    fn the_documents_of_a_bundle_are_verified_artifacts() {
        let kinds: Vec<&str> = bundle().artifacts().unwrap().iter().map(|artifact| artifact.kind().name()).collect();
        assert_eq!(kinds, ["organization-subject.v1", "transcript-segment.v1"]);
    }

    #[test]
    fn a_blob_may_be_missing_and_is_reported() {
        assert_eq!(bundle().missing_blobs(), []);
        let without = AuditBundle { blobs: Vec::new(), ..bundle() };
        let missing: Vec<u64> = without.missing_blobs().iter().map(|blob| blob.size.value()).collect();
        assert_eq!(missing, [5]);
        assert!(Draft::new(&without).is_ok());
    }

    #[test]
    fn a_bundle_may_be_larger_than_a_document() {
        let bytes = vec![0_u8; 75_000];
        let digest = Sha256Digest::of(&bytes);
        let segment = TranscriptSegment::EXAMPLE.replace("\"size\": 5", "\"size\": 75000").replace(
            "{\"digest\": \"sha256:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ\"",
            &format!("{{\"digest\": \"{digest}\""),
        );
        let sign = |kind: &str, text: &str| sign_with_fixtures(Kind::named(kind).unwrap(), text.as_bytes()).unwrap();
        let signed = sign(TranscriptSegment::KIND, &segment);
        let document: JsonObject = serde_json::from_str(&signed).unwrap();
        let data = "A".repeat(100_000).parse().unwrap();
        let (media_type, size) = ("text/plain".parse().unwrap(), Count::new(75_000).unwrap());
        let large = AuditBundle {
            documents: List::new(vec![document]).unwrap(),
            blobs: vec![Blob { digest, media_type, size, data }],
            ..bundle()
        };
        let text = sign(AuditBundle::KIND, &Draft::new(&large).unwrap().to_json().canonical());
        assert!(text.len() > Limits::DOCUMENT.max_bytes);
        assert_eq!(Artifact::verify(text.as_bytes()).unwrap().kind().name(), AuditBundle::KIND);
    }

    #[test]
    fn what_is_wrong_with_a_document_is_said_with_its_place() {
        let text = AuditBundle::EXAMPLE.replace("\"CasualFeeders\"", "\"Others\"");
        let error = Draft::<AuditBundle>::parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.code().as_str(), "document-unverified");
        assert_eq!(error.pointer().as_str(), "/documents/0/signature");
        assert!(error.message().contains("signature-invalid"), "{error}");
    }
}
