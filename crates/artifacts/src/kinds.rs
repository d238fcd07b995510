//! The table of kinds. Everything that is done for each kind is done by a walk over it.

use earnest_base::{Sha256Digest, Timestamp};
use earnest_signing::{
    Code, Draft, Error, Json, Lapse, Limits, Object, Pointer, Reading, Rule, SecretKey, Signer, Signing, Verified,
};

use crate::{Family, published::Published, schema};

/// Declares the modules, the enum of verified documents, and the table.
macro_rules! kinds {
    ($($module:ident :: $family:ident;)*) => {
        $(pub mod $module;)*
        $(pub use $module::$family;)*

        /// A verified document of any kind.
        #[derive(Debug, Clone)]
        #[allow(clippy::large_enum_variant, reason = "documents are held one at a time")]
        pub enum Artifact {
            $(#[doc = concat!("See [`", stringify!($family), "`].")] $family(Verified<$family>),)*
        }

        impl Artifact {
            /// Its kind.
            #[must_use]
            pub const fn kind(&self) -> &'static Kind {
                match self {
                    $(Self::$family(_) => const { &Kind::of::<$family>() },)*
                }
            }

            /// Its id.
            #[must_use]
            pub fn id(&self) -> String {
                match self {
                    $(Self::$family(document) => earnest_signing::Document::id(&**document),)*
                }
            }

            /// Who signed it, in the order in which the kind lists its signers.
            #[must_use]
            pub fn signings(&self) -> Vec<Signing> {
                match self {
                    $(Self::$family(document) => document.signings().collect(),)*
                }
            }

            /// Whether it is in force at a moment.
            ///
            /// # Errors
            /// Where its time is over or has not come.
            pub fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
                match self {
                    $(Self::$family(document) => earnest_signing::Document::valid_at(&**document, now),)*
                }
            }

            /// The digest of what its signatures cover.
            #[must_use]
            pub fn content_digest(&self) -> Sha256Digest {
                match self {
                    $(Self::$family(document) => document.content_digest(),)*
                }
            }

            /// The bytes that arrived.
            #[must_use]
            pub fn bytes(&self) -> &[u8] {
                match self {
                    $(Self::$family(document) => document.bytes(),)*
                }
            }
        }

        $(impl From<Verified<$family>> for Artifact {
            fn from(document: Verified<$family>) -> Self {
                Self::$family(document)
            }
        })*

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::of::<$family>()),*];
        }
    };
}

kinds! {
    service_offer::ServiceOffer;
    service_order::ServiceOrder;
    procurement_offer::ProcurementOffer;
    procurement_contract::ProcurementContract;
    response_envelope::ResponseEnvelope;
    response_decision::ResponseDecision;
    procurement_receipt::ProcurementReceipt;
    dispute_case::DisputeCase;
    dispute_decision::DisputeDecision;
    organization_subject::OrganizationSubject;
    node_advertisement::NodeAdvertisement;
    reputation_signal::ReputationSignal;
    participant_capability_limits::ParticipantCapabilityLimits;
    question_envelope::QuestionEnvelope;
    answer_room_metadata::AnswerRoomMetadata;
    transcript_segment::TranscriptSegment;
    transcript_bundle::TranscriptBundle;
    audit_bundle::AuditBundle;
    ledger_hold::LedgerHold;
    ledger_transfer::LedgerTransfer;
    ledger_account::LedgerAccount;
    escrow_policy::EscrowPolicy;
    gateway_receipt::GatewayReceipt;
    gateway_policy::GatewayPolicy;
    payment_authorization::PaymentAuthorization;
    workflow_approval::WorkflowApproval;
}

/// A kind of document: what its family states, without its type.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    name: &'static str,
    signers: &'static [Signer],
    rules: &'static [Rule],
    checks: fn() -> Vec<(&'static str, &'static str)>,
    limits: Limits,
    canonical: bool,
    example: &'static str,
    published: Option<&'static Published>,
    schema: fn() -> serde_json::Value,
    verify: fn(&Reading<'_>) -> Result<Artifact, Error>,
    sign: fn(Reading<'_>, Option<&str>, &SecretKey) -> Result<Json<'static>, Error>,
    judge: fn(Object<'static>) -> Result<Json<'static>, Error>,
    rewrite: fn(Object<'static>) -> Result<Json<'static>, Error>,
}

impl Kind {
    const fn of<T: Family>() -> Self
    where
        Artifact: From<Verified<T>>,
    {
        Self {
            name: T::KIND,
            signers: T::SIGNERS,
            rules: T::RULES,
            checks: || T::CHECKS.iter().map(|check| (check.code, check.says)).collect(),
            limits: T::LIMITS,
            canonical: T::CANONICAL,
            example: T::EXAMPLE,
            published: T::PUBLISHED,
            schema: schema::of::<T>,
            verify: |reading| earnest_signing::Signed::<T>::from_reading(reading)?.verify().map(Artifact::from),
            sign: |reading, role, key| Ok(Draft::<T>::from_reading(reading)?.sign(role, key)?.to_json()),
            judge: |members| Draft::<T>::from_members(members).map(|draft| draft.to_json()),
            rewrite: |members| {
                let draft = Draft::<T>::from_members(members)?;
                Draft::new(draft.document()).map(|draft| draft.to_json())
            },
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|kind| kind.name == name)
    }

    /// The name, as the member `schema` gives it: `service-offer.v1`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Who signs it.
    #[must_use]
    pub const fn signers(&self) -> &'static [Signer] {
        self.signers
    }

    /// The rules between its members.
    #[must_use]
    pub const fn rules(&self) -> &'static [Rule] {
        self.rules
    }

    /// The codes of its checks, and what each says.
    #[must_use]
    pub fn checks(&self) -> Vec<(&'static str, &'static str)> {
        (self.checks)()
    }

    /// How large and deep it may be.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether its text has to be its canonical form.
    #[must_use]
    pub const fn canonical(&self) -> bool {
        self.canonical
    }

    /// An example without signatures.
    #[must_use]
    pub const fn example(&self) -> &'static str {
        self.example
    }

    /// Its published form, where it has one.
    #[must_use]
    pub const fn published(&self) -> Option<&'static Published> {
        self.published
    }

    /// Its JSON Schema (2020-12).
    #[must_use]
    pub fn schema(&self) -> serde_json::Value {
        (self.schema)()
    }

    /// Signs a document of this kind that may have other signatures already.
    ///
    /// # Errors
    /// Where the document breaks its schema, rules or checks, or the key is not its signer's.
    pub fn sign(&self, document: &[u8], role: Option<&str>, key: &SecretKey) -> Result<Json<'static>, Error> {
        (self.sign)(Reading::new(document, self.limits)?, role, key)
    }

    /// Judges the members of a document of this kind, signed or not, by its schema, rules and checks; gives it back.
    ///
    /// # Errors
    /// Names the member and the rule that it breaks.
    pub fn judge(&self, members: Object<'static>) -> Result<Json<'static>, Error> {
        (self.judge)(members)
    }

    /// Reads a document of this kind into its type and writes it anew: its own members, without signatures and
    /// extensions. What comes out means the same; a moment or number may be spelt in a shorter way.
    ///
    /// # Errors
    /// As [`Kind::judge`].
    pub fn rewrite(&self, members: Object<'static>) -> Result<Json<'static>, Error> {
        (self.rewrite)(members)
    }

    /// The kind that a text names, and the text as it was read.
    ///
    /// # Errors
    /// Where the text cannot be read, or names no kind.
    pub fn of_text(text: &[u8]) -> Result<(&'static Self, Reading<'_>), Error> {
        let (reading, beyond) = match Reading::new(text, Limits::DOCUMENT) {
            Err(error) if matches!(error.code(), Code::TOO_LARGE | Code::TOO_DEEP) => {
                (Reading::new(text, Limits::BUNDLE)?, Some(error))
            }
            reading => (reading?, None),
        };
        let kind = Self::of_json(reading.json()).map_err(|error| error.located_in(text))?;
        match beyond {
            Some(error) if kind.limits == Limits::DOCUMENT => Err(error),
            _ => Ok((kind, reading)),
        }
    }

    fn of_json(json: &Json<'_>) -> Result<&'static Self, Error> {
        let place = Pointer::member("schema");
        let Some(object) = json.as_object() else {
            let message = format!("expected an object, found {}", json.type_name());
            return Err(Error::new(Code::NOT_AN_OBJECT, Pointer::ROOT, message));
        };
        let found = object.get("schema").ok_or_else(|| Error::missing("schema"))?;
        found.as_str().and_then(Self::named).ok_or_else(|| {
            let message = format!("expected a kind that `earnest kinds` lists, found {}", found.canonical());
            Error::new(Code::KIND_UNKNOWN, place, message)
        })
    }
}

impl Artifact {
    /// Reads a document, and verifies it as the kind that it names.
    ///
    /// # Errors
    /// Names code, member, line and column of the first fault.
    pub fn verify(text: &[u8]) -> Result<Self, Error> {
        let (kind, reading) = Kind::of_text(text)?;
        (kind.verify)(&reading)
    }
}
